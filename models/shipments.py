"""Shipments: what leaves a warehouse for an order, in which parcels, and where it is on its way."""

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
    choice,
    document,
    maybe_moment,
    maybe_reference,
    moment,
    quantity,
    reference,
    text,
)
from models.core.states import Transition as T
from models.core.states import TransitionTable


class ShipmentStatus(StrEnum):
    """Where a shipment is; up to `packed` it is in the house and its goods are only reserved."""

    PICKING = 'picking'
    PACKED = 'packed'
    SHIPPED = 'shipped'
    IN_TRANSIT = 'in_transit'
    OUT_FOR_DELIVERY = 'out_for_delivery'
    DELIVERED = 'delivered'
    PROBLEM = 'problem'
    RETURNED = 'returned'
    CANCELLED = 'cancelled'


IN_HOUSE = (ShipmentStatus.PICKING, ShipmentStatus.PACKED)
ON_THE_WAY = (ShipmentStatus.SHIPPED, ShipmentStatus.IN_TRANSIT, ShipmentStatus.OUT_FOR_DELIVERY,
              ShipmentStatus.PROBLEM)
_MOVES = {ShipmentStatus.IN_TRANSIT: 'move', ShipmentStatus.OUT_FOR_DELIVERY: 'bring',
          ShipmentStatus.DELIVERED: 'deliver', ShipmentStatus.PROBLEM: 'stop', ShipmentStatus.RETURNED: 'come_back'}

TRANSITIONS = TransitionTable(
    T(ShipmentStatus.PICKING, 'pack', ShipmentStatus.PACKED, 'shipments.write'),
    T(ShipmentStatus.PICKING, 'ship', ShipmentStatus.SHIPPED, 'shipments.write'),
    T(ShipmentStatus.PACKED, 'ship', ShipmentStatus.SHIPPED, 'shipments.write'),
    T(ShipmentStatus.PICKING, 'cancel', ShipmentStatus.CANCELLED, 'shipments.write'),
    T(ShipmentStatus.PACKED, 'cancel', ShipmentStatus.CANCELLED, 'shipments.write'),
    *(T(source, act, target, 'shipments.write') for source in ON_THE_WAY for target, act in _MOVES.items()
      if source is not target),
)


class Carrier(Entity, Versioned, table=True):
    """Who brings parcels; `link` is the address of a parcel's tracking page with {number} in it, `gateway` its code."""

    __tablename__ = 'carrier'

    code: str = text(20, default=..., unique=True)
    name: str = text(80)
    link: str = text(300)
    gateway: str = text(20)
    position: int = 0
    active: bool = True


class Shipment(Entity, CustomerOwned, Versioned, table=True):
    """Goods of one order that leave one warehouse together; the address is a copy."""

    __tablename__ = 'shipment'
    __table_args__ = (sa.UniqueConstraint('customer_id', 'id'),
                      sa.ForeignKeyConstraint(['customer_id', 'order_id'], ['order.customer_id', 'order.id']),
                      sa.Index('ix_shipment_status_created', 'status', 'created_at'),
                      sa.Index('ix_shipment_customer_created', 'customer_id', 'created_at'))
    __reach__ = ('ordered_by_id', 'orders.read_company')

    number: str = text(40, default=..., unique=True)
    order_id: uuid.UUID = reference('order.id')
    order_number: str = text(40)
    ordered_by_id: uuid.UUID | None = maybe_reference('user.id')
    warehouse_id: uuid.UUID = reference('warehouse.id', index=False)
    status: ShipmentStatus = choice(ShipmentStatus, ShipmentStatus.PICKING)
    carrier: str = text(20)
    ship_to: dict[str, Any] = document()
    created_at: dt.datetime = moment()
    created_by_name: str = text(200)
    shipped_at: dt.datetime | None = maybe_moment(index=True)
    expected_on: dt.date | None = None
    delivered_at: dt.datetime | None = maybe_moment()
    delivered_to: str = text(200)
    proof_id: uuid.UUID | None = maybe_reference('stored_file.id')
    note: str = text(300)
    line_count: int = 0


class ShipmentLine(Entity, CustomerOwned, table=True):
    """So much of an order line goes with a shipment, and `returned` of it came back or was lost; names are copies."""

    __tablename__ = 'shipment_line'
    __table_args__ = (sa.ForeignKeyConstraint(['customer_id', 'shipment_id'],
                                              ['shipment.customer_id', 'shipment.id']),
                      sa.CheckConstraint('quantity > 0', name='some'),
                      sa.CheckConstraint('returned >= 0 AND returned <= quantity', name='returned'))

    shipment_id: uuid.UUID = reference('shipment.id')
    order_line_id: uuid.UUID = reference('order_line.id')
    item_id: uuid.UUID | None = maybe_reference('item.id')
    position: int = 0
    sku: str = text(60)
    name: str = text(300)
    unit: str = text(12)
    returned: Decimal = quantity(Decimal(0))
    quantity: Decimal = quantity()

    @property
    def gone(self) -> Decimal:
        """What went and did not come back."""
        return self.quantity - self.returned


class Parcel(Entity, CustomerOwned, Versioned, table=True):
    """One parcel of a shipment."""

    __tablename__ = 'parcel'
    __table_args__ = (sa.ForeignKeyConstraint(['customer_id', 'shipment_id'],
                                              ['shipment.customer_id', 'shipment.id']),)

    shipment_id: uuid.UUID = reference('shipment.id')
    position: int = 1
    carrier: str = text(20)
    tracking_number: str = text(60, index=True)
    weight_kg: Decimal | None = quantity(None, nullable=True)
    status: ShipmentStatus = choice(ShipmentStatus, ShipmentStatus.PICKING)


class TrackingEvent(Entity, CustomerOwned, table=True):
    """What a carrier or a person said about a shipment, once: `key` is the carrier's own name for it."""

    __tablename__ = 'tracking_event'
    __table_args__ = (sa.UniqueConstraint('shipment_id', 'key'),)

    shipment_id: uuid.UUID = reference('shipment.id', index=False)
    parcel_id: uuid.UUID | None = maybe_reference('parcel.id')
    key: str = text(120)
    status: ShipmentStatus = choice(ShipmentStatus)
    at: dt.datetime = moment()
    place: str = text(120)
    note: str = text(300)
    source: str = text(20)


class StockWish(Entity, CustomerOwned, table=True):
    """A person wants to hear when an item is back in stock; told once."""

    __tablename__ = 'stock_wish'
    __table_args__ = (sa.UniqueConstraint('customer_id', 'user_id', 'item_id'),)

    user_id: uuid.UUID = reference('user.id', index=False)
    item_id: uuid.UUID = reference('item.id')
    asked_at: dt.datetime = moment()
    told_at: dt.datetime | None = maybe_moment()
