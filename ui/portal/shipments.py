"""Shipments of a customer: the list, and one shipment with its parcels and where they are, live."""

from __future__ import annotations

from models.core.words import _, _l
from services.core.permissions import Permission
from services.shipments.reading import SHIPMENTS, ShipmentService
from ui.kernel import design
from ui.kernel.documents import Document
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.pieces.shipment import ShipmentPage, chip_of, context_of
from ui.portal.pieces.product import path

module = Module('shipments', _l('Shipments'), icon='truck', group=Group.ORDERS, needs=Permission.SHIPMENTS_READ,
                keywords=_l('delivery, deliveries, parcel, tracking, carrier, where is my order, proof of delivery'),
                waiting=ShipmentService.count_under_way, topics=('company:{customer_id}',))


@module.view('/shipments')
async def index(view: View) -> None:
    """All that was sent to the company."""
    with design.head(view):
        pass
    Table(view, SHIPMENTS, load=ShipmentService.list, row_path='/shipments/{number}',
          topic=f'company:{view.actor.customer_id}', card=('number', 'status', 'order_number', 'shipped_at'),
          context=[Act(_('Open'), 'external-link', path='/shipments/{number}', kbd='Enter'),
                   Act(_('Order'), 'package', path='/orders/{order_number}'),
                   Act(_('Delivery note'), 'download', path='/download/shipments/{number}.pdf')],
          empty=Empty('truck', _('No shipments yet'), _('What we send you stands here from the moment it leaves.'),
                      _('Orders'), '/orders'))


@module.view('/shipments/{number}')
async def document(view: View, number: str) -> None:
    """One shipment, followed live."""
    await ShipmentDocument(view, number).build()


class ShipmentDocument:
    """The page of one shipment on the customer's side."""

    def __init__(self, view: View, number: str) -> None:
        self.view = view
        self.number = number

    async def build(self) -> None:
        """Show it, and follow it."""
        found = await self.view.do(ShipmentService.read, self.number)
        self.frame = Document(self.view, self.number)
        self.page = ShipmentPage(self.view, self.frame, path, '/orders/{number}')
        self.view.on(f'shipment:{found.shipment.id}', self._show)
        await self._show()

    async def _show(self) -> None:
        found = await self.view.do(ShipmentService.read, self.number)
        acts = [Act(_('Order'), 'package', path=f'/orders/{found.shipment.order_number}'),
                Act(_('Delivery note'), 'download', path=f'/download/shipments/{self.number}.pdf')]
        if found.shipment.proof_id is not None:
            acts.append(Act(_('Proof of delivery'), 'file-check', path=f'/download/shipments/{self.number}/proof'))
        self.frame.head.show(self.number, sub=context_of(found), chip=chip_of(found), acts=acts)
        self.page.show(found)
