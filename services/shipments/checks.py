"""What holds of goods whenever Portico holds data: shipped is what shipments took, and nothing stays promised twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from models.audit import Event
from models.core.types import Quantity
from models.orders import Order, OrderLine, OrderStatus
from models.shipments import ON_THE_WAY, Shipment, ShipmentLine, ShipmentStatus
from models.stock import Reservation
from services.core.runtime import Runtime

ZERO = Decimal(0)
GONE = (*ON_THE_WAY, ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED)
_open = col(OrderLine.ordered) - col(OrderLine.shipped) - col(OrderLine.cancelled)

_ours = col(Order.id).in_(sa.select(col(Event.subject_id)).where(col(Event.action) == 'order.placed'))
"""Imported orders were shipped elsewhere: of them only what is shipped here can be compared."""


def _shipped(session: Session, runtime: Runtime) -> Iterator[str]:
    """Shipped of a line = what its shipments took and did not bring back."""
    took = {row[0]: row[1] for row in session.execute(sa.select(
        col(ShipmentLine.order_line_id), sa.func.sum(col(ShipmentLine.quantity) - col(ShipmentLine.returned),
                                                     type_=Quantity()))
        .join(Shipment, col(Shipment.id) == ShipmentLine.shipment_id).where(col(Shipment.status).in_(GONE))
        .group_by(col(ShipmentLine.order_line_id)))}
    rows = session.execute(sa.select(col(OrderLine.id), col(OrderLine.position), col(OrderLine.shipped),
                                     col(Order.number), _ours)
                           .join(Order, col(Order.id) == OrderLine.order_id)
                           .where(sa.or_(col(OrderLine.shipped) > 0, col(OrderLine.id).in_(
                               sa.select(col(ShipmentLine.order_line_id))))).execution_options(yield_per=2000))
    for line_id, position, shipped, number, is_ours in rows:
        sent = took.get(line_id, ZERO)
        if sent > shipped or (sent != shipped and is_ours):
            yield f'{number}: line {position} has {shipped} shipped, but its shipments took {sent}'


def _statuses(session: Session, runtime: Runtime) -> Iterator[str]:
    """The status of an order agrees with the quantities of its lines."""
    sums = session.execute(sa.select(
        col(Order.number), col(Order.status), sa.func.sum(_open, type_=Quantity()),
        sa.func.sum(col(OrderLine.shipped), type_=Quantity()))
        .join(Order, col(Order.id) == OrderLine.order_id).where(_ours)
        .group_by(col(Order.id), col(Order.number), col(Order.status)).execution_options(yield_per=2000))
    for number, status, still, shipped in sums:
        if status is OrderStatus.COMPLETED and (still or not shipped):
            yield f'{number} is completed, but {still} are open and {shipped} shipped'
        elif status is OrderStatus.IN_FULFILMENT and not (still and shipped):
            yield f'{number} is partly shipped, but {still} are open and {shipped} shipped'
        elif status in (OrderStatus.PLACED, OrderStatus.CONFIRMED) and shipped:
            yield f'{number} is {status}, but {shipped} are shipped'


def _promised(session: Session, runtime: Runtime) -> Iterator[str]:
    """No line holds more than is open of it."""
    held: dict[Any, Decimal] = defaultdict(lambda: ZERO)
    for line_id, quantity in session.execute(sa.select(
            col(Reservation.order_line_id), sa.func.sum(Reservation.quantity, type_=Quantity()))
            .where(col(Reservation.active)).group_by(col(Reservation.order_line_id))):
        held[line_id] = quantity
    rows = session.execute(sa.select(col(OrderLine.id), col(OrderLine.position), sa.type_coerce(_open, Quantity()),
                                     col(Order.number)).join(Order, col(Order.id) == OrderLine.order_id)
                           .where(col(OrderLine.id).in_(sa.select(col(Reservation.order_line_id)).where(
                               col(Reservation.active)))))
    for line_id, position, still, number in rows:
        if held[line_id] > still:
            yield f'{number}: line {position} holds {held[line_id]}, but {still} are open'


CHECKS: dict[str, Callable[[Session, Runtime], Iterator[str]]] = {
    'shipped': _shipped, 'order statuses': _statuses, 'promised': _promised}
