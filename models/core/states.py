"""Transition tables: what may follow what, by whose right; buttons, services and tests read the same one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

S = TypeVar('S', bound=StrEnum)


@dataclass(frozen=True)
class Transition(Generic[S]):
    """One row: from `source` by `act` to `target`, for those who hold `right` (the value of a Permission)."""

    source: S
    act: str
    target: S
    right: str


class TransitionTable(Generic[S]):
    """All transitions of one kind of document."""

    def __init__(self, *rows: Transition[S]) -> None:
        self._rows = {(row.source, row.act): row for row in rows}
        if len(self._rows) != len(rows):
            raise ValueError('two transitions leave the same state by the same act')

    def __iter__(self) -> Iterator[Transition[S]]:
        return iter(self._rows.values())

    def find(self, source: S, act: str) -> Transition[S] | None:
        """The transition that leaves this state by this act, or None when the table has none."""
        return self._rows.get((source, act))

    def leaving(self, source: S) -> tuple[Transition[S], ...]:
        """All transitions out of this state, in table order."""
        return tuple(row for row in self._rows.values() if row.source == source)
