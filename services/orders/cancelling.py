"""Cancelling: at once where the rules allow, else as a request the office answers."""

from __future__ import annotations

from enum import StrEnum

from models.core.words import _
from models.orders import MoneyBack, Order, OrderRequest, OrderStatus, RequestState
from services.core.errors import Conflict, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.orders.confirming import a_reason, close, leave, topics_of
from services.orders.giving_back import Ending
from services.orders.news import tell
from services.orders.reading import lines_of, load, waiting_request
from services.settings import setting


class Cancelled(StrEnum):
    """What came of the wish to cancel."""

    AT_ONCE = 'at_once'
    ASKED = 'asked'


def at_once(work: Work, order: Order) -> bool:
    """Whether a customer may cancel this order himself: up to the status the seller's setting names."""
    until = setting(work, 'orders.cancel_until')
    allowed = {'placed': (OrderStatus.PLACED,), 'confirmed': (OrderStatus.PLACED, OrderStatus.CONFIRMED)}
    return order.status in allowed.get(until, ())


def call_off(work: Work, order: Order, target: OrderStatus, reason: str, back: MoneyBack | None) -> None:
    """Cancel a locked order: its stock is free, its money goes back, and everybody hears of it."""
    ending = Ending(work, order)
    close(work, order, target, reason)
    work.record('order.cancelled', order, note=reason, topics=topics_of(order))
    given = ending.give_back(back, reason)
    tell(work, order, lines_of(work, order), 'order_cancelled', note=reason, given=given)


class CancelService(Service):
    """Cancelling orders and answering requests to."""

    @requires(Permission.ORDERS_CANCEL, writes=True)
    def cancel(self, number: str, reason: str, *, version: int | None = None,
               back: MoneyBack | None = None) -> Cancelled:
        """Cancel an order, or ask the office to; its stock is free again once it is cancelled.

        What was paid in advance becomes credit or goes back, as the office chooses or else the setting says.
        """
        reason = a_reason(reason)
        order = load(self.work, number, lock=True)
        target = leave(self.work, order, 'cancel', version=version)
        if self.actor.is_portal and not at_once(self.work, order):
            return self._ask(order, reason)
        call_off(self.work, order, target, reason, None if self.actor.is_portal else back)
        return Cancelled.AT_ONCE

    @requires(Permission.ORDERS_CONFIRM, writes=True)
    def answer(self, number: str, *, agree: bool, reason: str = '', back: MoneyBack | None = None) -> None:
        """Agree to a cancellation the customer asked for, or refuse it with a reason."""
        order = load(self.work, number, lock=True)
        request = waiting_request(self.work, order, 'cancel')
        if request is None:
            raise NotFound(_('There is no request to answer.'))
        state = RequestState.AGREED if agree else RequestState.REFUSED
        self.work.change(request, expect={'state': RequestState.WAITING}, state=state, answered_at=self.now)
        if agree:
            call_off(self.work, order, leave(self.work, order, 'cancel'), request.reason, back)
        else:
            reason = a_reason(reason)
            self.work.record('order.cancel_refused', order, note=reason, topics=topics_of(order))
            tell(self.work, order, lines_of(self.work, order), 'cancel_refused', note=reason)

    def _ask(self, order: Order, reason: str) -> Cancelled:
        if waiting_request(self.work, order, 'cancel'):
            raise Conflict(_('You already asked to cancel {number}.').format(number=order.number))
        self.session.add(OrderRequest(customer_id=order.customer_id, order_id=order.id, kind='cancel', reason=reason,
                                      asked_by_name=self.actor.name, asked_at=self.now))
        self.work.record('order.cancel_asked', order, note=reason, topics=topics_of(order))
        tell(self.work, order, lines_of(self.work, order), 'cancel_asked', note=reason)
        return Cancelled.ASKED
