"""What goods that leave, come back or will never come do to an order: its status follows its quantities."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.words import _
from models.orders import Order, OrderLine, OrderStatus
from models.shipments import IN_HOUSE, Shipment, ShipmentStatus
from services.core.errors import Conflict
from services.core.work import Work


def count_shipped(work: Work, line: OrderLine, quantity: Decimal) -> None:
    """Add to what was shipped of a line, or take off it; raises Conflict beyond what is open or was shipped."""
    bound = (col(OrderLine.ordered) - col(OrderLine.cancelled) - col(OrderLine.shipped) >= quantity,
             col(OrderLine.shipped) + quantity >= 0)
    done: Any = work.session.execute(
        sa.update(OrderLine).where(col(OrderLine.id) == line.id, *bound)
        .values(shipped=OrderLine.shipped + quantity).execution_options(synchronize_session=False))
    if done.rowcount != 1:
        raise Conflict(_('Of {sku} less is open than that. Please look again.').format(sku=line.sku), field='quantity')
    work.session.refresh(line)


def status_by(lines: Sequence[OrderLine]) -> OrderStatus:
    """Where a confirmed order stands by its quantities alone."""
    if not any(line.shipped > 0 for line in lines):
        return OrderStatus.CONFIRMED
    return OrderStatus.IN_FULFILMENT if any(line.open > 0 for line in lines) else OrderStatus.COMPLETED


def follow(work: Work, order: Order, lines: Sequence[OrderLine], **values: Any) -> None:
    """Bring the order's status in line with its quantities, by compare-and-set."""
    status = status_by(lines)
    ended = order.closed_at or work.now if status is OrderStatus.COMPLETED else None
    work.change(order, expect={'status': order.status}, status=status, closed_at=ended, **values)


def promise(work: Work, line: OrderLine, day: dt.date | None) -> bool:
    """Expect the rest of a line on a day, and keep the date that stood there; whether that is a change."""
    if line.promised_on == day:
        return False
    line.promised_before, line.promised_on, line.promised_at = line.promised_on, day, work.now
    work.session.add(line)
    return True


def drop_picks(work: Work, order: Order) -> None:
    """Cancel what is being picked of an order whose lines change or end; the goods stay where they are."""
    gone = (sa.update(Shipment).where(col(Shipment.order_id) == order.id, col(Shipment.status).in_(IN_HOUSE))
            .values(status=ShipmentStatus.CANCELLED, version=Shipment.version + 1).returning(col(Shipment.id))
            .execution_options(synchronize_session=False))
    dropped: list[uuid.UUID] = list(work.session.execute(gone).scalars())
    if dropped:
        work.announce('office:shipments', *(f'shipment:{shipment_id}' for shipment_id in dropped))
