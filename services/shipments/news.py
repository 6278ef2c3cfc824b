"""Who hears of a shipment: the person who ordered, by bell and mail, and the office of what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from models.customers import Customer
from models.orders import Order
from models.shipments import Carrier, Parcel, Shipment, ShipmentLine
from services.core import formats
from services.core.permissions import Permission
from services.core.work import Work
from services.informing import inform
from services.notifications import who_may
from services.shipments.wording import tracking_link


def tell_shipped(work: Work, order: Order, shipment: Shipment) -> None:
    """Tell the person who ordered what is on its way, with a link to follow each parcel."""
    if order.placed_by_id is None:
        return
    rows = work.session.exec(select(ShipmentLine).where(ShipmentLine.shipment_id == shipment.id).order_by(
        col(ShipmentLine.position))).all()
    parcels = _parcels(work, shipment)

    def words() -> dict[str, Any]:
        return {'expected': formats.date(shipment.expected_on) if shipment.expected_on else '', 'parcels': parcels,
                'lines': [{'sku': row.sku, 'name': row.name, 'quantity': formats.quantity(row.quantity, row.unit)}
                          for row in rows]}
    inform(work, 'order_shipped', [order.placed_by_id], path=f'/shipments/{shipment.number}', words=words,
           facts={'number': order.number, 'shipment': shipment.number, 'note': ''}, customer_id=order.customer_id)


def tell_buyer(work: Work, shipment: Shipment, message: str, *, note: str = '') -> None:
    """Tell the person who ordered, unless he did it himself."""
    if shipment.ordered_by_id is not None:
        inform(work, message, [shipment.ordered_by_id], path=f'/shipments/{shipment.number}', facts={
            'number': shipment.order_number, 'shipment': shipment.number, 'note': note},
            customer_id=shipment.customer_id)


def tell_office(work: Work, shipment: Shipment, message: str, *, note: str = '') -> None:
    """Tell those who look after shipments."""
    customer = work.session.get_one(Customer, shipment.customer_id)
    inform(work, message, who_may(work, Permission.SHIPMENTS_WRITE), path=f'/office/shipments/{shipment.number}',
           facts={'number': shipment.order_number, 'shipment': shipment.number, 'note': note,
                  'customer': customer.name})


def links(work: Work) -> dict[str, tuple[str, str]]:
    """Name and link template of every carrier by its code."""
    return {row.code: (row.name, row.link) for row in work.session.exec(select(Carrier))}


def _parcels(work: Work, shipment: Shipment) -> list[dict[str, str]]:
    known = links(work)
    parcels: Sequence[Parcel] = work.session.exec(select(Parcel).where(Parcel.shipment_id == shipment.id).order_by(
        col(Parcel.position))).all()
    out = []
    for parcel in parcels:
        name, template = known.get(parcel.carrier, ('', ''))
        out.append({'carrier': name, 'number': parcel.tracking_number,
                    'link': tracking_link(template, parcel.tracking_number)})
    return out
