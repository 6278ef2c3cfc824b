"""What the office answers to an order: confirm, decline, hold, release."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlmodel import col

from models.core.words import _
from models.orders import TRANSITIONS, HoldReason, MoneyBack, Order, OrderLine, OrderRequest, OrderStatus, RequestState
from services.calendar import today
from services.core.errors import Conflict, Invalid
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.customers.credit import excess_of
from services.invoices.issuing import after_confirmation
from services.orders.fulfilling import drop_picks, promise
from services.orders.news import tell
from services.orders.reading import line_of, lines_of, load, status_text
from services.stock.reserving import release


def leave(work: Work, order: Order, act: str, *, version: int | None = None) -> OrderStatus:
    """The status an act leads to; raises Conflict when table or hold do not allow it, or it changed meanwhile."""
    if version is not None and version != order.version:
        raise Conflict(_('This order was changed meanwhile. Please look again.'))
    transition = TRANSITIONS.find(order.status, act)
    if transition is None or not order.can(act):
        raise Conflict(_('{number} is {status}; that is not possible any more.').format(
            number=order.number, status=status_text(order).lower()) if order.hold is None else
            _('{number} is on hold. Release it first.').format(number=order.number))
    return transition.target


def topics_of(order: Order) -> tuple[str, ...]:
    """Where news of an order is followed."""
    return f'order:{order.id}', f'company:{order.customer_id}', 'office:orders'


def a_reason(reason: str) -> str:
    """A reason the other side will read; raises Invalid when there is none."""
    reason = reason.strip()
    if not reason:
        raise Invalid(_('Please give a reason; the customer reads it.'), field='reason')
    return reason[:300]


class OrderDesk(Service):
    """The office's answers."""

    @requires(Permission.ORDERS_CONFIRM, writes=True)
    def confirm(self, number: str, *, version: int | None = None,
                dates: Mapping[uuid.UUID, dt.date] | None = None) -> None:
        """Confirm an order, with the date each line is promised for; the customer is told at once."""
        order = load(self.work, number)
        lines = lines_of(self.work, order)
        target = leave(self.work, order, 'confirm', version=version)
        for line_id, day in (dates or {}).items():
            if day < today(self.work):
                raise Invalid(_('A promised date lies in the past.'), field='dates')
            promise(self.work, line_of(lines, line_id), day)
        self.work.change(order, expect={'status': order.status}, status=target, confirmed_at=self.now)
        self.work.record('order.confirmed', order, topics=topics_of(order))
        tell(self.work, order, lines, 'order_confirmed')
        after_confirmation(self.work, order)

    @requires(Permission.ORDERS_CONFIRM, writes=True)
    def confirm_many(self, order_ids: Sequence[uuid.UUID]) -> int:
        """Confirm several orders, leave those that cannot be as they are, and return how many were confirmed."""
        orders = self.session.exec(self.work.reach(Order).where(col(Order.id).in_(order_ids))).all()
        ready = [order for order in orders if order.status is OrderStatus.PLACED and order.hold is None]
        for order in ready:
            self.confirm(order.number)
        return len(ready)

    @requires(Permission.ORDERS_CONFIRM, writes=True)
    def decline(self, number: str, reason: str, *, version: int | None = None,
                back: MoneyBack | None = None) -> None:
        """Decline an order with a reason; its stock is free again, and what was paid becomes credit or goes `back`."""
        from services.orders.giving_back import Ending  # it leads back here: what is given back names its order
        reason = a_reason(reason)
        order = load(self.work, number, lock=True)
        target = leave(self.work, order, 'decline', version=version)
        ending = Ending(self.work, order)
        close(self.work, order, target, reason)
        self.work.record('order.declined', order, note=reason, topics=topics_of(order))
        given = ending.give_back(back, reason)
        tell(self.work, order, lines_of(self.work, order), 'order_declined', note=reason, given=given)

    @requires(Permission.ORDERS_CONFIRM, writes=True)
    def hold(self, number: str, kind: HoldReason, note: str, *, version: int | None = None) -> None:
        """Stop an order for now; the customer sees the reason and what to do."""
        note = a_reason(note)
        order = load(self.work, number)
        leave(self.work, order, 'hold', version=version)
        self.work.change(order, expect={'status': order.status}, hold=kind, hold_note=note)
        self.work.record('order.held', order, note=note, changes={'hold': kind}, topics=topics_of(order))
        tell(self.work, order, lines_of(self.work, order), 'order_held', note=note)

    @requires(Permission.ORDERS_CONFIRM, writes=True)
    def release(self, number: str, note: str = '', *, version: int | None = None) -> None:
        """Let a held order go on; one that credit holds only when the customer is no longer over it (Conflict)."""
        order = load(self.work, number)
        leave(self.work, order, 'release', version=version)
        if order.hold is HoldReason.CREDIT and excess_of(self.work, order.customer_id):
            raise Conflict(_('The customer is still over his credit. Whoever may override it can release this order '
                             'with a reason.'))
        self.work.change(order, expect={'status': order.status}, hold=None, hold_note='')
        self.work.record('order.released', order, note=note.strip()[:300], topics=topics_of(order))
        tell(self.work, order, lines_of(self.work, order), 'order_released')


def confirm_by_rule(work: Work, order: Order, lines: Sequence[OrderLine]) -> None:
    """Confirm by the seller's rule, without a person looking."""
    work.change(order, status=OrderStatus.CONFIRMED, confirmed_at=work.now)
    work.record('order.confirmed', order, note=_('Confirmed by rule'), topics=topics_of(order))
    tell(work, order, lines, 'order_confirmed')
    after_confirmation(work, order)


def close(work: Work, order: Order, target: OrderStatus, reason: str) -> None:
    """End an order that will not be fulfilled: open quantities are cancelled, stock is free, nothing waits any more."""
    lines = lines_of(work, order)
    for line in lines:
        line.cancelled += line.open
        work.session.add(line)
    drop_picks(work, order)
    release(work, [line.id for line in lines])
    for request in work.session.exec(work.reach(OrderRequest).where(
            OrderRequest.order_id == order.id, OrderRequest.state == RequestState.WAITING)):
        state = RequestState.AGREED if request.kind == 'cancel' else RequestState.REFUSED
        work.change(request, expect={'state': RequestState.WAITING}, state=state, answered_at=work.now)
    work.change(order, expect={'status': order.status}, status=target, closed_at=work.now, close_reason=reason,
                hold=None, hold_note='', uninvoiced=Decimal(0))
