"""A list of orders as a noun's service would declare it."""

from __future__ import annotations

from typing import Any

from models.core.words import _l
from models.orders import Order, OrderStatus
from services.core.listing import Column, Kind, Listing, ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work


def _source(work: Work) -> Any:
    return work.reach(Order)


ORDERS = Listing(
    name='stand_orders', title=_l('Orders'), needs=Permission.ORDERS_READ, source=_source, key='id', order='-placed_at',
    search=(Order.number, Order.po_number), extra={'id': Order.id, 'currency': Order.currency},
    columns=(
        Column('number', _l('Order'), Order.number, link='/orders/{number}', note='placed_by_name'),
        Column('placed_at', _l('Placed'), Order.placed_at, Kind.MOMENT, filter='range'),
        Column('po_number', _l('Reference'), Order.po_number, filter='text'),
        Column('status', _l('Status'), Order.status, Kind.STATUS, filter='choice',
               choices=lambda: {s.value: _l(s.value.replace('_', ' ').capitalize()) for s in OrderStatus},
               tones={'placed': 'info', 'completed': 'ok', 'cancelled': 'bad'}),
        Column('line_count', _l('Lines'), Order.line_count, Kind.NUMBER, filter='range'),
        Column('placed_by_name', _l('Person'), Order.placed_by_name, default=False),
        Column('gross', _l('Total'), Order.gross, Kind.MONEY, currency='currency'),
    ),
)


class OrderListService(Service):
    """Serves the list."""

    @requires(Permission.ORDERS_READ)
    def list(self, query: ListQuery) -> ListPage:
        """One page."""
        return ORDERS.page(self.work, query)
