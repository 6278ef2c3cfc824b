"""Countries by their names: the names of all territories in our languages (CLDR), and what traders write besides."""

from __future__ import annotations

import functools
import unicodedata

from babel import Locale

from models.core.words import LANGUAGES

_ALIASES = {
    'eire': 'IE', 'republic of ireland': 'IE', 'rsa': 'ZA', 'usa': 'US', 'u.s.a.': 'US',
    'united states of america': 'US',
    'uk': 'GB', 'great britain': 'GB', 'england': 'GB', 'scotland': 'GB', 'wales': 'GB', 'northern ireland': 'GB',
    'channel islands': 'JE', 'holland': 'NL', 'the netherlands': 'NL', 'czech republic': 'CZ', 'korea': 'KR',
    'south korea': 'KR', 'russian federation': 'RU', 'uae': 'AE', 'hong kong': 'HK', 'macedonia': 'MK', 'turkey': 'TR',
    'brd': 'DE', 'schweiz': 'CH', 'ivory coast': 'CI', 'viet nam': 'VN', 'burma': 'MM',
}
_UNKNOWN = frozenset({'', 'unspecified', 'unknown', 'european community', 'eu', 'other', 'n/a', 'none', '-'})


def country_code(text: str) -> str | None:
    """The code of a country given by code or name; empty when the text says it is unknown, None for no country."""
    key = _folded(text)
    return '' if key in _UNKNOWN else _names().get(key)


@functools.cache
def _names() -> dict[str, str]:
    known: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ('EU', 'EZ', 'UN', 'XA', 'XB', 'ZZ', 'QO'):
                known.setdefault(_folded(name), code)
                known.setdefault(code.lower(), code)
    return known | _ALIASES


def _folded(text: str) -> str:
    plain = unicodedata.normalize('NFKD', ' '.join(text.split()).casefold())
    return ''.join(c for c in plain if not unicodedata.combining(c))
