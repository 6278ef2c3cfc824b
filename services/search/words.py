"""How texts become words: folded alike for the index, for what people type and on both databases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

LONGEST = 40
MOST_WORDS = 8
_SPECIAL = str.maketrans({'ß': 'ss', 'æ': 'ae', 'œ': 'oe', 'ø': 'o', 'ł': 'l', 'đ': 'd', '×': 'x', '‐': '-', '–': '-'})
_BY = re.compile(r'(?<=\d)\s*x\s*(?=m?\d)')
_WORD = re.compile(r'[^\W_]+')
_MARKS = {'de': 'd_', 'fr': 'f_', 'es': 's_', 'nl': 'n_', 'pl': 'p_', 'ar': 'a_'}


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """This text without case, accents and special signs: 'Größe 8 × 60' becomes 'grosse 8 60'."""
    plain = text if text.isascii() else unicodedata.normalize('NFKC', text)  # letters of mathematics are no others
    plain = plain.casefold().translate(_SPECIAL)
    if not plain.isascii():
        plain = ''.join(c for c in unicodedata.normalize('NFKD', plain) if not unicodedata.combining(c))
    return _BY.sub(' ', plain)


def words(text: str) -> list[str]:
    """The folded words of a text in their order."""
    return [word[:LONGEST] for word in _WORD.findall(folded(text))]


def compact(code: str) -> str:
    """A number as people quote it, without blanks and signs: 'CD-1804' becomes 'cd1804'."""
    return ''.join(words(code))[:LONGEST]


def mark(language: str) -> str:
    """What stands before the words of a language in the index; English and numbers have none."""
    return _MARKS.get(language, '')


def document(codes: Iterable[str], common: Iterable[str], names: Mapping[str, str]) -> str:
    """All words of an item for the index, each once: its numbers whole and cut, brand, and names per language."""
    found: dict[str, None] = {}
    for code in codes:
        parts = words(code)
        found.update(dict.fromkeys(parts))
        if len(parts) > 1:
            found[compact(code)] = None
    for text in common:
        found.update(dict.fromkeys(words(text)))
    for language, text in names.items():
        before = mark(language)
        found.update((before + word, None) for word in words(text))
    return ' '.join(found)


def is_learned(word: str) -> bool:
    """Whether a word of the index belongs to the vocabulary: only names are mistyped in ways that can be guessed."""
    return not any(c.isdigit() for c in word) and len(word) > 1
