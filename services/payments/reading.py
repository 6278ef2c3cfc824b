"""Payments as people look at them: the lists, one payment with what it settles, and the credits of a company."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col, select

from models.audit import Event
from models.core.types import Amount
from models.customers import Customer
from models.invoices import Invoice
from models.orders import Order
from models.payments import IN_HAND, UNDER_WAY, Allocation, AllocationKind, Payment, PaymentStatus, Refund, RefundState
from services.calendar import today
from services.core.listing import ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work, within
from services.customers.reach import company_of
from services.payments.attempts import own
from services.payments.credits import free_credits
from services.payments.listing import DESK, PAYMENTS
from services.payments.under_way import UnderWay, under_way

ZERO = Decimal(0)


@dataclass(frozen=True)
class Use:
    """A part of a payment that settles, or settled, an invoice."""

    id: uuid.UUID
    invoice: str
    amount: Decimal
    at: dt.datetime
    by: str
    reversed_at: dt.datetime | None
    why: str


@dataclass(frozen=True)
class PaymentView:
    """A payment with its customer, what it settles, its refunds and its history, oldest first.

    `wanted` are the invoices an attempt under way is meant for, with their sums; `free` is what nothing uses and no
    refund asks for.
    """

    payment: Payment
    customer: Customer
    order: str
    uses: tuple[Use, ...]
    wanted: tuple[tuple[str, Decimal], ...]
    refunds: tuple[Refund, ...]
    events: tuple[Event, ...]
    free: Decimal
    is_own: bool


@dataclass(frozen=True)
class CreditRow:
    """A credit of a company: its document, what it was worth, what is free of it and what of that is being used."""

    number: str
    path: str
    on: dt.date
    worth: Decimal
    free: Decimal


@dataclass(frozen=True)
class Money:
    """The money of a company at a glance: credits that are free, deposits for orders, what was paid this year."""

    currency: str
    credits: tuple[CreditRow, ...]
    deposits: tuple[CreditRow, ...]
    paid_this_year: Decimal

    @property
    def credit(self) -> Decimal:
        """All that is free."""
        return sum((row.free for row in self.credits), ZERO)

    @property
    def deposit(self) -> Decimal:
        """All that waits for orders."""
        return sum((row.free for row in self.deposits), ZERO)


class PaymentReading(Service):
    """Looking at payments within reach."""

    @requires(Permission.PAYMENTS_READ_COMPANY)
    def list(self, query: ListQuery) -> ListPage:
        """A page of the company's payments."""
        return PAYMENTS.page(self.work, query)

    @requires(Permission.OFFICE)
    def desk(self, query: ListQuery) -> ListPage:
        """A page of all customers' payments."""
        return DESK.page(self.work, query)

    @requires(Permission.PAYMENTS_READ)
    def read(self, number: str) -> PaymentView:
        """One payment; those who do not see the company's money see the payments they made. Raises NotFound."""
        return view_of(self.work, own(self.work, number))

    @requires(Permission.PAYMENTS_READ_COMPANY)
    def money(self, account: str = '') -> Money:
        """Credits and deposits of one's own company, or of a customer by his account number."""
        customer = company_of(self.work, account)
        prefix = '' if self.actor.is_portal else '/office'
        free = free_credits(self.work, customer.id, customer.currency)
        credits = tuple(CreditRow(
            credit.number, f'{prefix}{"/credit-notes" if isinstance(credit.source, Invoice) else "/payments"}/'
            f'{credit.number}', credit.on,
            credit.source.gross if isinstance(credit.source, Invoice) else credit.source.amount, credit.free)
            for credit in free)
        spare = {credit.id: credit.free for credit in free}
        kept = self.session.exec(self.work.reach(Payment).where(
            Payment.customer_id == customer.id, col(Payment.status).in_(IN_HAND), col(Payment.order_id).is_not(None)))
        deposits = tuple(
            CreditRow(row.number, f'{prefix}/payments/{row.number}', row.received_on or today(self.work), row.amount,
                      left) for row in kept if (left := row.free - spare.get(row.id, ZERO)) > 0)
        return Money(customer.currency, credits, deposits, self._paid(customer))

    @requires(Permission.PAYMENTS_READ_COMPANY)
    def busy(self) -> UnderWay:
        """What is just being paid by one's own company."""
        return under_way(self.work, company_of(self.work).id)

    @requires(Permission.PAYMENTS_WRITE)
    def count_waiting(self) -> int:
        """How many refunds wait for somebody of the office."""
        return int(self.session.execute(sa.select(sa.func.count()).select_from(Refund).where(sa.or_(
            col(Refund.state) == RefundState.ASKED,
            sa.and_(col(Refund.state) == RefundState.SENT, col(Refund.method) == 'bank')))).scalar_one())

    @requires(Permission.PAYMENTS_READ_COMPANY)
    def count_under_way(self) -> int:
        """How many payments of one's own company are under way."""
        statement = within(sa.select(sa.func.count()).select_from(Payment), Payment, self.actor)
        return int(self.session.execute(statement.where(col(Payment.status).in_(UNDER_WAY))).scalar_one())

    def _paid(self, customer: Customer) -> Decimal:
        first = today(self.work).replace(month=1, day=1)
        found = sa.select(sa.func.sum(Payment.amount - Payment.refunded, type_=Amount())).where(
            col(Payment.customer_id) == customer.id, col(Payment.status).in_(IN_HAND),
            col(Payment.received_on) >= first, col(Payment.currency) == customer.currency)
        return self.session.execute(found).scalar_one() or ZERO


def view_of(work: Work, payment: Payment) -> PaymentView:
    """Everything the page of a payment shows."""
    customer = work.session.exec(select(Customer).where(Customer.id == payment.customer_id)).one()
    order = work.session.exec(select(Order.number).where(Order.id == payment.order_id)).first()
    refunds = tuple(work.session.exec(work.reach(Refund).where(Refund.payment_id == payment.id)
                                      .order_by(Refund.asked_at)))
    events = work.session.exec(select(Event).where(
        col(Event.subject_id).in_([payment.id, *(refund.id for refund in refunds)]))
        .order_by(col(Event.at), col(Event.sequence))).all()
    asked = sum((refund.amount for refund in refunds if refund.state is RefundState.ASKED), ZERO)
    return PaymentView(payment, customer, order or '', _uses(work, payment), _wanted(work, payment), refunds,
                       tuple(events), max(payment.free - asked, ZERO), payment.created_by_id == work.actor.user_id)


def _uses(work: Work, payment: Payment) -> tuple[Use, ...]:
    rows = work.session.exec(select(Allocation, Invoice.number).join(
        Invoice, col(Invoice.id) == Allocation.invoice_id).where(
        Allocation.payment_id == payment.id, Allocation.kind == AllocationKind.PAYMENT)
        .order_by(col(Allocation.at), col(Invoice.number)))
    return tuple(Use(row.id, str(number), row.amount, row.at, row.by_name, row.reversed_at, row.reverse_reason)
                 for row, number in rows)


def _wanted(work: Work, payment: Payment) -> tuple[tuple[str, Decimal], ...]:
    """What an attempt is meant for, while it is open what becomes of it."""
    if payment.status in (*IN_HAND, PaymentStatus.CHARGED_BACK):
        return ()
    sums: dict[uuid.UUID, Decimal] = {}
    for wish in payment.wishes:
        key = uuid.UUID(wish['invoice'])
        sums[key] = sums.get(key, ZERO) + Decimal(wish['amount'])
    numbers = dict(iter(work.session.exec(select(Invoice.id, Invoice.number).where(
        col(Invoice.id).in_(sums), Invoice.customer_id == payment.customer_id)).all()))
    return tuple((str(numbers[key]), amount) for key, amount in sums.items() if key in numbers)
