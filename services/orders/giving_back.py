"""Money back: what was paid in advance for what will not come becomes credit, or goes back the way it was paid."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col

from models.core.words import _
from models.invoices import Invoice
from models.orders import MoneyBack, Order
from models.payments import IN_HAND, AllocationKind, Payment
from services.core import formats
from services.core.permissions import Permission
from services.core.work import Work
from services.invoices.crediting import CreditInput, credit
from services.invoices.excess import excess_of
from services.orders.confirming import topics_of
from services.orders.money import GivenBack
from services.payments.allocating import allocate, live, take_back
from services.payments.credits import spare_of
from services.payments.news import customer_of
from services.payments.refunding import ask_back, left_of
from services.settings import setting

ZERO = Decimal(0)


class Ending:
    """An act that takes something off an order: begun before, it knows afterwards what money came free by it."""

    def __init__(self, work: Work, order: Order) -> None:
        self.work, self.order = work, order
        self.is_paid = _is_paid(work, order)
        if self.is_paid:
            customer_of(work, order.customer_id, lock=True)
        self.before = _spare(work, order) if self.is_paid else ZERO

    def give_back(self, back: MoneyBack | None, reason: str) -> GivenBack:
        """Give back what the order does not need any more; without a choice as the seller's setting says.

        What was invoiced of it already is credited by a credit note first.
        """
        if not self.is_paid:
            return GivenBack()
        back = back or MoneyBack(setting(self.work, 'orders.money_back'))
        self.work.session.flush()
        notes = [credit(self.work, one.invoice, CreditInput(
            reason=reason, quantities=one.quantities, freight=one.freight, anew=True))
            for one in excess_of(self.work, self.order)]
        if back is MoneyBack.REFUND:
            for note in notes:
                _settle_instead(self.work, self.order, note)
        money = max(_spare(self.work, self.order) - self.before, ZERO)
        freed = money + sum((note.open for note in notes), ZERO)
        refunded = self._refund(money, reason) if back is MoneyBack.REFUND else ZERO
        return self._note(GivenBack(freed - refunded, refunded))

    def _refund(self, amount: Decimal, reason: str) -> Decimal:
        """Have money sent back, of the newest payment first; at once where whoever acts may, or the setting says so."""
        at_once = self.work.actor.is_portal or self.work.actor.may(Permission.PAYMENTS_WRITE)
        asked = ZERO
        for spare in reversed(spare_of(self.work, self.order)):
            payment = self.work.one(Payment, Payment.id == spare.id)
            part = min(spare.free, left_of(self.work, payment), amount - asked)
            if part > 0:
                ask_back(self.work, payment, part, reason, at_once=at_once)
                asked += part
        return asked

    def _note(self, given: GivenBack) -> GivenBack:
        freed = given.credited + given.refunded
        if freed:
            self.work.change(self.order, freed=self.order.freed + freed)
        for action, amount in (('order.credited', given.credited), ('order.refunded', given.refunded)):
            if amount:
                self.work.record(action, self.order, note=formats.money(amount, self.order.currency),
                                 changes={'amount': str(amount)}, topics=topics_of(self.order))
        return given


def _is_paid(work: Work, order: Order) -> bool:
    return work.session.execute(sa.select(col(Payment.id)).where(
        col(Payment.order_id) == order.id, col(Payment.customer_id) == order.customer_id,
        col(Payment.status).in_(IN_HAND)).limit(1)).first() is not None


def _spare(work: Work, order: Order) -> Decimal:
    work.session.flush()
    return sum((credit.free for credit in spare_of(work, order)), ZERO)


def _settle_instead(work: Work, order: Order, note: Invoice) -> None:
    """Have a credit note settle its invoice in place of money paid for the order, so that the money is free."""
    invoice = work.one(Invoice, Invoice.id == note.corrects_id)
    for allocation in reversed(live(work, invoice=invoice)):
        if allocation.kind is not AllocationKind.PAYMENT or note.open <= 0:
            continue
        payment = work.one(Payment, Payment.id == allocation.payment_id)
        if payment.order_id != order.id:
            continue
        part = min(allocation.amount, note.open)
        take_back(work, allocation, _('Credited by {number}').format(number=note.number))
        for row in (invoice, payment, note):
            work.session.refresh(row)
        allocate(work, invoice, part, credit=note)
        if allocation.amount > part:
            allocate(work, invoice, allocation.amount - part, payment=payment)
