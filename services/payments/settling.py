"""What settles an invoice by itself as it is issued: money paid for its order, then free credits where agreed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col

from models.customers import CreditUse
from models.invoices import Invoice, InvoiceLine
from models.orders import Order
from models.payments import IN_HAND, Payment
from services.calendar import today
from services.core.work import Work
from services.payments.credits import Credit, free_credits, spread, use
from services.payments.news import customer_of
from services.payments.receiving import let_go
from services.payments.rules import discount_of, is_payable


def settle_by_itself(work: Work, invoice: Invoice) -> None:
    """Use a prepayment of its order first, then, where the customer wants that always, his credits, oldest first."""
    saved = discount_of(invoice, today(work))
    before = invoice.settled
    for payment in _paid_for(work, invoice):
        _use(work, invoice, [Credit(payment, payment.free)], invoice.open)
    if customer_of(work, invoice.customer_id).credit_use is CreditUse.ALWAYS and is_payable(invoice):
        credits = free_credits(work, invoice.customer_id, invoice.currency)
        enough = sum((credit.free for credit in credits), Decimal(0)) >= invoice.open - saved
        _use(work, invoice, credits, invoice.open - saved if enough else invoice.open)
    if invoice.settled > before:
        let_go(work, invoice, saved)


def _use(work: Work, invoice: Invoice, credits: Iterable[Credit], amount: Decimal) -> None:
    for credit, part in spread(list(credits), amount):
        if is_payable(invoice):
            use(work, invoice, credit, part)


def _paid_for(work: Work, invoice: Invoice) -> list[Payment]:
    """Money in hand that was paid for the orders on an invoice."""
    numbers = sa.select(col(InvoiceLine.order_number)).where(col(InvoiceLine.invoice_id) == invoice.id)
    orders = sa.select(col(Order.id)).where(col(Order.customer_id) == invoice.customer_id, sa.or_(
        col(Order.id) == invoice.order_id, col(Order.number).in_(numbers)))
    rows = work.session.exec(work.reach(Payment).where(
        Payment.customer_id == invoice.customer_id, col(Payment.order_id).in_(orders),
        col(Payment.status).in_(IN_HAND), Payment.currency == invoice.currency).order_by(Payment.created_at))
    return [payment for payment in rows if payment.free > 0]
