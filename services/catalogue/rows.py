"""What the shop shows, as frozen rows."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from decimal import Decimal

from models.catalogue import BackorderPolicy, Item
from models.core.words import pick
from services.pricing.quote import PriceQuote
from services.stock.levels import Availability

SORTS = ('relevance', 'ordered', 'name', 'sku', 'price', '-price', 'newest')


@dataclass(frozen=True)
class ItemRow:
    """An item as a customer sees it in a list; `picture` is the id of a stored file, `price` None without the right."""

    id: uuid.UUID
    sku: str
    name: str
    brand: str
    picture: uuid.UUID | None
    icon: str
    unit: str
    min_quantity: Decimal
    max_quantity: Decimal | None
    multiple: Decimal
    backorder: BackorderPolicy
    price: PriceQuote | None
    stock: Availability


@dataclass(frozen=True)
class CategoryRow:
    """A category in reach with how many items are in it and below; `depth` counts from 0."""

    code: str
    name: str
    icon: str
    depth: int
    parent: str
    items: int


@dataclass(frozen=True)
class FacetCount:
    """A choice of a filter with the number of items it would leave."""

    value: str
    label: str
    items: int


@dataclass(frozen=True)
class Wanted:
    """What a person asked of the shop; of `brands` and `collections` any will do, flags narrow; pages count from 1.

    `collection` is the one whose page it is, `collections` are those chosen beside the list.
    """

    search: str = ''
    category: str = ''
    collection: str = ''
    brands: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    in_stock: bool = False
    on_contract: bool = False
    on_promotion: bool = False
    sort: str = 'relevance'
    page: int = 1
    size: int = 24


@dataclass(frozen=True)
class Page:
    """One page of the shop with the counts beside it; `corrected` are words that were read as something else.

    `total` is what all filters leave, `everything` what the category has without any.
    """

    rows: tuple[ItemRow, ...]
    total: int
    everything: int
    title: str
    trail: tuple[CategoryRow, ...]
    categories: tuple[CategoryRow, ...]
    brands: tuple[FacetCount, ...]
    collections: tuple[FacetCount, ...]
    flags: dict[str, int] = field(default_factory=dict)
    corrected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """An item or category offered while typing."""

    sku: str
    name: str
    note: str
    path: str
    picture: uuid.UUID | None = None
    icon: str = 'box'


@dataclass(frozen=True)
class DocumentRow:
    """A data sheet or certificate."""

    file_id: uuid.UUID
    title: str
    size: int


@dataclass(frozen=True)
class ItemDetail:
    """Everything the item page shows; `explanation` says why the price is what it is."""

    row: ItemRow
    description: str
    ean: str
    manufacturer_no: str
    own_number: str
    pack_size: Decimal
    weight_kg: Decimal | None
    active: bool
    created_at: dt.datetime
    explanation: str
    specification: tuple[tuple[str, str], ...]
    pictures: tuple[uuid.UUID, ...]
    documents: tuple[DocumentRow, ...]
    trail: tuple[CategoryRow, ...]
    collections: tuple[FacetCount, ...]
    alternatives: tuple[ItemRow, ...]
    successor: str


def row_of(item: Item, price: PriceQuote | None, stock: Availability, icon: str = 'box') -> ItemRow:
    """An item with its price and stock, in the current language."""
    return ItemRow(id=item.id, sku=item.sku, name=pick(item.names, fallback=item.name), brand=item.brand,
                   picture=item.picture_id, icon=icon, unit=item.unit, min_quantity=item.min_quantity,
                   max_quantity=item.max_quantity, multiple=item.multiple, backorder=item.backorder, price=price,
                   stock=stock)
