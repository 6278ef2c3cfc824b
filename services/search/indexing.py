"""Keeps the text index and its vocabulary in step with the items, within the transaction that changes them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from models.catalogue import Item, SearchWord
from services.search.marks import CHANGES, PLACES, WORDS, raise_mark
from services.search.words import document, is_learned

CHUNK = 2000
_COLUMNS = (Item.id, Item.place, Item.sku, Item.ean, Item.manufacturer_no, Item.brand, Item.name, Item.names)
_items: Any = Item.__table__  # type: ignore[attr-defined]


def index(session: Session, item_ids: Iterable[uuid.UUID]) -> None:
    """Take these items into the index as they now stand; everybody who writes items calls it before the commit."""
    session.flush()
    wanted = iter(dict.fromkeys(item_ids))
    while chunk := list(islice(wanted, CHUNK)):
        _index_chunk(session, chunk)


def index_all(session: Session) -> None:
    """Build the index of all items anew."""
    index(session, session.execute(sa.select(Item.id)).scalars().all())  # type: ignore[call-overload]


def _index_chunk(session: Session, item_ids: Sequence[uuid.UUID]) -> None:
    rows = session.execute(sa.select(*_COLUMNS).where(col(Item.id).in_(item_ids))).all()  # type: ignore[call-overload]
    revision = raise_mark(session, CHANGES)
    places = _placed(session, rows, revision)
    documents = {places[row.id]: document((row.sku, row.ean, row.manufacturer_no), (row.brand,),
                                          {'en': row.name} | (row.names or {})) for row in rows}
    old = _replace(session, documents, known=[row.place for row in rows if row.place is not None])
    _count_words(session, old, documents.values())


def _placed(session: Session, rows: Sequence[Any], revision: int) -> dict[uuid.UUID, int]:
    """Give every item its place and the revision of this change."""
    fresh = [row.id for row in rows if row.place is None]
    first = raise_mark(session, PLACES, len(fresh)) - len(fresh) + 1 if fresh else 0
    given = {item_id: first + number for number, item_id in enumerate(fresh)}
    if given:
        statement = (sa.update(_items).where(_items.c.id == sa.bindparam('item'))
                     .values(place=sa.bindparam('new_place'), revision=revision))
        session.connection().execute(statement, [{'item': i, 'new_place': p} for i, p in given.items()])
    kept = [row.id for row in rows if row.place is not None]
    if kept:
        session.connection().execute(sa.update(_items).where(_items.c.id.in_(kept)).values(revision=revision))
    return {row.id: row.place for row in rows if row.place is not None} | given


def _replace(session: Session, documents: dict[int, str], known: Sequence[int]) -> Iterator[str]:
    """Write the documents at their places and return those that stood there before."""
    connection = session.connection()
    key = 'rowid' if connection.dialect.name == 'sqlite' else 'place'
    old: list[str] = []
    if known:
        places: Any = sa.bindparam('places', expanding=True)
        old = list(connection.execute(sa.text(f'SELECT words FROM search_item WHERE {key} IN :places')
                                      .bindparams(places), {'places': list(known)}).scalars())
        connection.execute(sa.text(f'DELETE FROM search_item WHERE {key} IN :places').bindparams(places),
                           {'places': list(known)})
    if documents:
        connection.execute(sa.text(f'INSERT INTO search_item ({key}, words) VALUES (:place, :words)'),
                           [{'place': place, 'words': text} for place, text in documents.items()])
    return iter(old)


def _count_words(session: Session, old: Iterable[str], new: Iterable[str]) -> None:
    """Keep the vocabulary: how many items have each word; words no item has any more go, numbers never come in."""
    change: Counter[str] = Counter()
    for text in new:
        change.update(text.split(' '))
    for text in old:
        change.subtract(text.split(' '))
    rows = [{'word': word, 'items': count} for word, count in sorted(change.items()) if count and is_learned(word)]
    if not rows:
        return
    insert: Any = postgresql.insert if session.get_bind().dialect.name == 'postgresql' else sqlite.insert
    statement = insert(SearchWord)
    statement = statement.on_conflict_do_update(
        index_elements=['word'], set_={'items': SearchWord.items + statement.excluded['items']})
    session.connection().execute(statement, rows)
    if any(row['items'] < 0 for row in rows):  # type: ignore[operator]
        session.execute(sa.delete(SearchWord).where(col(SearchWord.items) <= 0)
                        .execution_options(synchronize_session=False))
    raise_mark(session, WORDS)
