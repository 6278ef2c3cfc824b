"""Who hears of a shipment: the person who ordered, by bell and mail, and the office of what went wrong."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from sqlmodel import col, select

from models.core.words import language
from models.customers import Customer
from models.orders import Order
from models.shipments import Carrier, Parcel, Shipment, ShipmentLine
from models.users import User
from services.core import formats
from services.core.permissions import Permission
from services.core.work import Work
from services.mail.outbox import Recipient, promise
from services.notifications import notify, who_may
from services.shipments.wording import tracking_link


def tell_shipped(work: Work, order: Order, shipment: Shipment) -> None:
    """Tell the person who ordered what is on its way, with a link to follow each parcel."""
    buyer = _buyer(work, order.placed_by_id)
    if buyer is None:
        return
    tell_buyer(work, shipment, 'order_shipped')
    rows = work.session.exec(select(ShipmentLine).where(ShipmentLine.shipment_id == shipment.id).order_by(
        col(ShipmentLine.position))).all()
    with language(buyer.language):
        facts = {
            'name': buyer.name, 'number': order.number, 'shipment': shipment.number,
            'link': f'{work.runtime.config.url}/shipments/{shipment.number}',
            'expected': formats.date(shipment.expected_on) if shipment.expected_on else '',
            'parcels': _parcels(work, shipment),
            'lines': [{'sku': row.sku, 'name': row.name, 'quantity': formats.quantity(row.quantity, row.unit)}
                      for row in rows]}
    promise(work, message='order_shipped', to=Recipient(buyer.email, buyer.name, buyer.language), facts=facts,
            customer_id=order.customer_id)


def tell_buyer(work: Work, shipment: Shipment, message: str, *, note: str = '') -> None:
    """Ring the bell of the person who ordered, unless he did it himself."""
    buyer = _buyer(work, shipment.ordered_by_id)
    if buyer is not None:
        notify(work, _others(work, [buyer.id]), message, facts={
            'number': shipment.order_number, 'shipment': shipment.number, 'note': note},
            path=f'/shipments/{shipment.number}', customer_id=shipment.customer_id)


def tell_office(work: Work, shipment: Shipment, message: str, *, note: str = '') -> None:
    """Ring the bell of those who look after shipments."""
    customer = work.session.get_one(Customer, shipment.customer_id)
    notify(work, _others(work, who_may(work, Permission.SHIPMENTS_WRITE)), message, facts={
        'number': shipment.order_number, 'shipment': shipment.number, 'note': note, 'customer': customer.name},
        path=f'/office/shipments/{shipment.number}')


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


def _buyer(work: Work, user_id: uuid.UUID | None) -> User | None:
    return work.session.exec(select(User).where(User.id == user_id)).first() if user_id else None


def _others(work: Work, users: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    return [user for user in users if user != work.actor.user_id]
