"""What an order still weighs on a customer's credit: all that is agreed and not invoiced yet."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from models.core.money import line_net, total
from models.orders import OPEN_STATUSES, Order, OrderLine, OrderStatus


def uninvoiced(order: Order, lines: Sequence[OrderLine]) -> Decimal:
    """The gross of the order's quantities and freight that no issued invoice covers; nothing once it ended unshipped.

    A completed order still counts what was shipped and not invoiced, for customers who are invoiced monthly.
    """
    if order.status not in (*OPEN_STATUSES, OrderStatus.COMPLETED):
        return Decimal(0)
    nets = [(line.tax_category, line.tax_rate, line_net(line.unit_price, rest, order.currency))
            for line in lines if (rest := line.ordered - line.cancelled - line.invoiced) > 0]
    freight = order.shipping_net if nets and not order.shipping_invoiced else Decimal(0)
    shipping = order.shipping_tax_category, order.shipping_tax_rate, freight
    return total(nets, shipping=shipping, currency=order.currency).amount.gross
