"""What can be shipped of an order just now: open quantities against what each warehouse holds for them or has free."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col, select

from models.catalogue import Item
from models.core.types import Quantity
from models.orders import OrderLine
from models.shipments import IN_HOUSE, Shipment, ShipmentLine
from models.stock import Reservation, StockLevel, Warehouse
from services.core.work import Work

ZERO = Decimal(0)
Spot = tuple[uuid.UUID, uuid.UUID]


@dataclass(frozen=True)
class Place:
    """What a warehouse has for a line: `reserved` for it and not picked yet, `free` for anybody.

    `proposed` is what would be taken from here to ship as much as can go.
    """

    warehouse_id: uuid.UUID
    code: str
    name: str
    reserved: Decimal
    free: Decimal
    proposed: Decimal


@dataclass(frozen=True)
class OpenLine:
    """An order line with something open; `left` is open and in no shipment that is being picked."""

    line: OrderLine
    left: Decimal
    places: tuple[Place, ...]

    @property
    def can_go(self) -> Decimal:
        """How much of it could leave now."""
        return sum((place.proposed for place in self.places), ZERO)


def standing(work: Work, lines: Sequence[OrderLine]) -> tuple[OpenLine, ...]:
    """The open lines with the warehouses that have something for them, stock of the same item proposed once only."""
    held, picked = reserved(work, lines), in_house(work, lines)
    levels = _free(work, lines)
    houses = _warehouses(work)
    out = []
    for line in lines:
        left = line.open - sum((quantity for spot, quantity in picked.items() if spot[0] == line.id), ZERO)
        if line.open <= 0:
            continue
        spare = {house.id: held.get((line.id, house.id), ZERO) - picked.get((line.id, house.id), ZERO)
                 for house in houses}
        places = _goods(line, left, spare, houses=houses, levels=levels)
        out.append(OpenLine(line, left, tuple(places)))
    return tuple(out)


def _goods(line: OrderLine, left: Decimal, spare: dict[uuid.UUID, Decimal], *, houses: Sequence[Warehouse],
           levels: dict[Spot, Decimal]) -> list[Place]:
    """The places of one line; what it takes from the free stock is no longer free for the next one."""
    if line.item_id is None:  # it never was in stock: it leaves from the first warehouse without a movement
        return [Place(house.id, house.code, house.name, ZERO, left, left) for house in houses[:1]]
    rest = left
    taken: dict[uuid.UUID, Decimal] = defaultdict(lambda: ZERO)
    for house in houses:
        taken[house.id] = max(ZERO, min(rest, spare[house.id]))
        rest -= taken[house.id]
    places = []
    for house in houses:
        free = levels.get((line.item_id, house.id), ZERO)
        more = min(rest, free)
        rest -= more
        if more:
            levels[line.item_id, house.id] = free - more
        if spare[house.id] > 0 or free > 0:
            places.append(Place(house.id, house.code, house.name, spare[house.id], free, taken[house.id] + more))
    return places


def reserved(work: Work, lines: Sequence[OrderLine]) -> dict[Spot, Decimal]:
    """What is promised to these lines, by line and warehouse."""
    rows = work.session.execute(sa.select(
        col(Reservation.order_line_id), col(Reservation.warehouse_id),
        sa.func.sum(Reservation.quantity, type_=Quantity())).where(
            col(Reservation.order_line_id).in_([line.id for line in lines]), col(Reservation.active))
        .group_by(col(Reservation.order_line_id), col(Reservation.warehouse_id)))
    return {(row[0], row[1]): row[2] for row in rows}


def in_house(work: Work, lines: Sequence[OrderLine], *, but: uuid.UUID | None = None) -> dict[Spot, Decimal]:
    """What of these lines is being picked or packed, by line and warehouse; `but` one shipment."""
    rows = work.session.execute(sa.select(
        col(ShipmentLine.order_line_id), col(Shipment.warehouse_id),
        sa.func.sum(ShipmentLine.quantity, type_=Quantity())).join(
            Shipment, col(Shipment.id) == ShipmentLine.shipment_id).where(
            col(ShipmentLine.order_line_id).in_([line.id for line in lines]), col(Shipment.status).in_(IN_HOUSE),
            *([Shipment.id != but] if but else []))  # type: ignore[arg-type]
        .group_by(col(ShipmentLine.order_line_id), col(Shipment.warehouse_id)))
    return {(row[0], row[1]): row[2] for row in rows}


def leaves_rest(work: Work, lines: Sequence[OrderLine], going: Mapping[uuid.UUID, Decimal]) -> bool:
    """Whether something stays open that neither goes now, by line, nor is being picked or packed."""
    picked: dict[uuid.UUID, Decimal] = defaultdict(lambda: ZERO)
    for (line_id, _house), quantity in in_house(work, lines).items():
        picked[line_id] += quantity
    return any(line.open - picked[line.id] - going.get(line.id, ZERO) > 0 for line in lines)


def items_of(work: Work, lines: Sequence[OrderLine]) -> dict[uuid.UUID | None, Item]:
    """The items of these lines by their id."""
    wanted = select(Item).where(col(Item.id).in_({line.item_id for line in lines if line.item_id}))
    return {item.id: item for item in work.session.exec(wanted)}


def _free(work: Work, lines: Sequence[OrderLine]) -> dict[Spot, Decimal]:
    rows = work.session.execute(sa.select(
        col(StockLevel.item_id), col(StockLevel.warehouse_id), col(StockLevel.on_hand) - col(StockLevel.reserved))
        .where(col(StockLevel.item_id).in_({line.item_id for line in lines if line.item_id})))
    return {(row[0], row[1]): row[2] for row in rows}


def _warehouses(work: Work) -> Sequence[Warehouse]:
    return work.session.exec(select(Warehouse).where(col(Warehouse.active)).order_by(
        col(Warehouse.position), col(Warehouse.code))).all()
