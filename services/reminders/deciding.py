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
        col(Customer.reminders), sa.not_(told), *_asked_for(today, ladder(work))).distinct()
    return sorted(work.session.execute(statement).scalars())


def items(work: Work, customer_id: uuid.UUID, today: dt.date) -> list[Item]:
    """All that is due to a customer on this day, each at its own level, the oldest first."""
    rungs = ladder(work)
    found = candidates(work, today, rungs, customer_id)
    sent = sent_before(work, found)
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


def candidates(work: Work, today: dt.date, rungs: Ladder, customer_id: uuid.UUID | None = None) -> list[Invoice]:
    """The open invoices near their day or beyond, of all customers or of one, that nothing pauses."""
    statement = select(Invoice).where(*_asked_for(today, rungs)).order_by(col(Invoice.due_on), col(Invoice.number))
    if customer_id is not None:
        statement = statement.where(Invoice.customer_id == customer_id)
    return list(work.session.exec(statement))


def sent_before(work: Work, invoices: Sequence[Invoice]) -> dict[tuple[uuid.UUID, str], Sent]:
    """The reminders of these invoices that went out, by invoice and cycle."""
    found: dict[tuple[uuid.UUID, str], dict[Step, dt.date]] = {}
    kinds = [kind.value for kind in Kind]
    for ids in _sheets([invoice.id for invoice in invoices]):
        for row in work.session.exec(select(Reminder).where(
                col(Reminder.kind).in_(kinds), col(Reminder.subject_id).in_(ids))):
            found.setdefault((row.subject_id, row.cycle), {})[Step(Kind(row.kind), row.level)] = row.on
    return dict[tuple[uuid.UUID, str], Mapping[Step, dt.date]](found)


def under_way(work: Work, customer_id: uuid.UUID) -> set[uuid.UUID]:
    """The invoices a payment of this customer is under way for."""
    wishes = work.session.exec(select(Payment.wishes).where(
        Payment.customer_id == customer_id, col(Payment.status).in_(UNDER_WAY)))
    return {uuid.UUID(wish['invoice']) for payment in wishes for wish in payment if wish.get('invoice')}


def _asked_for(today: dt.date, rungs: Ladder) -> tuple[Any, ...]:
    near = today + dt.timedelta(days=max(rungs.soon, 0))
    in_parts = sa.cast(col(Invoice.instalments), sa.Text) != '[]'
    paused = col(Invoice.paused_until)
    return (col(Invoice.kind) == InvoiceKind.INVOICE, col(Invoice.status).in_(UNSETTLED),
            sa.or_(col(Invoice.due_on) <= near, in_parts), sa.or_(paused.is_(None), paused < today),
            col(Invoice.source).not_in(HISTORY), col(Invoice.reminder_id).is_(None),
            col(Invoice.gross) > col(Invoice.settled) + col(Invoice.disputed))


def _sheets(ids: Sequence[uuid.UUID]) -> Iterable[Sequence[uuid.UUID]]:
    return (ids[start:start + SHEET] for start in range(0, len(ids), SHEET))
