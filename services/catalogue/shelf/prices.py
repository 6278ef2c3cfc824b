"""What everything costs a customer, by place, so that the whole catalogue can be sorted by his own prices.

The rules are those of `services.pricing.rules` for each item's least quantity; a test compares the two. The lists all
share are worked out once; those of one customer are laid over them.
"""

from __future__ import annotations

import threading
import uuid
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import merge
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlmodel import Session, col

from models.catalogue import Item
from models.pricing import Price, PriceKind
from services.catalogue.shelf.bits import bits_of, walk
from services.catalogue.shelf.items import Shelf
from services.pricing.rules import RANK, ListFacts

if TYPE_CHECKING:
    from services.core.runtime import Runtime

Column = Mapping[int, int]
KEPT_LISTS = 64
KEPT_MIXES = 8


class Mix:
    """Prices of a set of lists by place, in ten-thousandths: what lasts, and what promotions offer."""

    def __init__(self, lists: Iterable[tuple[ListFacts, Column]]) -> None:
        self.lasting: dict[int, int] = {}
        self.contract: set[int] = set()
        self.promoted: dict[int, int] = {}
        self.stacking: dict[int, int] = {}
        rank: dict[int, tuple[int, int]] = {}
        for facts, prices in sorted(lists, key=lambda pair: (RANK[pair[0].kind], -pair[0].priority)):
            if facts.kind is PriceKind.PROMOTION:
                _lower(self.promoted, prices)
                if facts.stacks:
                    _lower(self.stacking, prices)
                continue
            mine = RANK[facts.kind], -facts.priority
            if not self.lasting:
                self.lasting, rank = dict(prices), dict.fromkeys(prices, mine)
            else:
                for place, price in prices.items():
                    if place not in rank or (rank[place] == mine and price < self.lasting[place]):
                        rank[place], self.lasting[place] = mine, price
            if facts.kind is PriceKind.CONTRACT:
                self.contract.update(prices)
        self._order: array[int] | None = None
        self._promotion: int | None = None

    def price(self, place: int) -> int | None:
        """The price of an item by these lists alone."""
        lasting = self.lasting.get(place)
        offered = (self.stacking if place in self.contract else self.promoted).get(place)
        return lasting if offered is None or (lasting is not None and lasting <= offered) else offered

    def order(self) -> array[int]:
        """The places that have a price, lowest first."""
        if self._order is None:
            prices = dict(self.lasting)
            for place in self.promoted:
                price = self.price(place)
                if price is not None:
                    prices[place] = price
            self._order = array('I', sorted(prices, key=lambda place: (prices[place], place)))
        return self._order

    def on_promotion(self) -> int:
        """The set of items a promotion makes cheaper."""
        if self._promotion is None:
            self._promotion = bits_of(p for p in self.promoted if self.price(p) != self.lasting.get(p))
        return self._promotion


class MyPrices:
    """The shared mix with one customer's own lists laid over it."""

    def __init__(self, shared: Mix, own: Mix) -> None:
        self.shared, self.own = shared, own
        self.touched = own.lasting.keys() | own.promoted.keys()

    def price(self, place: int) -> int | None:
        """What the customer pays for the least quantity, in ten-thousandths; None without a price."""
        if place not in self.touched:
            return self.shared.price(place)
        lasting = self.own.lasting.get(place, self.shared.lasting.get(place))
        contract = place in self.own.contract
        offers = [mix.stacking.get(place) if contract else mix.promoted.get(place) for mix in (self.own, self.shared)]
        return min((price for price in (lasting, *offers) if price is not None), default=None)

    def key(self, *, falling: bool) -> Callable[[int], tuple[bool, int]]:
        """What places are compared by, so that those without a price come last."""
        sign = -1 if falling else 1

        def compared(place: int) -> tuple[bool, int]:
            price = self.price(place)
            return price is None, sign * (price or 0)
        return compared

    def on_promotion(self) -> int:
        """The set of items where a promotion is what the customer pays."""
        laid = [place for place in self.touched
                if self.price(place) != self.own.lasting.get(place, self.shared.lasting.get(place))]
        return self.shared.on_promotion() & ~bits_of(self.touched) | bits_of(laid)

    def ordered(self, bits: int, size: int, *, falling: bool) -> Iterator[int]:
        """The places of a set by what the customer pays; those without a price come last."""
        order = self.shared.order()
        key: Callable[[int], Any] = self.price
        shared = walk(reversed(order) if falling else order, bits, size)
        if self.touched:
            laid = sorted((place for place in self.touched if place < size and bits >> place & 1
                           and self.price(place) is not None), key=key, reverse=falling)
            rest = (place for place in shared if place not in self.touched)
            shared = merge(rest, laid, key=key, reverse=falling)
        yield from shared
        yield from (place for place in walk(range(size), bits, size) if self.price(place) is None)


def _lower(into: dict[int, int], prices: Column) -> None:
    for place, price in prices.items():
        if place not in into or price < into[place]:
            into[place] = price


class _Kept:
    """Columns of lists and mixes of shared lists, by their versions; the oldest go first."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.columns: OrderedDict[tuple[uuid.UUID, int, int], Column] = OrderedDict()
        self.mixes: OrderedDict[tuple[object, ...], Mix] = OrderedDict()


_kept: WeakKeyDictionary[Runtime, _Kept] = WeakKeyDictionary()


def my_prices(runtime: Runtime, session: Session, on: Shelf, lists: Iterable[ListFacts]) -> MyPrices:
    """The prices of a customer to whom these lists apply."""
    kept = _kept.setdefault(runtime, _Kept())
    lists = list(lists)
    shared = [facts for facts in lists if not facts.own]
    key = (on.epoch, *sorted((str(facts.id), facts.version) for facts in shared))
    with kept.lock:
        mix = kept.mixes.get(key)
        if mix is None:
            mix = kept.mixes[key] = Mix((facts, _column(kept, session, facts, on.epoch)) for facts in shared)
            while len(kept.mixes) > KEPT_MIXES:
                kept.mixes.popitem(last=False)
        own = Mix((facts, _column(kept, session, facts, on.epoch)) for facts in lists if facts.own)
    return MyPrices(mix, own)


def _column(kept: _Kept, session: Session, facts: ListFacts, epoch: int) -> Column:
    key = facts.id, facts.version, epoch
    found = kept.columns.pop(key, None)
    if found is None:
        for old in [other for other in kept.columns if other[0] == facts.id]:
            del kept.columns[old]
        statement = (sa.select(Item.place, sa.func.min(sa.type_coerce(Price.price, sa.BigInteger)))  # type: ignore[call-overload]
                     .join(Item, col(Item.id) == Price.item_id)
                     .where(col(Price.price_list_id) == facts.id, col(Item.place).is_not(None),
                            col(Price.min_quantity) <= Item.min_quantity).group_by(Item.place))
        found = {place: int(price) for place, price in session.execute(statement)}
    kept.columns[key] = found
    while len(kept.columns) > KEPT_LISTS:
        kept.columns.popitem(last=False)
    return found
