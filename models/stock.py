"""Stock: levels per warehouse, reservations, incoming goods, and the ledger of movements."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from models.core.entity import Entity, Versioned, choice, maybe_reference, moment, quantity, reference, text

LOW = 10
"""Up to how many pieces stock is called low, to customers as to the office."""


class Warehouse(Entity, Versioned, table=True):
    """A place goods are kept; `position` is the order stock is taken from."""

    __tablename__ = 'warehouse'

    code: str = text(20, default=..., unique=True)
    name: str = text(120)
    position: int = 0
    active: bool = True


class StockLevel(Entity, table=True):
    """What is there of an item in a warehouse and how much of it is promised; available = on hand − reserved."""

    __tablename__ = 'stock_level'
    __table_args__ = (sa.UniqueConstraint('item_id', 'warehouse_id'),
                      sa.CheckConstraint('on_hand >= 0', name='on_hand'),
                      sa.CheckConstraint('reserved >= 0', name='reserved'),
                      sa.CheckConstraint('reserved <= on_hand', name='covered'))

    item_id: uuid.UUID = reference('item.id', index=False)
    warehouse_id: uuid.UUID = reference('warehouse.id')
    on_hand: Decimal = quantity(Decimal(0))
    reserved: Decimal = quantity(Decimal(0))


class Incoming(Entity, Versioned, table=True):
    """Goods on their way from a supplier."""

    __tablename__ = 'incoming'

    item_id: uuid.UUID = reference('item.id')
    warehouse_id: uuid.UUID = reference('warehouse.id', index=False)
    quantity: Decimal = quantity()
    expected_on: dt.date


class Reservation(Entity, table=True):
    """Stock promised to an order line; ended when shipped or released."""

    __tablename__ = 'reservation'

    order_line_id: uuid.UUID = reference('order_line.id')
    item_id: uuid.UUID = reference('item.id')
    warehouse_id: uuid.UUID = reference('warehouse.id', index=False)
    quantity: Decimal = quantity()
    active: bool = True


class MovementReason(StrEnum):
    """Why stock changed."""

    COUNT = 'count'
    RECEIPT = 'receipt'
    SHIPMENT = 'shipment'
    RETURN = 'return'
    IMPORT = 'import'


class StockMovement(Entity, table=True):
    """One change of on hand, never altered; on hand = Σ movements."""

    __tablename__ = 'stock_movement'

    item_id: uuid.UUID = reference('item.id')
    warehouse_id: uuid.UUID = reference('warehouse.id', index=False)
    quantity: Decimal = quantity()
    reason: MovementReason = choice(MovementReason)
    note: str = text(200)
    document_id: uuid.UUID | None = Field(default=None, sa_type=sa.Uuid, index=True)
    by_id: uuid.UUID | None = maybe_reference('user.id')
    at: dt.datetime = moment()
