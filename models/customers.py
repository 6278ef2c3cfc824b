"""Customer companies and their addresses."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa

from models.core.entity import (
    CustomerOwned,
    Entity,
    Versioned,
    amount,
    choice,
    long_text,
    maybe_reference,
    moment,
    text,
)


class CustomerStatus(StrEnum):
    """Whether a company may look, pay and order; `on_hold` may look and pay, `blocked` may not enter."""

    ACTIVE = 'active'
    ON_HOLD = 'on_hold'
    BLOCKED = 'blocked'


class CreditPolicy(StrEnum):
    """What happens to an order that would exceed the credit limit."""

    WARN = 'warn'
    HOLD = 'hold'
    BLOCK = 'block'


class Customer(Entity, Versioned, table=True):
    """A company that buys; people see its account number."""

    __tablename__ = 'customer'

    account: str = text(40, default=..., unique=True)
    name: str = text(200, default=..., index=True)
    status: CustomerStatus = choice(CustomerStatus, CustomerStatus.ACTIVE)
    hold_reason: str = text(300)
    vat_id: str = text(40)
    phone: str = text(60)
    website: str = text(200)
    street: str = text(200)
    postcode: str = text(20)
    city: str = text(100)
    country: str = text(2)
    currency: str = text(3, default='EUR')
    language: str = text(2, default='en')
    price_list_id: uuid.UUID | None = maybe_reference('price_list.id', index=True)
    credit_limit: Decimal | None = amount(None, nullable=True)
    credit_policy: CreditPolicy = choice(CreditPolicy, CreditPolicy.WARN)
    payment_terms_days: int = 30
    prepayment: bool = False
    po_required: bool = False
    restricted_assortment: bool = False
    is_portal_user: bool = False
    portal_email: str = text(254)
    notes: str = long_text()
    created_at: dt.datetime = moment()


class AddressKind(StrEnum):
    """What an address is for."""

    SHIPPING = 'shipping'
    BILLING = 'billing'


class Address(Entity, CustomerOwned, Versioned, table=True):
    """Where goods or documents of a customer go; retired ones stay for old documents."""

    __tablename__ = 'address'
    __table_args__ = (sa.UniqueConstraint('customer_id', 'id'),)

    kind: AddressKind = choice(AddressKind, AddressKind.SHIPPING)
    name: str = text(200)
    street: str = text(200)
    postcode: str = text(20)
    city: str = text(100)
    country: str = text(2)
    is_default: bool = False
    active: bool = True
