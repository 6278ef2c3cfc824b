"""Where shipments are: said by hand, by an import, or by the carriers, each saying counted once."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _
from models.shipments import ON_THE_WAY, Carrier, Parcel, Shipment, ShipmentStatus, TrackingEvent
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Invalid
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.core.work import Work
from services.gateways.carrier import GATEWAYS, Asked, Report
from services.shipments.news import tell_buyer, tell_office
from services.shipments.reading import load_shipment, parcels_of
from services.shipments.sending import topics_of

S = ShipmentStatus
BY_HAND = (S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERED, S.PROBLEM)
"""What may be said of a shipment that is on its way; that it came back is an act of its own."""
LATER = dt.timedelta(minutes=5)
BATCH = 50
log = logging.getLogger('portico')


class StatusInput(BaseModel):
    """Where a shipment is, as a person says it."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    status: ShipmentStatus
    at: dt.datetime | None = None
    place: str = Field(default='', max_length=120)
    note: str = Field(default='', max_length=300)
    delivered_to: str = Field(default='', max_length=200)


class TrackingService(Service):
    """Saying where shipments are."""

    @requires(Permission.SHIPMENTS_WRITE, writes=True)
    def say(self, number: str, given: StatusInput, *, version: int | None = None) -> None:
        """Say where a shipment is, for all its parcels; raises Conflict unless it is on its way."""
        shipment = load_shipment(self.work, number, version=version)
        if given.status not in BY_HAND:
            raise Invalid(_('This is not one of the choices.'), field='status')
        if shipment.status not in ON_THE_WAY:
            raise Conflict(_('Only a shipment that is on its way can be followed.'))
        at = given.at or self.now
        if not (shipment.shipped_at or at) - LATER <= at <= self.now + LATER:
            raise Invalid(_('It cannot be there before it left or in the future.'), field='at')
        said = Said(f'hand:{new_id()}', given.status, at, given.place, given.note, 'office', given.delivered_to)
        hear(self.work, shipment, [(None, said)])

    @requires(Permission.SHIPMENTS_WRITE, writes=True)
    def deliver_many(self, shipment_ids: Sequence[uuid.UUID]) -> int:
        """Mark several shipments delivered, leave those that are not on their way as they are; returns how many."""
        rows = self.session.exec(select(Shipment).where(
            col(Shipment.id).in_(shipment_ids), col(Shipment.status).in_(ON_THE_WAY))).all()
        for shipment in rows:
            self.say(shipment.number, StatusInput(status=S.DELIVERED))
        return len(rows)

    @requires(Permission.SYSTEM)
    def under_way(self) -> dict[str, list[tuple[uuid.UUID, Asked]]]:
        """The parcels on their way whose carrier can be asked, by gateway, with the shipment each belongs to."""
        rows = self.session.execute(sa.select(
            col(Carrier.gateway), col(Shipment.id), col(Parcel.tracking_number), col(Shipment.shipped_at))
            .join(Shipment, col(Shipment.id) == Parcel.shipment_id)
            .join(Carrier, col(Carrier.code) == Parcel.carrier)
            .where(col(Shipment.status).in_(ON_THE_WAY), col(Carrier.gateway) != '', col(Carrier.active),
                   col(Parcel.tracking_number) != '', col(Parcel.status) != S.DELIVERED)
            .order_by(col(Shipment.shipped_at)))
        found: dict[str, list[tuple[uuid.UUID, Asked]]] = defaultdict(list)
        for gateway, shipment_id, number, since in rows:
            found[gateway].append((shipment_id, Asked(number, since)))
        return dict(found)

    @requires(Permission.SYSTEM, writes=True)
    def reported(self, shipment_id: uuid.UUID, reports: Sequence[Report]) -> int:
        """Take what a carrier says about the parcels of a shipment; returns how much of it was new."""
        shipment = self.work.one(Shipment, Shipment.id == shipment_id)
        parcels = {parcel.tracking_number: parcel for parcel in self.session.exec(parcels_of(shipment))}
        said = [(parcels[one.number], Said(f'{one.number}:{one.key}'[:120], one.status, one.at, one.place[:120],
                                           one.note[:300], 'carrier'))
                for one in sorted(reports, key=lambda one: one.at) if one.number in parcels]
        return hear(self.work, shipment, said)


class Said:
    """One saying: its key, the status it means, when and where, and who says so."""

    def __init__(self, key: str, status: ShipmentStatus, at: dt.datetime, *words: str) -> None:
        self.key, self.status, self.at = key, status, at
        self.place, self.note, self.source, self.to = (*words, '', '', '', '')[:4]


def hear(work: Work, shipment: Shipment, said: Sequence[tuple[Parcel | None, Said]]) -> int:
    """Write sayings about a shipment or its parcels on its timeline, once each, and let its status follow.

    What is older than what is known is kept but changes nothing. That goods turn back is a problem until they are here.
    """
    fresh = [(parcel, one) for parcel, one in said if _write(work, shipment, parcel, one)]
    if not fresh or shipment.status not in ON_THE_WAY:
        return len(fresh)
    parcels = work.session.exec(parcels_of(shipment)).all()
    for parcel, one in fresh:
        if not _is_latest(work, shipment, parcel, one):
            continue
        for each in parcels if parcel is None else [parcel]:
            if each.status not in (_meant(one.status), S.DELIVERED):
                work.change(each, status=_meant(one.status))
    last = fresh[-1][1]
    whole = next((one.status for parcel, one in reversed(fresh) if parcel is None), None)
    status = _of_parcels(parcels) if parcels else _meant(whole or last.status)
    _move(work, shipment, status, last)
    return len(fresh)


def look_after(runtime: Runtime) -> None:
    """The recurring piece of work: ask the carriers of all parcels on their way, and take what is new."""
    for name, parcels in runtime.run(SYSTEM, TrackingService.under_way).items():
        gateway = GATEWAYS.get(name)
        for start in range(0, len(parcels) if gateway else 0, BATCH):
            some = parcels[start:start + BATCH]
            try:
                reports = gateway.track([asked for _id, asked in some], runtime.now())  # type: ignore[union-attr]
            except OSError:
                log.warning('carrier gateway %s cannot be reached', name)
                break
            _hand_over(runtime, some, reports)


def _hand_over(runtime: Runtime, some: Sequence[tuple[uuid.UUID, Asked]], reports: Sequence[Report]) -> None:
    known: dict[str, uuid.UUID] = {asked.number: shipment_id for shipment_id, asked in some}
    by_shipment: dict[uuid.UUID, list[Report]] = defaultdict(list)
    for report in reports:
        if report.number in known:
            by_shipment[known[report.number]].append(report)
    for shipment_id, own in by_shipment.items():
        runtime.run(SYSTEM, TrackingService.reported, shipment_id, own)


def _write(work: Work, shipment: Shipment, parcel: Parcel | None, said: Said) -> bool:
    """Put a saying on the timeline; whether it is new."""
    insert: Any = postgresql.insert if work.session.get_bind().dialect.name == 'postgresql' else sqlite.insert
    done: Any = work.session.execute(insert(TrackingEvent).values(
        id=new_id(), customer_id=shipment.customer_id, shipment_id=shipment.id,
        parcel_id=parcel.id if parcel else None, key=said.key, status=said.status, at=said.at, place=said.place,
        note=said.note, source=said.source).on_conflict_do_nothing())
    return bool(done.rowcount)


def _is_latest(work: Work, shipment: Shipment, parcel: Parcel | None, said: Said) -> bool:
    about = [col(TrackingEvent.parcel_id) == parcel.id] if parcel else [col(TrackingEvent.parcel_id).is_(None)]
    later = work.session.exec(select(TrackingEvent.id).where(
        TrackingEvent.shipment_id == shipment.id, col(TrackingEvent.at) > said.at, *about)).first()
    return later is None


def _meant(status: ShipmentStatus) -> ShipmentStatus:
    return S.PROBLEM if status is S.RETURNED else status


def _of_parcels(parcels: Sequence[Parcel]) -> ShipmentStatus:
    """A shipment is delivered with its last parcel, held up with any, else as far as the farthest."""
    states = {parcel.status for parcel in parcels}
    if states == {S.DELIVERED}:
        return S.DELIVERED
    for status, stands_for in ((S.PROBLEM, S.PROBLEM), (S.OUT_FOR_DELIVERY, S.OUT_FOR_DELIVERY),
                               (S.DELIVERED, S.OUT_FOR_DELIVERY), (S.IN_TRANSIT, S.IN_TRANSIT)):
        if status in states:
            return stands_for
    return S.SHIPPED


def _move(work: Work, shipment: Shipment, status: ShipmentStatus, said: Said) -> None:
    """Change the status if the saying changes it, and tell who waits."""
    if status in (shipment.status, S.SHIPPED):
        work.announce(*topics_of(shipment))
        return
    values: dict[str, Any] = {'delivered_at': said.at, 'delivered_to': said.to} if status is S.DELIVERED else {}
    work.change(shipment, expect={'status': shipment.status}, status=status, **values)
    work.record(f'shipment.{status}', shipment, note=' · '.join(part for part in (said.place, said.note) if part),
                topics=topics_of(shipment))
    if status is S.DELIVERED:
        tell_buyer(work, shipment, 'shipment_delivered', note=said.place)
    if status is S.PROBLEM:
        tell_buyer(work, shipment, 'shipment_problem', note=said.note)
        tell_office(work, shipment, 'shipment_stuck', note=said.note)
