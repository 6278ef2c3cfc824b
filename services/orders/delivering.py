"""Whole or in parts: what the customer wants when not all is there, held to until he agrees or the office decides."""

from __future__ import annotations

from collections.abc import Mapping

from models.core.types import new_id
from models.core.words import Lazy, _, _l
from models.orders import OPEN_STATUSES, Delivery, Order, OrderRequest, RequestState
from services.core.errors import Conflict, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.orders.confirming import a_reason, topics_of
from services.orders.news import tell
from services.orders.reading import lines_of, load, waiting_request

PARTLY = 'partly'
WHY: Mapping[str, Lazy] = {
    Delivery.COMPLETE: _l('The customer wants everything of this order together.'),
    Delivery.ASK: _l('The customer wants to be asked before a part of this order is shipped.')}


class DeliveryService(Service):
    """Asking the customer, his answer, and the office's own decision."""

    @requires(Permission.ORDERS_CONFIRM, writes=True)
    def allow(self, number: str, reason: str, *, version: int | None = None) -> None:
        """Let an order be shipped in parts against the customer's wish; he reads the reason.

        Raises Conflict where he does not mind, or when the order ended or changed since `version`.
        """
        order = _open(self.work, number, version)
        allow(self.work, order, reason)

    @requires(Permission.ORDERS_CONFIRM, writes=True)
    def ask(self, number: str, words: str, *, version: int | None = None) -> None:
        """Ask the customer whether a part may leave already; raises Conflict while he has not answered."""
        words = a_reason(words)
        order = _open(self.work, number, version)
        if waiting_request(self.work, order, PARTLY):
            raise Conflict(_('The customer has not answered your question yet.'))
        self.session.add(OrderRequest(
            id=new_id(), customer_id=order.customer_id, order_id=order.id, kind=PARTLY, from_office=True, reason=words,
            asked_by_name=self.actor.name, asked_at=self.now))
        self.work.record('order.partly_asked', order, note=words, topics=topics_of(order))
        tell(self.work, order, lines_of(self.work, order), 'partly_asked', note=words)

    @requires(Permission.ORDERS_PLACE, writes=True)
    def answer(self, number: str, *, agree: bool) -> None:
        """The customer lets a part leave, or wants everything together; raises NotFound when nobody asked."""
        order = load(self.work, number, lock=True)
        request = waiting_request(self.work, order, PARTLY)
        if request is None or not self.actor.is_portal:
            raise NotFound(_('There is no request to answer.'))
        state = RequestState.AGREED if agree else RequestState.REFUSED
        self.work.change(request, expect={'state': RequestState.WAITING}, state=state, answered_at=self.now)
        _set(self.work, order, Delivery.AVAILABLE if agree else Delivery.COMPLETE)
        self.work.record('order.partly_agreed' if agree else 'order.partly_refused', order, topics=topics_of(order))
        tell(self.work, order, lines_of(self.work, order), 'partly_answered')


def allow(work: Work, order: Order, reason: str) -> None:
    """Let a locked order be shipped in parts, for whoever may decide that."""
    work.require(Permission.ORDERS_CONFIRM)
    reason = a_reason(reason)
    request = waiting_request(work, order, PARTLY)
    if request is not None:
        work.change(request, expect={'state': RequestState.WAITING}, state=RequestState.AGREED, answered_at=work.now)
    before = order.delivery
    _set(work, order, Delivery.AVAILABLE)
    work.record('order.partly_allowed', order, note=reason, topics=topics_of(order),
                changes={'delivery': [before.value, order.delivery.value]})
    tell(work, order, lines_of(work, order), 'partly_allowed', note=reason)


def demand_whole(work: Work, order: Order, leaves_rest: bool, reason: str = '') -> None:
    """Stop what would leave a rest of an order that is wanted whole, unless the customer asked for a part himself.

    A `reason` lets it pass for whoever may decide that. Raises Conflict.
    """
    if not leaves_rest or order.delivery is Delivery.AVAILABLE or waiting_request(work, order, 'ship_now'):
        return
    if not reason.strip():
        raise Conflict(f'{WHY[order.delivery]} {_("Ship all of it, or allow a part with a reason.")}', field='partly')
    allow(work, order, reason)


def _open(work: Work, number: str, version: int | None) -> Order:
    order = load(work, number, lock=True)
    if version is not None and version != order.version:
        raise Conflict(_('This order was changed meanwhile. Please look again.'))
    if order.status not in OPEN_STATUSES or order.delivery is Delivery.AVAILABLE:
        raise Conflict(_('{number} may be shipped in parts.').format(number=number))
    return order


def _set(work: Work, order: Order, delivery: Delivery) -> None:
    work.change(order, expect={'status': order.status}, delivery=delivery)
