"""The lists of price lists and of their prices, declared once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.catalogue import Item
from models.core.types import Percent
from models.core.words import Lazy, _l
from models.customers import Customer
from models.pricing import Price, PriceKind, PriceList
from services.core import formats
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


_today = sa.bindparam('today', callable_=lambda: dt.datetime.now(formats.zone()).date(), type_=sa.Date())
_state = sa.case((sa.not_(col(PriceList.active)), 'off'), (col(PriceList.valid_to) < _today, 'over'),
                 (col(PriceList.valid_from) > _today, 'coming'), else_='running')
STATES: Mapping[str, Lazy] = {'running': _l('Running'), 'coming': _l('Coming'), 'over': _l('Over'), 'off': _l('Off')}
STATE_TONES: Mapping[str, str] = {'running': 'ok', 'coming': 'info', 'over': 'mute', 'off': 'mute'}
_also, _base = aliased(Price), aliased(PriceList)
_base_price = (sa.select(col(_also.price)).join(_base, col(_base.id) == _also.price_list_id)
               .where(col(_also.item_id) == Price.item_id, col(_base.kind) == PriceKind.BASE, col(_base.active),
                      col(_base.currency) == PriceList.currency)
               .order_by(col(_base.priority).desc(), _base.code, _also.min_quantity).limit(1)  # type: ignore[arg-type,unused-ignore]
               .correlate(Price, PriceList).scalar_subquery())
_net, _standard = sa.type_coerce(Price.price, sa.BigInteger), sa.type_coerce(_base_price, sa.BigInteger)
_difference = sa.type_coerce(sa.cast(sa.func.round((_net - _standard) * 1000.0 / sa.func.nullif(_standard, 0)),
                                     sa.BigInteger) * 1000, Percent)


def _lists(work: Work) -> Any:
    return sa.select(PriceList).outerjoin(Customer, col(Customer.id) == PriceList.customer_id)


def _promotions(work: Work) -> Any:
    return _lists(work).where(col(PriceList.kind) == PriceKind.PROMOTION)


def _prices(work: Work) -> Any:
    return (sa.select(Price).join(Item, col(Item.id) == Price.item_id)
            .join(PriceList, col(PriceList.id) == Price.price_list_id))


PRICE_LISTS = Listing(
    'office-price-lists', _l('Price lists'), Permission.PRICE_LISTS_READ,
    (Column('code', _l('Price list'), PriceList.code, link='/office/price-lists/{code}', note='name'),
     Column('name', _l('Name'), PriceList.name, default=False),
     Column('kind', _l('Kind'), PriceList.kind, Kind.STATUS, filter='choice', choices=lambda: KINDS, tones=TONES),
     Column('customer', _l('Customer'), Customer.name, link='/office/customers/{account}', filter='text'),
     Column('currency', _l('Currency'), PriceList.currency),
     Column('valid_from', _l('Valid from'), PriceList.valid_from, Kind.DATE),
     Column('valid_to', _l('Valid until'), PriceList.valid_to, Kind.DATE),
     Column('priority', _l('Priority'), PriceList.priority, Kind.NUMBER),
     Column('prices', _l('Prices'), _count, Kind.NUMBER, sortable=False),
     Column('state', _l('State'), _state, Kind.STATUS, filter='choice', choices=lambda: STATES, tones=STATE_TONES)),
    _lists, key='code', order='code',
    extra={'id': PriceList.id, 'account': Customer.account, 'active': PriceList.active},
    hint=_l('Code, name or customer'),
    search=(PriceList.code, PriceList.name, Customer.name, Customer.account))
PROMOTIONS = Listing(
    'office-promotions', _l('Promotions'), Permission.PRICE_LISTS_READ,
    (Column('code', _l('Code'), PriceList.code, link='/office/promotions/{code}'),
     Column('name', _l('Name'), PriceList.name),
     Column('state', _l('State'), _state, Kind.STATUS, filter='choice', choices=lambda: STATES, tones=STATE_TONES),
     Column('valid_from', _l('Valid from'), PriceList.valid_from, Kind.DATE),
     Column('valid_to', _l('Valid until'), PriceList.valid_to, Kind.DATE, filter='range'),
     Column('customer', _l('Customer'), Customer.name, link='/office/customers/{account}', filter='text'),
     Column('currency', _l('Currency'), PriceList.currency),
     Column('stacks', _l('On contract prices too'), PriceList.stacks, Kind.FLAG),
     Column('prices', _l('Prices'), _count, Kind.NUMBER, sortable=False)),
    _promotions, key='code', order='code',
    extra={'id': PriceList.id, 'account': Customer.account, 'active': PriceList.active},
    hint=_l('Code, name or customer'),
    search=(PriceList.code, PriceList.name, Customer.name, Customer.account))
PRICES = Listing(
    'office-prices', _l('Prices'), Permission.PRICE_LISTS_READ,
    (Column('sku', _l('Item'), Item.sku, link='/office/items/{sku}', note='name', filter='exact'),
     Column('name', _l('Name'), Item.name, default=False),
     Column('min_quantity', _l('From quantity'), Price.min_quantity, Kind.QUANTITY),
     Column('price', _l('Net price'), Price.price, Kind.MONEY, currency='currency', filter='range'),
     Column('base_price', _l('Base price'), _base_price, Kind.MONEY, currency='currency', sortable=False),
     Column('difference', _l('Against base, %'), _difference, Kind.NUMBER, sortable=False),
     Column('list', _l('Price list'), PriceList.code, link='/office/price-lists/{list}', filter='exact',
            default=False)),
    _prices, key='id', order='sku',
    extra={'id': Price.id, 'currency': PriceList.currency, 'item_id': Price.item_id},
    search=(Item.sku, Item.name), hint=_l('SKU or name'))
