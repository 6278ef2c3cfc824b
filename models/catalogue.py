"""The catalogue: items, categories, collections, pictures, documents, own part numbers, assortments."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.core.entity import (
    CustomerOwned,
    Entity,
    Versioned,
    choice,
    document,
    maybe_reference,
    moment,
    quantity,
    reference,
    text,
)


class Category(Entity, Versioned, table=True):
    """A place in the catalogue's tree; `path` is the codes from the root, each followed by a slash."""

    __tablename__ = 'category'

    code: str = text(60, default=..., unique=True)
    parent_id: uuid.UUID | None = maybe_reference('category.id', index=True)
    path: str = text(300, index=True)
    position: int = 0
    icon: str = text(40, default='box')
    names: dict[str, str] = document()
    active: bool = True


class BackorderPolicy(StrEnum):
    """What happens when more is wanted than is there."""

    ALLOW = 'allow'
    BLOCK = 'block'


class TaxClass(StrEnum):
    """Which VAT rate of a country an item has."""

    STANDARD = 'standard'
    REDUCED = 'reduced'
    ZERO = 'zero'


class Item(Entity, Versioned, table=True):
    """Something sold, known by its SKU; `name` is the text in the seller's language that lists sort by.

    `place` is the row of the text index and `revision` the mark of its last change; `services.search.indexing`
    sets both.
    """

    __tablename__ = 'item'

    sku: str = text(60, default=..., unique=True)
    name: str = text(300, index=True)
    names: dict[str, str] = document()
    descriptions: dict[str, str] = document()
    brand: str = text(80, index=True)
    manufacturer_no: str = text(80, index=True)
    ean: str = text(14, index=True)
    unit: str = text(12, default='pcs')
    pack_size: Decimal = quantity(Decimal(1))
    min_quantity: Decimal = quantity(Decimal(1))
    max_quantity: Decimal | None = quantity(None, nullable=True)
    multiple: Decimal = quantity(Decimal(1))
    decimals: int = 0
    tax_class: TaxClass = choice(TaxClass, TaxClass.STANDARD)
    weight_kg: Decimal | None = quantity(None, nullable=True)
    category_id: uuid.UUID | None = maybe_reference('category.id', index=True)
    picture_id: uuid.UUID | None = maybe_reference('stored_file.id')
    specification: dict[str, str] = document()
    successor_id: uuid.UUID | None = maybe_reference('item.id')
    backorder: BackorderPolicy = choice(BackorderPolicy, BackorderPolicy.ALLOW)
    active: bool = True
    sold: int = Field(default=0, index=True)
    place: int | None = Field(default=None, unique=True)
    revision: int = Field(default=0, index=True)
    created_at: dt.datetime = moment()

    def valid_quantity(self, wanted: Decimal) -> Decimal:
        """The smallest orderable quantity not below `wanted`: from the minimum, in multiples, up to the maximum."""
        step = self.multiple if self.multiple > 0 else Decimal(1)
        wanted = max(wanted, self.min_quantity)
        proposed = (wanted / step).to_integral_value(ROUND_CEILING) * step
        if self.max_quantity is not None and proposed > self.max_quantity:
            proposed = (self.max_quantity // step) * step
        return proposed


class Collection(Entity, Versioned, table=True):
    """A curated set of items."""

    __tablename__ = 'collection'

    code: str = text(60, default=..., unique=True)
    position: int = 0
    names: dict[str, str] = document()
    active: bool = True


class CollectionItem(SQLModel, table=True):
    """An item in a collection."""

    __tablename__ = 'collection_item'

    collection_id: uuid.UUID = Field(foreign_key='collection.id', primary_key=True, sa_type=sa.Uuid)
    item_id: uuid.UUID = Field(foreign_key='item.id', primary_key=True, sa_type=sa.Uuid, index=True)
    position: int = 0


class ItemPicture(Entity, table=True):
    """A further picture of an item; the first one is also `item.picture_id`."""

    __tablename__ = 'item_picture'

    item_id: uuid.UUID = reference('item.id')
    file_id: uuid.UUID = reference('stored_file.id', index=False)
    position: int = 0


class ItemDocument(Entity, table=True):
    """A data sheet or certificate of an item."""

    __tablename__ = 'item_document'

    item_id: uuid.UUID = reference('item.id')
    file_id: uuid.UUID = reference('stored_file.id', index=False)
    title: str = text(200)
    position: int = 0


class PartNumber(Entity, CustomerOwned, table=True):
    """A customer's own number for an item, given or learned."""

    __tablename__ = 'part_number'
    __table_args__ = (sa.UniqueConstraint('customer_id', 'folded'),)

    part_number: str = text(80)
    folded: str = text(80)
    item_id: uuid.UUID = reference('item.id')
    learned: bool = False


class AssortmentEntry(Entity, CustomerOwned, table=True):
    """What a customer with a restricted assortment may see: a category with all below it, or one item."""

    __tablename__ = 'assortment_entry'
    __table_args__ = (sa.UniqueConstraint('customer_id', 'category_id', 'item_id'),)

    category_id: uuid.UUID | None = maybe_reference('category.id')
    item_id: uuid.UUID | None = maybe_reference('item.id')


class SearchWord(SQLModel, table=True):
    """The vocabulary of the catalogue, against which mistyped words are matched."""

    __tablename__ = 'search_word'

    word: str = Field(primary_key=True, max_length=60)
    items: int = 0
