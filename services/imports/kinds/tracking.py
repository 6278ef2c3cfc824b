"""The kind `tracking`: what carriers say of shipments, by shipment or tracking number; each saying counts once."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.words import _, _l
from models.shipments import ON_THE_WAY, Parcel, Shipment, TrackingEvent
from models.shipments import ShipmentStatus as S
from services.core.permissions import Permission
from services.core.work import Work
from services.imports import values as v
from services.imports.declaring import Field, Kind, Plan, Record, Verdict, Writer
from services.shipments.tracking import Said, hear


class Told(StrEnum):
    """What may be told of a shipment that is on its way."""

    IN_TRANSIT = 'in_transit'
    OUT_FOR_DELIVERY = 'out_for_delivery'
    DELIVERED = 'delivered'
    PROBLEM = 'problem'
    RETURNED = 'returned'


FIELDS = (
    Field('number', _l('Shipment or tracking number'), v.code(60), required=True, aliases=(
        'shipment', 'tracking number', 'tracking', 'parcel', 'awb', 'consignment', 'Sendungsnummer', 'Paketnummer',
        'Lieferung', 'numéro de suivi', 'expédition', 'número de seguimiento', 'envío', 'zendingnummer', 'trackingcode',
        'numer przesyłki', 'رقم التتبع', 'رقم الشحنة')),
    Field('status', _l('Status'), v.one_of(Told), required=True, aliases=(
        'state', 'event', 'Zustand', 'statut', 'état', 'estado', 'toestand', 'stan', 'الحالة')),
    Field('at', _l('When'), v.moment, required=True, dated=True, aliases=(
        'date', 'time', 'timestamp', 'event date', 'Datum', 'Zeitpunkt', 'fecha', 'datum en tijd', 'data',
        'التاريخ')),
    Field('place', _l('Place'), v.text(120), aliases=(
        'location', 'city', 'depot', 'Ort', 'lieu', 'lugar', 'plaats', 'miejsce', 'المكان')),
    Field('note', _l('Note'), v.text(300), aliases=(
        'description', 'remark', 'Bemerkung', 'remarque', 'nota', 'opmerking', 'uwaga', 'ملاحظة')),
)


class TrackingWriter(Writer):
    """Sayings on the timelines of shipments."""

    def key(self, values: dict[str, Any]) -> Any:
        """The saying itself."""
        return _key(values) if {'number', 'status', 'at'} <= values.keys() else None

    def plan(self, work: Work, records: Sequence[Record]) -> Plan:
        """Look for the shipment of each row, and whether it was told so before."""
        places = _Places(work, {str(record.values.get('number', '')) for record in records})
        plan = Plan()
        fresh: dict[uuid.UUID, list[tuple[uuid.UUID | None, Said]]] = defaultdict(list)
        for record in records:
            verdict, reason = places.verdict(record, now=work.now)
            plan.judge(record.number, verdict, reason)
            if verdict is Verdict.NEW:
                shipment, parcel = places.of(record)
                fresh[shipment].append((parcel, _said(record.values)))
        plan.write = lambda work: _write(work, fresh)
        return plan


class _Places:
    """The shipments and parcels a chunk speaks of."""

    def __init__(self, work: Work, numbers: set[str]) -> None:
        rows = work.session.execute(sa.select(
            col(Shipment.number), col(Shipment.id), col(Shipment.status), col(Shipment.shipped_at)).where(
            col(Shipment.number).in_(numbers)))
        self._found: dict[str, list[tuple[uuid.UUID, uuid.UUID | None, Any, Any]]] = defaultdict(list)
        for number, shipment_id, status, left in rows:
            self._found[number].append((shipment_id, None, status, left))
        parcels = work.session.execute(sa.select(
            col(Parcel.tracking_number), col(Shipment.id), col(Parcel.id), col(Shipment.status),
            col(Shipment.shipped_at)).join(Shipment, col(Shipment.id) == Parcel.shipment_id).where(
            col(Parcel.tracking_number).in_(numbers - {''}), col(Shipment.shipped_at).is_not(None)))
        for number, shipment_id, parcel_id, status, left in parcels:
            self._found[number].append((shipment_id, parcel_id, status, left))
        ids = {place[0] for places in self._found.values() for place in places}
        self._known = {_told(row[0], row[1], row[2], row[3]) for row in work.session.execute(sa.select(
            col(TrackingEvent.shipment_id), col(TrackingEvent.parcel_id), col(TrackingEvent.status),
            col(TrackingEvent.at)).where(col(TrackingEvent.shipment_id).in_(ids)))}

    def of(self, record: Record) -> tuple[uuid.UUID, uuid.UUID | None]:
        """The shipment of a row, and its parcel if the row names one."""
        shipment_id, parcel_id, _status, _left = self._found[record.values['number']][0]
        return shipment_id, parcel_id

    def verdict(self, record: Record, *, now: dt.datetime) -> tuple[Verdict, str]:
        """New, told before, or why it cannot be taken."""
        number = str(record.values.get('number', ''))
        found = self._found.get(number, [])
        if record.wrong or len(found) != 1:
            return Verdict.WRONG, record.wrong or (
                _('There is no shipment or parcel {number}.').format(number=number) if not found else
                _('Several parcels have the number {number}.').format(number=number))
        shipment_id, parcel_id, status, left = found[0]
        if _told(shipment_id, parcel_id, record.values['status'], record.values['at']) in self._known:
            return Verdict.UNCHANGED, ''
        if status not in ON_THE_WAY:
            return Verdict.SKIPPED, _('{number} is not on its way.').format(number=number)
        if record.values['at'] > now + dt.timedelta(days=1) or record.values['at'] < left - dt.timedelta(days=1):
            return Verdict.WRONG, _('It cannot be there before it left or in the future.')
        return Verdict.NEW, ''


def _told(shipment_id: uuid.UUID, parcel_id: uuid.UUID | None, status: str, at: dt.datetime) -> tuple[Any, ...]:
    """What makes a saying the same, whoever said it: about what, which status, at which second."""
    return shipment_id, parcel_id, str(status), at.replace(microsecond=0)


def _key(values: dict[str, Any]) -> str:
    told = '|'.join(str(values.get(name, '')) for name in ('number', 'status', 'at', 'place'))
    return 'import:' + hashlib.sha256(told.encode()).hexdigest()[:40]


def _said(values: dict[str, Any]) -> Said:
    return Said(_key(values), S(values['status']), values['at'], values.get('place', ''), values.get('note', ''),
                'import')


def _write(work: Work, fresh: Mapping[uuid.UUID, list[tuple[uuid.UUID | None, Said]]]) -> None:
    for shipment_id in sorted(fresh):
        shipment = work.session.exec(select(Shipment).where(Shipment.id == shipment_id)).one()
        parcels = {row.id: row for row in work.session.exec(select(Parcel).where(Parcel.shipment_id == shipment_id))}
        ordered = sorted(fresh[shipment_id], key=lambda pair: pair[1].at)
        hear(work, shipment, [(parcels[parcel] if parcel else None, said) for parcel, said in ordered])


def rows(work: Work) -> Iterator[tuple[Any, ...]]:
    """All sayings of the shipments, oldest first."""
    statement = (sa.select(sa.func.coalesce(sa.func.nullif(col(Parcel.tracking_number), ''), col(Shipment.number)),
                           col(TrackingEvent.status), col(TrackingEvent.at),
                           col(TrackingEvent.place), col(TrackingEvent.note))
                 .join(Shipment, col(Shipment.id) == TrackingEvent.shipment_id)
                 .join(Parcel, col(Parcel.id) == TrackingEvent.parcel_id, isouter=True)
                 .where(col(TrackingEvent.status) != S.SHIPPED).order_by(col(TrackingEvent.at)))
    for row in work.session.execute(statement.execution_options(yield_per=2000)):
        yield tuple(row)


KIND = Kind(
    'tracking', _l('Tracking'), _l('Where shipments are, by shipment or tracking number.'), 'truck', FIELDS,
    TrackingWriter, rows, topics=('office:shipments',), needs=(Permission.IMPORTS_RUN, Permission.SHIPMENTS_WRITE),
    reads=(Permission.OFFICE, Permission.STOCK_READ))
