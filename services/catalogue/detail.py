"""One item in full."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlmodel import col, select

from models.catalogue import Collection, CollectionItem, Item, ItemDocument, ItemPicture, PartNumber
from models.core.words import pick
from models.customers import Customer
from models.files import StoredFile
from services.catalogue.choosing import category_row
from services.catalogue.rows import CategoryRow, DocumentRow, FacetCount, ItemDetail, ItemRow
from services.catalogue.shelf.bits import places_in, ranked
from services.catalogue.shelf.items import Shelf
from services.catalogue.shelf.reading import reach_of, shelf_of
from services.catalogue.showing import item_rows, items_at
from services.catalogue.visibility import visible
from services.core.work import Work

ALTERNATIVES = 6


def detail_of(work: Work, item: Item, *, customer: Customer | None) -> ItemDetail:
    """Everything the item page shows."""
    on = shelf_of(work)
    reach = reach_of(work, on, customer)
    successor = _successor(work, item)
    shown = item_rows(work, [item, *_alternatives(work, item, successor, on, reach)], customer=customer, on=on)
    row = shown[0]
    return ItemDetail(
        row=row, description=pick(item.descriptions), ean=item.ean, manufacturer_no=item.manufacturer_no,
        own_number=_own_number(work, item), pack_size=item.pack_size, weight_kg=item.weight_kg, active=item.active,
        created_at=item.created_at, explanation=row.price.explanation() if row.price else '',
        specification=tuple(sorted(item.specification.items())), pictures=_pictures(work, item),
        documents=_documents(work, item), trail=_trail(on, item, reach),
        collections=_collections(work, item), alternatives=_different(shown),
        successor=successor.sku if successor else '')


def _different(shown: tuple[ItemRow, ...]) -> tuple[ItemRow, ...]:
    return tuple(row for row in shown[1:] if row.id != shown[0].id)


def _successor(work: Work, item: Item) -> Item | None:
    if item.successor_id is None:
        return None
    found: Item | None = work.session.exec(visible(work, select(Item).where(col(Item.id) == item.successor_id))).first()
    return found


def _alternatives(work: Work, item: Item, successor: Item | None, on: Shelf, reach: int) -> list[Item]:
    """The successor, then what sells most in the same category."""
    first = [successor] if successor is not None else []
    if item.category_id is None:
        return first
    same = places_in(on.categories.get(item.category_id, 0) & reach)
    others = items_at(work, [p for p in ranked(same, on.key('ordered'), (0, ALTERNATIVES + 1)) if p != item.place])
    return (first + [other for other in others if successor is None or other.id != successor.id])[:ALTERNATIVES]


def _own_number(work: Work, item: Item) -> str:
    if work.actor.customer_id is None:
        return ''
    rows = work.session.exec(work.reach(PartNumber).where(col(PartNumber.item_id) == item.id)).all()
    return ', '.join(sorted(row.part_number for row in rows))


def _pictures(work: Work, item: Item) -> tuple[uuid.UUID, ...]:
    further = work.session.exec(select(ItemPicture.file_id).where(col(ItemPicture.item_id) == item.id)
                                .order_by(col(ItemPicture.position))).all()
    return tuple(dict.fromkeys(([item.picture_id] if item.picture_id else []) + list(further)))


def _documents(work: Work, item: Item) -> tuple[DocumentRow, ...]:
    rows = work.session.execute(
        sa.select(ItemDocument.file_id, ItemDocument.title, StoredFile.size, StoredFile.name)  # type: ignore[call-overload]
        .join(StoredFile, col(StoredFile.id) == ItemDocument.file_id)
        .where(col(ItemDocument.item_id) == item.id).order_by(ItemDocument.position))
    return tuple(DocumentRow(file_id, title or name, size) for file_id, title, size, name in rows)


def _trail(on: Shelf, item: Item, bits: int) -> tuple[CategoryRow, ...]:
    steps: list[CategoryRow] = []
    facts = on.tree.get(item.category_id) if item.category_id else None
    while facts is not None:
        steps.insert(0, category_row(facts, bits, depth=facts.path.count('/') - 1))
        facts = on.tree.get(facts.parent_id) if facts.parent_id else None
    return tuple(steps)


def _collections(work: Work, item: Item) -> tuple[FacetCount, ...]:
    rows = work.session.exec(
        select(Collection).join(CollectionItem, col(CollectionItem.collection_id) == col(Collection.id))
        .where(col(CollectionItem.item_id) == item.id, col(Collection.active)).order_by(col(Collection.position)))
    return tuple(FacetCount(row.code, pick(row.names, fallback=row.code), 0) for row in rows)
