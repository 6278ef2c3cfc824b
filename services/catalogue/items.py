"""Items for the office: list, read, create, save, retire, change many at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.catalogue import Category, Item, ItemDocument, ItemPicture
from models.core.types import new_id
from models.core.words import _, pick
from models.files import StoredFile
from models.pricing import Price, PriceKind, PriceList
from services.catalogue.editing import BulkChange, ItemInput
from services.catalogue.listing import ITEMS
from services.core.errors import Conflict, Invalid, NotFound
from services.core.listing import ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.pricing.lists import PriceListService
from services.search.indexing import index
from services.settings import setting

MOST = 5000


@dataclass(frozen=True)
class ItemCard:
    """An item with the codes of what it points to and its further pictures and documents, for the office's page."""

    item: Item
    category: str
    successor: str
    pictures: tuple[uuid.UUID, ...]
    documents: tuple[tuple[uuid.UUID, str], ...]

    def as_input(self) -> ItemInput:
        """What the form begins with."""
        shared = set(ItemInput.model_fields) & set(Item.model_fields)
        values = {name: getattr(self.item, name) for name in shared}
        return ItemInput.model_construct(**values | {
            'names': self.item.names or {'en': self.item.name}, 'category': self.category, 'successor': self.successor})


class ItemService(Service):
    """Reading and changing items."""

    @requires(Permission.ITEMS_READ)
    def page(self, query: ListQuery) -> ListPage:
        """A page of the items, retired ones too."""
        page = ITEMS.page(self.work, query)
        rows = [row | {'category_name': pick(row['category_names'], fallback=row['category'] or '')}
                for row in page.rows]
        return replace(page, rows=rows)

    @requires(Permission.ITEMS_READ)
    def read(self, sku: str) -> ItemCard:
        """One item; raises NotFound."""
        item = self._item(sku)
        category = self.session.exec(select(Category.code).where(col(Category.id) == item.category_id)).first()
        successor = self.session.exec(select(Item.sku).where(col(Item.id) == item.successor_id)).first()
        pictures = self.session.exec(select(ItemPicture.file_id).where(col(ItemPicture.item_id) == item.id)
                                     .order_by(col(ItemPicture.position))).all()
        documents = self.session.exec(select(ItemDocument.file_id, ItemDocument.title)
                                      .where(col(ItemDocument.item_id) == item.id).order_by(col(ItemDocument.position)))
        return ItemCard(item, category or '', successor or '', tuple(pictures), tuple(documents.all()))

    @requires(Permission.ITEMS_WRITE, writes=True)
    def create(self, given: ItemInput) -> str:
        """A new item; returns its SKU, raises Conflict when that is taken."""
        if self.session.exec(select(Item.id).where(sa.func.upper(col(Item.sku)) == given.sku.upper())).first():
            raise Conflict(_('There is an item with this SKU already.'), field='sku')
        row = Item(id=new_id(), created_at=self.now, sku=given.sku, **self._values(given))
        self.session.add(row)
        self._written([row], 'item.created')
        return row.sku

    @requires(Permission.ITEMS_WRITE, writes=True)
    def save(self, sku: str, given: ItemInput, *, version: int) -> None:
        """Change an item; its SKU stays. Raises Conflict when somebody else changed it meanwhile."""
        row = self._item(sku)
        if given.sku != sku:
            raise Invalid(_('The SKU of an item cannot be changed.'), field='sku')
        values = self._values(given, of=row)
        changes = {name: [_plain(getattr(row, name)), _plain(value)] for name, value in values.items()
                   if getattr(row, name) != value}
        if changes:
            self.work.change(row, expect={'version': version}, **values)
            self._written([row], 'item.changed', changes=changes)

    @requires(Permission.ITEMS_WRITE, writes=True)
    def activate(self, skus: Sequence[str], *, active: bool) -> int:
        """Put items into the shop or take them out; returns how many that changed."""
        return self._change(skus, BulkChange(active=active))

    @requires(Permission.ITEMS_WRITE, writes=True)
    def change_many(self, skus: Sequence[str], change: BulkChange) -> int:
        """Change many items at once, all or none; returns how many there were to change."""
        return self._change(skus, change)

    @requires(Permission.ITEMS_WRITE, writes=True)
    def set_pictures(self, sku: str, file_ids: Sequence[uuid.UUID]) -> None:
        """Show these stored pictures in this order; the first one stands for the item in lists."""
        row = self._item(sku)
        self._known_files(file_ids)
        self.session.execute(sa.delete(ItemPicture).where(col(ItemPicture.item_id) == row.id)
                             .execution_options(synchronize_session=False))
        self.session.add_all(ItemPicture(id=new_id(), item_id=row.id, file_id=file_id, position=number)
                             for number, file_id in enumerate(dict.fromkeys(file_ids)))
        self.work.change(row, picture_id=file_ids[0] if file_ids else None)
        self._written([row], 'item.pictures_changed', changes={'pictures': len(file_ids)})

    @requires(Permission.ITEMS_WRITE, writes=True)
    def set_documents(self, sku: str, documents: Sequence[tuple[uuid.UUID, str]]) -> None:
        """Offer these stored files under these titles, in this order."""
        row = self._item(sku)
        self._known_files([file_id for file_id, _title in documents])
        self.session.execute(sa.delete(ItemDocument).where(col(ItemDocument.item_id) == row.id)
                             .execution_options(synchronize_session=False))
        self.session.add_all(
            ItemDocument(id=new_id(), item_id=row.id, file_id=file_id, title=title[:200], position=number)
            for number, (file_id, title) in enumerate(documents))
        self._written([row], 'item.documents_changed', changes={'documents': len(documents)})

    def _change(self, skus: Sequence[str], change: BulkChange) -> int:
        if len(skus) > MOST:
            raise Invalid(_('Please choose at most {count} items at a time.').format(count=MOST))
        rows = self.session.exec(select(Item).where(col(Item.sku).in_(set(skus))).order_by(col(Item.sku))).all()
        if len(rows) != len(set(skus)):
            raise NotFound(_('There is no such item.'))
        values: dict[str, Any] = change.model_dump(exclude={'category', 'price_percent'}, exclude_none=True)
        if change.category is not None:
            values['category_id'] = self._category(change.category)
        for row in rows:
            for name, value in values.items():
                setattr(row, name, value)
            row.version += 1
        if change.price_percent is not None:
            self._raise_base_prices([row.id for row in rows], change)
        self._written(rows, 'items.changed', changes=change.model_dump(mode='json', exclude_none=True))
        return len(rows)

    def _raise_base_prices(self, item_ids: list[uuid.UUID], change: BulkChange) -> None:
        self.work.require(Permission.PRICE_LISTS_WRITE)
        codes = self.session.exec(
            select(PriceList.code).distinct().join(Price, col(Price.price_list_id) == col(PriceList.id))
            .where(col(PriceList.kind) == PriceKind.BASE, col(Price.item_id).in_(item_ids))).all()
        for code in sorted(codes):
            PriceListService(self.work).raise_prices(code, change.price_percent, item_ids=item_ids)  # type: ignore[arg-type]

    def _values(self, given: ItemInput, *, of: Item | None = None) -> dict[str, Any]:
        successor = None
        if given.successor:
            successor = self._item(given.successor).id
            if of is not None and successor == of.id:
                raise Invalid(_('An item cannot be its own successor.'), field='successor')
        language = setting(self.work, 'seller.language')
        names = given.names
        return given.model_dump(exclude={'sku', 'category', 'successor'}) | {
            'name': names.get(language) or names.get('en') or next(iter(names.values())),
            'category_id': self._category(given.category), 'successor_id': successor}

    def _item(self, sku: str) -> Item:
        row = self.session.exec(select(Item).where(col(Item.sku) == sku)).first()
        if row is None:
            raise NotFound(_('There is no such item.'))
        return row

    def _category(self, code: str) -> uuid.UUID | None:
        if not code:
            return None
        found = self.session.exec(select(Category.id).where(col(Category.code) == code)).first()
        if found is None:
            raise Invalid(_('There is no such category.'), field='category')
        return found

    def _known_files(self, file_ids: Sequence[uuid.UUID]) -> None:
        known = self.session.exec(select(StoredFile.id).where(
            col(StoredFile.id).in_(list(file_ids)), col(StoredFile.customer_id).is_(None))).all()
        if len(known) != len(set(file_ids)):
            raise NotFound(_('There is no such file.'))

    def _written(self, rows: Sequence[Item], action: str, *, changes: dict[str, Any] | None = None) -> None:
        self.session.flush()
        index(self.session, [row.id for row in rows])
        one = rows[0] if len(rows) == 1 else None
        number = one.sku if one else ''
        note = '' if one else ', '.join(row.sku for row in rows[:20])
        self.work.record(action, one, number=number, note=note, changes=changes, topics=('catalogue',))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool | dict) else str(value)
