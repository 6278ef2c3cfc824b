"""The list of all shipments, each with its next step."""

from __future__ import annotations

import uuid
from typing import Any

from models.core.words import _, ngettext
from models.shipments import ON_THE_WAY, ShipmentStatus
from services.core.permissions import Permission
from services.shipments.desk import ShipmentDesk
from services.shipments.reading import DESK, ShipmentService
from services.shipments.tracking import TrackingService
from ui.kernel import design
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.office.shipments.declared import module
from ui.office.shipments.packing import ask_parcels

WORKED = ['picking', 'packed', 'shipped', 'in_transit', 'out_for_delivery', 'problem']


@module.view('/office/shipments')
async def index(view: View) -> None:
    """All shipments, the newest first."""
    with design.head(view):
        design.button(_('Backorders'), href='/office/backorders', icon='hourglass')

    async def deliver(keys: list[str]) -> None:
        done = await view.do(TrackingService.deliver_many, [uuid.UUID(key) for key in keys])
        words = ngettext('{count} shipment is delivered.', '{count} shipments are delivered.', done)
        view.say(words.format(count=done))

    async def delivered(row: dict[str, Any]) -> None:
        await deliver([str(row['id'])])

    async def pack(row: dict[str, Any]) -> None:
        await ask_parcels(view, str(row['number']))

    async def ship(row: dict[str, Any]) -> None:
        await view.do(ShipmentDesk.ship_picked, str(row['number']), version=row['version'])
        view.say(_('{number} has left.').format(number=row['number']))

    Table(view, DESK, load=ShipmentService.desk, row_path='/office/shipments/{number}', topic='office:shipments',
          card=('number', 'customer', 'status', 'shipped_at'), preset={'status': WORKED},
          context=[Act(_('Open'), 'external-link', path='/office/shipments/{number}', kbd='Enter'),
                   Act(_('Pack'), 'package', run=pack, needs=Permission.SHIPMENTS_WRITE,
                       when=lambda row: row['status'] in (ShipmentStatus.PICKING, ShipmentStatus.PACKED)),
                   Act(_('Ship'), 'truck', run=ship, needs=Permission.SHIPMENTS_WRITE,
                       when=lambda row: row['status'] in (ShipmentStatus.PICKING, ShipmentStatus.PACKED)),
                   Act(_('Mark delivered'), 'check', run=delivered, needs=Permission.SHIPMENTS_WRITE,
                       when=lambda row: row['status'] in ON_THE_WAY),
                   Act(_('Order'), 'package', path='/office/orders/{order_number}'),
                   Act(_('Pick list'), 'clipboard-list', path='/download/shipments/{number}/pick.pdf',
                       needs=Permission.SHIPMENTS_WRITE),
                   Act(_('Delivery note'), 'download', path='/download/shipments/{number}.pdf',
                       when=lambda row: row['shipped_at'] is not None)],
          bulk=[Act(_('Mark delivered'), 'check', run=deliver, needs=Permission.SHIPMENTS_WRITE)],
          empty=Empty('truck', _('No shipments here'), _('Begin one with Ship or Pick on the page of an order.'),
                      _('Orders desk'), '/office/orders'))
