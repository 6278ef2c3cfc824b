"""Who hears of what happens to an order: the person who placed it and the office, by bell and mail."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from models.core.words import _
from models.customers import Customer
from models.orders import Order, OrderLine
from services.core import formats
from services.core.permissions import Permission
from services.core.work import Work
from services.informing import inform
from services.notifications import who_may
from services.orders.money import GivenBack
from services.orders.wording import agreed

TO_OFFICE = {'order_placed', 'order_cancelled', 'cancel_asked', 'order_answered', 'ship_asked', 'rest_asked',
             'partly_answered'}
TO_BUYER = {'order_placed', 'order_confirmed', 'order_declined', 'order_changed', 'order_cancelled', 'order_held',
            'order_released', 'order_consent', 'cancel_refused', 'wish_refused', 'rest_closed', 'dates_changed',
            'goods_there', 'partly_asked', 'partly_allowed'}


def tell(work: Work, order: Order, lines: Sequence[OrderLine], message: str, *, note: str = '',
         given: GivenBack | None = None) -> None:
    """Tell everybody concerned by the ways they wish; the mail to the person who ordered has the paper attached.

    `given` is what was given back of money paid in advance; the mail says it below the totals.
    """
    customer = work.session.get_one(Customer, order.customer_id)
    known = {'number': order.number, 'customer': customer.name, 'person': work.actor.name, 'note': note}
    if message in TO_OFFICE:
        inform(work, message, who_may(work, Permission.ORDERS_CONFIRM), facts=known,
               path=f'/office/orders/{order.number}')
    if order.placed_by_id and message in TO_BUYER:
        inform(work, message, [order.placed_by_id], facts=known, path=f'/orders/{order.number}',
               customer_id=order.customer_id, words=lambda: _facts(order, lines, given), document=('order', order.id))


def _facts(order: Order, lines: Sequence[OrderLine], given: GivenBack | None) -> dict[str, Any]:
    currency = order.currency
    totals = [(_('Net'), formats.money(order.lines_net, currency)),
              (_('Shipping'), formats.money(order.shipping_net, currency)),
              *((_('VAT {rate}').format(rate=formats.percent(Decimal(tax['rate']))),
                 formats.money(Decimal(tax['tax']), currency)) for tax in order.taxes),
              (_('Total'), formats.money(order.gross, currency))]
    return {
        'totals': totals, 'given': given.rows(currency) if given else [],
        'lines': [{'sku': line.sku, 'name': line.name, 'amount': formats.money(line.net, currency),
                   'quantity': formats.quantity(agreed(order, line), line.unit)}
                  for line in lines if agreed(order, line)],
    }
