"""Goods that do not arrive: a shipment is cancelled in the house, comes back, or a line of it is taken back or lost."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal

from models.core.types import new_id
from models.core.words import _
from models.orders import OrderLine
from models.shipments import ON_THE_WAY, Shipment, ShipmentLine, ShipmentStatus, TrackingEvent
from services.core import formats
from services.core.errors import Conflict, Invalid
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.orders.confirming import a_reason
from services.orders.fulfilling import count_shipped, follow
from services.orders.reading import line_of, lines_of, load
from services.shipments.news import tell_buyer
from services.shipments.reading import load_shipment, shipment_lines, step
from services.shipments.sending import topics_of
from services.shipments.standing import items_of, reserved
from services.stock.leaving import come_in
from services.stock.reserving import Wish, reserve_all

ZERO = Decimal(0)


class ReturningService(Service):
    """What the warehouse does when goods stay, come back or are lost."""

    @requires(Permission.SHIPMENTS_WRITE, writes=True)
    def cancel(self, number: str, reason: str, *, version: int | None = None) -> None:
        """Cancel a shipment in the house; its goods stay reserved for their order. Raises Conflict once it left."""
        reason = a_reason(reason)
        shipment = load_shipment(self.work, number, version=version)
        target = step(shipment, 'cancel')
        self.work.change(shipment, expect={'status': shipment.status}, status=target)
        self.work.record('shipment.cancelled', shipment, note=reason, topics=topics_of(shipment))

    @requires(Permission.SHIPMENTS_WRITE, writes=True)
    def come_back(self, number: str, reason: str, *, version: int | None = None) -> None:
        """Take a whole shipment that was not delivered back into stock; its lines are open again and reserved anew."""
        reason = a_reason(reason)
        shipment = load_shipment(self.work, number, version=version)
        step(shipment, 'come_back')
        lines = shipment_lines(self.work, shipment)
        self._take_back(shipment, {line.id: line.gone for line in lines if line.gone > 0}, reason)

    @requires(Permission.SHIPMENTS_WRITE, writes=True)
    def take_back(self, number: str, quantities: Mapping[uuid.UUID, Decimal], reason: str, *, lost: bool = False,
                  version: int | None = None) -> None:
        """Open so much of a shipment's lines again; what is `lost` does not come back into stock.

        Raises Conflict for a shipment that has not left or was delivered, Invalid for more than went with it.
        """
        reason = a_reason(reason)
        shipment = load_shipment(self.work, number, version=version)
        if shipment.status not in ON_THE_WAY:
            raise Conflict(_('Only what has left and is not delivered can be taken back.'))
        self._take_back(shipment, quantities, reason, lost=lost)

    def _take_back(self, shipment: Shipment, quantities: Mapping[uuid.UUID, Decimal], reason: str, *,
                   lost: bool = False) -> None:
        order = load(self.work, shipment.order_number, lock=True)
        lines, rows = lines_of(self.work, order), shipment_lines(self.work, shipment)
        wanted = [(row, quantities[row.id]) for row in rows if quantities.get(row.id, ZERO) != 0]
        if not wanted or len(wanted) != sum(1 for quantity in quantities.values() if quantity != 0):
            raise Invalid(_('Please say how much of which line came back.'), field='quantity')
        for row, quantity in sorted(wanted, key=lambda pair: pair[0].sku):
            self._bring(shipment, row, quantity, line=line_of(lines, row.order_line_id), lost=lost)
        self._settle(shipment, reason)
        opened = [line for line in lines if line.open > 0 and any(row.order_line_id == line.id for row, _q in wanted)]
        promise_again(self.work, opened)
        follow(self.work, order, lines)
        said = 'order.taken_back' if not lost else 'order.goods_lost'
        self.work.record(said, order, note=reason, changes={row.sku: str(quantity) for row, quantity in wanted})
        tell_buyer(self.work, shipment, 'shipment_returned', note=reason)

    def _bring(self, shipment: Shipment, row: ShipmentLine, quantity: Decimal, *, line: OrderLine,
               lost: bool) -> None:
        if not 0 < quantity <= row.gone:
            raise Invalid(_('Of {sku} only {quantity} went with this shipment.').format(
                sku=row.sku, quantity=formats.quantity(row.gone, row.unit)), field='quantity')
        item = items_of(self.work, [line]).get(line.item_id)
        if item is not None and not lost:
            come_in(self.work, Wish(line.id, item, quantity), shipment.warehouse_id, (shipment.id, shipment.number))
        self.work.change(row, expect={'returned': row.returned}, returned=row.returned + quantity)
        count_shipped(self.work, line, -quantity)

    def _settle(self, shipment: Shipment, reason: str) -> None:
        """A shipment of which nothing is under way any more has come back; else it goes on its way."""
        nothing = all(row.gone == 0 for row in shipment_lines(self.work, shipment))
        target = ShipmentStatus.RETURNED if nothing else shipment.status
        self.work.change(shipment, expect={'status': shipment.status}, status=target)
        if nothing:
            self.session.add(TrackingEvent(
                id=new_id(), customer_id=shipment.customer_id, shipment_id=shipment.id, key='returned',
                status=ShipmentStatus.RETURNED, at=self.now, note=reason, source='office'))
            self.session.flush()
        self.work.record('shipment.returned' if nothing else 'shipment.taken_back', shipment, note=reason,
                         topics=topics_of(shipment))


def promise_again(work: Work, lines: list[OrderLine]) -> None:
    """Reserve what is there for lines that are open again."""
    items = items_of(work, lines)
    wishes = [Wish(line.id, item, line.open) for line in sorted(lines, key=lambda line: line.sku)
              if (item := items.get(line.item_id)) is not None]
    if wishes:
        held = _held(work, lines)
        reserve_all(work, [wish._replace(quantity=wish.quantity - held.get(wish.line_id, ZERO)) for wish in wishes
                           if wish.quantity > held.get(wish.line_id, ZERO)])


def _held(work: Work, lines: list[OrderLine]) -> dict[uuid.UUID, Decimal]:
    held: dict[uuid.UUID, Decimal] = {}
    for (line_id, _house), quantity in reserved(work, lines).items():
        held[line_id] = held.get(line_id, ZERO) + quantity
    return held
