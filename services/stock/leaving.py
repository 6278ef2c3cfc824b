"""Goods that leave a warehouse or come into it: level, reservation and movement change together or not at all."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _
from models.stock import MovementReason, Reservation, StockLevel, StockMovement
from services.core import formats
from services.core.errors import Conflict
from services.core.work import Work
from services.stock.reserving import Wish

ZERO = Decimal(0)


def hold_at(work: Work, wish: Wish, warehouse_id: uuid.UUID) -> None:
    """Promise free stock of one warehouse to an order line; raises Conflict when there is less."""
    here = _level(wish.item.id, warehouse_id)
    taken = sa.update(StockLevel).where(*here, col(StockLevel.on_hand) - col(StockLevel.reserved) >= wish.quantity)
    if _changed(work, taken.values(reserved=StockLevel.reserved + wish.quantity)) != 1:
        raise Conflict(_('There is less than {quantity} of {sku} free in this warehouse.').format(
            quantity=formats.quantity(wish.quantity), sku=wish.item.sku), field='quantity')
    work.session.add(Reservation(id=new_id(), order_line_id=wish.line_id, item_id=wish.item.id,
                                 warehouse_id=warehouse_id, quantity=wish.quantity))
    work.session.flush()


def let_go(work: Work, wish: Wish, warehouse_id: uuid.UUID) -> None:
    """Give back so much of what is promised to an order line in one warehouse."""
    _use_up(work, wish, warehouse_id)
    freed = sa.update(StockLevel).where(*_level(wish.item.id, warehouse_id), col(StockLevel.reserved) >= wish.quantity)
    _one(work, freed.values(reserved=StockLevel.reserved - wish.quantity))


def leave(work: Work, wish: Wish, warehouse_id: uuid.UUID, document: tuple[uuid.UUID, str]) -> None:
    """Take promised goods out of a warehouse for a document (id, number); raises Conflict when they are not there."""
    _use_up(work, wish, warehouse_id)
    gone = sa.update(StockLevel).where(*_level(wish.item.id, warehouse_id), col(StockLevel.on_hand) >= wish.quantity,
                                       col(StockLevel.reserved) >= wish.quantity)
    _one(work, gone.values(on_hand=StockLevel.on_hand - wish.quantity, reserved=StockLevel.reserved - wish.quantity))
    _moved(work, wish, warehouse_id, -wish.quantity, document)


def come_in(work: Work, wish: Wish, warehouse_id: uuid.UUID, document: tuple[uuid.UUID, str]) -> None:
    """Put goods that came back into a warehouse, free for whoever needs them."""
    back = sa.update(StockLevel).where(*_level(wish.item.id, warehouse_id))
    _one(work, back.values(on_hand=StockLevel.on_hand + wish.quantity))
    _moved(work, wish, warehouse_id, wish.quantity, document)


def _use_up(work: Work, wish: Wish, warehouse_id: uuid.UUID) -> None:
    """Take so much off the reservations of a line in a warehouse, the oldest first; one used up ends whole."""
    rest = wish.quantity
    held = select(Reservation).where(
        Reservation.order_line_id == wish.line_id, Reservation.warehouse_id == warehouse_id,
        col(Reservation.active)).order_by(col(Reservation.id)).with_for_update()
    for row in work.session.exec(held.execution_options(populate_existing=True)).all():
        used = min(rest, row.quantity)
        if used <= 0:
            break
        rest -= used
        if used == row.quantity:
            row.active = False
        else:
            row.quantity -= used
        work.session.add(row)
    work.session.flush()
    if rest > 0:
        raise Conflict(_('This was changed by someone else meanwhile. Please look again.'))


def _level(item_id: uuid.UUID, warehouse_id: uuid.UUID) -> tuple[Any, ...]:
    return col(StockLevel.item_id) == item_id, col(StockLevel.warehouse_id) == warehouse_id


def _changed(work: Work, statement: Any) -> int:
    done: Any = work.session.execute(statement.execution_options(synchronize_session=False))
    return int(done.rowcount)


def _one(work: Work, statement: Any) -> None:
    if _changed(work, statement) != 1:
        raise Conflict(_('The stock moved meanwhile. Please look again.'))


def _moved(work: Work, wish: Wish, warehouse_id: uuid.UUID, quantity: Decimal, document: tuple[uuid.UUID, str]) -> None:
    work.session.add(StockMovement(
        id=new_id(), item_id=wish.item.id, warehouse_id=warehouse_id, quantity=quantity,
        reason=MovementReason.SHIPMENT if quantity < 0 else MovementReason.RETURN, note=document[1],
        document_id=document[0], by_id=work.actor.user_id, at=work.now))
    work.announce('office:stock', f'stock:{wish.item.sku}')
