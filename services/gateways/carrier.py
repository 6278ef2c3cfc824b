"""Carriers as the outside world: what they know of parcels, asked now and then; and one that only pretends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from models.core.words import Lazy, _l
from models.shipments import ShipmentStatus


@dataclass(frozen=True)
class Asked:
    """A parcel that is looked for: its tracking number and since when it is on its way."""

    number: str
    since: dt.datetime


@dataclass(frozen=True)
class Report:
    """What a carrier says about a parcel; `key` names this saying among all of the parcel, so that it counts once."""

    number: str
    key: str
    status: ShipmentStatus
    at: dt.datetime
    place: str = ''
    note: str = ''


class CarrierGateway(Protocol):
    """A way to ask a carrier; `label` is its name in the settings."""

    label: Lazy

    def track(self, parcels: Sequence[Asked], now: dt.datetime) -> Sequence[Report]:
        """All the carrier knows of these parcels at this moment, in any order and as often as it likes.

        Raises OSError when he cannot be reached.
        """


class SimulatedCarrier:
    """Parcels that travel on paper only: collected after four hours, delivered after thirty.

    A number that ends in `X` is held up on its way and one that ends in `R` then turned back; everything else arrives.
    """

    label = _l('Simulated carrier')

    _way = ((4, ShipmentStatus.IN_TRANSIT, 'Collection depot', 'Collected'),
            (12, ShipmentStatus.IN_TRANSIT, 'Sorting centre', 'Sorted'),
            (26, ShipmentStatus.OUT_FOR_DELIVERY, 'Delivery depot', 'On the van'),
            (30, ShipmentStatus.DELIVERED, '', 'Handed over'))
    _held = ((26, ShipmentStatus.PROBLEM, 'Delivery depot', 'Address not found'),)
    _back = (*_held, (50, ShipmentStatus.RETURNED, 'Sorting centre', 'On its way back'))

    def track(self, parcels: Sequence[Asked], now: dt.datetime) -> Sequence[Report]:
        """What a real carrier might say."""
        out = []
        for parcel in parcels:
            ends = {'X': self._held, 'R': self._back}.get(parcel.number[-1:].upper())
            way = (*self._way[:2], *ends) if ends else self._way
            for hours, status, place, note in way:
                at = parcel.since + dt.timedelta(hours=hours)
                if at <= now:
                    out.append(Report(parcel.number, f'{status}:{hours}', status, at, place, note))
        return out


GATEWAYS: Mapping[str, CarrierGateway] = {'simulated': SimulatedCarrier()}
"""The gateways by the code a carrier names."""
