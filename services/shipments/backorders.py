"""The backorder board: every open line over all orders, when it is promised, and what of it is there now."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.types import Quantity
from models.core.words import Lazy, _, _l
from models.customers import Customer
from models.orders import OPEN_STATUSES, Order, OrderLine
from models.stock import Reservation, StockLevel, Warehouse
from services.calendar import today
from services.core import formats
from services.core.errors import Invalid, NotFound
from services.core.listing import Column, Kind, Listing, ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work, within
from services.orders.confirming import topics_of
from services.orders.fulfilling import promise
from services.orders.news import tell
from services.orders.reading import STATUSES, TONES, lines_of, load
from services.orders.wording import DELIVERIES

_open = sa.type_coerce(col(OrderLine.ordered) - col(OrderLine.shipped) - col(OrderLine.cancelled), Quantity)
_reserved = sa.func.coalesce(sa.select(sa.func.sum(Reservation.quantity)).where(
    col(Reservation.order_line_id) == OrderLine.id, col(Reservation.active)).correlate(OrderLine).scalar_subquery(),
    0, type_=Quantity())
_free = sa.func.coalesce(sa.select(sa.func.sum(col(StockLevel.on_hand) - col(StockLevel.reserved))).join(
    Warehouse, col(Warehouse.id) == StockLevel.warehouse_id).where(
    col(StockLevel.item_id) == OrderLine.item_id, col(Warehouse.active)).correlate(OrderLine).scalar_subquery(),
    0, type_=Quantity())
_there = sa.type_coerce(_reserved + _free, Quantity)
STATES: Mapping[str, Lazy] = {'ready': _l('In stock'), 'part': _l('Partly in stock'),
                              'waits': _l('Waits for goods')}
STATE_TONES: Mapping[str, str] = {'ready': 'ok', 'part': 'warn', 'waits': 'bad'}
_state = sa.case((_reserved >= _open, 'ready'), (_there > 0, 'part'), else_='waits')
_still = (col(Order.status).in_(OPEN_STATUSES),
          col(OrderLine.ordered) > col(OrderLine.shipped) + col(OrderLine.cancelled))


def _columns(prefix: str) -> tuple[Column, ...]:
    return (
        Column('number', _l('Order'), Order.number, link=f'{prefix}/orders/{{number}}'),
        Column('name', _l('Item'), OrderLine.name, note='sku'),
        Column('sku', _l('SKU'), OrderLine.sku, filter='text', default=False),
        Column('ordered', _l('Ordered'), OrderLine.ordered, Kind.QUANTITY, default=False),
        Column('shipped', _l('Shipped'), OrderLine.shipped, Kind.QUANTITY, default=False),
        Column('open', _l('To ship'), _open, Kind.QUANTITY),
        Column('there', _l('Available'), _there, Kind.QUANTITY, sortable=False),
        Column('state', _l('State'), _state, Kind.STATUS, filter='choice', choices=lambda: STATES, tones=STATE_TONES,
               sortable=False),
        Column('promised_on', _l('Promised for'), OrderLine.promised_on, Kind.DATE, filter='range', note='moved'),
        Column('promised_at', _l('Date last changed'), OrderLine.promised_at, Kind.MOMENT, default=False),
        Column('promised_before', _l('Promised before'), OrderLine.promised_before, Kind.DATE, default=False),
        Column('placed_at', _l('Placed'), Order.placed_at, Kind.MOMENT, filter='range'),
        Column('delivery', _l('When not everything is there'), Order.delivery, Kind.STATUS, filter='choice',
               choices=lambda: DELIVERIES, tones=dict.fromkeys(DELIVERIES, 'mute'), default=False),
        Column('status', _l('Order status'), Order.status, Kind.STATUS, filter='choice', choices=lambda: STATUSES,
               tones=TONES, default=False),
    )


def _lines(work: Work) -> Any:
    return within(within(sa.select(OrderLine).join(Order, col(Order.id) == OrderLine.order_id), Order, work.actor),
                  OrderLine, work.actor).where(*_still)


def _desk(work: Work) -> Any:
    return _lines(work).join(Customer, col(Customer.id) == Order.customer_id)


BACKORDERS = Listing('backorders', _l('Backorders'), Permission.BACKORDERS_READ, _columns(''), _lines, key='id',
                     order='placed_at', extra={'id': OrderLine.id, 'unit': OrderLine.unit},
                     search=(Order.number, OrderLine.sku, OrderLine.name, Order.po_number))
DESK = Listing(
    'office-backorders', _l('Backorder board'), Permission.OFFICE,
    (_columns('/office')[0],
     Column('customer', _l('Customer'), Customer.name, link='/office/customers/{account}', note='account'),
     *_columns('/office')[1:]),
    _desk, key='id', order='placed_at',
    extra={'id': OrderLine.id, 'unit': OrderLine.unit, 'account': Customer.account, 'wish': Order.delivery},
    search=(Order.number, OrderLine.sku, OrderLine.name, Customer.name))


class BackorderService(Service):
    """Looking at what is open, and the dates it is promised for."""

    @requires(Permission.BACKORDERS_READ)
    def list(self, query: ListQuery) -> ListPage:
        """A page of the company's open lines."""
        return _noted(BACKORDERS.page(self.work, query))

    @requires(Permission.OFFICE)
    def desk(self, query: ListQuery) -> ListPage:
        """A page of all customers' open lines."""
        return _noted(DESK.page(self.work, query))

    @requires(Permission.BACKORDERS_READ)
    def count_waiting(self) -> int:
        """How many lines wait for goods."""
        statement = within(within(sa.select(sa.func.count()).select_from(OrderLine).join(
            Order, col(Order.id) == OrderLine.order_id), Order, self.actor), OrderLine, self.actor)
        return int(self.session.execute(statement.where(*_still, _reserved < _open)).scalar_one())

    @requires(Permission.ORDERS_CONFIRM, writes=True)
    def promise(self, line_ids: Sequence[uuid.UUID], day: dt.date) -> int:
        """Promise these open lines for another day; each customer is told once an order. Returns how many changed.

        Raises Invalid for a day that is over, NotFound when none of the lines is open.
        """
        if day < today(self.work):
            raise Invalid(_('A promised date lies in the past.'), field='day')
        rows = self.session.execute(sa.select(col(Order.number), col(OrderLine.id)).join(
            Order, col(Order.id) == OrderLine.order_id).where(col(OrderLine.id).in_(line_ids), *_still)).all()
        if not rows:
            raise NotFound(_('Nothing of this is open any more.'))
        wanted: dict[str, list[uuid.UUID]] = defaultdict(list)
        for number, line_id in rows:
            wanted[number].append(line_id)
        return sum(self._promise(number, ids, day) for number, ids in sorted(wanted.items()))

    def _promise(self, number: str, ids: Sequence[uuid.UUID], day: dt.date) -> int:
        order = load(self.work, number, lock=True)
        lines = lines_of(self.work, order)
        moved = [line for line in lines if line.id in ids and promise(self.work, line, day)]
        if moved:
            self.session.flush()
            self.work.change(order, expect={'status': order.status})
            words = ', '.join(f'{line.sku}: {formats.date(day)}' for line in moved)[:300]
            self.work.record('order.promised', order, note=words, topics=topics_of(order))
            tell(self.work, order, lines, 'dates_changed', note=words)
        return len(moved)


def _noted(page: ListPage) -> ListPage:
    """Below a promised date what stood there before, and until when."""
    for row in page.rows:
        before, at = row.get('promised_before'), row.get('promised_at')
        row['moved'] = _('was {date}, moved on {moment}').format(
            date=formats.day(before), moment=formats.day(at.date())) if before and at else ''
    return page
