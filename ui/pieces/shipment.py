"""The parts of a shipment's page that portal and office share: lines, parcels, where it is, papers, history."""

from __future__ import annotations

from collections.abc import Callable

from models.audit import Event
from models.core.words import Lazy, _, _l
from models.shipments import ShipmentStatus, TrackingEvent
from services.core import formats
from services.orders.wording import address_lines
from services.shipments.reading import ParcelView, ShipmentView
from services.shipments.wording import STATUSES, TONES
from ui.kernel import documents
from ui.kernel.documents import Cell, Document, Happened, Step
from ui.kernel.view import View

SAYINGS: dict[str, Lazy] = {
    'shipment.picked': _l('Picking begun'), 'shipment.packed': _l('Packed'), 'shipment.shipped': _l('Shipped'),
    'shipment.cancelled': _l('Cancelled'), 'shipment.returned': _l('Came back'),
    'shipment.taken_back': _l('Part taken back'), 'shipment.in_transit': _l('In transit'),
    'shipment.out_for_delivery': _l('Out for delivery'), 'shipment.delivered': _l('Delivered'),
    'shipment.problem': _l('Problem'), 'shipment.proved': _l('Proof of delivery added')}
BAD = (ShipmentStatus.PROBLEM, ShipmentStatus.RETURNED)


def chip_of(found: ShipmentView) -> tuple[str, str]:
    """The status chip of a shipment."""
    return str(STATUSES[found.shipment.status]), TONES[found.shipment.status]


def context_of(found: ShipmentView) -> str:
    """The line below the number: for which order, when it left, when it is expected."""
    shipment = found.shipment
    parts = [_('Order {number}').format(number=shipment.order_number)]
    if shipment.shipped_at:
        parts.append(_('shipped {moment}').format(moment=formats.moment(shipment.shipped_at)))
    if shipment.expected_on and shipment.delivered_at is None:
        parts.append(_('expected {date}').format(date=formats.date(shipment.expected_on)))
    return ' · '.join(parts)


class ShipmentPage:
    """The body of a shipment's page; `show` brings it up to date without building it anew."""

    def __init__(self, view: View, document: Document, item_path: Callable[[str], str], order_path: str) -> None:
        self.item_path, self.order_path = item_path, order_path
        with document.main:
            self.lines = documents.lines(view, _('Lines'), [(_('Item'), False), (_('Quantity'), True)], [])
            self.parcels = documents.lines(view, _('Parcels'), [
                (_('Parcel'), False), (_('Tracking number'), False), (_('Weight'), True), (_('Status'), False)], [],
                nothing=_('No parcel is known yet.'))
            self.history = documents.history(view, [])
        with document.side:
            self.way = documents.timeline(view, [], title=_('Where it is'))
            self.facts = documents.facts(view, _('Delivery'), [('', '')])
            self.places = documents.addresses(view, _('Addresses'), [])

    def show(self, found: ShipmentView) -> None:
        """Show this state of the shipment."""
        self.lines.show(documents.line_rows([[
            Cell(row.name, strong=row.sku, path=self.item_path(row.sku) if row.item_id else ''),
            Cell(formats.quantity(row.quantity, row.unit), note=_('{quantity} came back').format(
                quantity=formats.quantity(row.returned, row.unit)) if row.returned else '')] for row in found.lines]))
        self.parcels.show(documents.line_rows([parcel_row(parcel) for parcel in found.parcels]))
        self.way.show([vars(step) for step in steps(found)])
        self.facts.show([{'label': label, 'text': text, 'path': path} for label, text, path in self._facts(found)
                         if text])
        self.places.show([{'label': _('Ship to'), 'lines': address_lines(found.shipment.ship_to)}])
        self.history.show([vars(row) for row in happened(found.events)])

    def _facts(self, found: ShipmentView) -> list[tuple[str, str, str]]:
        shipment = found.shipment
        return [(_('Order'), shipment.order_number, self.order_path.format(number=shipment.order_number)),
                (_('Warehouse'), found.warehouse.name, ''), (_('Delivered'), formats.moment(shipment.delivered_at), ''),
                (_('Received by'), shipment.delivered_to, ''), (_('Note'), shipment.note, '')]


def parcel_row(found: ParcelView) -> list[str | Cell]:
    """A parcel as a row: carrier, number that leads to its tracking page, weight, status."""
    parcel = found.parcel
    weight = formats.quantity(parcel.weight_kg, 'kg') if parcel.weight_kg is not None else ''
    return [Cell(found.carrier or _('Parcel'), strong=formats.number(parcel.position)),
            Cell(parcel.tracking_number or '–', url=found.link), weight,
            Cell('', chip=(str(STATUSES[parcel.status]), TONES[parcel.status]))]


def steps(found: ShipmentView) -> list[Step]:
    """The way of a shipment as it was told, and what comes next."""
    shipment = found.shipment
    out = [_step(said, found) for said in _alike(found)]
    if shipment.status in (ShipmentStatus.PICKING, ShipmentStatus.PACKED):
        out += [Step(str(STATUSES[shipment.status]), formats.moment(shipment.created_at), done=True),
                Step(_('Shipped'), next=True)]
    elif shipment.status in (ShipmentStatus.SHIPPED, ShipmentStatus.IN_TRANSIT, ShipmentStatus.OUT_FOR_DELIVERY):
        expected = _('expected {date}').format(date=formats.day(shipment.expected_on)) if shipment.expected_on else ''
        out.append(Step(_('Delivered'), expected, next=True))
    return out


def _alike(found: ShipmentView) -> list[list[TrackingEvent]]:
    """The sayings in their order, those that say the same of several parcels at the same moment together."""
    groups: dict[tuple[object, ...], list[TrackingEvent]] = {}
    for one in found.tracking:
        groups.setdefault((one.status, one.at, one.place, one.note), []).append(one)
    return list(groups.values())


def _step(said: list[TrackingEvent], found: ShipmentView) -> Step:
    """What was said as a step; which parcels it is about where it is not about all of them."""
    one = said[0]
    about = {each.parcel_id for each in said if each.parcel_id}
    numbers = [parcel.parcel.tracking_number for parcel in found.parcels if parcel.parcel.id in about]
    which = ', '.join(numbers) if len(numbers) < len(found.parcels) else ''
    note = ' · '.join(part for part in (formats.moment(one.at), one.place, one.note, which) if part)
    return Step(str(STATUSES[one.status]), note, done=one.status not in BAD, bad=one.status in BAD)


def happened(events: tuple[Event, ...]) -> list[Happened]:
    """The history of a shipment, newest first."""
    return [Happened(str(SAYINGS.get(event.action, _('Changed'))), formats.moment(event.at), event.actor_name,
                     event.note) for event in reversed(events)]
