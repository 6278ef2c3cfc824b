"""What a kind of import is: its fields, declared once, and a writer that plans chunks of rows and does as planned."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from models.core.words import Lazy
from services.core.permissions import Permission
from services.core.work import Work
from services.imports.values import Convert


@dataclass(frozen=True)
class Field:
    """A column an import understands; `aliases` are the headers people give it in any of our languages."""

    name: str
    label: Lazy
    convert: Convert
    aliases: tuple[str, ...] = ()
    required: bool = False
    may_be_empty: bool = False
    numeric: bool = False
    dated: bool = False


class Record(NamedTuple):
    """A row of the file: its number, its filled cells as values by field, and why it cannot be read, if so."""

    number: int
    values: dict[str, Any]
    wrong: str = ''


class Verdict(StrEnum):
    """What becomes of a row; NEW and CHANGED are imported, UNCHANGED and SKIPPED are left out."""

    NEW = 'new'
    CHANGED = 'changed'
    UNCHANGED = 'unchanged'
    SKIPPED = 'skipped'
    WRONG = 'wrong'


class Judged(NamedTuple):
    """The verdict on one row, with its reason where it is not imported."""

    number: int
    verdict: Verdict
    reason: str = ''


class Change(NamedTuple):
    """A number that an import changes, e.g. a price; shown before it is done."""

    what: str
    before: Decimal
    after: Decimal


@dataclass
class Plan:
    """What is to be done with a chunk: a verdict for each of its rows, and the act that does it in a writing work.

    `changes` are numbers it alters, `made` the codes of what is new besides the rows themselves, e.g. customers.
    """

    judged: list[Judged] = field(default_factory=list)
    write: Callable[[Work], None] = lambda work: None
    changes: list[Change] = field(default_factory=list)
    made: dict[str, set[str]] = field(default_factory=dict)

    def judge(self, number: int, verdict: Verdict, reason: str = '') -> None:
        """Say what becomes of a row."""
        self.judged.append(Judged(number, verdict, reason))


class Writer(ABC):
    """Plans chunks of one file; `options` are what the file does not say, e.g. its currency.

    A writer keeps nothing it read from the database from one chunk to the next, so that a chunk can be tried again.
    """

    def __init__(self, options: Mapping[str, str]) -> None:
        self.options = options

    def survey(self, records: Iterable[Record]) -> Mapping[Hashable, int]:
        """Look through the whole file first; where rows that belong together stand apart, the last place of each group
        (from 0), else nothing."""
        return {}

    def key(self, values: dict[str, Any]) -> Hashable:
        """What may stand in the file once only; None for no such thing."""
        return None

    def group(self, values: dict[str, Any]) -> Hashable:
        """What must not be cut apart by the end of a chunk; None for rows that stand alone."""
        return None

    def finish(self, work: Work) -> None:  # noqa: B027  most kinds have nothing to add
        """Do what needs the whole file to be in; it may be done again."""

    @abstractmethod
    def plan(self, work: Work, records: Sequence[Record]) -> Plan:
        """What would become of these rows as the database stands."""


@dataclass(frozen=True)
class Kind:
    """A kind of import: fields in the order of the export, writer, rows of the export, and topics its runs announce.

    `has_paid`: whether to ask if what is in the file is paid. All of `needs` are the rights to import it, all of
    `reads` those to export it.
    """

    name: str
    label: Lazy
    note: Lazy
    icon: str
    fields: tuple[Field, ...]
    writer: type[Writer]
    rows: Callable[[Work], Iterable[Sequence[Any]]]
    topics: tuple[str, ...]
    chunk: int = 2_000
    surveyed: bool = False
    has_currency: bool = False
    has_paid: bool = False
    needs: tuple[Permission, ...] = (Permission.IMPORTS_RUN,)
    reads: tuple[Permission, ...] = (Permission.OFFICE,)

    def field(self, name: str) -> Field | None:
        """The field of this name."""
        return next((one for one in self.fields if one.name == name), None)
