"""The styles of the plain pages: of our sheets only the rules for what stands in their templates, to be put in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ui.web.static import ASSETS, STYLES, sheet

SHEETS = tuple(name for name in STYLES if name != 'quasar')
_COMMENT = re.compile(r'/\*.*?\*/', re.DOTALL)
_CLASS = re.compile(r'\.(-?[a-zA-Z][\w-]*)')
_WORD = re.compile(r'[\w-]+')
_SPACE = re.compile(r'\s+')
_GROUPS = ('@media', '@supports', '@layer')
_DRAWN = frozenset({'p-icon'})


@cache
def styles() -> str:
    """The rules the plain pages need, without comments and needless space."""
    words = {word for path in (ASSETS / 'web').glob('*.html') for word in _WORD.findall(path.read_text('utf-8'))}
    return ''.join(_kept(_COMMENT.sub('', sheet(SHEETS)), words | _DRAWN))


def _kept(css: str, words: frozenset[str]) -> Iterator[str]:
    for head, body in _rules(css):
        if head.startswith(_GROUPS):
            inner = ''.join(_kept(body, words))
            if inner:
                yield f'{head}{{{inner}}}'
        elif head.startswith('@') or any(set(_CLASS.findall(part)) <= words for part in _parts(head)):
            yield f'{head}{{{_SPACE.sub(" ", body).strip()}}}'


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Heads and bodies of the outermost rules."""
    at = 0
    while (opens := css.find('{', at)) >= 0:
        head = _SPACE.sub(' ', css[at:opens]).strip()
        depth, end = 1, opens + 1
        while depth:
            depth += {'{': 1, '}': -1}.get(css[end], 0)
            end += 1
        yield head, css[opens + 1:end - 1]
        at = end


def _parts(head: str) -> Iterator[str]:
    """The selectors of a list; those in brackets are alternatives and ask for nothing."""
    while '(' in head and (plain := re.sub(r':[\w-]+\([^()]*\)', '', head)) != head:
        head = plain
    yield from head.split(',')
