"""The shipping desk: pick, pack and ship, in steps or straight from the order."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlmodel import col, select

from models.core.words import _
from models.orders import Order, OrderLine
from models.shipments import Carrier, Shipment, ShipmentLine, ShipmentStatus
from models.stock import Warehouse
from services.calendar import today
from services.core.errors import Conflict, Invalid
from services.core.numbering import SHIPMENT, next_number
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.invoices.issuing import after_shipment
from services.orders.confirming import leave
from services.orders.delivering import demand_whole
from services.orders.fulfilling import follow
from services.orders.reading import line_of, lines_of, load
from services.shipments.asking import answer_by_shipping
from services.shipments.inputs import ParcelInput, ShipInput
from services.shipments.news import tell_shipped
from services.shipments.reading import load_shipment, parcels_of, step
from services.shipments.sending import Going, draft, mark_left, put_in_parcels, take_out, topics_of
from services.shipments.standing import OpenLine, leaves_rest, standing


class ShipmentDesk(Service):
    """What the warehouse does with the goods of orders."""

    @requires(Permission.OFFICE)
    def standing(self, number: str) -> tuple[OpenLine, ...]:
        """The open lines of an order with what each warehouse has for them."""
        return standing(self.work, lines_of(self.work, load(self.work, number)))

    @requires(Permission.SHIPMENTS_WRITE, writes=True)
    def pick(self, number: str, *, version: int | None = None) -> tuple[str, ...]:
        """Begin a shipment a warehouse from what is reserved and open; returns their numbers.

        Raises Conflict when nothing of the order is there, or it is not to be shipped.
        """
        order = load(self.work, number, lock=True)
        leave(self.work, order, 'ship', version=version)
        lines = lines_of(self.work, order)
        found = standing(self.work, lines)
        goings = [Going(one.line, place.warehouse_id, min(place.reserved, place.proposed)) for one in found
                  for place in one.places if min(place.reserved, place.proposed) > 0]
        if not goings:
            raise Conflict(_('Nothing is reserved for {number} that is not being picked.').format(number=number))
        demand_whole(self.work, order, leaves_rest(self.work, lines, _sums(goings)))
        self.work.change(order, expect={'status': order.status})
        shipments = []
        for house in _houses(self.work, goings):
            shipment = draft(self.work, order, house, _from(house, goings))
            shipment.number = next_number(self.session, SHIPMENT, today(self.work).year)
            self.session.add(shipment)
            self.session.flush()
            self.work.record('shipment.picked', shipment, note=order.number, topics=topics_of(shipment))
            shipments.append(shipment.number)
        return tuple(shipments)

    @requires(Permission.SHIPMENTS_WRITE, writes=True)
    def pack(self, number: str, carrier: str, parcels: Sequence[ParcelInput], *, version: int | None = None) -> None:
        """Say in which parcels a picked shipment goes; packing again replaces them."""
        shipment = load_shipment(self.work, number, version=version)
        if shipment.status is not ShipmentStatus.PACKED:
            step(shipment, 'pack')
        known_carriers(self.work, [carrier, *(one.carrier for one in parcels)])
        for old in self.session.exec(parcels_of(shipment)).all():
            self.session.delete(old)
        self.session.flush()
        self.work.change(shipment, expect={'status': shipment.status}, status=ShipmentStatus.PACKED, carrier=carrier)
        put_in_parcels(self.work, shipment, parcels)
        self.work.record('shipment.packed', shipment, changes={'parcels': len(parcels)}, topics=topics_of(shipment))

    @requires(Permission.SHIPMENTS_WRITE, writes=True)
    def ship(self, number: str, given: ShipInput, *, version: int | None = None) -> tuple[str, ...]:
        """Ship goods of an order, one shipment a warehouse; returns their numbers.

        Raises Conflict when the order was changed since `version` (so a doubled click ships once), is on hold, or when
        stock ran out; Invalid for more than is open. A refused act leaves nothing behind.
        """
        order = load(self.work, number, lock=True)
        leave(self.work, order, 'ship', version=version)
        lines = lines_of(self.work, order)
        known_carriers(self.work, [given.carrier, *(one.carrier for one in given.parcels)])
        goings = self._goings(lines, given)
        demand_whole(self.work, order, leaves_rest(self.work, lines, _sums(goings)), given.partly)
        sent: list[Shipment] = []
        for house in _houses(self.work, goings):
            mine = _from(house, goings)
            shipment = draft(self.work, order, house, mine, carrier=given.carrier, note=given.note)
            shipment.expected_on = given.expected_on
            wanted = [one for one in given.parcels if (one.warehouse or (house.code if not sent else '')) == house.code]
            self._send(order, shipment, mine, parcels=wanted)
            sent.append(shipment)
        return self._shipped(order, lines, sent)

    @requires(Permission.SHIPMENTS_WRITE, writes=True)
    def ship_picked(self, number: str, *, version: int | None = None) -> None:
        """Ship what was picked, with the parcels it was packed in."""
        shipment = load_shipment(self.work, number, version=version)
        step(shipment, 'ship')
        order = load(self.work, shipment.order_number, lock=True)
        leave(self.work, order, 'ship')
        lines = lines_of(self.work, order)
        rows = self.session.exec(select(ShipmentLine).where(ShipmentLine.shipment_id == shipment.id)).all()
        goings = [Going(line_of(lines, row.order_line_id), shipment.warehouse_id, row.quantity) for row in rows]
        demand_whole(self.work, order, leaves_rest(self.work, lines, {}))
        self._send(order, shipment, goings)
        self._shipped(order, lines, [shipment])

    def _goings(self, lines: Sequence[OrderLine], given: ShipInput) -> list[Going]:
        houses = {row.code: row.id for row in self.session.exec(select(Warehouse).where(col(Warehouse.active)))}
        seen: dict[tuple[uuid.UUID, str], Going] = {}
        for one in given.lines:
            if one.warehouse not in houses:
                raise Invalid(_('There is no such warehouse.'), field='warehouse')
            if (one.line_id, one.warehouse) in seen:
                raise Invalid(_('A line stands there twice for the same warehouse.'), field='lines')
            seen[one.line_id, one.warehouse] = Going(line_of(lines, one.line_id), houses[one.warehouse], one.quantity)
        return list(seen.values())

    def _send(self, order: Order, shipment: Shipment, goings: Sequence[Going], *,
              parcels: Sequence[ParcelInput] = ()) -> None:
        put_in_parcels(self.work, shipment, parcels)
        fresh = shipment.number.startswith('new-')
        number = next_number(self.session, SHIPMENT, today(self.work).year) if fresh else shipment.number
        shipment.number = number
        self.session.add(shipment)
        self.session.flush()
        take_out(self.work, shipment, goings)
        mark_left(self.work, shipment)
        for parcel in self.session.exec(parcels_of(shipment)).all():
            self.work.change(parcel, status=ShipmentStatus.SHIPPED)

    def _shipped(self, order: Order, lines: Sequence[OrderLine], sent: Sequence[Shipment]) -> tuple[str, ...]:
        follow(self.work, order, lines)
        numbers = tuple(shipment.number for shipment in sent)
        for shipment in sent:
            self.work.record('shipment.shipped', shipment, note=order.number, topics=topics_of(shipment))
        self.work.record('order.shipped', order, note=', '.join(numbers))
        answer_by_shipping(self.work, order)
        for shipment in sent:
            after_shipment(self.work, order, shipment)
            tell_shipped(self.work, order, shipment)
        return numbers


def _sums(goings: Sequence[Going]) -> dict[uuid.UUID, Decimal]:
    sums: dict[uuid.UUID, Decimal] = defaultdict(Decimal)
    for going in goings:
        sums[going.line.id] += going.quantity
    return sums


def _houses(work: Work, goings: Sequence[Going]) -> Sequence[Warehouse]:
    """The warehouses goods leave from, the first one first."""
    wanted = select(Warehouse).where(col(Warehouse.id).in_({going.warehouse_id for going in goings}))
    return work.session.exec(wanted.order_by(col(Warehouse.position), col(Warehouse.code))).all()


def _from(house: Warehouse, goings: Sequence[Going]) -> list[Going]:
    return sorted((going for going in goings if going.warehouse_id == house.id), key=lambda going: going.line.position)


def known_carriers(work: Work, codes: Iterable[str]) -> None:
    """Raise Invalid for a carrier that is not in use."""
    active = set(work.session.exec(select(Carrier.code).where(col(Carrier.active))))
    for code in codes:
        if code and code not in active:
            raise Invalid(_('There is no such carrier.'), field='carrier')
