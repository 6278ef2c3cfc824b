"""The papers that go with goods: the delivery note for the customer, the pick list for the warehouse."""

from __future__ import annotations

import uuid
from decimal import Decimal

from sqlmodel import col, select

from models.core.words import _, current_language
from models.orders import Order, OrderLine
from models.stock import Warehouse
from services.calendar import zone
from services.core.errors import Conflict
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.documents.delivery_note import DeliveryLine, DeliveryNotePaper, Parcel, delivery_note_pdf
from services.documents.pick_list import PickLine, PickListPaper, pick_list_pdf
from services.orders.paper import letterhead
from services.orders.reading import lines_of
from services.orders.wording import address_lines, delivery_text
from services.shipments.reading import ShipmentView, view_of
from services.shipments.standing import items_of


class ShipmentPaperService(Service):
    """What the papers of a shipment say, in the reader's language."""

    @requires(Permission.SHIPMENTS_READ)
    def delivery_note(self, number: str) -> DeliveryNotePaper:
        """The delivery note of a shipment; raises NotFound out of reach, and Conflict while it is in the house."""
        found = view_of(self.work, number)
        shipment, order = found.shipment, self._order(found)
        if shipment.shipped_at is None:
            raise Conflict(_('A delivery note is written when the goods leave.'))
        lines = self._lines(order)
        return DeliveryNotePaper(
            seller=letterhead(self.work), number=shipment.number,
            shipped_on=shipment.shipped_at.astimezone(zone(self.work)).date(), customer=found.customer.name,
            account=found.customer.account, ship_to=tuple(address_lines(shipment.ship_to)),
            lines=tuple(DeliveryLine(row.sku, row.name, row.quantity, row.unit, lines[row.order_line_id].own_number,
                                     to_follow=lines[row.order_line_id].open) for row in found.lines),
            order_number=order.number, reference=order.po_number, delivery=delivery_text(order),
            parcels=tuple(Parcel(parcel.carrier or _('Parcel'), parcel.parcel.tracking_number)
                          for parcel in found.parcels),
            note=shipment.note, language=current_language())

    @requires(Permission.SHIPMENTS_WRITE)
    def pick_list(self, number: str) -> PickListPaper:
        """The pick list of a shipment, its lines in order of SKU."""
        found = view_of(self.work, number)
        shipment, order = found.shipment, self._order(found)
        lines = self._lines(order)
        house = self.session.exec(select(Warehouse).where(col(Warehouse.id) == shipment.warehouse_id)).one()
        eans = {item_id: item.ean for item_id, item in items_of(self.work, list(lines.values())).items()}
        return PickListPaper(
            seller=letterhead(self.work), number=shipment.number,
            made_on=self.now.astimezone(zone(self.work)).date(), customer=found.customer.name,
            account=found.customer.account, ship_to=tuple(address_lines(shipment.ship_to)),
            lines=tuple(PickLine(row.sku, row.name, row.quantity, row.unit, house.code, eans.get(row.item_id) or '',
                                 note=lines[row.order_line_id].note)
                        for row in sorted(found.lines, key=lambda row: row.sku) if row.quantity > Decimal(0)),
            warehouse=house.name, order_number=order.number, delivery=delivery_text(order),
            wanted_on=order.requested_on, note=order.note, language=current_language())

    def _order(self, found: ShipmentView) -> Order:
        return self.work.one(Order, Order.id == found.shipment.order_id)

    def _lines(self, order: Order) -> dict[uuid.UUID, OrderLine]:
        return {line.id: line for line in lines_of(self.work, order)}


def delivery_note_file(paper: DeliveryNotePaper) -> tuple[str, bytes]:
    """File name and PDF; costs CPU, so call it outside of acts and off the event loop."""
    return f'{paper.number}.pdf', delivery_note_pdf(paper)


def pick_list_file(paper: PickListPaper) -> tuple[str, bytes]:
    """File name and PDF; costs CPU, so call it outside of acts and off the event loop."""
    return f'{paper.number}-pick.pdf', pick_list_pdf(paper)
