"""The demo company's shipments: what left when, in which parcels, and where those are by the simulated carrier."""

from __future__ import annotations

import datetime as dt
import zlib
from collections import Counter, defaultdict
from decimal import Decimal

from models.catalogue import Item
from models.core.types import new_id
from models.numbering import NumberSeries
from models.orders import Order, OrderLine, OrderStatus
from models.shipments import Carrier, Parcel, Shipment, ShipmentLine, ShipmentStatus, TrackingEvent
from services.core.numbering import SHIPMENT
from services.demo.selling import PACKER, Book, told
from services.demo.stage import ZONE, Stage
from services.gateways.carrier import Asked, Report, SimulatedCarrier
from services.shipments import carriers

S = ShipmentStatus
FIRST_NUMBER = 180
HEAVIEST = Decimal(25)
MOST_PARCELS = 4
AT_HOME, ABROAD = ('postnl', 'dpd', 'van'), ('dhl', 'ups', 'dpd', 'gls', 'fedex')
PREFIXES = {'dhl': 'JJD', 'ups': '1Z84', 'fedex': '7749', 'dpd': '0598', 'gls': 'GLS', 'postnl': '3SNW', 'van': ''}
EXPECTED_DAYS = 2


def add_carriers(stage: Stage) -> None:
    """The usual carriers, which report as the simulated one; only our own van is not asked."""
    carriers.seed(stage.work.session)
    for row in stage.work.session.new:
        if isinstance(row, Carrier) and row.code != 'van':
            row.gateway = 'simulated'
    stage.work.session.flush()


def ship(stage: Stage, book: Book) -> None:
    """A shipment for all lines of an order that left together; what there was of a short line left the other house."""
    orders = {order.id: order for order in book.orders}
    together: dict[tuple[dt.datetime, str], list[OrderLine]] = defaultdict(list)
    for line, left in book.sent:
        together[left, orders[line.order_id].number].append(line)
    last: Counter[int] = Counter()
    late = _late(book)
    for (left, _number), lines in sorted(together.items(), key=lambda pair: pair[0]):
        order = orders[lines[0].order_id]
        shipment = _shipment(stage, order, lines, left=left, last=last)
        if any(line.open for line in lines):
            shipment.warehouse_id = stage.warehouses[1].id
        for line in lines:
            book.carried[line.id] = shipment
        _send(stage, book, shipment, lines, held_up=order.number == late)
    book.last_shipment = last


def pick(stage: Stage, book: Book) -> None:
    """Two confirmed orders are being picked and packed; then all numbers are given."""
    held = {line.id for line in book.reserved}
    waiting = [order for order in book.orders if order.status is OrderStatus.CONFIRMED and order.hold is None]
    done = 0
    for order in waiting[-2:]:
        lines = [line for line in book.lines if line.order_id == order.id and line.id in held]
        if not lines:
            continue
        shipment = _shipment(stage, order, lines, left=stage.now, last=book.last_shipment)
        shipment.shipped_at, shipment.expected_on = None, None
        shipment.status = S.PACKED if done else S.PICKING
        stage.keep(shipment)
        stage.keep(*_lines(shipment, lines, [line.open for line in lines]))
        _tell(stage, book, shipment, stage.now - dt.timedelta(minutes=20), 'shipment.picked')
        done += 1
    last = book.last_shipment
    stage.keep(*(NumberSeries(kind=SHIPMENT, year=year, last=count) for year, count in last.items()))


def _late(book: Book) -> str:
    """The newest completed order, whose parcel is held up."""
    done = [order for order in book.orders if order.status is OrderStatus.COMPLETED and order.placed_by_id]
    return done[-1].number if done else ''


def _shipment(stage: Stage, order: Order, lines: list[OrderLine], *, left: dt.datetime,
              last: Counter[int]) -> Shipment:
    year = left.astimezone(ZONE).year
    last[year] = (last[year] or FIRST_NUMBER) + 1
    at_home = order.ship_to.get('country') == 'NL'
    choice = AT_HOME if at_home else ABROAD
    expected = (left + dt.timedelta(days=EXPECTED_DAYS)).astimezone(ZONE).date()
    return Shipment(
        id=new_id(), customer_id=order.customer_id, number=f'{SHIPMENT}-{year}-{last[year]:06d}', order_id=order.id,
        order_number=order.number, ordered_by_id=order.placed_by_id, warehouse_id=stage.warehouses[0].id,
        carrier=choice[zlib.crc32(order.number.encode()) % len(choice)], ship_to=dict(order.ship_to),
        created_at=left, created_by_name=stage.people[PACKER].name, shipped_at=left, status=S.SHIPPED,
        expected_on=expected, line_count=len(lines))


def _send(stage: Stage, book: Book, shipment: Shipment, lines: list[OrderLine], *, held_up: bool) -> None:
    """Lines, parcels and what the carrier said of them up to now."""
    parcels = _parcels(stage, shipment, lines, held_up=held_up)
    left = shipment.shipped_at or stage.now
    said = [TrackingEvent(id=new_id(), customer_id=shipment.customer_id, shipment_id=shipment.id, key='shipped',
                          status=S.SHIPPED, at=left, source='office')]
    for parcel in parcels:
        reports = SimulatedCarrier().track([Asked(parcel.tracking_number, left)], stage.now)
        parcel.status = _meant(reports[-1].status) if reports else S.SHIPPED
        said += [_said(shipment, parcel, report) for report in reports]
        shipment.status = parcel.status
        shipment.delivered_at = reports[-1].at if parcel.status is S.DELIVERED else None
    stage.keep(shipment)
    stage.keep(*_lines(shipment, lines, [line.shipped for line in lines]), *parcels)
    stage.keep(*said)
    _tell(stage, book, shipment, left, 'shipment.shipped')
    if shipment.delivered_at is not None:
        _tell(stage, book, shipment, shipment.delivered_at, 'shipment.delivered')


def _lines(shipment: Shipment, lines: list[OrderLine], quantities: list[Decimal]) -> list[ShipmentLine]:
    return [ShipmentLine(
        id=new_id(), customer_id=shipment.customer_id, shipment_id=shipment.id, order_line_id=line.id,
        item_id=line.item_id, position=position, sku=line.sku, name=line.name, unit=line.unit, quantity=quantity)
        for position, (line, quantity) in enumerate(zip(lines, quantities, strict=True), 1)]


def _parcels(stage: Stage, shipment: Shipment, lines: list[OrderLine], *, held_up: bool) -> list[Parcel]:
    """As many parcels as the goods weigh, four at most."""
    weight = sum((_weight(stage.items[line.sku]) * line.shipped for line in lines), Decimal(0))
    count = min(MOST_PARCELS, int(weight // HEAVIEST) + 1)
    seed = zlib.crc32(shipment.number.encode()) % 10_000_000
    each = max(Decimal('0.1'), round(weight / count, 1))
    return [Parcel(
        id=new_id(), customer_id=shipment.customer_id, shipment_id=shipment.id, position=place,
        carrier=shipment.carrier, weight_kg=each,
        tracking_number=f'{PREFIXES[shipment.carrier]}{seed + place:08d}{"X" if held_up and place == 1 else ""}')
        for place in range(count, 0, -1)]


def _weight(item: Item) -> Decimal:
    return item.weight_kg or Decimal('0.2')


def _said(shipment: Shipment, parcel: Parcel, report: Report) -> TrackingEvent:
    return TrackingEvent(
        id=new_id(), customer_id=shipment.customer_id, shipment_id=shipment.id, parcel_id=parcel.id,
        key=f'{report.number}:{report.key}', status=report.status, at=report.at, place=report.place, note=report.note,
        source='carrier')


def _meant(status: ShipmentStatus) -> ShipmentStatus:
    return S.PROBLEM if status is S.RETURNED else status


def _tell(stage: Stage, book: Book, shipment: Shipment, at: dt.datetime, action: str) -> None:
    customer = next(one for one in stage.customers.values() if one.id == shipment.customer_id)
    found = told(at, action, stage.people[PACKER], customer=customer, source='office')
    found.subject_type, found.subject_id, found.number = 'shipment', shipment.id, shipment.number
    found.note = shipment.order_number
    book.events.append(found)
