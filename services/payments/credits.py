"""A customer's credits: credit notes and money in hand that nothing uses yet, oldest first."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col

from models.invoices import UNSETTLED, Invoice, InvoiceKind
from models.orders import OPEN_STATUSES, Order
from models.payments import IN_HAND, Payment
from services.core.work import Work
from services.payments.allocating import allocate


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
    """All credits of a customer in a currency, oldest first; money for an order that is still open stays with it."""
    notes = work.session.exec(work.reach(Invoice).where(
        Invoice.customer_id == customer_id, Invoice.kind == InvoiceKind.CREDIT_NOTE,
        col(Invoice.status).in_(UNSETTLED), Invoice.currency == currency))
    waiting = sa.select(col(Order.id)).where(col(Order.customer_id) == customer_id,
                                             col(Order.status).in_(OPEN_STATUSES))
    money = work.session.exec(work.reach(Payment).where(
        Payment.customer_id == customer_id, col(Payment.status).in_(IN_HAND), Payment.currency == currency,
        col(Payment.amount) > col(Payment.allocated) + col(Payment.refunded),
        sa.or_(col(Payment.order_id).is_(None), col(Payment.order_id).not_in(waiting))))
    found = [Credit(note, note.open) for note in notes if note.open > 0]
    found += [Credit(payment, payment.free) for payment in money if payment.free > 0]
    return sorted(found, key=lambda credit: (credit.on, credit.number))


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
