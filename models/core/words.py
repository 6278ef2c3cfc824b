"""The words people read: gettext with the language of the person the code is working for."""

from __future__ import annotations

import gettext as _gettext
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parents[2] / 'assets' / 'locales'
LANGUAGES = {
    'en': 'English', 'de': 'Deutsch', 'fr': 'Français', 'es': 'Español',
    'nl': 'Nederlands', 'pl': 'Polski', 'ar': 'العربية',
}
RIGHT_TO_LEFT = frozenset({'ar'})

_language: ContextVar[str] = ContextVar('language', default='en')
_loaded: dict[str, _gettext.NullTranslations] = {}
_loading = threading.Lock()


def current_language() -> str:
    """The two-letter code of the language texts are given in just now."""
    return _language.get()


def set_language(code: str) -> None:
    """Give texts in this language from here on in this task or thread; unknown codes mean English."""
    _language.set(code if code in LANGUAGES else 'en')


@contextmanager
def language(code: str) -> Iterator[None]:
    """Give texts in this language inside the block."""
    token = _language.set(code if code in LANGUAGES else 'en')
    try:
        yield
    finally:
        _language.reset(token)


def _catalogue(code: str) -> _gettext.NullTranslations:
    found = _loaded.get(code)
    if found is None:
        with _loading:
            found = _loaded.get(code) or _load(code)
            _loaded[code] = found
    return found


def _load(code: str) -> _gettext.NullTranslations:
    path = LOCALES / code / 'LC_MESSAGES' / 'portico.po'
    if not path.exists():
        return _gettext.NullTranslations()
    with path.open('rb') as source:
        catalogue = read_po(source, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def _(message: str) -> str:
    """This text in the current language."""
    return _catalogue(_language.get()).gettext(message) if message else ''


def ngettext(singular: str, plural: str, count: int) -> str:
    """The singular or plural form for this count in the current language."""
    return _catalogue(_language.get()).ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """This text in the current language, where its English words mean more than one thing."""
    return _catalogue(_language.get()).pgettext(context, message)


class Lazy:
    """A text that is translated when it is read, for labels declared once at import."""

    __slots__ = ('context', 'message')

    def __init__(self, message: str, context: str = '') -> None:
        self.message = message
        self.context = context

    def __str__(self) -> str:
        return pgettext(self.context, self.message) if self.context else _(self.message)

    def __repr__(self) -> str:
        return f'Lazy({self.message!r})'

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self.message)


def _l(message: str) -> Lazy:
    """This text, translated at the moment it is read."""
    return Lazy(message)


def _p(context: str, message: str) -> Lazy:
    """This text with its context, translated at the moment it is read."""
    return Lazy(message, context)


def pick(texts: dict[str, str] | None, *, fallback: str = '') -> str:
    """The entry of a per-language text in the current language, else English, else any."""
    if not texts:
        return fallback
    return texts.get(_language.get()) or texts.get('en') or next(iter(texts.values()), '') or fallback
