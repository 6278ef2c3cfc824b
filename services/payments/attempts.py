"""What becomes of attempts at a gateway: asked outside of any transaction, then written down by compare-and-set."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import col

from models.core.words import _, language
from models.payments import TRANSITIONS, UNDER_WAY, Payment, PaymentStatus
from models.users import User
from services.calendar import zone
from services.core import formats
from services.core.actor import SYSTEM
from services.core.errors import Conflict, NotFound, Unavailable
from services.core.permissions import Permission
from services.core.runtime import Runtime, Who
from services.core.service import Service, requires
from services.core.work import Work
from services.gateways.payment import Charge, GatewayAway, GatewayRefused, Hosted, Outcome, Seen
from services.payments.charging_back import charge_back
from services.payments.methods import gateway_of
from services.payments.news import tell_customer, tell_office, topics_of
from services.payments.receiving import take
from services.settings import setting

log = logging.getLogger('portico')
LOOK_AGAIN = dt.timedelta(minutes=1)
TRIES = 3
R = TypeVar('R')
BACK = '/pay/return/'


@dataclass(frozen=True)
class Asked:
    """An attempt as its gateway is asked about it; `reference` is empty while we do not know the gateway's.

    `is_live` says that it is under way, `is_late` that its time has passed, `has_left` that the gateway may have been
    asked.
    """

    number: str
    gateway: str
    reference: str
    charge: Charge
    is_live: bool
    is_late: bool
    has_left: bool


class AttemptService(Service):
    """The steps of an attempt, one transaction each; the gateway is called between them."""

    @requires(Permission.PAYMENTS_MAKE, Permission.ORDERS_PLACE, writes=True)
    def leave(self, number: str) -> Asked:
        """Note that the person goes to the gateway, before it is asked. Raises Conflict when nothing is to be paid."""
        self.work.require(Permission.PAYMENTS_READ)
        payment = own(self.work, number)
        move = TRANSITIONS.find(payment.status, 'leave')
        if move is None:
            raise Conflict(_('{number} is not to be paid any more.').format(number=number))
        self.work.change(payment, expect={'status': payment.status}, status=move.target,
                         next_look_at=self.now + LOOK_AGAIN)
        return _asked(self.work, payment)

    @requires(Permission.PAYMENTS_MAKE, Permission.ORDERS_PLACE)
    def about(self, number: str) -> Asked:
        """What the gateway is asked about an attempt of one's own, or of the company for those who may pay."""
        self.work.require(Permission.PAYMENTS_READ)
        return _asked(self.work, own(self.work, number))

    @requires(Permission.SYSTEM)
    def due(self, limit: int = 50) -> list[Asked]:
        """The attempts it is time to ask about."""
        rows = self.session.exec(self.work.reach(Payment).where(
            col(Payment.status).in_(UNDER_WAY), col(Payment.next_look_at) <= self.now)
            .order_by(col(Payment.next_look_at)).limit(limit))
        return [_asked(self.work, row) for row in rows]

    @requires(Permission.SYSTEM, writes=True)
    def open(self, number: str, reference: str) -> None:
        """Keep the gateway's reference of an attempt."""
        payment = self._attempt(number)
        if payment.gateway_reference != reference:
            self.work.change(payment, gateway_reference=reference, status=PaymentStatus.PENDING
                             if payment.status is PaymentStatus.UNKNOWN else payment.status)
            self.work.announce(*topics_of(payment))

    @requires(Permission.SYSTEM, writes=True)
    def lose(self, number: str) -> None:
        """Note that an answer was lost; the reconciler asks until it knows."""
        payment = self._attempt(number)
        move = TRANSITIONS.find(payment.status, 'lose')
        if move is not None:
            self.work.change(payment, expect={'status': payment.status}, status=move.target,
                             next_look_at=self.now + LOOK_AGAIN)
            self.work.record('payment.lost', payment, topics=topics_of(payment))

    @requires(Permission.SYSTEM, writes=True)
    def settle(self, number: str, seen: Seen, end: str = 'expire') -> str:
        """Bring an attempt in line with what its gateway says, and return in a word what that did."""
        return settle(self.work, self._attempt(number), seen, end)

    @requires(Permission.SYSTEM, writes=True)
    def wait(self, number: str) -> None:
        """Ask again later."""
        payment = self._attempt(number)
        if payment.status in UNDER_WAY:
            self.work.change(payment, next_look_at=self.now + LOOK_AGAIN)

    @requires(Permission.SYSTEM, writes=True)
    def let_go(self, number: str, act: str) -> None:
        """Let an attempt go that never reached its gateway; what it held is free again."""
        release(self.work, self._attempt(number), act)

    def _attempt(self, number: str) -> Payment:
        return self.work.one(Payment, Payment.number == number)


def settle(work: Work, payment: Payment, seen: Seen, end: str = 'expire') -> str:
    """The effect of what a gateway says: money in hand, an end, or nothing; other sums are refused and told."""
    if seen.outcome in (Outcome.PAID, Outcome.CHARGED_BACK) and (seen.amount, seen.currency) != (
            payment.charged, payment.currency):
        note = formats.money(seen.amount, seen.currency)
        work.record('payment.differs', payment, note=note, topics=topics_of(payment))
        tell_office(work, payment, 'payment_differs', note=note)
        return 'differs'
    if seen.outcome is Outcome.PAID:
        day = (seen.paid_at or work.now).astimezone(zone(work)).date()
        return 'received' if take(work, payment, day) else 'known'
    if seen.outcome is Outcome.CHARGED_BACK:
        return 'charged_back' if charge_back(work, payment, _('Reported by the bank')) else 'known'
    if seen.outcome is Outcome.OPEN:
        return 'open'
    return release(work, payment, 'fail' if seen.outcome is Outcome.FAILED else end, seen.failure)


def release(work: Work, payment: Payment, act: str, failure: str = '') -> str:
    """End an attempt without money; its invoices were never touched. What ended before stays as it is."""
    move = TRANSITIONS.find(payment.status, act)
    if move is None:
        return 'known'
    work.change(payment, expect={'status': payment.status}, status=move.target, failure=failure[:300],
                expires_at=None, next_look_at=None)
    work.record(f'payment.{move.target}', payment, note=failure[:300], topics=topics_of(payment))
    if act == 'fail':
        tell_customer(work, payment, 'payment_failed')
    return move.target.value


def own(work: Work, number: str) -> Payment:
    """A payment of this number: one's own, or any of the company for those who see its money. Raises NotFound."""
    payment = work.one(Payment, Payment.number == number)
    if not work.actor.may(Permission.PAYMENTS_READ_COMPANY) and payment.created_by_id != work.actor.user_id:
        raise NotFound(_('There is nothing here, or it is not yours to see.'))
    return payment


def go(runtime: Runtime, who: Who, number: str) -> str:
    """Open the gateway's page for an attempt and return its address.

    Raises Conflict when the gateway refuses, Unavailable when it does not answer; then the reconciler finds out.
    """
    asked = runtime.run(who, AttemptService.leave, number)
    try:
        return _begin(runtime, asked).address
    except GatewayRefused as error:
        runtime.run(SYSTEM, AttemptService.let_go, number, 'fail')
        raise Conflict(_('The payment could not be started: {reason}').format(reason=str(error)[:200])) from None
    except GatewayAway:
        log.warning('no answer from the gateway for %s', number)
        runtime.run(SYSTEM, AttemptService.lose, number)
        raise Unavailable(_('The payment service does not answer just now. Nothing is lost: we ask again and tell you '
                            'what became of {number}.').format(number=number)) from None


def ask(runtime: Runtime, asked: Asked, *, end: str = '') -> str:
    """Ask the gateway how an attempt stands, and write down what it says.

    `end` (expire or cancel) ends it there first, so that nobody pays it any more, and says as what. Returns in a word
    what that did; 'away' when there is no answer, 'open' when it may still be paid.
    """
    try:
        reference = asked.reference or _begin(runtime, asked).reference
        gateway = gateway_of(runtime, asked.gateway)
        seen = gateway.end(reference) if end else gateway.look(reference)
    except GatewayAway:
        runtime.run(SYSTEM, AttemptService.wait, asked.number)
        return 'away'
    except GatewayRefused as error:
        log.warning('the gateway refuses %s: %s', asked.number, error)
        runtime.run(SYSTEM, AttemptService.wait, asked.number)
        return 'away'
    return again(lambda: runtime.run(SYSTEM, AttemptService.settle, asked.number, seen, end or 'expire'))


def give_up(runtime: Runtime, who: Who, number: str) -> str:
    """End an attempt of one's own, so that others may pay; when it was paid just before, its money is booked."""
    asked = runtime.run(who, AttemptService.about, number)
    if not asked.is_live:
        return 'known'
    if not asked.has_left:
        runtime.run(SYSTEM, AttemptService.let_go, number, 'cancel')
        return 'cancelled'
    return ask(runtime, asked, end='cancel')


def come_back(runtime: Runtime, who: Who, number: str) -> str:
    """Ask the gateway about an attempt whose person has returned; it is not ended, for its money may be on the way."""
    asked = runtime.run(who, AttemptService.about, number)
    return ask(runtime, asked) if asked.is_live and asked.has_left else 'known'


def again(act: Callable[[], R]) -> R:
    """Carry out an act of the system once more when a person changed the same thing at the same moment."""
    for _attempt in range(TRIES - 1):
        try:
            return act()
        except Conflict:
            continue
    return act()


def _begin(runtime: Runtime, asked: Asked) -> Hosted:
    hosted = gateway_of(runtime, asked.gateway).begin(asked.charge)
    runtime.run(SYSTEM, AttemptService.open, asked.number, hosted.reference)
    return hosted


def _asked(work: Work, payment: Payment) -> Asked:
    payer = work.session.get(User, payment.created_by_id) if payment.created_by_id else None
    seller = str(setting(work, 'seller.name'))
    with language(payer.language if payer else work.actor.language):
        words = _('{seller}, payment {number}').format(seller=seller, number=payment.number)
    until = payment.created_at + dt.timedelta(minutes=int(setting(work, 'payments.lock_minutes')))
    charge = Charge(f'portico-{payment.id}', payment.number, payment.charged, payment.currency, words,
                    payer.email if payer else '', f'{work.runtime.config.url}{BACK}{payment.number}', until)
    late = payment.expires_at is not None and payment.expires_at <= work.now
    return Asked(payment.number, str(payment.gateway), payment.gateway_reference or '', charge,
                 payment.status in UNDER_WAY, late, payment.status is not PaymentStatus.CREATED)
