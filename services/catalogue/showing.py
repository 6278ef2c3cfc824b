"""Items as a customer sees them in a list: at his prices, with live stock, a few queries for a whole page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlmodel import col, select

from models.catalogue import Item
from models.customers import Customer
from services.catalogue.rows import ItemRow, row_of
from services.catalogue.shelf.items import Shelf
from services.catalogue.shelf.reading import shelf_of
from services.core.permissions import Permission
from services.core.work import Work
from services.pricing.engine import quotes
from services.pricing.rules import ListFacts
from services.stock.levels import availability


def customer_or_none(work: Work) -> Customer | None:
    """The company the actor acts for; None for staff."""
    if work.actor.customer_id is None:
        return None
    return work.session.exec(select(Customer).where(col(Customer.id) == work.actor.customer_id)).first()


def items_at(work: Work, places: Sequence[int]) -> list[Item]:
    """The items at these places, in their order."""
    found = {item.place: item for item in work.session.exec(select(Item).where(col(Item.place).in_(places)))}
    return [found[place] for place in places if place in found]


def item_rows(work: Work, items: Sequence[Item], *, customer: Customer | None, on: Shelf | None = None,
              lists: Mapping[uuid.UUID, ListFacts] | None = None) -> tuple[ItemRow, ...]:
    """Items with the customer's prices for their least quantity and their stock, in a few queries for all."""
    stock = availability(work, [item.id for item in items])
    priced = customer is not None and work.actor.may(Permission.PRICES_READ)
    wanted = {item.id: item.min_quantity for item in items}
    prices = quotes(work, customer, wanted, lists=lists) if priced and customer else {}
    on = on or shelf_of(work)
    return tuple(row_of(item, prices.get(item.id), stock[item.id], icon_of(on, item)) for item in items)


def icon_of(on: Shelf, item: Item) -> str:
    """The icon that stands for an item without a picture: that of its category."""
    facts = on.tree.get(item.category_id) if item.category_id else None
    return facts.icon if facts else 'box'
