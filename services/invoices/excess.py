"""What of an order was invoiced before delivery and was cancelled since: what is to be credited."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from decimal import Decimal

from sqlmodel import col

from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from models.orders import Order, OrderStatus
from services.core.work import Work
from services.invoices.issuing import fresh_lines
from services.invoices.left import left_of

ZERO = Decimal(0)


@dataclass
class Excess:
    """What is to be credited of one invoice: quantities by its lines, and freight where nothing was ever sent."""

    invoice: Invoice
    quantities: dict[uuid.UUID, Decimal] = field(default_factory=dict)
    freight: Decimal = ZERO


def excess_of(work: Work, order: Order) -> list[Excess]:
    """What of an order is invoiced beyond what is left of it, taken from the newest invoices first."""
    over = {line.id: line.invoiced - (line.ordered - line.cancelled) for line in fresh_lines(work, order)}
    over = {line_id: quantity for line_id, quantity in over.items() if quantity > 0}
    if not over:
        return []
    lines = work.session.exec(work.reach(InvoiceLine).where(col(InvoiceLine.order_line_id).in_(over))).all()
    invoices = work.session.exec(work.reach(Invoice).where(
        col(Invoice.id).in_({line.invoice_id for line in lines}), Invoice.kind == InvoiceKind.INVOICE,
        Invoice.status != InvoiceStatus.DRAFT).order_by(col(Invoice.issued_at).desc(),
                                                        col(Invoice.number).desc())).all()
    found = []
    for invoice in invoices:
        left = left_of(work, invoice, [line for line in lines if line.invoice_id == invoice.id])
        one = Excess(invoice, freight=left.freight if order.status is OrderStatus.CANCELLED else ZERO)
        for rest in left.lines:
            quantity = min(rest.quantity, over.get(rest.line.order_line_id or rest.line.id, ZERO))
            if quantity > 0:
                one.quantities[rest.line.id] = quantity
                over[rest.line.order_line_id or rest.line.id] -= quantity
        if one.quantities:
            found.append(one)
    return found
