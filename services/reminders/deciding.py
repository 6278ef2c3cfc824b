"""What is due to be reminded of: decided by rows alone, so that neither a restart nor a long sleep changes it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.customers import Customer
from models.invoices import UNSETTLED, Invoice, InvoiceKind
from models.payments import UNDER_WAY, Payment
from models.reminders import Reminder
from services.core.work import Work
from services.reminders.ladder import Kind, Ladder, Owed, Sent, Step, next_step, owed
from services.settings import setting

HISTORY = ('import', 'history')
MAIL = 'reminder_mail'
SHEET = 500
_IN_PARTS: Any = sa.text("CAST(invoice.instalments AS TEXT) != '[]'")
# Written as the index over such invoices has it, else no database would use that.


@dataclass(frozen=True)
class Item:
    """One invoice that is due a reminder: which one, and what it asks for."""

    invoice: Invoice
    step: Step
    owed: Owed


LEVELS = ('reminders.level_1', 'reminders.level_2', 'reminders.level_3')


def ladder(work: Work) -> Ladder:
    """The seller's rungs."""
    return Ladder(setting(work, 'reminders.soon_days'), setting(work, 'reminders.on_due'),
                  tuple(setting(work, key) for key in LEVELS),
                  setting(work, 'reminders.gap_days'), Decimal(setting(work, 'reminders.least')))


def customers(work: Work, today: dt.date) -> list[uuid.UUID]:
    """The customers with an open invoice that is near its day or beyond, and no reminder mail today yet."""
    told = sa.exists().where(col(Reminder.kind) == MAIL, col(Reminder.subject_id) == col(Customer.id),
                             col(Reminder.cycle) == today.isoformat())
    statement = sa.select(col(Invoice.customer_id)).join(Customer, col(Customer.id) == Invoice.customer_id).where(
        col(Customer.reminders), sa.not_(told), *asked_for(today, ladder(work))).distinct()
    return sorted(work.session.execute(statement).scalars())


def items(work: Work, customer_id: uuid.UUID, today: dt.date) -> list[Item]:
    """All that is due to a customer on this day, each at its own level, the oldest first."""
    rungs = ladder(work)
    found = candidates(work, today, rungs, customer_id)
    sent = sent_before(work, [invoice.id for invoice in found])
    waiting = under_way(work, customer_id)
    made = []
    for invoice in found:
        what = owed(invoice, today)
        if what is None or what.amount < rungs.least or invoice.id in waiting:
            continue
        step = next_step(rungs, what.on, today, sent.get((invoice.id, what.on.isoformat()), {}))
        if step is not None:
            made.append(Item(invoice, step, what))
    return made


def candidates(work: Work, today: dt.date, rungs: Ladder, customer_id: uuid.UUID) -> list[Invoice]:
    """A customer's open invoices near their day or beyond that nothing pauses."""
    return list(work.session.exec(select(Invoice).where(
        Invoice.customer_id == customer_id, *asked_for(today, rungs)).order_by(
        col(Invoice.due_on), col(Invoice.number))))


def sent_before(work: Work, invoices: Sequence[uuid.UUID]) -> dict[tuple[uuid.UUID, str], Sent]:
    """The reminders of these invoices that went out, by invoice and cycle."""
    found: dict[tuple[uuid.UUID, str], dict[Step, dt.date]] = {}
    kinds = [kind.value for kind in Kind]
    for ids in _sheets(invoices):
        for subject, cycle, kind, level, on in work.session.execute(sa.select(
                col(Reminder.subject_id), col(Reminder.cycle), col(Reminder.kind), col(Reminder.level),
                col(Reminder.on)).where(col(Reminder.kind).in_(kinds), col(Reminder.subject_id).in_(ids))):
            found.setdefault((subject, cycle), {})[Step(Kind(kind), level)] = on
    return dict[tuple[uuid.UUID, str], Mapping[Step, dt.date]](found)


def under_way(work: Work, customer_id: uuid.UUID) -> set[uuid.UUID]:
    """The invoices a payment of this customer is under way for."""
    wishes = work.session.exec(select(Payment.wishes).where(
        Payment.customer_id == customer_id, col(Payment.status).in_(UNDER_WAY)))
    return {uuid.UUID(wish['invoice']) for payment in wishes for wish in payment if wish.get('invoice')}


def in_parts() -> Any:
    """Whether an invoice is paid in instalments, each of which is due on its own day."""
    return _IN_PARTS


def asked_for(today: dt.date, rungs: Ladder) -> tuple[Any, ...]:
    """What makes an invoice one to remind of: open, near its day or in parts, and not paused."""
    near = today + dt.timedelta(days=rungs.soon)
    return (col(Invoice.kind) == InvoiceKind.INVOICE, col(Invoice.status).in_(UNSETTLED),
            sa.or_(col(Invoice.due_on) <= near, in_parts()), *unpaused(today))


def unpaused(today: dt.date) -> tuple[Any, ...]:
    """What an open invoice must be besides to be reminded of: not paused, ours, no fee, and not all disputed."""
    paused = col(Invoice.paused_until)
    return (sa.or_(paused.is_(None), paused < today), col(Invoice.source).not_in(HISTORY),
            col(Invoice.reminder_id).is_(None), col(Invoice.gross) > col(Invoice.settled) + col(Invoice.disputed))


def _sheets(ids: Sequence[uuid.UUID]) -> Iterable[Sequence[uuid.UUID]]:
    return (ids[start:start + SHEET] for start in range(0, len(ids), SHEET))
