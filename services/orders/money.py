"""The money of an order: what is invoiced and paid of it, and what came free because it will not come."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.types import Amount
from models.core.words import _
from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from models.orders import Order, OrderLine, PaymentMethod
from models.payments import IN_HAND, Allocation, AllocationKind, Payment, Refund, RefundState
from services.core import formats
from services.core.permissions import Permission
from services.core.work import Work

ZERO = Decimal(0)


@dataclass(frozen=True)
class GivenBack:
    """What of an order's money came free: what of it is credit, and what goes or went back to where it came from."""

    credited: Decimal = ZERO
    refunded: Decimal = ZERO

    def rows(self, currency: str) -> list[tuple[str, str]]:
        """Label and amount of each, in the current language; nothing of nothing."""
        return [(label, formats.money(amount, currency)) for label, amount in (
            (_('Credit on account'), self.credited), (_('Refund'), self.refunded)) if amount]


@dataclass(frozen=True)
class OrderMoney:
    """`invoiced` less what was credited of it, `paid` with all that was `prepaid`, `due` is open of its invoices.

    Where an invoice collects several orders its money belongs to no single one: `collected` says so. `let_go` says that
    the seller wrote off what was open of an invoice.
    """

    invoiced: Decimal = ZERO
    paid: Decimal = ZERO
    due: Decimal = ZERO
    prepaid: Decimal = ZERO
    collected: bool = False
    let_go: bool = False
    given: GivenBack = GivenBack()

    @property
    def in_advance(self) -> Decimal:
        """What was paid in advance and was not given back."""
        return max(self.prepaid - self.given.credited - self.given.refunded, ZERO)


def money_of(work: Work, order: Order) -> OrderMoney | None:
    """The money of an order, for those who see the company's, and for whoever may pay one in advance."""
    in_advance = order.payment_method is PaymentMethod.PREPAYMENT and work.actor.may(Permission.PAYMENTS_READ)
    if not (work.actor.system or in_advance or work.actor.may(Permission.INVOICES_READ)):
        return None
    own = (col(Invoice.order_id) == order.id, col(Invoice.customer_id) == order.customer_id,
           col(Invoice.kind) == InvoiceKind.INVOICE, col(Invoice.status) != InvoiceStatus.DRAFT)
    due = sa.case((col(Invoice.status) == InvoiceStatus.WRITTEN_OFF, sa.literal(0, Amount())),
                  else_=col(Invoice.gross) - col(Invoice.settled))
    invoiced, open_, let_go = work.session.execute(sa.select(
        sa.func.sum(Invoice.gross - Invoice.credited, type_=Amount()), sa.func.sum(due, type_=Amount()),
        sa.func.sum(sa.case((col(Invoice.status) == InvoiceStatus.WRITTEN_OFF, 1), else_=0))).where(*own)).one()
    collected = (sa.select(col(InvoiceLine.id)).join(Invoice, col(Invoice.id) == InvoiceLine.invoice_id)
                 .join(OrderLine, col(OrderLine.id) == InvoiceLine.order_line_id).where(
        col(OrderLine.order_id) == order.id, col(InvoiceLine.customer_id) == order.customer_id,
        col(Invoice.order_id).is_(None), col(Invoice.status) != InvoiceStatus.DRAFT))
    prepaid = _in_hand(work, order, Payment.amount)
    return OrderMoney(invoiced or ZERO, prepaid + _from_elsewhere(work, order, own), open_ or ZERO, prepaid,
                      work.session.execute(collected.limit(1)).first() is not None, bool(let_go),
                      given_back(work, order))


def paid_for(work: Work, order: Order) -> Decimal:
    """What is in hand for an order, less what was paid back."""
    return _in_hand(work, order, col(Payment.amount) - col(Payment.refunded))


def given_back(work: Work, order: Order) -> GivenBack:
    """What of an order's money came free, as it stands: a refund that failed is credit again."""
    if not order.freed:
        return GivenBack()
    sent = work.session.execute(sa.select(sa.func.sum(Refund.amount, type_=Amount())).join(
        Payment, col(Payment.id) == Refund.payment_id).where(
        col(Payment.order_id) == order.id, col(Payment.customer_id) == order.customer_id,
        col(Refund.state) != RefundState.FAILED)).scalar_one() or ZERO
    refunded = min(sent, order.freed)
    return GivenBack(order.freed - refunded, refunded)


def _in_hand(work: Work, order: Order, amount: Any) -> Decimal:
    found = sa.select(sa.func.sum(amount, type_=Amount())).where(
        col(Payment.order_id) == order.id, col(Payment.customer_id) == order.customer_id,
        col(Payment.status).in_(IN_HAND))
    return work.session.execute(found).scalar_one() or ZERO


def _from_elsewhere(work: Work, order: Order, own: tuple[Any, ...]) -> Decimal:
    """What money not paid in advance for this order, and credit notes on others, settle of its invoices."""
    note = sa.orm.aliased(Invoice)
    found = (sa.select(sa.func.sum(Allocation.amount, type_=Amount()))
             .join(Invoice, col(Invoice.id) == Allocation.invoice_id)
             .outerjoin(Payment, col(Payment.id) == Allocation.payment_id)
             .outerjoin(note, col(note.id) == Allocation.credit_id)
             .where(*own, col(Allocation.reversed_at).is_(None), sa.or_(
                 sa.and_(col(Allocation.kind) == AllocationKind.PAYMENT, sa.or_(
                     col(Payment.order_id).is_(None), col(Payment.order_id) != order.id)),
                 sa.and_(col(Allocation.kind) == AllocationKind.CREDIT, sa.or_(
                     col(note.corrects_id).is_(None), col(note.corrects_id) != col(Invoice.id))))))
    return work.session.execute(found).scalar_one() or ZERO
