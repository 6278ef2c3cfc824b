"""Worth a look before ordering: an amount far from usual, a colleague who was quicker, a place never delivered to."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.words import _
from models.customers import Address
from models.orders import Order, OrderLine, OrderStatus
from services.carts.view import CartRow, Problem, Severity
from services.core import formats
from services.core.work import Work

FEWEST = 3
LAST = 12
FACTOR = 10
RECENT = dt.timedelta(days=2)
_REAL = (OrderStatus.PLACED, OrderStatus.CONFIRMED, OrderStatus.IN_FULFILMENT, OrderStatus.COMPLETED)


def _bought(*columns: Any) -> Any:
    return (sa.select(*columns).join(Order, col(Order.id) == OrderLine.order_id)
            .where(col(OrderLine.customer_id) == sa.bindparam('customer'), col(Order.status).in_(_REAL),
                   col(OrderLine.item_id).in_(sa.bindparam('items', expanding=True))))


# Written out once: to build these for every look at the checkout costs more than to carry them out.
_last = _bought(OrderLine.item_id, OrderLine.ordered, sa.func.row_number().over(
    partition_by=col(OrderLine.item_id), order_by=col(Order.placed_at).desc()).label('place')).subquery()
_USUAL = sa.select(_last.c.item_id, _last.c.ordered).where(_last.c.place <= LAST)
_NEWEST = (_bought(OrderLine.sku, OrderLine.item_id, OrderLine.ordered, Order.placed_by_name, Order.placed_at)
           .where(col(Order.placed_at) >= sa.bindparam('since'), col(Order.placed_by_id) != sa.bindparam('me'))
           .order_by(col(Order.placed_at).desc()).limit(20))
_PLACES = (sa.select(col(Order.ship_to)).where(col(Order.customer_id) == sa.bindparam('customer'),
                                               col(Order.status).in_(_REAL))
           .order_by(col(Order.placed_at).desc()).limit(LAST))


def guards(work: Work, customer_id: uuid.UUID, lines: Sequence[CartRow], address: Address | None) -> list[Problem]:
    """Notes only: nothing here stops an order."""
    if not lines:
        return []
    return [*_unusual_quantities(work, customer_id, lines), *_colleagues(work, customer_id, lines),
            *_unusual_place(work, customer_id, address)]


def _items(lines: Sequence[CartRow]) -> list[uuid.UUID]:
    return [row.item.id for row in lines]


def _unusual_quantities(work: Work, customer_id: uuid.UUID, lines: Sequence[CartRow]) -> list[Problem]:
    """More than ten times the median of this company's last orders of an item, where there were at least three."""
    usual: dict[uuid.UUID, list[Decimal]] = defaultdict(list)
    for item_id, ordered in work.rows(_USUAL, {'customer': customer_id, 'items': _items(lines)}):
        usual[item_id].append(ordered)
    return [Problem(Severity.NOTES, 'unusual_quantity', _('{quantity} of {sku} is far more than usual: mostly {usual}.')
                    .format(quantity=formats.quantity(row.quantity), sku=row.item.sku, usual=formats.quantity(middle)),
                    row.id, row.item.sku)
            for row in lines if len(usual[row.item.id]) >= FEWEST
            and row.quantity > FACTOR * (middle := Decimal(median(usual[row.item.id])))]


def _colleagues(work: Work, customer_id: uuid.UUID, lines: Sequence[CartRow]) -> list[Problem]:
    """The same item ordered by a colleague within the last two days."""
    newest = {'customer': customer_id, 'items': _items(lines), 'me': work.actor.user_id, 'since': work.now - RECENT}
    said: dict[uuid.UUID, Problem] = {}
    for sku, item_id, ordered, person, moment in work.rows(_NEWEST, newest):
        said.setdefault(item_id, Problem(
            Severity.NOTES, 'colleague', _('{person} ordered {quantity} of {sku} on {moment}.').format(
                person=person, quantity=formats.quantity(ordered), sku=sku, moment=formats.moment(moment)), sku=sku))
    return list(said.values())


def _unusual_place(work: Work, customer_id: uuid.UUID, address: Address | None) -> list[Problem]:
    """A delivery address none of the last orders went to, where there were at least three."""
    if address is None:
        return []
    before = [to for to, in work.rows(_PLACES, {'customer': customer_id})]
    wanted = (address.street, address.postcode, address.city)
    known = [(to['street'], to.get('postcode'), to.get('city')) for to in before if to.get('street')]
    if len(known) < FEWEST or wanted in known:
        return []
    return [Problem(Severity.NOTES, 'unusual_place', _('None of your last orders went to {street}, {city}.').format(
        street=address.street, city=address.city))]
