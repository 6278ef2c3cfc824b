"""Closing the remainder: what is open and will not come is cancelled, and the order is worth what was delivered."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal

from sqlmodel import col, select

from models.core.money import line_net
from models.core.words import _
from models.orders import MoneyBack, Order, OrderLine, OrderRequest, OrderStatus, RequestState
from services.core.errors import Conflict
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.orders.cancelling import call_off
from services.orders.changing import totals_of
from services.orders.confirming import a_reason, leave, topics_of
from services.orders.fulfilling import drop_picks, follow
from services.orders.giving_back import Ending
from services.orders.news import tell
from services.orders.prepaying import go_on
from services.orders.reading import line_of, lines_of, load
from services.stock.reserving import release


class ClosingService(Service):
    """Ends what is open of an order."""

    @requires(Permission.ORDERS_CONFIRM, writes=True)
    def close_rest(self, number: str, reason: str, *, lines: Sequence[uuid.UUID] | None = None,
                   version: int | None = None, back: MoneyBack | None = None) -> None:
        """Cancel all that is open of an order, or of some lines; the customer reads the reason.

        What was paid in advance for it becomes credit or goes `back`, without a choice as the setting says. Raises
        Conflict when nothing is open, or the order was changed since `version`.
        """
        order = load(self.work, number, lock=True)
        if version is not None and version != order.version:
            raise Conflict(_('This order was changed meanwhile. Please look again.'))
        close_lines(self.work, order, lines, reason, back)


def close_lines(work: Work, order: Order, wanted: Sequence[uuid.UUID] | None, reason: str,
                back: MoneyBack | None = None) -> None:
    """Cancel what is open of these lines of a locked order, or of all; without anything shipped or open it is over."""
    reason = a_reason(reason)
    lines = lines_of(work, order)
    chosen = [line_of(lines, line_id) for line_id in wanted] if wanted is not None else lines
    ending = [line for line in chosen if line.open > 0]
    if not ending or order.status not in (OrderStatus.PLACED, OrderStatus.CONFIRMED, OrderStatus.IN_FULFILMENT):
        raise Conflict(_('Nothing of this is open any more.'))
    over = not any(line.shipped > 0 or (line.open > 0 and line not in ending) for line in lines)
    if over:
        call_off(work, order, leave(work, order, 'cancel'), reason, back)
        return
    before, money = str(order.gross), Ending(work, order)
    for line in ending:
        _cut(work, order, line)
    drop_picks(work, order)
    release(work, [line.id for line in ending])
    _end_wishes(work, order, lines)
    work.session.flush()
    if order.status is OrderStatus.PLACED:
        work.change(order, expect={'status': order.status}, **totals_of(order, lines))
    else:
        follow(work, order, lines, **totals_of(order, lines))
    work.record('order.rest_closed', order, note=reason, topics=topics_of(order), changes={
        'gross': [before, str(order.gross)], 'lines': {line.sku: str(line.cancelled) for line in ending}})
    given = money.give_back(back, reason)
    tell(work, order, lines, 'rest_closed', note=reason, given=given)
    go_on(work, order)


def _cut(work: Work, order: Order, line: OrderLine) -> None:
    line.cancelled += line.open
    line.net = line_net(line.unit_price, line.ordered - line.cancelled, order.currency)
    work.session.add(line)


def _end_wishes(work: Work, order: Order, lines: Sequence[OrderLine]) -> None:
    """A wish about lines of which nothing is open any more is answered."""
    still = {str(line.id) for line in lines if line.open > Decimal(0)}
    for request in work.session.exec(select(OrderRequest).where(
            OrderRequest.order_id == order.id, OrderRequest.state == RequestState.WAITING,
            col(OrderRequest.kind).in_(('ship_now', 'close_rest', 'partly')))).all():
        if request.kind == 'partly' and still:
            continue
        if not still.intersection(request.proposal.get('lines', ())):
            work.change(request, expect={'state': RequestState.WAITING}, state=RequestState.AGREED,
                        answered_at=work.now)
