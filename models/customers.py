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
    document,
    long_text,
    maybe_reference,
    moment,
    percent,
    text,
)
from models.invoices import InvoicingRule
from models.orders import Delivery


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
    ALLOW = 'allow'


class CreditUse(StrEnum):
    """Whether a customer's credits settle his new invoices by themselves."""

    ALWAYS = 'always'
    ASK = 'ask'
    NEVER = 'never'


class Customer(Entity, Versioned, table=True):
    """A company that buys; people see its account number.

    `credit_tolerance` is by how many percent an order may exceed the limit under the policy `allow`. `instalments` are
    [{'percent': text, 'days': text}] that add up to 100. `overdue_hold_days` None: overdue invoices stop no order.
    """

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
    delivery: Delivery = choice(Delivery, Delivery.AVAILABLE)
    credit_tolerance: Decimal = percent(Decimal(0))
    overdue_hold_days: int | None = None
    invoicing: InvoicingRule = choice(InvoicingRule, InvoicingRule.ON_SHIPMENT)
    invoice_email: str = text(254)
    buyer_reference: str = text(100)
    discount_percent: Decimal = percent(Decimal(0))
    discount_days: int = 0
    instalments: list[dict[str, str]] = document(list)
    credit_use: CreditUse = choice(CreditUse, CreditUse.ASK)
    part_payments: bool = True
    least_payment: Decimal | None = amount(None, nullable=True)
    overpayments: bool = True
    preferred_method: str = text(20)
    exempt_reason: str = text(200)
    exempt_until: dt.date | None = None
    statement_email: str = text(254)
    reminders: bool = True
    po_required: bool = False
    restricted_assortment: bool = False
    is_portal_user: bool = False
    portal_email: str = text(254)
    two_step_by_seller: bool = False
    two_step_by_company: bool = False
    portal_switches: dict[str, bool] = document()
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
