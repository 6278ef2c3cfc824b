"""How shipments are called, and where a parcel can be followed."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from models.core.words import Lazy, _l
from models.shipments import ShipmentStatus

STATUSES: Mapping[str, Lazy] = {
    ShipmentStatus.PICKING: _l('Picking'), ShipmentStatus.PACKED: _l('Packed'), ShipmentStatus.SHIPPED: _l('Shipped'),
    ShipmentStatus.IN_TRANSIT: _l('In transit'), ShipmentStatus.OUT_FOR_DELIVERY: _l('Out for delivery'),
    ShipmentStatus.DELIVERED: _l('Delivered'), ShipmentStatus.PROBLEM: _l('Problem'),
    ShipmentStatus.RETURNED: _l('Returned'), ShipmentStatus.CANCELLED: _l('Cancelled')}
TONES: Mapping[str, str] = {
    ShipmentStatus.PICKING: 'mute', ShipmentStatus.PACKED: 'info', ShipmentStatus.SHIPPED: 'info',
    ShipmentStatus.IN_TRANSIT: 'info', ShipmentStatus.OUT_FOR_DELIVERY: 'warn', ShipmentStatus.DELIVERED: 'ok',
    ShipmentStatus.PROBLEM: 'bad', ShipmentStatus.RETURNED: 'bad', ShipmentStatus.CANCELLED: 'mute'}


def tracking_link(template: str, number: str) -> str:
    """The address of a parcel's tracking page; empty without a template or a number."""
    return template.replace('{number}', quote(number, safe='')) if template and number else ''
