"""Which reminder of an invoice is next: pure rules over its dates and over what was sent before (flows 3.10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class Billed(Protocol):
    """What of an invoice says when how much of it is due; the whole row or a few columns."""

    @property
    def due_on(self) -> dt.date | None:
        """The day all is to be paid."""

    @property
    def due_now(self) -> Decimal:
        """Open without what is disputed."""

    @property
    def settled(self) -> Decimal:
        """What is paid."""

    @property
    def instalments(self) -> list[dict[str, str]]:
        """Its parts and their days."""


class Kind(StrEnum):
    """What a reminder says."""

    SOON = 'invoice_soon'
    DUE = 'invoice_due'
    OVERDUE = 'invoice_overdue'


@dataclass(frozen=True)
class Step:
    """One rung: the kind, and the level of an overdue reminder, 0 for friendly ones."""

    kind: Kind
    level: int = 0


@dataclass(frozen=True)
class Ladder:
    """What the seller decided; 0 days leave a rung out. `levels` are days after the due date, level 1 first."""

    soon: int = 3
    on_due: bool = True
    levels: tuple[int, ...] = (7, 14, 30)
    gap: int = 3
    least: Decimal = Decimal(5)


@dataclass(frozen=True)
class Owed:
    """What is next to be paid of an invoice: the day and so much; with instalments, the first one that is open."""

    on: dt.date
    amount: Decimal


Sent = Mapping[Step, dt.date]


def owed(invoice: Billed, today: dt.date) -> Owed | None:
    """What is next to be paid, without what is disputed; None when nothing is.

    With instalments the day is that of the first open one, and the amount all that is due by today or that day.
    """
    if invoice.due_on is None or invoice.due_now <= 0:
        return None
    parts = [(dt.date.fromisoformat(part['on']), Decimal(part['amount'])) for part in invoice.instalments]
    total, day, due = Decimal(0), None, Decimal(0)
    for on, amount in sorted(parts):
        total += amount
        if total > invoice.settled and (day is None or on <= today):
            day, due = day or on, total - invoice.settled
    if day is None:
        return Owed(invoice.due_on, invoice.due_now)
    return Owed(day, min(due, invoice.due_now))


def next_step(ladder: Ladder, due_on: dt.date, today: dt.date, sent: Sent) -> Step | None:
    """The one rung to take today, or None; levels are taken one after the other, however long nothing ran."""
    late = (today - due_on).days
    if late < 0:
        return _unless_sent(Step(Kind.SOON), sent, -late <= ladder.soon)
    done = {step.level: day for step, day in sent.items() if step.kind is Kind.OVERDUE}
    level = max(done, default=0) + 1
    while level <= len(ladder.levels) and ladder.levels[level - 1] == 0:
        level += 1
    if level <= len(ladder.levels) and late >= ladder.levels[level - 1]:
        rested = not done or (today - max(done.values())).days >= ladder.gap
        return Step(Kind.OVERDUE, level) if rested else None
    return _unless_sent(Step(Kind.DUE), sent, ladder.on_due and not done)


def _unless_sent(step: Step, sent: Sent, wanted: bool) -> Step | None:
    return step if wanted and step not in sent else None
