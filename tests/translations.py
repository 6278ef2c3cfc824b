"""The translations: `python -m tests.translations` brings every language's file in step with the texts of the code.

Known translations stay, new texts stand empty until somebody translates them, and texts that are gone are dropped.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from models.core.words import LANGUAGES, LOCALES

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = {'_': None, '_l': None, 'ngettext': (1, 2), 'pgettext': ((1, 'c'), 2), '_p': ((1, 'c'), 2)}
SOURCES = [('models', [('**.py', 'python')]), ('services', [('**.py', 'python')]), ('ui', [('**.py', 'python')]),
           ('assets/mail', [('**.*', 'jinja2')]), ('assets/web', [('**.html', 'jinja2')])]
TRANSLATED = tuple(code for code in LANGUAGES if code != 'en')


@functools.cache
def texts() -> Catalog:
    """All texts of the product that people read."""
    catalogue = Catalog(project='Portico', charset='utf-8')
    for folder, methods in SOURCES:
        found = extract_from_dir(ROOT / folder, method_map=methods, keywords=KEYWORDS,
                                 options_map={'**.*': {'silent': 'false', 'newstyle_gettext': 'false'}})
        for name, _line, message, _comments, context in found:
            catalogue.add(message, locations=[(f'{folder}/{name}', 1)], context=context)
    return catalogue


def path_of(code: str) -> Path:
    """The file of a language."""
    return LOCALES / code / 'LC_MESSAGES' / 'portico.po'


def known(code: str) -> Catalog:
    """What is translated into a language."""
    path = path_of(code)
    if not path.exists():
        return Catalog(locale=code, project='Portico', charset='utf-8')
    with path.open('rb') as source:
        return read_po(source, locale=code)


def missing(code: str) -> Iterator[str]:
    """The texts that have no translation into a language."""
    have = known(code)
    for message in texts():
        if not message.id:
            continue
        found = have.get(message.id, context=message.context)
        strings = found.string if found is not None else ''
        if found is None or found.fuzzy or not all(strings if isinstance(strings, tuple) else (strings,)):
            yield str(message.id)


def bring_in_step(code: str) -> int:
    """Write a language's file anew and say how many texts it still lacks."""
    catalogue = known(code)
    catalogue.update(texts(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    path_of(code).parent.mkdir(parents=True, exist_ok=True)
    with path_of(code).open('wb') as target:
        write_po(target, catalogue, no_location=True, sort_output=True, omit_header=False, width=0)
    return len(list(missing(code)))


if __name__ == '__main__':
    for language in TRANSLATED:
        sys.stdout.write(f'{language}: {bring_in_step(language)} texts to translate\n')
