"""The catalogue's words in memory, to tell what a mistyped one was meant to be; alike on both databases."""

from __future__ import annotations

import threading
from bisect import bisect_left
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlmodel import Session

from models.catalogue import SearchWord
from services.search.words import is_learned, mark

if TYPE_CHECKING:
    from services.core.runtime import Runtime

SHORTEST_CORRECTED = 4
LONG = 8
GUESSES = 3


class Vocabulary:
    """The words of one state of the catalogue; `version` is the mark it was read at."""

    def __init__(self, version: int, rows: list[tuple[str, int]]) -> None:
        self.version = version
        self._count = dict(rows)
        self._sorted = sorted(self._count)
        self._lengths: dict[str, dict[int, list[str]]] = {}
        for word in self._sorted:
            before = word[:2] if word[1:2] == '_' else ''
            self._lengths.setdefault(before, {}).setdefault(len(word) - len(before), []).append(word[len(before):])
        self._guessed: dict[tuple[str, str], tuple[str, ...]] = {}

    def starts(self, word: str) -> bool:
        """Whether any word of the index begins so."""
        place = bisect_left(self._sorted, word)
        return place < len(self._sorted) and self._sorted[place].startswith(word)

    def meant(self, word: str, language: str) -> tuple[str, ...]:
        """The words of the index, with the mark of their language, that a word without a match probably means."""
        if not is_learned(word) or len(word) < SHORTEST_CORRECTED:
            return ()
        known = self._guessed.get((word, language))
        if known is None:
            known = self._guess(word, language)
            if len(self._guessed) < 10_000:
                self._guessed[word, language] = known
        return known

    def _guess(self, word: str, language: str) -> tuple[str, ...]:
        allowed = 1 if len(word) < LONG else 2
        found: list[tuple[float, int, str]] = []
        for before in dict.fromkeys(('', mark(language))):
            lengths = self._lengths.get(before, {})
            around = range(len(word) - allowed, len(word) + allowed + 1)
            near = [other for length in around for other in lengths.get(length, ())]
            for match, distance, _ in process.extract(word, near, scorer=OSA.distance, score_cutoff=allowed, limit=10):
                found.append((distance + (match[0] != word[0]), -self._count[before + match], before + match))
        return tuple(word for _, _, word in sorted(found)[:GUESSES])


_kept: WeakKeyDictionary[Runtime, Vocabulary] = WeakKeyDictionary()
_lock = threading.Lock()


def vocabulary(runtime: Runtime, session: Session, version: int) -> Vocabulary:
    """The vocabulary of this installation, read again when the catalogue's words have changed since."""
    with _lock:
        kept = _kept.get(runtime)
        if kept is None or kept.version < version:
            rows = session.execute(sa.select(SearchWord.word, SearchWord.items))  # type: ignore[call-overload]
            kept = _kept[runtime] = Vocabulary(version, [(row[0], row[1]) for row in rows])
        return kept
