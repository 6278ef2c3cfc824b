"""Refunds: never more than is left; asked for, agreed to by as many as it takes, sent, and known to have arrived.

A refund that only was asked for moves nothing. Once it is agreed to it is in the books, so that nobody spends the same
money; the reconciler has the gateway make it, outside of any transaction, with the refund's number as its key.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.types import Amount, new_id
from models.core.words import _
from models.ledger import Account
from models.payments import IN_HAND, TRANSITIONS, Payment, PaymentStatus, Refund, RefundState
from services.calendar import today
from services.core import formats
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, Invalid
from services.core.numbering import REFUND, next_number
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.core.work import Work
from services.gateways.payment import GatewayAway, GatewayRefused, Returned, Sent
from services.ledger import Source, post
from services.payments.inputs import RefundInput
from services.payments.methods import BANK, gateway_of
from services.payments.news import customer_of, tell_refund, topics_of
from services.payments.rules import is_whole_cents
from services.settings import setting
from services.submissions import claim

log = logging.getLogger('portico')


@dataclass(frozen=True)
class Sending:
    """A refund as its gateway is told about it."""

    number: str
    gateway: str
    reference: str
    amount: Decimal
    currency: str


class RefundService(Service):
    """Money back to the customer."""

    @requires(Permission.PAYMENTS_MAKE, Permission.PAYMENTS_WRITE, writes=True)
    def ask(self, given: RefundInput, *, number: str, key: str, by_hand: bool = False) -> str:
        """Ask for free money of a payment back; returns the refund's number, the same one for the same key.

        What a member of staff asks for within the limit is sent at once; else it waits for (another) one of them.
        `by_hand` is a bank transfer somebody makes. Raises Invalid for more than is free.
        """
        payment = self.work.one(Payment, Payment.number == number)
        customer_of(self.work, payment.customer_id, lock=True)
        submitted = claim(self.work, 'refund', key, given)
        if submitted.result:
            return str(submitted.result['number'])
        self.session.refresh(payment)
        refund = ask_back(self.work, payment, given.amount, given.reason, key=key, by_hand=by_hand,
                          at_once=self.actor.is_staff)
        submitted.result = {'number': refund.number}
        self.session.add(submitted)
        return refund.number

    @requires(Permission.PAYMENTS_WRITE, writes=True)
    def agree(self, number: str) -> RefundState:
        """Agree to a refund somebody asked for; above the limit two of the staff must, and never the same one twice."""
        refund, payment = self._load(number, RefundState.ASKED)
        staff = {person for person in (refund.asked_by_id if refund.from_office else None, refund.agreed_by_id)
                 if person}
        if self.actor.user_id in staff:
            raise Forbidden(_('Somebody else of the staff must agree to this refund.'))
        self.work.change(refund, expect={'state': RefundState.ASKED}, agreed_by_id=self.actor.user_id,
                         agreed_by_name=', '.join(name for name in (refund.agreed_by_name, self.actor.name) if name))
        self.work.record('refund.agreed', refund, topics=topics_of(payment))
        if len(staff) + 1 >= (2 if needs_two(self.work, refund.amount) else 1):
            _send(self.work, refund, payment)
        else:
            tell_refund(self.work, refund, 'refund_asked', office=True)
        return refund.state

    @requires(Permission.PAYMENTS_WRITE, writes=True)
    def refuse(self, number: str, reason: str) -> None:
        """Refuse a refund that is asked for; the customer reads why."""
        refund, payment = self._load(number, RefundState.ASKED)
        if not reason.strip():
            raise Invalid(_('Please give a reason; the customer reads it.'), field='reason')
        self.work.change(refund, expect={'state': RefundState.ASKED}, state=RefundState.FAILED,
                         failure=reason.strip()[:300], done_at=self.now)
        self.work.record('refund.refused', refund, note=reason.strip()[:300], topics=topics_of(payment))
        tell_refund(self.work, refund, 'refund_refused')

    @requires(Permission.PAYMENTS_WRITE, writes=True)
    def done(self, number: str, reference: str = '') -> None:
        """Note that a bank transfer was made."""
        refund, payment = self._load(number, RefundState.SENT)
        if refund.method != BANK:
            raise Conflict(_('This refund is made by the payment service itself.'))
        self.work.change(refund, expect={'state': RefundState.SENT}, state=RefundState.DONE, done_at=self.now,
                         gateway_reference=reference.strip()[:200])
        self.work.record('refund.done', refund, note=reference.strip()[:200], topics=topics_of(payment))

    @requires(Permission.PAYMENTS_WRITE, writes=True)
    def fail(self, number: str, reason: str) -> None:
        """Note that a bank transfer came back; the money is the customer's credit again."""
        refund, payment = self._load(number, RefundState.SENT)
        if refund.method != BANK:
            raise Conflict(_('This refund is made by the payment service itself.'))
        _undo(self.work, refund, payment, reason)

    @requires(Permission.SYSTEM)
    def waiting(self) -> list[Sending]:
        """The refunds a gateway has to make, or has not confirmed yet."""
        rows = self.session.exec(select(Refund, Payment).join(Payment, col(Payment.id) == Refund.payment_id).where(
            Refund.state == RefundState.SENT, Refund.method != BANK).order_by(col(Refund.asked_at)).limit(50))
        return [Sending(refund.number, str(payment.gateway), str(payment.gateway_reference), refund.amount,
                        refund.currency) for refund, payment in rows]

    @requires(Permission.SYSTEM, writes=True)
    def answered(self, number: str, answer: Returned) -> None:
        """Write down what the gateway says; a refund it could not make is taken out of the books again."""
        refund, payment = self._load(number, None)
        if refund.state is not RefundState.SENT:
            return
        if answer.state is Sent.FAILED:
            _undo(self.work, refund, payment, answer.failure or _('The payment service could not send it.'))
        elif answer.state is Sent.DONE:
            self.work.change(refund, expect={'state': RefundState.SENT}, state=RefundState.DONE, done_at=self.now,
                             gateway_reference=answer.reference)
            self.work.record('refund.done', refund, topics=topics_of(payment))

    def _load(self, number: str, state: RefundState | None) -> tuple[Refund, Payment]:
        refund = self.work.one(Refund, Refund.number == number)
        payment = self.work.one(Payment, Payment.id == refund.payment_id)
        customer_of(self.work, refund.customer_id, lock=True)
        self.session.refresh(refund)
        self.session.refresh(payment)
        if state is not None and refund.state is not state:
            raise Conflict(_('This refund was answered meanwhile. Please look again.'))
        return refund, payment


def needs_two(work: Work, amount: Decimal) -> bool:
    """Whether two of the staff must agree to so much."""
    return amount > Decimal(int(setting(work, 'payments.second_above')))


def ask_back(work: Work, payment: Payment, amount: Decimal, reason: str, *, at_once: bool,
             key: str | None = None, by_hand: bool = False) -> Refund:
    """Ask for so much free money of a payment back, within an act that has locked the company.

    `at_once` sends it where one is enough to agree; else it waits for the office. Raises Invalid for more than is free.
    """
    _refuse(work, payment, amount)
    refund = Refund(
        id=new_id(), number=next_number(work.session, REFUND, today(work).year), payment_id=payment.id,
        customer_id=payment.customer_id, amount=amount, currency=payment.currency, reason=reason, key=key,
        method=BANK if by_hand or not payment.gateway else payment.method, asked_at=work.now,
        asked_by_id=work.actor.user_id, asked_by_name=work.actor.name, from_office=work.actor.is_staff)
    work.session.add(refund)
    work.session.flush()
    work.record('refund.asked', refund, note=reason, changes={'amount': str(amount)}, topics=topics_of(payment))
    if at_once and not needs_two(work, amount):
        _send(work, refund, payment)
    else:
        tell_refund(work, refund, 'refund_asked', office=True)
    return refund


def left_of(work: Work, payment: Payment) -> Decimal:
    """What of a payment is free and not asked for back."""
    asked = work.session.execute(sa.select(sa.func.sum(Refund.amount, type_=Amount())).where(
        col(Refund.payment_id) == payment.id, col(Refund.state) == RefundState.ASKED)).scalar_one()
    return max(payment.free - (asked or Decimal(0)), Decimal(0))


def send(runtime: Runtime, sending: Sending) -> None:
    """Have the gateway make one refund; without an answer it is asked again with the same key."""
    try:
        answer = gateway_of(runtime, sending.gateway).refund(
            sending.reference, sending.amount, sending.currency, sending.number)
    except GatewayAway as error:
        log.warning('no answer to refund %s: %s', sending.number, error)
        return
    except GatewayRefused as error:
        answer = Returned('', Sent.FAILED, str(error)[:300])
    runtime.run(SYSTEM, RefundService.answered, sending.number, answer)


def send_waiting(runtime: Runtime) -> None:
    """Have the gateways make all refunds that wait for them."""
    for sending in runtime.run(SYSTEM, RefundService.waiting):
        send(runtime, sending)


def _refuse(work: Work, payment: Payment, amount: Decimal) -> None:
    left = left_of(work, payment)
    if payment.status not in IN_HAND or amount > left or not is_whole_cents(amount, payment.currency):
        raise Invalid(_('Only {amount} of {number} is not used yet.').format(
            amount=formats.money(left, payment.currency), number=payment.number), field='amount')


def _send(work: Work, refund: Refund, payment: Payment) -> None:
    """Put an agreed refund in the books; raises Conflict when its money was used meanwhile."""
    move = TRANSITIONS.find(payment.status, 'refund')
    if move is None or refund.amount > payment.free:
        raise Conflict(_('Only {amount} of {number} is not used yet.').format(
            amount=formats.money(payment.free, payment.currency), number=payment.number))
    refunded = payment.refunded + refund.amount
    work.change(payment, expect={'status': payment.status, 'refunded': payment.refunded}, refunded=refunded,
                status=PaymentStatus.REFUNDED if refunded == payment.amount else move.target)
    work.change(refund, expect={'state': RefundState.ASKED}, state=RefundState.SENT)
    post(work, refund.customer_id, refund.currency, Source('refund', refund.id, refund.number, today(work)),
         {Account.RECEIVABLE: refund.amount, Account.MONEY: -refund.amount})
    work.record('refund.sent', refund, changes={'amount': str(refund.amount)}, topics=topics_of(payment))
    tell_refund(work, refund, 'refund_sent')


def _undo(work: Work, refund: Refund, payment: Payment, reason: str) -> None:
    """Take a refund that did not arrive out of the books; its money is credit again."""
    left = payment.refunded - refund.amount
    work.change(refund, expect={'state': RefundState.SENT}, state=RefundState.FAILED, failure=reason[:300],
                done_at=work.now)
    work.change(payment, expect={'refunded': payment.refunded}, refunded=left,
                status=PaymentStatus.PARTLY_REFUNDED if left else PaymentStatus.RECEIVED)
    post(work, refund.customer_id, refund.currency, Source('refund', refund.id, refund.number, today(work)),
         {Account.RECEIVABLE: -refund.amount, Account.MONEY: refund.amount})
    work.record('refund.failed', refund, note=reason[:300], topics=topics_of(payment))
    tell_refund(work, refund, 'refund_refused')
