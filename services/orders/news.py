"""Who hears of what happens to an order: the person who placed it and the office, by bell and mail."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.words import _, language
from models.customers import Customer
from models.orders import Order, OrderLine
from models.users import User
from services.core import formats
from services.core.permissions import Permission
from services.core.work import Work
from services.mail.outbox import Recipient, promise
from services.notifications import notify, who_may
from services.orders.wording import agreed

TO_OFFICE = {'order_placed', 'order_cancelled', 'cancel_asked', 'order_answered'}
TO_BUYER = {'order_confirmed', 'order_declined', 'order_changed', 'order_cancelled', 'order_held', 'order_released',
            'order_consent', 'cancel_refused'}
BY_MAIL = {'order_placed', 'order_confirmed', 'order_declined', 'order_changed', 'order_cancelled', 'order_consent'}

# Written out once: every order comes by here.
_BUYER = sa.select(col(User.name), col(User.email), col(User.language)).where(col(User.id) == sa.bindparam('person'))


def tell(work: Work, order: Order, lines: Sequence[OrderLine], message: str, *, note: str = '') -> None:
    """Tell everybody concerned but the one who did it; the person who ordered also by mail, with the paper attached."""
    customer = work.session.get_one(Customer, order.customer_id)
    known = {'number': order.number, 'customer': customer.name, 'person': work.actor.name, 'note': note}
    if message in TO_OFFICE:
        office = who_may(work, Permission.ORDERS_CONFIRM)
        notify(work, _others(work, office), message, facts=known, path=f'/office/orders/{order.number}')
    if order.placed_by_id is None:
        return
    if message in TO_BUYER:
        notify(work, _others(work, [order.placed_by_id]), message, facts=known, path=f'/orders/{order.number}',
               customer_id=order.customer_id)
    if message in BY_MAIL:
        (name, email, code), = work.rows(_BUYER, {'person': order.placed_by_id})
        with language(code):
            facts = known | {'name': name} | _facts(work, order, lines)
        promise(work, message=message, to=Recipient(email, name, code), facts=facts,
                customer_id=order.customer_id, document=('order', order.id))


def _others(work: Work, users: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    return [user for user in users if user != work.actor.user_id]


def _facts(work: Work, order: Order, lines: Sequence[OrderLine]) -> dict[str, Any]:
    currency = order.currency
    totals = [(_('Net'), formats.money(order.lines_net, currency)),
              (_('Shipping'), formats.money(order.shipping_net, currency)),
              *((_('VAT {rate}').format(rate=formats.percent(Decimal(tax['rate']))),
                 formats.money(Decimal(tax['tax']), currency)) for tax in order.taxes),
              (_('Total'), formats.money(order.gross, currency))]
    return {
        'link': f'{work.runtime.config.url}/orders/{order.number}', 'totals': totals,
        'lines': [{'sku': line.sku, 'name': line.name, 'amount': formats.money(line.net, currency),
                   'quantity': formats.quantity(agreed(order, line), line.unit)}
                  for line in lines if agreed(order, line)],
    }
