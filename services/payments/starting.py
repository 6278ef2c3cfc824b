"""Starting to pay: what is chosen is checked anew, worked out, and kept as one attempt that nobody else may double."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.core.types import new_id
from models.core.words import _
from models.customers import CreditUse, Customer
from models.invoices import Invoice
from models.orders import Order
from models.payments import Payment
from services.calendar import today
from services.core import formats
from services.core.errors import Conflict, Invalid
from services.core.numbering import PAYMENT, next_number
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.orders.money import paid_for
from services.orders.prepaying import waits_for_payment
from services.payments.credits import Credit, free_credits, spread, use
from services.payments.inputs import PayInput
from services.payments.methods import Offer, offers
from services.payments.news import customer_of, topics_of
from services.payments.receiving import let_go
from services.payments.rules import ZERO, discount_of, due_of, is_payable, is_whole_cents, least_part
from services.payments.under_way import UnderWay, under_way
from services.settings import setting
from services.submissions import claim

GO = '/pay/go/'


@dataclass(frozen=True)
class Started:
    """An attempt and where to go on: to the gateway, or, where credits were enough, to what was settled."""

    number: str
    path: str


@dataclass(frozen=True)
class Wanted:
    """One invoice and how much of it is to be paid, checked."""

    invoice: Invoice
    amount: Decimal


class PaymentService(Service):
    """Paying as a customer."""

    @requires(Permission.PAYMENTS_READ)
    def new_key(self) -> str:
        """A key for one submit, minted when the page to pay is shown."""
        return secrets.token_urlsafe(24)

    @requires(Permission.PAYMENTS_MAKE, Permission.ORDERS_PLACE, writes=True)
    def start(self, given: PayInput, *, key: str) -> Started:
        """Begin an attempt to pay, the same one for the same key; where credits cover all, they are used at once.

        Whoever may order may pay his order in advance, all else needs the right to pay. Raises Conflict for what is
        paid, or just being paid by somebody; Invalid for amounts that cannot be, part payments that are not agreed,
        and ways of paying that are not open.
        """
        self.work.require(Permission.PAYMENTS_READ)
        if not given.order:
            self.work.require(Permission.PAYMENTS_MAKE)
            self.work.require(Permission.INVOICES_READ)
        customer = customer_of(self.work, self._company(), lock=True)
        submitted = claim(self.work, 'pay', key, given)
        if submitted.result:
            return Started(submitted.result['number'], submitted.result['path'])
        busy = under_way(self.work, customer.id)
        started = self._order(customer, given, key, busy) if given.order else \
            self._invoices(customer, given, key, busy)
        submitted.result = {'number': started.number, 'path': started.path}
        self.session.add(submitted)
        return started

    def _company(self) -> uuid.UUID:
        if self.actor.customer_id is None:
            raise Invalid(_('Only customers pay here. Please record the payment instead.'))
        return self.actor.customer_id

    def _order(self, customer: Customer, given: PayInput, key: str, busy: UnderWay) -> Started:
        order = self.work.one(Order, Order.number == given.order)
        if not waits_for_payment(order):
            raise Conflict(_('{number} does not wait for a payment.').format(number=order.number))
        left = order.gross - paid_for(self.work, order) - busy.orders.get(order.id, ZERO)
        if left <= 0:
            raise Conflict(in_progress(order.number, busy.orders.get(order.id, ZERO), busy.people.get(order.id, ''),
                                        order.currency))
        return self._begin(customer, offer_of(self.work, given.method), key, Attempt(left, order=order))

    def _invoices(self, customer: Customer, given: PayInput, key: str, busy: UnderWay) -> Started:
        wanted = [wanted_of(self.work, customer, share.number, share.amount, busy) for share in given.invoices]
        if len({each.invoice.id for each in wanted}) != len(wanted):
            raise Invalid(_('The same invoice is there twice.'))
        if given.extra and not customer.overpayments:
            raise Invalid(_('Please pay no more than is open.'), field='extra')
        refuse_cents(given.extra, customer.currency, 'extra')
        wishes, money = meet(wanted, usable(self.work, customer, busy) if may_use(customer, given) else [])
        money += given.extra
        if money > 0:
            attempt = Attempt(money, wishes=[wish for each in wishes for wish in each.kept()])
            return self._begin(customer, offer_of(self.work, given.method), key, attempt)
        if not wishes:
            raise Invalid(_('Please choose something to pay.'))
        self._use_credits(customer, wishes)
        return Started('', '/payments')

    def _begin(self, customer: Customer, offer: Offer, key: str, attempt: Attempt) -> Started:
        if offer.gateway is None:
            raise Invalid(_('A bank transfer is made at your bank, with the reference shown.'), field='method')
        minutes = int(setting(self.work, 'payments.lock_minutes'))
        payment = Payment(
            id=new_id(), number=next_number(self.session, PAYMENT, today(self.work).year), customer_id=customer.id,
            method=offer.method, gateway=offer.gateway, key=f'{customer.id}:{key}', currency=customer.currency,
            amount=attempt.amount, fee=offer.fee(attempt.amount, customer.currency), wishes=attempt.wishes or [],
            order_id=attempt.order.id if attempt.order else None, created_at=self.now,
            created_by_id=self.actor.user_id, created_by_name=self.actor.name,
            expires_at=self.now + dt.timedelta(minutes=minutes),
            next_look_at=self.now + dt.timedelta(minutes=minutes))
        self.session.add(payment)
        self.session.flush()
        self.work.record('payment.started', payment, topics=topics_of(payment),
                         changes={'amount': str(payment.amount), 'fee': str(payment.fee), 'method': payment.method})
        return Started(payment.number, GO + payment.number)

    def _use_credits(self, customer: Customer, wishes: Sequence[Met]) -> None:
        """Settle invoices with credits alone; no gateway is asked."""
        day = today(self.work)
        for each in wishes:
            saved = discount_of(each.invoice, day)
            for credit, amount in each.credits:
                use(self.work, each.invoice, credit, amount)
            let_go(self.work, each.invoice, saved)
        self.work.record('credit.used', customer_id=customer.id, note=', '.join(
            str(each.invoice.number) for each in wishes)[:300], topics=(
            f'money:{customer.id}', f'company:{customer.id}', 'office:payments'))


@dataclass(frozen=True)
class Attempt:
    """What an attempt is over: an amount of money, what it is meant for, or the order it is for."""

    amount: Decimal
    wishes: list[dict[str, str]] | None = None
    order: Order | None = None


@dataclass(frozen=True)
class Met:
    """How one invoice is paid: with which credits, and with how much money."""

    invoice: Invoice
    credits: tuple[tuple[Credit, Decimal], ...]
    money: Decimal

    def kept(self) -> list[dict[str, str]]:
        """The wishes as an attempt remembers them."""
        out = [credit.wish(self.invoice, amount) for credit, amount in self.credits]
        return [*out, {'invoice': str(self.invoice.id), 'amount': str(self.money)}] if self.money else out


def meet(wanted: Sequence[Wanted], credits: Sequence[Credit]) -> tuple[list[Met], Decimal]:
    """Spread credits over what is wanted, oldest first; the rest is money."""
    left = {credit.id: credit.free for credit in credits}
    out, money = [], ZERO
    for each in wanted:
        parts = tuple(spread([Credit(credit.source, left[credit.id]) for credit in credits], each.amount))
        for credit, amount in parts:
            left[credit.id] -= amount
        rest = each.amount - sum((amount for _credit, amount in parts), ZERO)
        out.append(Met(each.invoice, parts, rest))
        money += rest
    return out, money


def may_use(customer: Customer, given: PayInput) -> bool:
    """Whether credits are to be used, and may be."""
    return given.use_credits and customer.credit_use is not CreditUse.NEVER


def usable(work: Work, customer: Customer, busy: UnderWay) -> list[Credit]:
    """The credits that no attempt under way is about to use."""
    return [Credit(credit.source, credit.free - busy.credits.get(credit.id, ZERO))
            for credit in free_credits(work, customer.id, customer.currency)]


def wanted_of(work: Work, customer: Customer, number: str, amount: Decimal, busy: UnderWay) -> Wanted:
    """One share, against what is open and not just being paid, and the rules for part payments."""
    invoice = work.one(Invoice, Invoice.number == number)
    being_paid = busy.invoices.get(invoice.id, ZERO)
    if invoice.currency != customer.currency:
        raise Invalid(_('{number} is in another currency.').format(number=number))
    refuse_cents(amount, invoice.currency, 'amount', at_least_one=True)
    if not is_payable(invoice):
        raise Conflict(_('{number} is paid already.').format(number=number))
    if amount > invoice.open - being_paid:
        if being_paid:
            raise Conflict(in_progress(number, being_paid, busy.people.get(invoice.id, ''), invoice.currency))
        raise Invalid(_('Only {amount} of {number} is open.').format(
            amount=formats.money(invoice.open, invoice.currency), number=number), field='amount')
    _refuse_part(work, customer, Wanted(invoice, amount), being_paid)
    return Wanted(invoice, amount)


def refuse_cents(amount: Decimal, currency: str, field: str, *, at_least_one: bool = False) -> None:
    """Raise Invalid for what is no sum of whole cents, `at_least_one` also for none."""
    if not amount.is_finite() or amount < 0 or (at_least_one and not amount) or not is_whole_cents(amount, currency):
        raise Invalid(_('Please give an amount above zero, in whole cents.'), field=field)


def _refuse_part(work: Work, customer: Customer, wanted: Wanted, being_paid: Decimal) -> None:
    """Raise Invalid for a part that was not agreed; what is due, undisputed, or earns the discount is no part."""
    invoice, day = wanted.invoice, today(work)
    whole = invoice.open - being_paid
    least = min(due_of(invoice, day).amount, whole - discount_of(invoice, day), whole - invoice.disputed)
    if wanted.amount >= max(least, ZERO) and least > 0:
        return
    if wanted.amount < whole and not customer.part_payments:
        raise Invalid(_('Please pay {number} whole: {amount}.').format(
            number=invoice.number, amount=formats.money(whole, invoice.currency)), field='amount')
    least = least_part(customer, whole)
    if wanted.amount < least:
        raise Invalid(_('Part payments start at {amount}.').format(amount=formats.money(least, invoice.currency)),
                      field='amount')


def offer_of(work: Work, method: str) -> Offer:
    """The way to pay of this name; raises Invalid when it is not open just now."""
    for offer in offers(work):
        if offer.method == method:
            return offer
    raise Invalid(_('This way of paying is not open just now.'), field='method')


def in_progress(number: str, amount: Decimal, person: str, currency: str) -> str:
    """Why something cannot be paid now: somebody pays it, or it is paid."""
    if not amount:
        return _('{number} is paid already.').format(number=number)
    return _('A payment of {amount} of {number} by {person} is in progress. Please wait a few minutes.').format(
        amount=formats.money(amount, currency), number=number, person=person)
