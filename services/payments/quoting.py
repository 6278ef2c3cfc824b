"""The page to pay: everything that may be paid, and what a choice of it comes to before anything is begun."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col

from models.core.words import _
from models.customers import CreditUse, Customer
from models.invoices import UNSETTLED, Invoice, InvoiceKind
from models.orders import Order
from models.payments import Payment
from services.calendar import today
from services.core.errors import DomainError
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.customers.reach import company_of
from services.orders.money import paid_for
from services.orders.prepaying import waits_for_payment
from services.payments.bank import BankFacts, bank_facts
from services.payments.credits import Credit
from services.payments.inputs import PayInput
from services.payments.methods import Offer, offers
from services.payments.proposing import FreeCredit, OpenItem, Share, propose
from services.payments.rules import ZERO, discount_of, due_of, is_payable
from services.payments.starting import in_progress, may_use, meet, offer_of, refuse_cents, usable, wanted_of
from services.payments.under_way import UnderWay, under_way

MOST = 200


@dataclass(frozen=True)
class PayRow:
    """An invoice that may be paid: what is asked for by default, and why it may be less than what is open."""

    invoice: Invoice
    due: Decimal
    due_on: dt.date | None
    discount: Decimal
    being_paid: Decimal
    payer: str
    is_overdue: bool
    is_due: bool

    @property
    def payable(self) -> Decimal:
        """What of it nobody is paying just now."""
        return self.invoice.open - self.being_paid

    @property
    def usual(self) -> Decimal:
        """What is filled in at first: the instalment due, or all that is undisputed less a discount that is earned."""
        return max(min(self.due - self.discount, self.payable), ZERO)


@dataclass(frozen=True)
class PayPage:
    """What the page to pay shows; `order` and `left` are set where an order is paid in advance."""

    customer: Customer
    rows: tuple[PayRow, ...]
    credits: tuple[Credit, ...]
    offers: tuple[Offer, ...]
    attempts: tuple[Payment, ...]
    order: Order | None = None
    left: Decimal = ZERO

    @property
    def credit(self) -> Decimal:
        """All credit that may be used."""
        return sum((credit.free for credit in self.credits), ZERO)


@dataclass(frozen=True)
class Quote:
    """What a choice comes to: credits and money, the fee, what is charged, and each invoice afterwards.

    `refusal` says why it cannot be paid so; `bank` is how to pay it by bank transfer where that is chosen.
    """

    credit: Decimal = ZERO
    money: Decimal = ZERO
    fee: Decimal = ZERO
    rows: tuple[Share, ...] = ()
    refusal: str = ''
    bank: BankFacts | None = None

    @property
    def total(self) -> Decimal:
        """What of the invoices is paid, by credits and money."""
        return sum((row.amount for row in self.rows), ZERO)

    @property
    def charged(self) -> Decimal:
        """What is taken from the customer."""
        return self.money + self.fee


@dataclass(frozen=True)
class Spread:
    """An amount spread over invoices, and what no invoice takes of it."""

    shares: tuple[Share, ...]
    rest: Decimal


class QuoteService(Service):
    """Looking before paying; nothing is changed."""

    @requires(Permission.PAYMENTS_READ)
    def page(self, numbers: Sequence[str] = (), order: str = '') -> PayPage:
        """The page for some invoices by number or id, for an order, or, with neither, for all that is open."""
        customer = company_of(self.work)
        busy = under_way(self.work, customer.id)
        sees_all = self.actor.may(Permission.INVOICES_READ)
        attempts = tuple(row for row in busy.attempts if self.actor.may(Permission.PAYMENTS_READ_COMPANY)
                         or row.created_by_id == self.actor.user_id)
        if order:
            found = self.work.one(Order, Order.number == order)
            left = found.gross - paid_for(self.work, found) if waits_for_payment(found) else ZERO
            return PayPage(customer, (), (), offers(self.work), attempts, found, left)
        if not sees_all:
            return PayPage(customer, (), (), offers(self.work), attempts)
        credits = () if customer.credit_use is CreditUse.NEVER else tuple(
            credit for credit in usable(self.work, customer, busy) if credit.free > 0)
        return PayPage(customer, self._rows(customer, numbers, busy), credits, offers(self.work), attempts)

    @requires(Permission.PAYMENTS_MAKE)
    def spread(self, amount: Decimal, numbers: Sequence[str] = (), *, use_credits: bool = False) -> Spread:
        """How an amount of money is best spread over these invoices, or over all that are open; Invalid for none."""
        page = self.page(numbers)
        refuse_cents(amount, page.customer.currency, 'amount', at_least_one=True)
        items = [item_of(row) for row in page.rows]
        credits = [FreeCredit(credit.number, credit.free) for credit in page.credits] if use_credits else []
        shares = tuple(propose(items, credits, amount, today(self.work)))
        return Spread(shares, amount - sum((share.money for share in shares), ZERO))

    @requires(Permission.PAYMENTS_READ)
    def quote(self, given: PayInput) -> Quote:
        """What this choice comes to, or why it cannot be."""
        try:
            return self._order(given) if given.order else self._invoices(given)
        except DomainError as error:
            return Quote(refusal=error.message)

    def _rows(self, customer: Customer, numbers: Sequence[str], busy: UnderWay) -> tuple[PayRow, ...]:
        statement = self.work.reach(Invoice).where(
            Invoice.kind == InvoiceKind.INVOICE, col(Invoice.status).in_(UNSETTLED),
            Invoice.currency == customer.currency, Invoice.customer_id == customer.id)
        if numbers:
            statement = statement.where(sa.or_(col(Invoice.number).in_(numbers[:MOST]),
                                               col(Invoice.id).in_(_ids(numbers[:MOST]))))
        day = today(self.work)
        rows = []
        for invoice in self.session.exec(statement.order_by(col(Invoice.due_on), col(Invoice.number)).limit(MOST)):
            due, busy_with = due_of(invoice, day), busy.invoices.get(invoice.id, ZERO)
            rows.append(PayRow(invoice, due.amount, due.on, ZERO if busy_with else discount_of(invoice, day),
                               busy_with, busy.people.get(invoice.id, ''), invoice.is_overdue(day),
                               invoice.due_now > 0 and due.on is not None and due.on <= day))
        return tuple(row for row in rows if is_payable(row.invoice))

    def _order(self, given: PayInput) -> Quote:
        page = self.page(order=given.order)
        order, busy = page.order, under_way(self.work, page.customer.id)
        if order is None or page.left <= 0:
            return Quote(refusal=_('{number} does not wait for a payment.').format(number=given.order))
        held = busy.orders.get(order.id, ZERO)
        if held:
            return Quote(refusal=in_progress(order.number, held, busy.people.get(order.id, ''), order.currency))
        offer = offer_of(self.work, given.method)
        bank = bank_facts(self.work, page.left, order.currency, [order.number]) if offer.gateway is None else None
        return Quote(money=page.left, fee=offer.fee(page.left, order.currency), bank=bank)

    def _invoices(self, given: PayInput) -> Quote:
        self.work.require(Permission.INVOICES_READ)
        customer = company_of(self.work)
        busy, day = under_way(self.work, customer.id), today(self.work)
        wanted = [wanted_of(self.work, customer, share.number, share.amount, busy)
                  for share in given.invoices if share.amount]
        met, money = meet(wanted, usable(self.work, customer, busy) if may_use(customer, given) else [])
        refuse_cents(given.extra, customer.currency, 'extra')
        money += given.extra
        if given.extra and not customer.overpayments:
            return Quote(refusal=_('Please pay no more than is open.'))
        rows = tuple(_result(each.invoice, share.amount, tuple((c.number, part) for c, part in each.credits), day)
                     for each, share in zip(met, wanted, strict=True))
        credit = sum((part for each in met for _credit, part in each.credits), ZERO)
        if not money:
            return Quote(credit=credit, rows=rows)
        offer = offer_of(self.work, given.method)
        numbers = [str(each.invoice.payment_reference or each.invoice.number) for each in met]
        bank = bank_facts(self.work, money, customer.currency, numbers) if offer.gateway is None else None
        return Quote(credit, money, offer.fee(money, customer.currency), rows, bank=bank)


def _ids(given: Sequence[str]) -> list[uuid.UUID]:
    """Those of the names that are keys, as a list's selection gives them."""
    return [uuid.UUID(text) for text in given if re.fullmatch(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', text)]


def item_of(row: PayRow) -> OpenItem:
    """An invoice as the proposal sees it."""
    invoice = row.invoice
    return OpenItem(str(invoice.number), invoice.open, row.due_on, row.discount,
                    invoice.discount_until, min(invoice.disputed + row.being_paid, invoice.open))


def _result(invoice: Invoice, amount: Decimal, credits: tuple[tuple[str, Decimal], ...], day: dt.date) -> Share:
    rest, saved = invoice.open - amount, discount_of(invoice, day)
    discount = rest if 0 < rest <= saved else ZERO
    return Share(str(invoice.number), amount - sum((part for _number, part in credits), ZERO), credits, discount,
                 rest - discount)
