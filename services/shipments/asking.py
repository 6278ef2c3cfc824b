"""What a customer asks of open lines: ship what is there, or cancel the rest; the office answers."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _
from models.orders import OPEN_STATUSES, MoneyBack, Order, OrderLine, OrderRequest, RequestState
from services.core.errors import Conflict, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work, within
from services.orders.closing import close_lines
from services.orders.confirming import a_reason, topics_of
from services.orders.delivering import PARTLY
from services.orders.news import tell
from services.orders.reading import lines_of, load, waiting_request
from services.settings import setting

SHIP, CLOSE = 'ship_now', 'close_rest'


class AskingService(Service):
    """Wishes about what is still open, over all of a customer's orders, and their answers."""

    @requires(Permission.ORDERS_CANCEL, writes=True)
    def ship_now(self, line_ids: Sequence[uuid.UUID]) -> int:
        """Ask the office to ship what is there of these lines; returns of how many orders."""
        return self._ask(SHIP, line_ids, reason='')

    @requires(Permission.ORDERS_CANCEL, writes=True)
    def close_rest(self, line_ids: Sequence[uuid.UUID], reason: str, *,
                   back: MoneyBack | None = None) -> tuple[int, bool]:
        """Cancel what is open of these lines, at once where the seller lets customers, else ask the office to.

        Returns of how many orders, and whether it is done already.
        """
        reason = a_reason(reason)
        at_once = self.actor.is_staff or setting(self.work, 'orders.close_rest') == 'at_once'
        if not at_once:
            return self._ask(CLOSE, line_ids, reason=reason), False
        found = self._lines(line_ids)
        for number, lines in found.items():
            close_lines(self.work, load(self.work, number, lock=True), lines, reason,
                        None if self.actor.is_portal else back)
        return len(found), True

    @requires(Permission.ORDERS_CONFIRM, writes=True)
    def answer(self, number: str, kind: str, *, agree: bool, reason: str = '',
               back: MoneyBack | None = None) -> None:
        """Agree to cancel the rest of lines, or refuse a wish with a reason; shipping itself agrees to the other."""
        order = load(self.work, number, lock=True)
        request = waiting_request(self.work, order, kind)
        if request is None or kind not in (SHIP, CLOSE) or (agree and kind == SHIP):
            raise NotFound(_('There is no request to answer.'))
        state = RequestState.AGREED if agree else RequestState.REFUSED
        self.work.change(request, expect={'state': RequestState.WAITING}, state=state, answered_at=self.now)
        if agree:
            close_lines(self.work, order, [uuid.UUID(line) for line in request.proposal['lines']], request.reason, back)
            return
        reason = a_reason(reason)
        self.work.record('order.wish_refused', order, note=reason, topics=topics_of(order))
        tell(self.work, order, lines_of(self.work, order), 'wish_refused', note=reason)

    def _ask(self, kind: str, line_ids: Sequence[uuid.UUID], *, reason: str) -> int:
        found = self._lines(line_ids)
        for number, lines in found.items():
            order = load(self.work, number, lock=True)
            if waiting_request(self.work, order, kind):
                raise Conflict(_('You already asked that for {number}.').format(number=number))
            self.session.add(OrderRequest(
                id=new_id(), customer_id=order.customer_id, order_id=order.id, kind=kind, reason=reason,
                proposal={'lines': [str(line) for line in lines]}, asked_by_name=self.actor.name, asked_at=self.now))
            self.session.flush()
            action = 'order.ship_asked' if kind == SHIP else 'order.rest_asked'
            self.work.record(action, order, note=reason, topics=topics_of(order))
            tell(self.work, order, lines_of(self.work, order), 'ship_asked' if kind == SHIP else 'rest_asked',
                 note=reason)
        return len(found)

    def _lines(self, line_ids: Sequence[uuid.UUID]) -> dict[str, list[uuid.UUID]]:
        """The open lines within reach by number of their order; raises NotFound when there is none."""
        statement = within(sa.select(col(Order.number), col(OrderLine.id)).join(
            Order, col(Order.id) == OrderLine.order_id), Order, self.actor)
        rows = self.session.execute(statement.where(
            col(OrderLine.id).in_(line_ids), col(Order.status).in_(OPEN_STATUSES),
            col(OrderLine.ordered) > col(OrderLine.shipped) + col(OrderLine.cancelled))
            .order_by(col(Order.number), col(OrderLine.position))).all()
        if not rows:
            raise NotFound(_('Nothing of this is open any more.'))
        found: dict[str, list[uuid.UUID]] = defaultdict(list)
        for number, line_id in rows:
            found[number].append(line_id)
        return dict(found)


def answer_by_shipping(work: Work, order: Order) -> None:
    """What was asked to be shipped is on its way; whether a part may be is no question where all of it left."""
    kinds = (SHIP,) if order.status in OPEN_STATUSES else (SHIP, PARTLY)
    for request in work.session.exec(select(OrderRequest).where(
            OrderRequest.order_id == order.id, col(OrderRequest.kind).in_(kinds),
            OrderRequest.state == RequestState.WAITING)).all():
        work.change(request, expect={'state': RequestState.WAITING}, state=RequestState.AGREED, answered_at=work.now)
