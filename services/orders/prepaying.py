"""Orders that are paid before they are worked on: they go on when the money is there, and end when it never comes."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.words import _
from models.orders import OPEN_STATUSES, HoldReason, Order, OrderStatus
from models.payments import IN_HAND, UNDER_WAY, Payment
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.orders.confirming import close, confirm_by_rule, leave, topics_of
from services.orders.money import paid_for
from services.orders.news import tell
from services.orders.reading import lines_of, load
from services.settings import setting


def waits_for_payment(order: Order) -> bool:
    """Whether it is open and nothing happens to it before it is paid."""
    return order.hold is HoldReason.PAYMENT and order.status in OPEN_STATUSES


def go_on(work: Work, order: Order) -> None:
    """Release an order whose money is all there, and confirm it where the seller's rule confirms by itself."""
    if not waits_for_payment(order) or paid_for(work, order) < order.gross:
        return
    work.change(order, expect={'status': order.status, 'hold': HoldReason.PAYMENT}, hold=None, hold_note='')
    work.record('order.released', order, note=_('Paid'), topics=topics_of(order))
    lines = lines_of(work, order)
    tell(work, order, lines, 'order_released')
    if order.status is OrderStatus.PLACED and setting(work, 'orders.auto_confirm'):
        confirm_by_rule(work, order, lines)


class PrepaidOrders(Service):
    """What the clockwork does with orders that wait for their payment."""

    @requires(Permission.SYSTEM)
    def given_up(self) -> list[str]:
        """The numbers of orders that waited longer than agreed, with no money in hand or on its way."""
        before = self.now - dt.timedelta(hours=int(setting(self.work, 'payments.prepay_hours')))
        money = sa.select(col(Payment.order_id)).where(
            col(Payment.order_id).is_not(None), col(Payment.status).in_((*IN_HAND, *UNDER_WAY)))
        return list(self.session.exec(select(Order.number).where(
            Order.hold == HoldReason.PAYMENT, col(Order.status).in_(OPEN_STATUSES), col(Order.placed_at) < before,
            col(Order.id).not_in(money)).order_by(col(Order.placed_at)).limit(100)))

    @requires(Permission.SYSTEM, writes=True)
    def end(self, number: str) -> None:
        """Cancel an order that was never paid; its stock is free again, and the buyer is told."""
        order = load(self.work, number, lock=True)
        if number not in self.given_up():
            return
        reason = _('It was not paid in time.')
        close(self.work, order, leave(self.work, order, 'cancel'), reason)
        self.work.record('order.cancelled', order, note=reason, topics=topics_of(order))
        tell(self.work, order, lines_of(self.work, order), 'order_cancelled', note=reason)
