"""Collections, curated sets of items, for the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from models.catalogue import Collection, CollectionItem, Item
from models.core.types import new_id
from models.core.words import _, _l, pick
from services.core import fields as f
from services.core.errors import Conflict, Invalid, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.search.marks import CHANGES, COLLECTIONS, raise_mark


class CollectionInput(BaseModel):
    """A collection as the office describes it."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    code: Annotated[str, f.Text(_l('Code'), help=_l('Small letters, digits and hyphens; it is part of the address and '
                                                    'stays.'))] = \
        Field(min_length=1, max_length=60, pattern=r'^[a-z0-9][a-z0-9-]*$')
    names: Annotated[dict[str, str], f.PerLanguage(_l('Name'))] = Field(min_length=1)
    position: Annotated[int, f.Hidden()] = Field(default=0, ge=0, le=10_000)
    active: Annotated[bool, f.Flag(_l('Shown in the shop'))] = True


@dataclass(frozen=True)
class CollectionCard:
    """A collection with the SKUs of its items in their order."""

    code: str
    name: str
    names: dict[str, str]
    position: int
    active: bool
    version: int
    skus: tuple[str, ...]


class CollectionService(Service):
    """Reading and changing collections."""

    @requires(Permission.ITEMS_READ)
    def all(self) -> tuple[CollectionCard, ...]:
        """All collections in their order."""
        members: dict[object, list[str]] = {}
        for collection_id, sku in self.session.exec(
                select(CollectionItem.collection_id, Item.sku).join(Item, col(Item.id) == col(CollectionItem.item_id))
                .order_by(col(CollectionItem.position), col(Item.sku))):
            members.setdefault(collection_id, []).append(sku)
        rows = self.session.exec(select(Collection).order_by(col(Collection.position), col(Collection.code)))
        return tuple(CollectionCard(row.code, pick(row.names, fallback=row.code), row.names, row.position, row.active,
                                    row.version, tuple(members.get(row.id, ()))) for row in rows)

    @requires(Permission.ITEMS_WRITE, writes=True)
    def create(self, given: CollectionInput) -> str:
        """A new empty collection; returns its code, raises Conflict when that is taken."""
        if self.session.exec(select(Collection.id).where(col(Collection.code) == given.code)).first():
            raise Conflict(_('There is a collection with this code already.'), field='code')
        row = Collection(id=new_id(), **given.model_dump())
        self.session.add(row)
        self.session.flush()
        self._changed()
        self.work.record('collection.created', row, number=row.code, topics=('catalogue',))
        return row.code

    @requires(Permission.ITEMS_WRITE, writes=True)
    def save(self, code: str, given: CollectionInput, *, version: int) -> None:
        """Rename a collection, switch it on or off, change its place; its code stays."""
        row = self._collection(code)
        if given.code != code:
            raise Invalid(_('The code of a collection cannot be changed.'), field='code')
        self.work.change(row, expect={'version': version}, **given.model_dump(exclude={'code'}))
        self._changed()
        self.work.record('collection.changed', row, number=code, topics=('catalogue',))

    @requires(Permission.ITEMS_WRITE, writes=True)
    def put(self, code: str, skus: Sequence[str]) -> None:
        """Let exactly these items be in the collection, in this order; raises Invalid for an unknown SKU."""
        row = self._collection(code)
        wanted = list(dict.fromkeys(skus))
        items = dict(self.session.exec(select(Item.sku, Item.id).where(col(Item.sku).in_(wanted))).all())
        unknown = [sku for sku in wanted if sku not in items]
        if unknown:
            raise Invalid(_('There is no item with the SKU {sku}.').format(sku=unknown[0]), field='skus')
        self._empty(row)
        self.session.add_all(CollectionItem(collection_id=row.id, item_id=items[sku], position=position)
                             for position, sku in enumerate(wanted))
        self.session.flush()
        self._changed()
        self.work.record('collection.filled', row, number=code, changes={'items': len(wanted)}, topics=('catalogue',))

    @requires(Permission.ITEMS_WRITE, writes=True)
    def order(self, codes: Sequence[str]) -> None:
        """Let the collections stand in this order."""
        for position, row in enumerate([self._collection(code) for code in codes]):
            if row.position != position:
                self.work.change(row, position=position)
        self._changed()
        self.work.record('collection.changed', changes={'order': list(codes)}, topics=('catalogue',))

    @requires(Permission.ITEMS_WRITE, writes=True)
    def delete(self, code: str) -> None:
        """Take a collection away; its items stay."""
        row = self._collection(code)
        self._empty(row)
        self.session.delete(row)
        self._changed()
        self.work.record('collection.deleted', row, number=code, topics=('catalogue',))

    def _changed(self) -> None:
        """Let the shop read the collections anew; items change far more often, without them."""
        for mark in (CHANGES, COLLECTIONS):
            raise_mark(self.session, mark)

    def _empty(self, row: Collection) -> None:
        self.session.execute(sa.delete(CollectionItem).where(col(CollectionItem.collection_id) == row.id)
                             .execution_options(synchronize_session=False))

    def _collection(self, code: str) -> Collection:
        row = self.session.exec(select(Collection).where(col(Collection.code) == code)).first()
        if row is None:
            raise NotFound(_('There is no such collection.'))
        return row
