"""Goods that come in go to the order lines that wait for them, the oldest first; whoever waits hears of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col, select

from models.catalogue import Item
from models.core.words import _
from models.orders import OPEN_STATUSES, Order, OrderLine
from services.calendar import today
from services.core.work import Work
from services.orders.confirming import topics_of
from services.orders.fulfilling import promise
from services.orders.news import tell
from services.orders.reading import lines_of
from services.shipments.standing import reserved
from services.stock.levels import availability
from services.stock.reserving import Wish, reserve_all
from services.stock.wishes import tell_wishes

ZERO = Decimal(0)


def lock_waiting(work: Work, item_ids: Sequence[uuid.UUID]) -> None:
    """Lock the orders that wait for these items before stock is touched, as every act that moves goods does."""
    work.session.exec(select(Order.id).where(col(Order.id).in_(
        sa.select(col(OrderLine.order_id)).where(*_waits(item_ids)))).order_by(col(Order.id)).with_for_update()).all()


def arrived(work: Work, item_ids: Sequence[uuid.UUID]) -> None:
    """Reserve what is free of these items for waiting lines, set their dates, and tell who waits for order or item."""
    work.session.flush()
    rows = work.session.execute(sa.select(OrderLine, Order).join(
        Order, col(Order.id) == OrderLine.order_id).where(*_waits(item_ids), col(Order.status).in_(OPEN_STATUSES))
        .order_by(col(Order.placed_at), col(Order.id), col(OrderLine.position))).all()
    held: dict[uuid.UUID, Decimal] = {}
    for (line_id, _house), quantity in reserved(work, [line for line, _order in rows]).items():
        held[line_id] = held.get(line_id, ZERO) + quantity
    short = {line.id: line.open - held.get(line.id, ZERO) for line, _order in rows}
    items = {item.id: item for item in work.session.exec(select(Item).where(col(Item.id).in_(item_ids)))}
    wishes = [Wish(line.id, items[line.item_id], short[line.id]) for line, _order in rows if short[line.id] > 0]
    taken = reserve_all(work, wishes) if wishes else {}
    _tell_orders(work, [(line, order, short[line.id] - taken[line.id]) for line, order in rows if taken.get(line.id)])
    tell_wishes(work, item_ids)


def _waits(item_ids: Sequence[uuid.UUID]) -> tuple[sa.ColumnElement[bool], ...]:
    return (col(OrderLine.item_id).in_(item_ids),
            col(OrderLine.ordered) > col(OrderLine.shipped) + col(OrderLine.cancelled))


def _tell_orders(work: Work, got: Sequence[tuple[OrderLine, Order, Decimal]]) -> None:
    """New dates for the lines that got something, and one piece of news an order."""
    coming = availability(work, {line.item_id for line, _order, _short in got if line.item_id})
    orders: dict[uuid.UUID, Order] = {}
    for line, order, short in got:
        day = coming[line.item_id].incoming_on if short > 0 and line.item_id else today(work)
        if day is not None and (short > 0 or line.promised_on is None or line.promised_on > day):
            promise(work, line, day)
        orders[order.id] = order
    work.session.flush()
    for order in orders.values():
        skus = ', '.join(line.sku for line, mine, _short in got if mine.id == order.id)
        work.record('order.goods_there', order, note=_('Reserved: {skus}').format(skus=skus)[:300],
                    topics=(*topics_of(order), 'office:shipments'))
        tell(work, order, lines_of(work, order), 'goods_there')
