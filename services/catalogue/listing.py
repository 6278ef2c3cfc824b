"""The items of the office, declared once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.catalogue import Category, Item
from models.core.words import Lazy, _l
from models.pricing import Price, PriceKind, PriceList
from models.stock import StockLevel
from services.catalogue.editing import POLICIES
from services.core.listing import Column, Kind, Listing
from services.core.parts import Indexed
from services.core.permissions import Permission
from services.core.work import Work

STATES: Mapping[str, Lazy] = {'active': _l('Active'), 'retired': _l('Inactive')}
TONES: Mapping[str, str] = {'active': 'ok', 'retired': 'mute'}
_state = sa.case((col(Item.active), 'active'), else_='retired')
_of_item = col(StockLevel.item_id) == Item.id
_available = (sa.select(sa.func.sum(StockLevel.on_hand) - sa.func.sum(StockLevel.reserved)).where(_of_item)
              .correlate(Item).scalar_subquery())


def _base(column: Any) -> Any:
    """A value of an item's price in the base list that goes first."""
    return (sa.select(column).select_from(Price).join(PriceList, col(PriceList.id) == Price.price_list_id)
            .where(col(Price.item_id) == Item.id, col(PriceList.kind) == PriceKind.BASE, col(PriceList.active))
            .order_by(col(PriceList.priority).desc(), PriceList.code, Price.min_quantity).limit(1)  # type: ignore[arg-type]
            .correlate(Item).scalar_subquery())


def _items(work: Work) -> Any:
    return sa.select(Item).outerjoin(Category, col(Category.id) == Item.category_id)


ITEMS = Listing(
    'office-items', _l('Items'), Permission.ITEMS_READ,
    (Column('sku', _l('SKU'), Item.sku, link='/office/items/{sku}'),
     Column('name', _l('Name'), Item.name),
     Column('brand', _l('Brand'), Item.brand, filter='text'),
     Column('category', _l('Category'), Category.code, filter='text', shown='category_name'),
     Column('base_price', _l('Base price'), _base(Price.price), Kind.MONEY, currency='currency', sortable=False),
     Column('available', _l('Available'), _available, Kind.QUANTITY, sortable=False),
     Column('ean', _l('EAN'), Item.ean, default=False),
     Column('manufacturer_no', _l('Manufacturer number'), Item.manufacturer_no, default=False),
     Column('unit', _l('Unit'), Item.unit, default=False),
     Column('min_quantity', _l('Smallest quantity'), Item.min_quantity, Kind.QUANTITY, default=False),
     Column('multiple', _l('Multiple of'), Item.multiple, Kind.QUANTITY, default=False),
     Column('backorder', _l('Beyond stock'), Item.backorder, Kind.STATUS, filter='choice', choices=lambda: POLICIES,
            tones=dict.fromkeys(map(str, POLICIES), 'mute'), default=False),
     Column('sold', _l('Sold'), Item.sold, Kind.NUMBER, default=False),
     Column('created_at', _l('Created'), Item.created_at, Kind.MOMENT, default=False),
     Column('state', _l('State'), _state, Kind.STATUS, filter='choice', choices=lambda: STATES, tones=TONES)),
    _items, key='sku', order='sku', extra={'id': Item.id, 'version': Item.version, 'picture_id': Item.picture_id,
                                        'category_names': Category.names, 'active': Item.active,
                                        'currency': _base(PriceList.currency)},
    hint=_l('SKU, name, EAN or brand'),
    search=(Indexed(Item),))
