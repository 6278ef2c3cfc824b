"""The lists of price lists and of their prices, declared once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.catalogue import Item
from models.core.words import Lazy, _l
from models.customers import Customer
from models.pricing import Price, PriceKind, PriceList
from services.core.listing import Column, Kind, Listing
from services.core.permissions import Permission
from services.core.work import Work

KINDS: Mapping[str, Lazy] = {
    PriceKind.CONTRACT: _l('Contract'), PriceKind.CUSTOMER: _l('Customer list'), PriceKind.GROUP: _l('Group list'),
    PriceKind.BASE: _l('Base list'), PriceKind.PROMOTION: _l('Promotion'),
}
TONES: Mapping[str, str] = {
    PriceKind.CONTRACT: 'info', PriceKind.CUSTOMER: 'info', PriceKind.GROUP: 'mute', PriceKind.BASE: 'mute',
    PriceKind.PROMOTION: 'ok',
}
_count = (sa.select(sa.func.count()).select_from(Price).where(col(Price.price_list_id) == PriceList.id)
          .correlate(PriceList).scalar_subquery())


def _lists(work: Work) -> Any:
    return sa.select(PriceList).outerjoin(Customer, col(Customer.id) == PriceList.customer_id)


def _prices(work: Work) -> Any:
    return (sa.select(Price).join(Item, col(Item.id) == Price.item_id)
            .join(PriceList, col(PriceList.id) == Price.price_list_id))


PRICE_LISTS = Listing(
    'office-price-lists', _l('Price lists'), Permission.PRICE_LISTS_READ,
    (Column('code', _l('Code'), PriceList.code, link='/office/price-lists/{code}'),
     Column('name', _l('Name'), PriceList.name),
     Column('kind', _l('Kind'), PriceList.kind, Kind.STATUS, filter='choice', choices=lambda: KINDS, tones=TONES),
     Column('customer', _l('Customer'), Customer.name, link='/office/customers/{account}', filter='text'),
     Column('currency', _l('Currency'), PriceList.currency, filter='text'),
     Column('valid_from', _l('Valid from'), PriceList.valid_from, Kind.DATE, filter='range'),
     Column('valid_to', _l('Valid until'), PriceList.valid_to, Kind.DATE, filter='range'),
     Column('priority', _l('Priority'), PriceList.priority, Kind.NUMBER, default=False),
     Column('prices', _l('Prices'), _count, Kind.NUMBER, sortable=False),
     Column('active', _l('Active'), PriceList.active, Kind.FLAG, filter='choice',
            choices=lambda: {'true': _l('Yes'), 'false': _l('No')})),
    _lists, key='id', order='code', extra={'id': PriceList.id, 'account': Customer.account},
    search=(PriceList.code, PriceList.name, Customer.name, Customer.account))
PRICES = Listing(
    'office-prices', _l('Prices'), Permission.PRICE_LISTS_READ,
    (Column('sku', _l('SKU'), Item.sku, link='/office/items/{sku}', filter='exact'),
     Column('name', _l('Item'), Item.name),
     Column('min_quantity', _l('From quantity'), Price.min_quantity, Kind.QUANTITY),
     Column('price', _l('Net price'), Price.price, Kind.MONEY, currency='currency', filter='range'),
     Column('list', _l('Price list'), PriceList.code, link='/office/price-lists/{list}', filter='exact',
            default=False)),
    _prices, key='id', order='sku',
    extra={'id': Price.id, 'currency': PriceList.currency, 'item_id': Price.item_id}, search=(Item.sku, Item.name))
