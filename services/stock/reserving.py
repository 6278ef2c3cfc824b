"""Promising stock to order lines: conditional updates only, so that the last piece is never sold twice."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.catalogue import Item
from models.core.types import new_id
from models.stock import Reservation, StockLevel, Warehouse
from services.core.work import Work

ZERO = Decimal(0)
_levels: Any = StockLevel.__table__  # type: ignore[attr-defined]
_reservations: Any = Reservation.__table__  # type: ignore[attr-defined]
_left = _levels.c.on_hand - _levels.c.reserved
# Written out once: to build these for each of the lines of an order costs more than to carry them out.
_PLACES = (sa.select(_levels.c.id, _levels.c.warehouse_id, _left)
           .join(Warehouse, col(Warehouse.id) == _levels.c.warehouse_id)
           .where(_levels.c.item_id == sa.bindparam('item'), col(Warehouse.active), _left > 0)
           .order_by(Warehouse.position, Warehouse.code))  # type: ignore[arg-type]
_TAKE = (sa.update(_levels).where(_levels.c.id == sa.bindparam('level'), _left >= sa.bindparam('wanted'))
         .values(reserved=_levels.c.reserved + sa.bindparam('wanted')))


def reserve(work: Work, line_id: uuid.UUID, item: Item, quantity: Decimal) -> Decimal:
    """Take up to this quantity for an order line, warehouse by warehouse, and return what was taken.

    Each take is one conditional update on what is free at that moment; others wait for it or see what is left.
    """
    if work.session.new:
        work.session.flush()
    taken = ZERO
    for level_id, warehouse_id, seen in work.session.connection().execute(_PLACES, {'item': item.id}).all():
        free = seen
        while taken < quantity and free > 0:
            wanted = min(quantity - taken, free)
            if _take(work, level_id, wanted):
                work.session.connection().execute(_reservations.insert(), {
                    'id': new_id(), 'order_line_id': line_id, 'item_id': item.id, 'warehouse_id': warehouse_id,
                    'quantity': wanted, 'active': True})
                taken += wanted
                break
            free = _free(work, level_id)
    if taken > 0:
        work.announce(f'stock:{item.sku}', 'office:stock')
    return taken


def release(work: Work, line_ids: Iterable[uuid.UUID]) -> None:
    """Give back whatever is still promised to these order lines."""
    wanted = list(line_ids)
    if not wanted:
        return
    statement = (sa.update(Reservation).where(col(Reservation.order_line_id).in_(wanted), col(Reservation.active))
                 .values(active=False).returning(Reservation.item_id, Reservation.warehouse_id, Reservation.quantity)  # type: ignore[call-overload]
                 .execution_options(synchronize_session=False))
    back: dict[tuple[uuid.UUID, uuid.UUID], Decimal] = {}
    for item_id, warehouse_id, quantity in work.session.execute(statement):
        back[item_id, warehouse_id] = back.get((item_id, warehouse_id), ZERO) + quantity
    for (item_id, warehouse_id), quantity in sorted(back.items()):
        here = sa.and_(col(StockLevel.item_id) == item_id, col(StockLevel.warehouse_id) == warehouse_id)
        given_back = sa.update(StockLevel).where(here).values(reserved=StockLevel.reserved - quantity)
        work.session.execute(given_back.execution_options(synchronize_session=False))
    skus = work.session.execute(sa.select(Item.sku).where(col(Item.id).in_({key[0] for key in back}))).scalars()  # type: ignore[call-overload]
    work.announce('office:stock', *(f'stock:{sku}' for sku in skus))


def _take(work: Work, level_id: uuid.UUID, quantity: Decimal) -> bool:
    done: Any = work.session.connection().execute(_TAKE, {'level': level_id, 'wanted': quantity})
    return bool(done.rowcount == 1)


def _free(work: Work, level_id: uuid.UUID) -> Decimal:
    free = col(StockLevel.on_hand) - col(StockLevel.reserved)
    return Decimal(work.session.execute(sa.select(free).where(col(StockLevel.id) == level_id)).scalar_one())
