"""The way out of the house: goods of a shipment leave stock, are counted as shipped, and everybody hears of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from models.core.types import new_id
from models.core.words import _
from models.orders import Order, OrderLine
from models.shipments import Parcel, Shipment, ShipmentLine, ShipmentStatus, TrackingEvent
from models.stock import Warehouse
from services.core import formats
from services.core.errors import Invalid
from services.core.work import Work
from services.orders.fulfilling import count_shipped
from services.shipments.inputs import ParcelInput
from services.shipments.standing import in_house, items_of, reserved
from services.stock.leaving import hold_at, leave, let_go
from services.stock.reserving import Wish

ZERO = Decimal(0)


class Going(NamedTuple):
    """So much of an order line leaves from a warehouse."""

    line: OrderLine
    warehouse_id: uuid.UUID
    quantity: Decimal


def draft(work: Work, order: Order, house: Warehouse, goings: Sequence[Going], *, carrier: str = '',
          note: str = '') -> Shipment:
    """A shipment of these lines that is still in the house; its number is given by the caller, last of all."""
    shipment = Shipment(
        id=new_id(), customer_id=order.customer_id, number=f'new-{uuid.uuid4()}', order_id=order.id,
        order_number=order.number, ordered_by_id=order.placed_by_id, warehouse_id=house.id, carrier=carrier,
        ship_to=dict(order.ship_to), created_at=work.now, created_by_name=work.actor.name, note=note,
        line_count=len(goings))
    work.session.add(shipment)
    work.session.flush()
    work.session.add_all(ShipmentLine(
        id=new_id(), customer_id=order.customer_id, shipment_id=shipment.id, order_line_id=going.line.id,
        item_id=going.line.item_id, position=position, sku=going.line.sku, name=going.line.name, unit=going.line.unit,
        quantity=going.quantity) for position, going in enumerate(goings, 1))
    work.session.flush()
    return shipment


def put_in_parcels(work: Work, shipment: Shipment, given: Sequence[ParcelInput]) -> list[Parcel]:
    """The parcels of a shipment, as its status says."""
    parcels = [Parcel(id=new_id(), customer_id=shipment.customer_id, shipment_id=shipment.id, position=position,
                      carrier=one.carrier or shipment.carrier, tracking_number=one.tracking_number,
                      weight_kg=one.weight_kg, status=shipment.status) for position, one in enumerate(given, 1)]
    work.session.add_all(parcels)
    work.session.flush()
    return parcels


def take_out(work: Work, shipment: Shipment, goings: Sequence[Going]) -> None:
    """Take the goods of a shipment out of stock and count them as shipped; raises Conflict for more than is there.

    What is not reserved in this warehouse is reserved from its free stock first; what is then promised twice, because
    it was reserved elsewhere, is given back there. Items go in order of SKU, so that two acts never cross.
    """
    lines = [going.line for going in goings]
    items, others = items_of(work, lines), in_house(work, lines, but=shipment.id)
    for going in sorted(goings, key=lambda going: going.line.sku):
        _still_open(going, others)
        item = items.get(going.line.item_id)
        if item is not None:
            wish = Wish(going.line.id, item, going.quantity)
            spot = going.line.id, going.warehouse_id
            there = reserved(work, [going.line]).get(spot, ZERO) - others.get(spot, ZERO)
            if going.quantity > there:
                hold_at(work, wish._replace(quantity=going.quantity - max(there, ZERO)), going.warehouse_id)
            leave(work, wish, going.warehouse_id, (shipment.id, shipment.number))
        count_shipped(work, going.line, going.quantity)
        if item is not None:
            _give_back_excess(work, Wish(going.line.id, item, ZERO), going.line, others)


def _still_open(going: Going, others: dict[tuple[uuid.UUID, uuid.UUID], Decimal]) -> None:
    picked = sum((quantity for spot, quantity in others.items() if spot[0] == going.line.id), ZERO)
    if going.quantity > going.line.open - picked:
        raise Invalid(_('Of {sku} only {quantity} can be shipped.').format(
            sku=going.line.sku, quantity=formats.quantity(max(going.line.open - picked, ZERO), going.line.unit)),
            field='lines')


def _give_back_excess(work: Work, wish: Wish, line: OrderLine,
                      others: dict[tuple[uuid.UUID, uuid.UUID], Decimal]) -> None:
    """Nothing stays promised to a line beyond what is open of it; what is being picked elsewhere is left alone."""
    held = reserved(work, [line])
    excess = sum(held.values(), ZERO) - line.open
    for spot, quantity in sorted(held.items()):
        back = min(excess, quantity - others.get(spot, ZERO))
        if back > 0:
            let_go(work, wish._replace(quantity=back), spot[1])
            excess -= back


def mark_left(work: Work, shipment: Shipment) -> None:
    """Note on a shipment, its parcels and its timeline that it has left."""
    work.change(shipment, expect={'status': shipment.status}, status=ShipmentStatus.SHIPPED, shipped_at=work.now)
    work.session.add(TrackingEvent(
        id=new_id(), customer_id=shipment.customer_id, shipment_id=shipment.id, key='shipped',
        status=ShipmentStatus.SHIPPED, at=work.now, source='office'))
    work.session.flush()


def topics_of(shipment: Shipment) -> tuple[str, ...]:
    """Where news of a shipment is followed: itself, its order, its company, and the office's desks."""
    return (f'shipment:{shipment.id}', f'order:{shipment.order_id}', f'company:{shipment.customer_id}',
            'office:shipments', 'office:orders')
