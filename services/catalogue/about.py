"""What the office's page of an item shows beside the item itself: its history, collections and customers' numbers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col, select

from models.audit import Event
from models.catalogue import Collection, CollectionItem, Item, PartNumber
from models.core.words import _, pick
from models.customers import Customer
from models.pricing import Price, PriceKind, PriceList
from services.catalogue.editing import BulkChange
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires

MOST_EVENTS = 200
MOST_HITS = 12


@dataclass(frozen=True)
class OwnNumber:
    """What one customer calls an item; `learned` says that an order pad noted it, not a person."""

    id: uuid.UUID
    account: str
    customer: str
    part_number: str
    learned: bool


@dataclass(frozen=True)
class Membership:
    """A collection and whether the item is in it."""

    code: str
    name: str
    inside: bool


@dataclass(frozen=True)
class Rehearsal:
    """What a change of many items would do: `prices` are base prices, `samples` are (sku, before, after, currency)."""

    items: int
    prices: int
    samples: tuple[tuple[str, Decimal, Decimal, str], ...]


class ItemAboutService(Service):
    """Reading what belongs to an item."""

    @requires(Permission.ITEMS_READ)
    def find(self, words: str) -> list[tuple[str, str, str]]:
        """Items whose SKU, name or EAN has these words, retired ones too, as (SKU, SKU, name)."""
        statement = select(Item.sku, Item.name).order_by(col(Item.active).desc(), col(Item.sku)).limit(MOST_HITS)
        for word in words.split()[:6]:
            statement = statement.where(sa.or_(*(col(field).icontains(word, autoescape=True)
                                                 for field in (Item.sku, Item.name, Item.ean))))
        return [(sku, sku, name) for sku, name in self.session.exec(statement)]

    @requires(Permission.ITEMS_READ)
    def counts(self) -> tuple[int, int]:
        """How many items there are, and how many of them the shop shows."""
        row = self.session.execute(sa.select(
            sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((col(Item.active), 1), else_=0)), 0))
            .select_from(Item)).one()
        return int(row[0]), int(row[1])

    @requires(Permission.ITEMS_READ)
    def names(self, skus: tuple[str, ...]) -> dict[str, str]:
        """The names of items by SKU, in the current language."""
        rows = self.session.execute(sa.select(Item.sku, Item.names, Item.name).where(col(Item.sku).in_(skus)))  # type: ignore[call-overload]
        return {sku: pick(names, fallback=name) for sku, names, name in rows}

    @requires(Permission.ITEMS_READ)
    def history(self, sku: str) -> tuple[Event, ...]:
        """What happened to an item and its stock, also together with others, newest first."""
        item = self._item(sku)
        together = sa.and_(col(Event.action) == 'items.changed',
                           sa.literal(', ').concat(col(Event.note)).concat(',').contains(f', {sku},', autoescape=True))
        return tuple(self.session.exec(
            select(Event).where(sa.or_(col(Event.subject_id) == item.id, together))
            .order_by(col(Event.at).desc(), col(Event.sequence).desc()).limit(MOST_EVENTS)))

    @requires(Permission.ITEMS_READ)
    def memberships(self, sku: str) -> tuple[Membership, ...]:
        """All collections, those with the item marked."""
        item = self._item(sku)
        inside = set(self.session.exec(select(CollectionItem.collection_id).where(
            col(CollectionItem.item_id) == item.id)))
        rows = self.session.exec(select(Collection).order_by(col(Collection.position), col(Collection.code)))
        return tuple(Membership(row.code, pick(row.names, fallback=row.code), row.id in inside) for row in rows)

    @requires(Permission.CUSTOMERS_READ)
    def own_numbers(self, sku: str) -> tuple[OwnNumber, ...]:
        """What customers call this item, by customer."""
        item = self._item(sku)
        rows = self.session.execute(
            sa.select(PartNumber.id, Customer.account, Customer.name, PartNumber.part_number, PartNumber.learned)  # type: ignore[call-overload]
            .join(Customer, col(Customer.id) == PartNumber.customer_id).where(col(PartNumber.item_id) == item.id)
            .order_by(Customer.name, PartNumber.part_number))
        return tuple(OwnNumber(*row) for row in rows)

    @requires(Permission.ITEMS_READ)
    def rehearse(self, skus: tuple[str, ...], change: BulkChange) -> Rehearsal:
        """What a change of many items would do; nothing is written."""
        from services.pricing.lists import times
        items = self.session.exec(select(sa.func.count()).select_from(Item).where(col(Item.sku).in_(skus))).one()
        if change.price_percent is None:
            return Rehearsal(items, 0, ())
        self.work.require(Permission.PRICE_LISTS_READ)
        rows = self.session.execute(
            sa.select(Item.sku, Price.price, PriceList.currency).join(Price, col(Price.item_id) == Item.id)  # type: ignore[call-overload]
            .join(PriceList, col(PriceList.id) == Price.price_list_id)
            .where(col(Item.sku).in_(skus), col(PriceList.kind) == PriceKind.BASE)
            .order_by(Item.sku, Price.min_quantity)).all()
        factor = 1 + change.price_percent / 100
        return Rehearsal(items, len(rows), tuple((sku, price, times(price, factor), currency)
                                                 for sku, price, currency in rows[:5]))

    def _item(self, sku: str) -> Item:
        row = self.session.exec(select(Item).where(col(Item.sku) == sku)).first()
        if row is None:
            raise NotFound(_('There is no such item.'))
        return row
