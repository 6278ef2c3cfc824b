"""Promising stock to order lines: conditional updates only, so that the last piece is never sold twice."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from models.catalogue import Item
from models.core.types import new_id
from models.core.words import _
from models.stock import Reservation, StockLevel, Warehouse
from services.core.errors import Conflict
from services.core.work import Work

ZERO = Decimal(0)
_levels: Any = StockLevel.__table__  # type: ignore[attr-defined]
_reservations: Any = Reservation.__table__  # type: ignore[attr-defined]
_left = _levels.c.on_hand - _levels.c.reserved
# Written out once: to build these for each order costs more than to carry them out.
_PLACES = (sa.select(_levels.c.item_id, _levels.c.id, _levels.c.warehouse_id, _left)
           .join(Warehouse, col(Warehouse.id) == _levels.c.warehouse_id)
           .where(_levels.c.item_id.in_(sa.bindparam('items', expanding=True)), col(Warehouse.active), _left > 0)
           .order_by(_levels.c.item_id, Warehouse.position, Warehouse.code).with_for_update(of=_levels))  # type: ignore[arg-type]
_TAKE = (sa.update(_levels).where(_levels.c.id == sa.bindparam('level'), _left >= sa.bindparam('wanted'))
         .values(reserved=_levels.c.reserved + sa.bindparam('wanted')))


class Wish(NamedTuple):
    """How many units of an item an order line wants."""

    line_id: uuid.UUID
    item: Item
    quantity: Decimal


@dataclass
class _Place:
    """A level of an item and what is free on it."""

    level_id: uuid.UUID
    warehouse_id: uuid.UUID
    free: Decimal


def reserve(work: Work, line_id: uuid.UUID, item: Item, quantity: Decimal) -> Decimal:
    """Take up to this quantity for an order line, warehouse by warehouse, and return what was taken."""
    return reserve_all(work, [Wish(line_id, item, quantity)])[line_id]


def reserve_all(work: Work, wishes: Sequence[Wish]) -> dict[uuid.UUID, Decimal]:
    """Take up to what each order line wants, warehouse by warehouse, and return what each got; three statements.

    The levels are locked in order of item, so that two orders wait and never cross; each take is still conditional
    on what is free. Raises Conflict, and nothing is taken, when that fails for any.
    """
    if work.session.new:
        work.session.flush()
    connection = work.session.connection()
    places: dict[uuid.UUID, list[_Place]] = defaultdict(list)
    for row in connection.execute(_PLACES, {'items': list({wish.item.id for wish in wishes})}):
        places[row[0]].append(_Place(row[1], row[2], row[3]))
    taken = {wish.line_id: ZERO for wish in wishes}
    takes: list[dict[str, Any]] = []
    for wish in wishes:
        for place in places[wish.item.id]:
            wanted = min(wish.quantity - taken[wish.line_id], place.free)
            if wanted > 0:
                place.free -= wanted
                taken[wish.line_id] += wanted
                takes.append({'level': place.level_id, 'wanted': wanted, 'line': wish.line_id, 'item': wish.item.id,
                              'warehouse': place.warehouse_id})
    if takes:
        _write(connection, takes)
        work.announce('office:stock', *(f'stock:{wish.item.sku}' for wish in wishes if taken[wish.line_id] > 0))
    return taken


def _write(connection: sa.Connection, takes: list[dict[str, Any]]) -> None:
    done = connection.execute(_TAKE, [{'level': take['level'], 'wanted': take['wanted']} for take in takes])
    if done.rowcount != len(takes):
        raise Conflict(_('This was changed by someone else meanwhile. Please look again.'))
    connection.execute(_reservations.insert(), [
        {'id': new_id(), 'order_line_id': take['line'], 'item_id': take['item'], 'warehouse_id': take['warehouse'],
         'quantity': take['wanted'], 'active': True} for take in takes])


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
