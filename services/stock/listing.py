"""The stock list of the office, declared once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.catalogue import Item
from models.core.types import Quantity
from models.core.words import Lazy, _l
from models.stock import LOW, Incoming, StockLevel, Warehouse
from services.core.listing import Column, Kind, Listing
from services.core.parts import Indexed
from services.core.permissions import Permission
from services.core.work import Work

_available = sa.type_coerce(col(StockLevel.on_hand) - col(StockLevel.reserved), Quantity)
STATES: Mapping[str, Lazy] = {'out': _l('Out of stock'), 'low': _l('Low'), 'there': _l('In stock')}
TONES: Mapping[str, str] = {'out': 'bad', 'low': 'warn', 'there': 'ok'}
_state = sa.case((_available <= 0, 'out'), (_available <= LOW, 'low'), else_='there')
_arriving = col(Incoming.item_id) == StockLevel.item_id, col(Incoming.warehouse_id) == StockLevel.warehouse_id
_incoming = sa.select(sa.func.sum(Incoming.quantity)).where(*_arriving).correlate(StockLevel).scalar_subquery()
_incoming_on = sa.select(sa.func.min(Incoming.expected_on)).where(*_arriving).correlate(StockLevel).scalar_subquery()


def _levels(work: Work) -> Any:
    # coalesce keeps SQLite from reading all levels first and sorting them: it goes along the items, which have an index
    of_item = sa.func.coalesce(col(Item.id), col(Item.id)) == StockLevel.item_id
    return (sa.select(StockLevel).join(Item, of_item)
            .join(Warehouse, col(Warehouse.id) == StockLevel.warehouse_id))


STOCK = Listing(
    'office-stock', _l('Stock'), Permission.STOCK_READ,
    (Column('sku', _l('SKU'), Item.sku, link='/office/items/{sku}'),
     Column('name', _l('Item'), Item.name),
     Column('warehouse', _l('Warehouse'), Warehouse.code, filter='text'),
     Column('on_hand', _l('On hand'), StockLevel.on_hand, Kind.QUANTITY),
     Column('reserved', _l('Reserved'), StockLevel.reserved, Kind.QUANTITY),
     Column('available', _l('Available'), _available, Kind.QUANTITY, filter='range'),
     Column('incoming', _l('Incoming'), _incoming, Kind.QUANTITY, sortable=False),
     Column('incoming_on', _l('Expected'), _incoming_on, Kind.DATE, sortable=False),
     Column('state', _l('State'), _state, Kind.STATUS, filter='choice', choices=lambda: STATES, tones=TONES)),
    _levels, key='id', order='sku', extra={'id': StockLevel.id, 'unit': Item.unit},
    hint=_l('SKU, name or EAN'),
    search=(Indexed(Item, col(Item.id).in_),))
