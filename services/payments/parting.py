"""Taking money off invoices again: what came with it, a discount or a rest let go, goes too."""

from __future__ import annotations

from models.invoices import Invoice
from models.payments import Allocation, AllocationKind, Payment
from services.core.work import Work
from services.payments.allocating import live, take_back

_WITH_IT = (AllocationKind.DISCOUNT, AllocationKind.WRITE_OFF)


def part(work: Work, allocation: Allocation, reason: str) -> None:
    """Take one allocation back, and the discount or rest that was let go because of it."""
    invoice = work.one(Invoice, Invoice.id == allocation.invoice_id)
    for other in live(work, invoice=invoice):
        if other.kind in _WITH_IT and other.at >= allocation.at:
            take_back(work, other, reason)
    work.session.refresh(invoice)
    take_back(work, allocation, reason)


def part_all(work: Work, payment: Payment, reason: str) -> None:
    """Take all that a payment settles back; its money is free."""
    for allocation in live(work, payment=payment):
        part(work, allocation, reason)
    work.session.refresh(payment)
