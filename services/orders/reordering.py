"""Ordering again, truthfully: what each line cost then and costs now, what is there, and what took its place."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import col, select

from models.catalogue import Item
from models.core.words import _, pick
from models.orders import OrderLine
from services.carts.service import Added, CartService, customer_of
from services.carts.view import Problem, Severity, line_problems
from services.catalogue.visibility import visible
from services.core.errors import Invalid
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.orders.reading import lines_of, load
from services.pricing.engine import PriceQuote, quotes
from services.stock.levels import Availability, availability


@dataclass(frozen=True)
class ReorderRow:
    """A line of an old order as it would be today; `sku` is the successor's where the old item is gone."""

    sku: str
    name: str
    old_sku: str
    quantity: Decimal
    unit: str
    then: Decimal
    now: Decimal | None
    currency: str
    available: Decimal
    problems: tuple[Problem, ...]

    @property
    def possible(self) -> bool:
        """Whether the line can be put in the cart as it is."""
        return not any(problem.severity is Severity.STOPS and problem.kind != 'stock' for problem in self.problems)


class ReorderService(Service):
    """Looking at an old order as a new one, and putting it in the cart."""

    @requires(Permission.ORDERS_PLACE)
    def compare(self, number: str) -> tuple[ReorderRow, ...]:
        """Each line of an order then and now, before anything is put in the cart."""
        order = load(self.work, number)
        lines = [line for line in lines_of(self.work, order) if line.ordered]
        items = self._items_of(lines)
        chosen = [(line, _today(items, line.item_id)) for line in lines]
        wanted: dict[uuid.UUID, Decimal] = {}
        for line, item in chosen:
            if item is not None:
                wanted[item.id] = wanted.get(item.id, Decimal(0)) + line.ordered
        prices = quotes(self.work, customer_of(self.work), wanted)
        stock = availability(self.work, list(wanted))
        seen = set(self.session.exec(visible(self.work, select(Item.id).where(col(Item.id).in_(wanted)))).all())
        return tuple(
            _gone(line, order.currency) if item is None else
            _row(line, item, prices[item.id], stock[item.id], seen=item.id in seen) for line, item in chosen)

    def _items_of(self, lines: Sequence[OrderLine]) -> dict[uuid.UUID, Item]:
        ids = {line.item_id for line in lines if line.item_id}
        items = {item.id: item for item in self.session.exec(select(Item).where(col(Item.id).in_(ids)))}
        heirs = {item.successor_id for item in items.values() if item.successor_id and not item.active}
        return items | {item.id: item for item in self.session.exec(select(Item).where(col(Item.id).in_(heirs)))}

    @requires(Permission.ORDERS_PLACE, writes=True)
    def fill(self, number: str, quantities: Mapping[str, Decimal], *, replace: bool = False) -> Added:
        """Put the chosen lines of an old order in the cart at today's prices; `replace` empties it first."""
        load(self.work, number)
        wanted = [(sku, quantity) for sku, quantity in quantities.items() if quantity != 0]
        if not wanted:
            raise Invalid(_('Please give a quantity for at least one line.'), field='quantity')
        return CartService(self.work).add_many(wanted, replace=replace)


def _today(items: dict[uuid.UUID, Item], item_id: uuid.UUID | None) -> Item | None:
    """The item itself while it is sold, else what took its place."""
    item = items.get(item_id) if item_id else None
    if item is None or item.active or item.successor_id is None:
        return item
    return items.get(item.successor_id, item)


def _gone(line: OrderLine, currency: str) -> ReorderRow:
    message = _('{sku} is no longer available.').format(sku=line.sku)
    return ReorderRow(line.sku, line.name, line.sku, line.ordered, line.unit, line.unit_price, None, currency,
                      Decimal(0), (Problem(Severity.STOPS, 'gone', message, sku=line.sku),))


def _row(line: OrderLine, item: Item, price: PriceQuote, stock: Availability, *, seen: bool) -> ReorderRow:
    problems = tuple(line_problems(item, line.ordered, price, stock, seen=seen))
    return ReorderRow(item.sku, pick(item.names, fallback=item.name), line.sku, line.ordered, item.unit,
                      line.unit_price, price.unit_price, price.currency, stock.available, problems)
