"""Which invoices and credit notes belong to an order."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import col

from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from models.orders import Order
from services.core.work import Work
from services.invoices.news import path_of, right_to


def related(work: Work, order: Order) -> Iterable[tuple[str, str]]:
    """Number and path of the invoices and credit notes of an order, for those who may see invoices."""
    on_lines = sa.select(col(InvoiceLine.invoice_id)).where(
        col(InvoiceLine.order_number) == order.number, col(InvoiceLine.customer_id) == order.customer_id)
    kinds = [kind for kind in InvoiceKind if work.actor.may(right_to(kind))]
    found = work.session.exec(work.reach(Invoice).where(
        sa.or_(col(Invoice.order_id) == order.id, col(Invoice.id).in_(on_lines)),
        Invoice.status != InvoiceStatus.DRAFT,
        col(Invoice.kind).in_(kinds)).order_by(Invoice.issued_at, Invoice.number)).all()
    return [(str(row.number), path_of(row)) for row in found]
