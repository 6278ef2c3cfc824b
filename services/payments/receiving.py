"""Money in hand: booked once, used for what it is meant for as far as still open; the rest is the customer's credit."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _
from models.customers import Customer
from models.invoices import UNSETTLED, Invoice
from models.ledger import Account
from models.orders import Order
from models.payments import IN_HAND, TRANSITIONS, AllocationKind, Payment, PaymentStatus
from services.calendar import today
from services.core import formats
from services.core.errors import Conflict, Invalid
from services.core.numbering import PAYMENT, next_number
from services.core.work import Work
from services.ledger import Source, post
from services.orders.prepaying import go_on
from services.payments.allocating import allocate
from services.payments.news import customer_of, tell_customer, tell_office, topics_of
from services.payments.rules import ZERO, discount_of, is_payable
from services.payments.under_way import credit_in
from services.settings import setting

Wishes = Sequence[Mapping[str, str]]


def receive(work: Work, *, customer: Customer, amount: Decimal, method: str, received_on: dt.date,  # noqa: PLR0913
            wishes: Wishes = (), reference: str = '', order_id: uuid.UUID | None = None, note: str = '',
            quiet: bool = False) -> Payment:
    """Book money that came in by hand or bank, in the customer's currency, within the caller's act.

    `wishes` are [{'invoice': id, 'amount': text}]; each takes as much as is open and there is. `quiet` tells nobody.
    Raises Invalid for an amount of nothing.
    """
    if amount <= 0:
        raise Invalid(_('Please give an amount above zero.'), field='amount')
    payment = Payment(
        id=new_id(), number=next_number(work.session, PAYMENT, today(work).year), customer_id=customer.id,
        status=PaymentStatus.RECEIVED, method=method, currency=customer.currency, amount=amount, order_id=order_id,
        wishes=[dict(wish) for wish in wishes], reference=reference[:140], note=note[:300], created_at=work.now,
        created_by_id=work.actor.user_id, created_by_name=work.actor.name, received_at=work.now,
        received_on=received_on)
    work.session.add(payment)
    work.session.flush()
    _book(work, payment, quiet=quiet)
    return payment


def take(work: Work, payment: Payment, received_on: dt.date) -> bool:
    """Book the money of an attempt, also one that was let go meanwhile; False when it was booked before.

    Raises Conflict when the attempt changed at the same moment.
    """
    if payment.status in (*IN_HAND, PaymentStatus.CHARGED_BACK):
        return False
    move = TRANSITIONS.find(payment.status, 'receive')
    if move is None:
        raise Conflict(_('{number} cannot be received any more.').format(number=payment.number))
    customer_of(work, payment.customer_id, lock=True)
    work.change(payment, expect={'status': payment.status}, status=move.target, received_at=work.now,
                received_on=received_on, failure='', expires_at=None, next_look_at=None)
    _book(work, payment)
    return True


def use_as_wished(work: Work, payment: Payment) -> Decimal:
    """Settle invoices as the payment's wishes say, as far as they are still open; returns what could not be used so."""
    missed = ZERO
    for invoice_id in dict.fromkeys(wish['invoice'] for wish in payment.wishes):
        invoice = work.one(Invoice, Invoice.id == uuid.UUID(invoice_id))
        wishes = [wish for wish in payment.wishes if wish['invoice'] == invoice_id]
        saved = discount_of(invoice, payment.received_on or today(work))
        before = invoice.settled
        for wish in sorted(wishes, key=lambda wish: credit_in(wish) is None):
            missed += _meet(work, payment, invoice, wish)
        if invoice.settled > before:
            let_go(work, invoice, saved)
    return missed


def let_go(work: Work, invoice: Invoice, saved: Decimal) -> None:
    """Close what is left of an invoice that was paid in time less its discount, or but for a rest of cents."""
    rest = invoice.open
    if 0 < rest <= saved:
        allocate(work, invoice, rest, kind=AllocationKind.DISCOUNT)
    elif 0 < rest <= Decimal(setting(work, 'payments.write_off')):
        allocate(work, invoice, rest, kind=AllocationKind.WRITE_OFF)


def _meet(work: Work, payment: Payment, invoice: Invoice, wish: Mapping[str, str]) -> Decimal:
    """Use the new money or a credit for one wish; returns what is missing."""
    wanted = Decimal(wish['amount'])
    credit = work.one(Invoice, Invoice.id == uuid.UUID(wish['credit'])) if wish.get('credit') else None
    money = work.one(Payment, Payment.id == uuid.UUID(wish['money'])) if wish.get('money') else payment
    free = money.free if credit is None else credit.open if credit.status in UNSETTLED else ZERO
    share = min(wanted, free, invoice.open if is_payable(invoice) else ZERO)
    if share > 0:
        allocate(work, invoice, share, payment=money if credit is None else None, credit=credit)
    return wanted - max(share, ZERO)


def _book(work: Work, payment: Payment, *, quiet: bool = False) -> None:
    source = Source('payment', payment.id, payment.number, payment.received_on or today(work))
    post(work, payment.customer_id, payment.currency, source, {
        Account.MONEY: payment.charged, Account.RECEIVABLE: -payment.amount, Account.FEES: -payment.fee})
    missed = use_as_wished(work, payment)
    stray = _use_for_order(work, payment)
    work.record('payment.received', payment, note=payment.reference, topics=topics_of(payment),
                changes={'amount': str(payment.amount), 'fee': str(payment.fee), 'method': payment.method})
    if quiet:
        return
    tell_customer(work, payment, 'payment_received', receipted=True)
    if payment.gateway:
        tell_office(work, payment, 'payment_came')
    if missed > 0 or stray:
        note = formats.money(missed if missed > 0 else payment.free, payment.currency)
        work.record('payment.unused', payment, note=note)
        tell_office(work, payment, 'payment_unused', note=note)


def _use_for_order(work: Work, payment: Payment) -> bool:
    """Let a prepaid order go on and settle what is invoiced of it; whether the order ended before its money came."""
    if payment.order_id is None:
        return False
    order = work.one(Order, Order.id == payment.order_id)
    for invoice in work.session.exec(select(Invoice).where(
            Invoice.order_id == order.id, Invoice.customer_id == order.customer_id,
            col(Invoice.status).in_(UNSETTLED)).order_by(col(Invoice.issued_on))):
        share = min(invoice.open, payment.free) if is_payable(invoice) else ZERO
        if share > 0:
            allocate(work, invoice, share, payment=payment)
    go_on(work, order)
    return order.closed_at is not None and payment.free > 0
