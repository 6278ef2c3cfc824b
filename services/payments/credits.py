"""A customer's credits: credit notes and money in hand that nothing uses yet, oldest first."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.types import Amount
from models.invoices import UNSETTLED, Invoice, InvoiceKind
from models.orders import OPEN_STATUSES, Order
from models.payments import IN_HAND, Payment
from services.core.work import Work
from services.payments.allocating import allocate

ZERO = Decimal(0)


@dataclass(frozen=True)
class Credit:
    """One credit: a credit note or a payment, and what of it is free."""

    source: Invoice | Payment
    free: Decimal

    @property
    def id(self) -> uuid.UUID:
        """The key of its document."""
        return self.source.id

    @property
    def number(self) -> str:
        """What people call it."""
        return str(self.source.number)

    @property
    def on(self) -> dt.date:
        """Since when it is there."""
        if isinstance(self.source, Invoice):
            return self.source.issued_on or self.source.created_at.date()
        return self.source.received_on or self.source.created_at.date()

    def wish(self, invoice: Invoice, amount: Decimal) -> dict[str, str]:
        """How an attempt remembers that this credit meets a part of an invoice."""
        kind = 'credit' if isinstance(self.source, Invoice) else 'money'
        return {'invoice': str(invoice.id), 'amount': str(amount), kind: str(self.id)}


def free_credits(work: Work, customer_id: uuid.UUID, currency: str) -> list[Credit]:
    """All credits of a customer in a currency, oldest first; money that an order still needs stays with it."""
    notes = work.session.exec(work.reach(Invoice).where(
        Invoice.customer_id == customer_id, Invoice.kind == InvoiceKind.CREDIT_NOTE,
        col(Invoice.status).in_(UNSETTLED), Invoice.currency == currency))
    money = work.session.exec(work.reach(Payment).where(
        Payment.customer_id == customer_id, col(Payment.status).in_(IN_HAND), Payment.currency == currency,
        col(Payment.amount) > col(Payment.allocated) + col(Payment.refunded))).all()
    found = [Credit(note, note.open) for note in notes if note.open > 0]
    found += _spare(work, [payment for payment in money if payment.free > 0])
    return sorted(found, key=lambda credit: (credit.on, credit.number))


def spare_of(work: Work, order: Order) -> list[Credit]:
    """What of the money in hand for an order it does not need any more, by payment."""
    money = work.session.exec(select(Payment).where(
        Payment.order_id == order.id, Payment.customer_id == order.customer_id, col(Payment.status).in_(IN_HAND))
        .execution_options(populate_existing=True)).all()
    return _spare(work, [payment for payment in money if payment.free > 0])


def _spare(work: Work, money: Sequence[Payment]) -> list[Credit]:
    """What of these free payments no order needs; what an order needs is kept of its oldest payments."""
    needed = _needed(work, {payment.order_id for payment in money if payment.order_id})
    out = []
    for payment in sorted(money, key=lambda payment: (payment.created_at, payment.number)):
        kept = min(needed.get(payment.order_id, ZERO), payment.free)
        if kept:
            needed[payment.order_id] -= kept
        if payment.free > kept:
            out.append(Credit(payment, payment.free - kept))
    return out


def _needed(work: Work, order_ids: Collection[uuid.UUID]) -> dict[uuid.UUID | None, Decimal]:
    """What orders still need of the money paid for them: all not invoiced yet, and what is open of their invoices.

    While one is open, no cent that rounding of its invoices left over goes astray: what it is worth less what was used.
    """
    if not order_ids:
        return {}
    owed = _sums(work, Invoice.order_id, Invoice.gross - Invoice.settled, col(Invoice.order_id).in_(order_ids),
                 col(Invoice.kind) == InvoiceKind.INVOICE, col(Invoice.status).in_(UNSETTLED))
    used = _sums(work, Payment.order_id, Payment.allocated, col(Payment.order_id).in_(order_ids),
                 col(Payment.status).in_(IN_HAND))
    rows = work.session.execute(sa.select(col(Order.id), col(Order.status), col(Order.gross), col(Order.uninvoiced))
                                .where(col(Order.id).in_(order_ids)))
    return {row.id: max(row.uninvoiced + owed.get(row.id, ZERO),
                        row.gross - used.get(row.id, ZERO) if row.status in OPEN_STATUSES else ZERO) for row in rows}


def _sums(work: Work, key: Any, amount: Any, *conditions: Any) -> dict[uuid.UUID, Decimal]:
    rows = work.session.execute(sa.select(key, sa.func.sum(amount, type_=Amount())).where(*conditions).group_by(key))
    return {owner: total or ZERO for owner, total in rows}


def use(work: Work, invoice: Invoice, credit: Credit, amount: Decimal) -> None:
    """Settle so much of an invoice with a credit."""
    if isinstance(credit.source, Invoice):
        allocate(work, invoice, amount, credit=credit.source)
    else:
        allocate(work, invoice, amount, payment=credit.source)


def spread(credits: Sequence[Credit], amount: Decimal) -> list[tuple[Credit, Decimal]]:
    """So much taken from credits in their order, as far as they reach."""
    out = []
    for credit in credits:
        part = min(credit.free, amount)
        if part > 0:
            out.append((credit, part))
            amount -= part
    return out
