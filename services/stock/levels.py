"""What is there, promised and on its way, for many items at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.stock import Incoming, StockLevel, Warehouse
from services.core.work import Work

ZERO = Decimal(0)
_items: Any = sa.bindparam('items', expanding=True)
# Written out once: to build these for every cart and page costs more than to carry them out.
_LEVELS = (sa.select(StockLevel.item_id, sa.func.sum(StockLevel.on_hand), sa.func.sum(StockLevel.reserved))  # type: ignore[call-overload]
           .join(Warehouse, col(Warehouse.id) == StockLevel.warehouse_id)
           .where(col(StockLevel.item_id).in_(_items), col(Warehouse.active)).group_by(StockLevel.item_id))
_COMING = (sa.select(Incoming.item_id, sa.func.sum(Incoming.quantity), sa.func.min(Incoming.expected_on))  # type: ignore[call-overload]
           .where(col(Incoming.item_id).in_(_items)).group_by(Incoming.item_id))


@dataclass(frozen=True)
class Availability:
    """The stock of an item over all active warehouses; `incoming` is expected, its next delivery on `incoming_on`."""

    on_hand: Decimal = ZERO
    reserved: Decimal = ZERO
    available: Decimal = ZERO
    incoming: Decimal = ZERO
    incoming_on: dt.date | None = None


def availability(work: Work, item_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Availability]:
    """The availability of each item, in two queries; every asked item has an entry."""
    wanted = list(item_ids)
    if not wanted:
        return {}
    levels = {row[0]: row[1:] for row in work.rows(_LEVELS, {'items': wanted})}
    coming = {row[0]: row[1:] for row in work.rows(_COMING, {'items': wanted})}
    return {item_id: _added(levels.get(item_id, (ZERO, ZERO)), coming.get(item_id, (ZERO, None))) for item_id in wanted}


def _added(level: Iterable[Decimal], coming: Iterable[object]) -> Availability:
    on_hand, reserved = level
    incoming, expected_on = coming
    return Availability(on_hand, reserved, on_hand - reserved, incoming, expected_on)  # type: ignore[arg-type]
