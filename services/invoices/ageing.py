"""How late a customer's open invoices are at the end of a day, told apart from what is disputed or paid ahead."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.claims import Dispute
from models.core.types import Amount
from models.customers import Customer
from models.invoices import Invoice, InvoiceKind, InvoiceStatus
from models.payments import Allocation
from services.calendar import zone
from services.core.work import Work
from services.documents.statement import Ageing


def ageing(work: Work, customer: Customer, currency: str, *, until: dt.date, closing: Decimal) -> Ageing:
    """The parts of the closing balance of a day, by how many days after their due date invoices were open then.

    What is disputed leaves its bucket; credits are what the invoices exceed the balance by.
    """
    night = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), zone(work)).astimezone(dt.UTC)
    rows = work.session.execute(_open(customer, currency, until, night)).all()
    sums = {'current': Decimal(0), 'to_30': Decimal(0), 'to_60': Decimal(0), 'to_90': Decimal(0), 'older': Decimal(0)}
    disputed = Decimal(0)
    for due_on, rest, claimed in rows:
        apart = min(claimed or Decimal(0), rest)
        disputed += apart
        sums[bucket(due_on, until)] += rest - apart
    unused = sum(sums.values(), disputed) - closing
    return Ageing(**sums, disputed=disputed, unused=unused)


def bucket(due_on: dt.date | None, day: dt.date) -> str:
    """The name of the bucket something due then stands in on a day; late begins the day after."""
    late = (day - due_on).days if due_on else 0
    if late <= 0:
        return 'current'
    return 'to_30' if late <= 30 else 'to_60' if late <= 60 else 'to_90' if late <= 90 else 'older'


def _open(customer: Customer, currency: str, until: dt.date, night: dt.datetime) -> Any:
    """Due date, open rest and disputed part of each invoice that was open when the day ended."""
    settled = (sa.select(col(Allocation.invoice_id), sa.func.sum(Allocation.amount, type_=Amount()).label('amount'))
               .where(col(Allocation.customer_id) == customer.id, col(Allocation.at) < night,
                      sa.or_(col(Allocation.reversed_at).is_(None), col(Allocation.reversed_at) >= night))
               .group_by(col(Allocation.invoice_id)).subquery())
    claimed = (sa.select(col(Dispute.invoice_id), sa.func.sum(Dispute.amount, type_=Amount()).label('amount'))
               .where(col(Dispute.customer_id) == customer.id, col(Dispute.opened_at) < night,
                      sa.or_(col(Dispute.ended_at).is_(None), col(Dispute.ended_at) >= night))
               .group_by(col(Dispute.invoice_id)).subquery())
    nothing = sa.literal(Decimal(0), Amount())
    rest = sa.type_coerce(Invoice.gross - sa.func.coalesce(settled.c.amount, nothing), Amount())
    return (sa.select(col(Invoice.due_on), rest, claimed.c.amount)
            .outerjoin(settled, settled.c.invoice_id == Invoice.id)
            .outerjoin(claimed, claimed.c.invoice_id == Invoice.id)
            .where(col(Invoice.customer_id) == customer.id, col(Invoice.currency) == currency,
                   col(Invoice.kind) == InvoiceKind.INVOICE, col(Invoice.status) != InvoiceStatus.DRAFT,
                   col(Invoice.issued_on) <= until, rest > nothing))
