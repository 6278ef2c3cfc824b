"""Prices: lists of kinds with one order of priority, volume breaks, and the VAT rates."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from models.catalogue import TaxClass
from models.core.entity import Entity, Versioned, amount, choice, maybe_reference, percent, quantity, reference, text


class PriceKind(StrEnum):
    """What a price list is; the order of the members is the order of priority, highest first."""

    CONTRACT = 'contract'
    CUSTOMER = 'customer'
    GROUP = 'group'
    BASE = 'base'
    PROMOTION = 'promotion'


class PriceList(Entity, Versioned, table=True):
    """A list of net prices in one currency; contract and customer lists name their customer, promotions all or none.

    A promotion is compared with the price found by priority and wins when lower, on contract prices only if `stacks`.
    """

    __tablename__ = 'price_list'

    code: str = text(60, default=..., unique=True)
    name: str = text(120)
    kind: PriceKind = choice(PriceKind, index=True)
    currency: str = text(3, default='EUR')
    customer_id: uuid.UUID | None = maybe_reference('customer.id', index=True)
    priority: int = 0
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    stacks: bool = False
    active: bool = True


class Price(Entity, table=True):
    """A net unit price from a quantity on."""

    __tablename__ = 'price'
    __table_args__ = (sa.UniqueConstraint('item_id', 'price_list_id', 'min_quantity'),
                      sa.CheckConstraint('price >= 0', name='not_negative'))

    price_list_id: uuid.UUID = reference('price_list.id')
    item_id: uuid.UUID = reference('item.id', index=False)
    min_quantity: Decimal = quantity(Decimal(1))
    price: Decimal = amount()


class TaxRate(Entity, table=True):
    """The VAT of a country and tax class from a date on; `category` is the EN 16931 code (S, Z, E, K, AE, G, O)."""

    __tablename__ = 'tax_rate'
    __table_args__ = (sa.UniqueConstraint('country', 'tax_class', 'valid_from'),)

    country: str = text(2)
    tax_class: TaxClass = choice(TaxClass)
    category: str = text(2, default='S')
    rate: Decimal = percent()
    valid_from: dt.date = Field(default=dt.date(2000, 1, 1))
