"""What a cart comes to, for the top bar of every page: as on its own page, worked out when it or a price changed."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlmodel import col

from models.carts import Cart, CartLine
from models.core.money import ZERO, line_net
from models.customers import Customer
from services.core.work import Work
from services.pricing.engine import lists_of, quotes
from services.pricing.rules import ListFacts

if TYPE_CHECKING:
    from services.core.runtime import Runtime

_FILLED = (sa.select(Cart.id, Cart.version).where(  # type: ignore[call-overload]
    col(Cart.user_id) == sa.bindparam('user'), col(Cart.customer_id) == sa.bindparam('customer'),
    sa.exists().where(col(CartLine.cart_id) == Cart.id, col(CartLine.saved).is_(False))))
_WANTED = sa.select(CartLine.item_id, CartLine.quantity).where(  # type: ignore[call-overload]
    col(CartLine.cart_id) == sa.bindparam('cart'), col(CartLine.saved).is_(False))
KEPT = 1000


class _Kept:
    """Sums of carts by their versions and those of the price lists; the oldest go first."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.sums: OrderedDict[tuple[object, ...], Decimal] = OrderedDict()


_kept: WeakKeyDictionary[Runtime, _Kept] = WeakKeyDictionary()


def worth_of(work: Work, customer: Customer) -> Decimal | None:
    """The net of the actor's cart at today's prices, in the customer's currency; None where nothing is in it."""
    found = next(iter(work.rows(_FILLED, {'user': work.actor.user_id, 'customer': customer.id})), None)
    if found is None:
        return None
    lists = lists_of(work, customer)
    kept = _kept.setdefault(work.runtime, _Kept())
    key = (*found, customer.currency, *sorted((str(facts.id), facts.version) for facts in lists.values()))
    with kept.lock:
        known = kept.sums.get(key)
    if known is None:
        known = _sum(work, found[0], customer, lists)
        with kept.lock:
            kept.sums[key] = known
            while len(kept.sums) > KEPT:
                kept.sums.popitem(last=False)
    return known


def _sum(work: Work, cart_id: uuid.UUID, customer: Customer, lists: Mapping[uuid.UUID, ListFacts]) -> Decimal:
    wanted: dict[uuid.UUID, Decimal] = {row[0]: row[1] for row in work.rows(_WANTED, {'cart': cart_id})}
    prices = quotes(work, customer, wanted, lists=lists)
    return sum((line_net(price.unit_price, wanted[item_id], price.currency)
                for item_id, price in prices.items() if price.unit_price is not None), ZERO)
