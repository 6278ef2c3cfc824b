"""Shipments as people look at them: the lists of both sides, and one shipment with all that belongs to it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.audit import Event
from models.core.words import _, _l, ngettext
from models.customers import Customer
from models.orders import Order
from models.shipments import IN_HOUSE, ON_THE_WAY, TRANSITIONS, Parcel, Shipment, ShipmentLine, TrackingEvent
from models.stock import Warehouse
from services.core.errors import Conflict
from services.core.listing import Column, Kind, Listing, ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work, within
from services.shipments.carriers import carrier_names
from services.shipments.news import links
from services.shipments.wording import STATUSES, TONES, tracking_link

_parcel_count = sa.select(sa.func.count(col(Parcel.id))).where(
    col(Parcel.shipment_id) == Shipment.id).correlate(Shipment).scalar_subquery()
_tracking = sa.select(sa.func.min(col(Parcel.tracking_number))).where(
    col(Parcel.shipment_id) == Shipment.id).correlate(Shipment).scalar_subquery()
_COLUMNS = (
    Column('number', _l('Shipment'), Shipment.number, link='/shipments/{number}'),
    Column('order_number', _l('Order'), Shipment.order_number, link='/orders/{order_number}', filter='text'),
    Column('status', _l('Status'), Shipment.status, Kind.STATUS, filter='choice', choices=lambda: STATUSES,
           tones=TONES),
    Column('carrier', _l('Carrier'), Shipment.carrier, filter='text'),
    Column('tracking', _l('Tracking number'), _tracking, sortable=False, note='more_parcels'),
    Column('parcels', _l('Parcels'), _parcel_count, Kind.NUMBER, sortable=False, default=False),
    Column('line_count', _l('Lines'), Shipment.line_count, Kind.NUMBER, default=False),
    Column('created_at', _l('Begun'), Shipment.created_at, Kind.MOMENT, filter='range', default=False),
    Column('shipped_at', _l('Shipped'), Shipment.shipped_at, Kind.MOMENT, filter='range'),
    Column('expected_on', _l('Expected'), Shipment.expected_on, Kind.DATE, filter='range', default=False),
    Column('delivered_at', _l('Delivered'), Shipment.delivered_at, Kind.MOMENT, filter='range'),
)


def _found(shipment: Any) -> Any:
    """Whether one of its parcels bears these words; so that a tracking number finds its shipment."""
    return sa.select(sa.func.max(col(Parcel.tracking_number))).where(
        col(Parcel.shipment_id) == shipment.id).correlate(Shipment).scalar_subquery()


def _mine(work: Work) -> Any:
    """What has left the house for the acting person's company; what is being picked concerns the office only."""
    return within(sa.select(Shipment), Shipment, work.actor).where(
        col(Shipment.shipped_at).is_not(None))


def _desk(work: Work) -> Any:
    return within(sa.select(Shipment).join(Customer, col(Customer.id) == Shipment.customer_id).join(
        Warehouse, col(Warehouse.id) == Shipment.warehouse_id), Shipment, work.actor)


SHIPMENTS = Listing('shipments', _l('Shipments'), Permission.SHIPMENTS_READ, _COLUMNS, _mine, key='id',
                    order='-shipped_at', extra={'id': Shipment.id},
                    search=(Shipment.number, Shipment.order_number, _found(Shipment)))
DESK = Listing(
    'office-shipments', _l('Shipments desk'), Permission.OFFICE,
    (Column('number', _l('Shipment'), Shipment.number, link='/office/shipments/{number}'),
     Column('customer', _l('Customer'), Customer.name, link='/office/customers/{account}', note='account'),
     Column('order_number', _l('Order'), Shipment.order_number, link='/office/orders/{order_number}', filter='text'),
     Column('warehouse', _l('Warehouse'), Warehouse.code, filter='text', default=False),
     *_COLUMNS[2:]),
    _desk, key='id', order='-created_at',
    extra={'id': Shipment.id, 'account': Customer.account, 'version': Shipment.version},
    search=(Shipment.number, Shipment.order_number, Customer.name, _found(Shipment)))


@dataclass(frozen=True)
class ParcelView:
    """A parcel with the name of its carrier and the address of its tracking page, empty when there is none."""

    parcel: Parcel
    carrier: str
    link: str


@dataclass(frozen=True)
class ShipmentView:
    """One shipment with its lines, parcels, what was said about it (oldest first), and its history."""

    shipment: Shipment
    customer: Customer
    warehouse: Warehouse
    lines: tuple[ShipmentLine, ...]
    parcels: tuple[ParcelView, ...]
    tracking: tuple[TrackingEvent, ...]
    events: tuple[Event, ...]


class ShipmentService(Service):
    """Looking at shipments within reach."""

    @requires(Permission.SHIPMENTS_READ)
    def list(self, query: ListQuery) -> ListPage:
        """A page of what was sent to the company."""
        return _named(self.work, SHIPMENTS.page(self.work, query))

    @requires(Permission.OFFICE)
    def desk(self, query: ListQuery) -> ListPage:
        """A page of all customers' shipments."""
        return _named(self.work, DESK.page(self.work, query))

    @requires(Permission.SHIPMENTS_READ)
    def read(self, number: str) -> ShipmentView:
        """One shipment; raises NotFound for another company's, and for a customer while it is in the house."""
        return view_of(self.work, number)

    @requires(Permission.SHIPMENTS_READ)
    def count_under_way(self) -> int:
        """How many shipments are on their way to the company."""
        statement = within(sa.select(sa.func.count()).select_from(Shipment), Shipment, self.actor)
        return int(self.session.execute(statement.where(col(Shipment.status).in_(ON_THE_WAY))).scalar_one())

    @requires(Permission.OFFICE)
    def count_in_house(self) -> int:
        """How many shipments wait in the house."""
        return int(self.session.execute(sa.select(sa.func.count()).select_from(Shipment).where(
            col(Shipment.status).in_(IN_HOUSE))).scalar_one())


def of_order(work: Work, order_id: uuid.UUID) -> tuple[ShipmentView, ...]:
    """The shipments of an order, the newest first; a customer's once they have left the house."""
    if not work.actor.may(Permission.SHIPMENTS_READ):
        return ()
    wanted = work.reach(Shipment).where(Shipment.order_id == order_id)
    if work.actor.is_portal:
        wanted = wanted.where(col(Shipment.shipped_at).is_not(None))
    rows = work.session.exec(wanted.order_by(col(Shipment.created_at).desc(), col(Shipment.id).desc())).all()
    return tuple(_view(work, row) for row in rows)


def related(work: Work, order: Order) -> Iterable[tuple[str, str]]:
    """Number and path of the shipments of an order."""
    return [(view.shipment.number, f'/shipments/{view.shipment.number}') for view in of_order(work, order.id)]


def load_shipment(work: Work, number: str, *, version: int | None = None) -> Shipment:
    """The shipment of this number within reach; raises NotFound, or Conflict when it changed since `version`.

    To a customer a shipment exists once it has left the house.
    """
    gone = [col(Shipment.shipped_at).is_not(None)] if work.actor.is_portal else []
    shipment = work.one(Shipment, Shipment.number == number, *gone)
    if version is not None and version != shipment.version:
        raise Conflict(_('This shipment was changed meanwhile. Please look again.'))
    return shipment


def step(shipment: Shipment, act: str) -> Any:
    """The status an act leads to; raises Conflict when the table has none."""
    transition = TRANSITIONS.find(shipment.status, act)
    if transition is None:
        raise Conflict(_('{number} is {status}; that is not possible any more.').format(
            number=shipment.number, status=str(STATUSES[shipment.status]).lower()))
    return transition.target


def parcels_of(shipment: Shipment) -> Any:
    """A select of the parcels of a shipment in their order."""
    return select(Parcel).where(Parcel.shipment_id == shipment.id).order_by(col(Parcel.position))


def shipment_lines(work: Work, shipment: Shipment) -> Sequence[ShipmentLine]:
    """The lines of a shipment in their order."""
    return work.session.exec(select(ShipmentLine).where(ShipmentLine.shipment_id == shipment.id).order_by(
        col(ShipmentLine.position))).all()


def view_of(work: Work, number: str) -> ShipmentView:
    """Everything the page of a shipment shows."""
    return _view(work, load_shipment(work, number))


def _view(work: Work, shipment: Shipment) -> ShipmentView:
    session = work.session
    known = links(work)
    parcels = tuple(ParcelView(parcel, known.get(parcel.carrier, ('', ''))[0],
                               tracking_link(known.get(parcel.carrier, ('', ''))[1], parcel.tracking_number))
                    for parcel in session.exec(parcels_of(shipment)))
    said = session.exec(select(TrackingEvent).where(TrackingEvent.shipment_id == shipment.id).order_by(
        col(TrackingEvent.at), col(TrackingEvent.id))).all()
    events = session.exec(select(Event).where(Event.subject_id == shipment.id).order_by(
        col(Event.at), col(Event.sequence))).all()
    return ShipmentView(
        shipment, session.exec(select(Customer).where(Customer.id == shipment.customer_id)).one(),
        session.exec(select(Warehouse).where(Warehouse.id == shipment.warehouse_id)).one(),
        tuple(shipment_lines(work, shipment)), parcels, tuple(said), tuple(events))


def _named(work: Work, page: ListPage) -> ListPage:
    """Carriers by their name instead of their code, and how many parcels there are besides the first."""
    names = carrier_names(work)
    for row in page.rows:
        more = int(row.get('parcels') or 0) - 1
        row['more_parcels'] = ngettext('and {count} more parcel', 'and {count} more parcels', more).format(
            count=more) if more > 0 else ''
        row['carrier'] = names.get(row['carrier'], row['carrier'])
    return page
