"""Finds items by what people type: words in any order, their beginnings, slips of the finger, all kinds of numbers."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from rapidfuzz.distance import OSA
from sqlmodel import col

from models.catalogue import Item, PartNumber
from models.core.words import current_language
from services.catalogue.shelf.bits import bits_of, places_in
from services.catalogue.visibility import visible
from services.core.work import Work
from services.search.beginning import begins
from services.search.marks import WORDS, marks
from services.search.vocabulary import Vocabulary, vocabulary
from services.search.words import MOST_WORDS, compact, folded, mark, words

LONGEST = 200
SHORTEST_NUMBER = 3
CLOSE = 100


@dataclass(frozen=True)
class Prefix:
    """A word of the index that begins so, or, when `whole`, is exactly this one."""

    word: str
    whole: bool = False


@dataclass(frozen=True)
class Found:
    """A set of items; `exact` are the places of those a whole number named, `corrected` the words read differently."""

    bits: int
    exact: tuple[int, ...] = ()
    corrected: tuple[str, ...] = ()


Alternatives = Sequence[Sequence[Prefix]]


def find(work: Work, text: str, memo: dict[Any, Any] | None = None) -> Found:
    """The items that have all these words; assortment and activity are the caller's to apply.

    `memo` keeps what the index said for as long as the catalogue does not change.
    """
    text = text.strip()[:LONGEST]
    exact = _by_number(work, text)
    known = vocabulary(work.runtime, work.session, marks(work.session).get(WORDS, 0))
    corrected: list[str] = []
    wanted = [_alternatives(chunk, known, corrected) for chunk in folded(text).split()[:MOST_WORDS]
              if words(chunk)]
    if not wanted or not all(wanted):
        return Found(bits_of(exact), exact)
    query = _fts5(wanted) if work.runtime.database.is_sqlite else _tsquery(wanted)
    bits = memo.get(query) if memo is not None else None
    if bits is None:
        bits = bits_of(_matching(work, query))
        if memo is not None:
            memo[query] = bits
    return Found(bits | bits_of(exact), exact, tuple(corrected))


def own_numbers(work: Work, text: str) -> list[uuid.UUID]:
    """The items to which the actor's company gave a part number that begins so."""
    customer_id, number = work.actor.customer_id, ''.join(text.split()).upper()
    if customer_id is None or len(number) < SHORTEST_NUMBER:
        return []
    statement = sa.select(PartNumber.item_id).where(  # type: ignore[call-overload]
        col(PartNumber.customer_id) == customer_id, begins(work, col(PartNumber.folded), number)).limit(50)
    return list(work.session.execute(statement).scalars())


def _by_number(work: Work, text: str) -> tuple[int, ...]:
    """Places of the items whose SKU, EAN, manufacturer or own part number this is."""
    if len(text) < SHORTEST_NUMBER - 1:
        return ()
    forms = {text, text.upper(), ''.join(text.split())}
    conditions = [col(Item.sku).in_(forms), col(Item.ean).in_(forms), col(Item.manufacturer_no).in_(forms)]
    own = own_numbers(work, text)
    if own:
        conditions.append(col(Item.id).in_(own))
    statement = sa.select(Item.place).where(sa.or_(*conditions), col(Item.place).is_not(None)).limit(100)  # type: ignore[call-overload]
    return tuple(work.session.execute(statement).scalars())


def _alternatives(chunk: str, known: Vocabulary, corrected: list[str]) -> list[list[Prefix]]:
    """What one typed word may stand for: any of these, each a row of beginnings that must all be there."""
    parts = words(chunk)
    before = mark(current_language())
    if len(parts) > 1:
        return [[Prefix(compact(chunk))], *([[Prefix(part) for part in parts]])]
    word = parts[0]
    found = [[Prefix(start + word)] for start in dict.fromkeys(('', before))
             if any(c.isdigit() for c in word) or known.starts(start + word)]
    if not found:
        found = [[Prefix(meant, whole=True)] for meant in known.meant(word, current_language())]
        corrected += [prefix[0].word for prefix in found[:1]]
    return found


def _fts5(wanted: Sequence[Alternatives]) -> str:
    """The query in the words of SQLite's FTS5."""
    return _joined(wanted, ' AND ', ' OR ', lambda prefix: f'"{prefix.word}"' + ('' if prefix.whole else '*'))


def _tsquery(wanted: Sequence[Alternatives]) -> str:
    """The query as a tsquery, whose words are taken as they are."""
    return _joined(wanted, ' & ', ' | ', lambda prefix: f"'{prefix.word}'" + ('' if prefix.whole else ':*'))


def _joined(wanted: Sequence[Alternatives], both: str, either: str, written: Callable[[Prefix], str]) -> str:
    return both.join(
        '(' + either.join('(' + both.join(map(written, row)) + ')' for row in rows) + ')' for rows in wanted)


def _matching(work: Work, query: str) -> list[int]:
    if work.runtime.database.is_sqlite:
        statement = 'SELECT rowid FROM search_item WHERE search_item MATCH :query'
    else:
        statement = 'SELECT place FROM search_item WHERE document @@ CAST(:query AS tsquery)'
    return [row[0] for row in work.session.connection().execute(sa.text(statement), {'query': query}).fetchall()]


def nearest(work: Work, code: str, *, most: int = 3) -> list[Item]:
    """The items a mistyped code may mean, likeliest first, within what the actor may see."""
    typed = ''.join(code.split()).upper()[:LONGEST]
    if len(typed) < SHORTEST_NUMBER:
        return []
    start = typed[:max(2, len(typed) // 2)]
    said = places_in(find(work, code).bits)[:CLOSE]
    near = sa.select(Item).where(sa.or_(begins(work, col(Item.sku), start), col(Item.place).in_(said)),
                                 col(Item.active)).limit(2 * CLOSE)
    items = list(work.session.execute(visible(work, near)).scalars())
    close = [(OSA.distance(typed, item.sku.upper()), item.sku, item) for item in items]
    allowed = max(2, len(typed) // 4)
    return [item for distance, _, item in sorted(close, key=lambda row: row[:2]) if distance <= allowed][:most]
