"""Orders: what was agreed, frozen at the moment of placing, and what became of each line."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from models.core.entity import (
    CustomerOwned,
    Entity,
    Versioned,
    amount,
    choice,
    document,
    long_text,
    maybe_moment,
    maybe_reference,
    moment,
    percent,
    quantity,
    reference,
    text,
)
from models.core.states import Transition as T
from models.core.states import TransitionTable


class OrderStatus(StrEnum):
    """Where an order stands commercially; what is shipped and paid is derived from quantities and amounts."""

    PLACED = 'placed'
    CONFIRMED = 'confirmed'
    IN_FULFILMENT = 'in_fulfilment'
    COMPLETED = 'completed'
    DECLINED = 'declined'
    CANCELLED = 'cancelled'


OPEN_STATUSES = (OrderStatus.PLACED, OrderStatus.CONFIRMED, OrderStatus.IN_FULFILMENT)

TRANSITIONS = TransitionTable(
    T(OrderStatus.PLACED, 'confirm', OrderStatus.CONFIRMED, 'orders.confirm'),
    T(OrderStatus.PLACED, 'decline', OrderStatus.DECLINED, 'orders.confirm'),
    T(OrderStatus.PLACED, 'cancel', OrderStatus.CANCELLED, 'orders.cancel'),
    T(OrderStatus.PLACED, 'change', OrderStatus.PLACED, 'orders.confirm'),
    T(OrderStatus.PLACED, 'hold', OrderStatus.PLACED, 'orders.confirm'),
    T(OrderStatus.PLACED, 'release', OrderStatus.PLACED, 'orders.confirm'),
    T(OrderStatus.CONFIRMED, 'cancel', OrderStatus.CANCELLED, 'orders.cancel'),
    T(OrderStatus.CONFIRMED, 'change', OrderStatus.CONFIRMED, 'orders.confirm'),
    T(OrderStatus.CONFIRMED, 'hold', OrderStatus.CONFIRMED, 'orders.confirm'),
    T(OrderStatus.CONFIRMED, 'release', OrderStatus.CONFIRMED, 'orders.confirm'),
    T(OrderStatus.CONFIRMED, 'ship', OrderStatus.IN_FULFILMENT, 'shipments.write'),
    T(OrderStatus.IN_FULFILMENT, 'ship', OrderStatus.IN_FULFILMENT, 'shipments.write'),
    T(OrderStatus.IN_FULFILMENT, 'complete', OrderStatus.COMPLETED, 'shipments.write'),
    T(OrderStatus.IN_FULFILMENT, 'close_rest', OrderStatus.COMPLETED, 'orders.confirm'),
    T(OrderStatus.IN_FULFILMENT, 'take_back', OrderStatus.CONFIRMED, 'shipments.write'),
    T(OrderStatus.COMPLETED, 'take_back', OrderStatus.IN_FULFILMENT, 'shipments.write'),
    T(OrderStatus.IN_FULFILMENT, 'hold', OrderStatus.IN_FULFILMENT, 'orders.confirm'),
    T(OrderStatus.IN_FULFILMENT, 'release', OrderStatus.IN_FULFILMENT, 'orders.confirm'),
)


class HoldReason(StrEnum):
    """Why an order waits."""

    CREDIT = 'credit'
    PAYMENT = 'payment'
    STOCK = 'stock'
    PRICE = 'price'
    OTHER = 'other'


class PaymentMethod(StrEnum):
    """How an order is to be paid."""

    ON_ACCOUNT = 'on_account'
    PREPAYMENT = 'prepayment'


class Delivery(StrEnum):
    """What a customer wants when not all of an order is there: what is, all of it at once, or to be asked."""

    AVAILABLE = 'available'
    COMPLETE = 'complete'
    ASK = 'ask'


class MoneyBack(StrEnum):
    """What becomes of money paid in advance for what will not come: credit, or back to where it came from."""

    CREDIT = 'credit'
    REFUND = 'refund'


class Order(Entity, CustomerOwned, Versioned, table=True):
    """An order; addresses, names and prices are copies of what was agreed and never follow the catalogue.

    `uninvoiced` is the gross of what is agreed but not on an issued invoice yet: with the open invoices it is what the
    customer's credit carries. It is the order's gross until the first invoice, and nothing once all is invoiced.
    `freed` is what of the money paid in advance came free because all or a part of it was cancelled.
    """

    __tablename__ = 'order'
    __table_args__ = (sa.UniqueConstraint('customer_id', 'id'),
                      sa.Index('ix_order_customer_placed', 'customer_id', 'placed_at'),
                      sa.Index('ix_order_customer_status', 'customer_id', 'status', 'placed_at', 'currency', 'net',
                               'gross'),
                      sa.Index('ix_order_status_placed', 'status', 'placed_at', 'currency', 'net'),
                      sa.Index('ix_order_gross', 'gross'),
                      sa.Index('ix_order_customer_uninvoiced', 'customer_id', 'uninvoiced'),
                      sa.CheckConstraint('net + tax = gross', name='sum'))
    __reach__ = ('placed_by_id', 'orders.read_company')

    number: str = text(40, default=..., unique=True)
    status: OrderStatus = choice(OrderStatus, OrderStatus.PLACED)
    hold: HoldReason | None = choice(HoldReason, None)
    hold_note: str = text(300)
    placed_at: dt.datetime = moment(index=True)
    placed_by_id: uuid.UUID | None = maybe_reference('user.id', index=True)
    placed_by_name: str = text(200)
    po_number: str = text(60, index=True)
    requested_on: dt.date | None = None
    confirmed_at: dt.datetime | None = maybe_moment()
    currency: str = text(3, default='EUR')
    ship_to: dict[str, Any] = document()
    bill_to: dict[str, Any] = document()
    shipping_code: str = text(40)
    shipping_name: str = text(120)
    delivery: Delivery = choice(Delivery, Delivery.AVAILABLE)
    payment_method: PaymentMethod = choice(PaymentMethod, PaymentMethod.ON_ACCOUNT)
    payment_terms_days: int = 30
    note: str = long_text()
    lines_net: Decimal = amount(Decimal(0))
    shipping_net: Decimal = amount(Decimal(0))
    shipping_tax_category: str = text(2, default='S')
    shipping_tax_rate: Decimal = percent(Decimal(0))
    net: Decimal = amount(Decimal(0))
    tax: Decimal = amount(Decimal(0))
    gross: Decimal = amount(Decimal(0))
    taxes: list[dict[str, str]] = document(list)
    shipping_invoiced: bool = False
    uninvoiced: Decimal = amount(Decimal(0))
    freed: Decimal = amount(Decimal(0))
    line_count: int = 0
    source: str = text(20, default='portal')
    closed_at: dt.datetime | None = maybe_moment()
    close_reason: str = text(300)

    def can(self, act: str) -> bool:
        """Whether the transition table lets this order be acted on so in its present status and hold."""
        if TRANSITIONS.find(self.status, act) is None:
            return False
        return {'hold': self.hold is None, 'release': self.hold is not None,
                'confirm': self.hold is None, 'ship': self.hold is None}.get(act, True)


class OrderLine(Entity, CustomerOwned, table=True):
    """A line as agreed; open = ordered − shipped − cancelled.

    `promised_on` is when the rest is expected, `promised_before` the date that stood there until `promised_at`.
    """

    __tablename__ = 'order_line'
    __table_args__ = (sa.ForeignKeyConstraint(['customer_id', 'order_id'], ['order.customer_id', 'order.id']),
                      sa.CheckConstraint('shipped + cancelled <= ordered', name='open'),
                      sa.CheckConstraint('invoiced >= 0 AND invoiced <= ordered', name='invoiced'),
                      sa.Index('ix_order_line_order', 'order_id', 'position'),
                      sa.Index('ix_order_line_shipped', 'order_id', sqlite_where=sa.text('shipped > invoiced'),
                               postgresql_where=sa.text('shipped > invoiced')),
                      sa.Index('ix_order_line_item', 'item_id', 'customer_id'))

    order_id: uuid.UUID = reference('order.id', index=False)
    position: int = 0
    item_id: uuid.UUID | None = maybe_reference('item.id')
    sku: str = text(60)
    name: str = text(300)
    own_number: str = text(80)
    unit: str = text(12)
    ordered: Decimal = quantity()
    shipped: Decimal = quantity(Decimal(0))
    cancelled: Decimal = quantity(Decimal(0))
    invoiced: Decimal = quantity(Decimal(0))
    returned: Decimal = quantity(Decimal(0))
    unit_price: Decimal = amount()
    price_source: str = text(200)
    list_price: Decimal | None = amount(None, nullable=True)
    tax_category: str = text(2, default='S')
    tax_rate: Decimal = percent(Decimal(0))
    net: Decimal = amount()
    promised_on: dt.date | None = None
    promised_before: dt.date | None = None
    promised_at: dt.datetime | None = maybe_moment()
    note: str = text(300)

    @property
    def open(self) -> Decimal:
        """What is still to be shipped."""
        return self.ordered - self.shipped - self.cancelled


class RequestState(StrEnum):
    """Whether a request was answered."""

    WAITING = 'waiting'
    AGREED = 'agreed'
    REFUSED = 'refused'


class OrderRequest(Entity, CustomerOwned, Versioned, table=True):
    """A change the office proposes, or a cancellation the customer asks for; the other side answers it."""

    __tablename__ = 'order_request'

    order_id: uuid.UUID = reference('order.id')
    kind: str = text(20)
    state: RequestState = choice(RequestState, RequestState.WAITING)
    from_office: bool = False
    proposal: dict[str, Any] = document()
    reason: str = text(300)
    asked_by_name: str = text(200)
    asked_at: dt.datetime = moment()
    answered_at: dt.datetime | None = maybe_moment()


class ShippingMethod(Entity, Versioned, table=True):
    """A way to have goods delivered; no countries means all."""

    __tablename__ = 'shipping_method'

    code: str = text(40, default=..., unique=True)
    names: dict[str, str] = document()
    price: Decimal = amount(Decimal(0))
    free_from: Decimal | None = amount(None, nullable=True)
    countries: list[str] = document(list)
    position: int = 0
    active: bool = True
