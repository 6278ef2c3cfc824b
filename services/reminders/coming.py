"""What goes out next if nothing changes: day by day, so that only the invoices of the next days are read.

On a day a rung is reached by an invoice that was due so many days before, or reminded so long ago; both are plain
comparisons over one index. What the statement finds is then judged by the same rules as the reminders themselves.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.types import Amount
from models.customers import Customer
from models.invoices import UNSETTLED, Invoice
from services.core.work import Work
from services.reminders.calendar import is_working_day
from services.reminders.deciding import in_parts, ladder, sent_before, unpaused
from services.reminders.ladder import Ladder, Sent, Step, next_step, owed

AHEAD = 14
MOST = 200
SHEET = 250
_DAY = dt.timedelta(days=1)
_level, _due, _reminded = col(Invoice.reminder_level), col(Invoice.due_on), col(Invoice.reminded_on)


@dataclass(frozen=True)
class Upcoming:
    """A reminder that will go out on a day if nothing changes."""

    day: dt.date
    number: str
    customer: str
    account: str
    kind: str
    level: int
    amount: Decimal
    currency: str


def coming(work: Work, today: dt.date) -> list[Upcoming]:
    """The reminders of the next two weeks, the next first, 200 at most."""
    rungs = ladder(work)
    found: dict[uuid.UUID, Upcoming] = {}
    split = sa.and_(col(Invoice.status).in_(UNSETTLED), in_parts())
    parts = [row for sheet in _sheets(work, today, split) for row in sheet]
    for day in (today + ahead * _DAY for ahead in range(AHEAD + 1)):
        near = sa.union_all(*(sa.select(col(Invoice.id)).where(col(Invoice.status).in_(UNSETTLED), way)
                              for way in _ways(rungs, day, today))).subquery()
        for sheet in (parts, *_sheets(work, today, sa.true(), near)):
            sent = sent_before(work, [row.id for row in sheet])
            for row in sheet:
                one = None if row.id in found else _judged(row, rungs, day, today, sent)
                if one is not None:
                    found[row.id] = one
            if len(found) >= MOST:
                break
        if len(found) >= MOST:
            break
    made = [_on_working_day(work, one) for one in found.values()]
    return sorted(made, key=lambda one: (one.day, one.customer, one.number))[:MOST]


def _ways(rungs: Ladder, day: dt.date, today: dt.date) -> list[Any]:
    """The ways to reach a rung on a day, each over the same index; today also what was reached and did not go out."""
    def ago(days: int) -> dt.date:
        return day - dt.timedelta(days=days)

    def at(column: Any, days: int) -> Any:
        return column <= ago(days) if day == today else column == ago(days)
    fresh, first = _level == 0, next((days for days in rungs.levels if days), 0)
    soon = _due.between(day + _DAY, ago(-rungs.soon)) if day == today else _due == ago(-rungs.soon)
    ways = [sa.and_(fresh, soon, _reminded.is_(None))] if rungs.soon else []
    if rungs.on_due:
        since = _due > ago(first or AHEAD * 1000) if day == today else _due == day
        ways.append(sa.and_(fresh, since, _due <= day, sa.or_(_reminded.is_(None), _reminded < _due)))
    for done in range(len(rungs.levels)):
        days = next((days for days in rungs.levels[done:] if days), 0)
        if days and not done:
            ways.append(sa.and_(fresh, at(_due, days)))
        elif days:
            ways.append(sa.and_(_level == done, at(_due, days), _reminded <= ago(rungs.gap)))
            ways.append(sa.and_(_level == done, _due <= ago(days), at(_reminded, rungs.gap)))
    return ways or [sa.false()]


def _sheets(work: Work, today: dt.date, which: Any, near: Any = None) -> Iterator[Sequence[Any]]:
    """The open invoices that nothing pauses with their customers, as plain columns by customer, some at a time.

    Nothing asks for their kind: only invoices have a day, and an index over kinds would be taken before a narrower one.
    """
    due_now = sa.type_coerce(Invoice.gross - Invoice.settled - Invoice.disputed, Amount()).label('due_now')
    statement = sa.select(
        col(Invoice.id), col(Invoice.number), col(Invoice.due_on), col(Invoice.settled), col(Invoice.instalments),
        col(Invoice.currency), due_now, col(Customer.name), col(Customer.account)).join(
        Customer, col(Customer.id) == Invoice.customer_id).where(
        col(Customer.reminders), which, *unpaused(today)).order_by(
        col(Customer.name), col(Invoice.number))
    if near is not None:
        statement = statement.join(near, near.c.id == Invoice.id)
    return work.session.execute(statement).partitions(SHEET)


def _judged(row: Any, rungs: Ladder, day: dt.date, today: dt.date,
            sent: dict[tuple[uuid.UUID, str], Sent]) -> Upcoming | None:
    what = owed(row, today)
    if what is None or what.amount < rungs.least:
        return None
    step: Step | None = next_step(rungs, what.on, day, sent.get((row.id, what.on.isoformat()), {}))
    if step is None:
        return None
    return Upcoming(day, row.number or '', row.name, row.account, step.kind.value, step.level, what.amount,
                    row.currency)


def _on_working_day(work: Work, one: Upcoming) -> Upcoming:
    day = one.day
    while not is_working_day(work, day):
        day += _DAY
    return Upcoming(**(vars(one) | {'day': day}))
