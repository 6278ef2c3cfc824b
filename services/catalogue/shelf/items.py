"""What the shop needs of every item to filter, count and sort, in memory and brought up to date by what changed."""

from __future__ import annotations

import threading
import uuid
from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlmodel import Session, col

from models.catalogue import Category, Collection, CollectionItem, Item
from services.catalogue.shelf.bits import bits_of
from services.search.marks import CHANGES, COLLECTIONS, PLACES, WORDS, marks

if TYPE_CHECKING:
    from services.core.runtime import Runtime

_COLUMNS = (Item.place, Item.sku, Item.name, Item.brand, Item.category_id, Item.active, Item.sold, Item.created_at,
            sa.type_coerce(Item.min_quantity, sa.BigInteger))
_SHOWN = sa.select(Collection.id, Collection.code, Collection.names).where(col(Collection.active)).order_by(  # type: ignore[call-overload]
    Collection.position, Collection.code)
_MEMBERS = (sa.select(CollectionItem.collection_id, Item.place)  # type: ignore[call-overload]
            .join(Item, col(Item.id) == CollectionItem.item_id)
            .join(Collection, col(Collection.id) == CollectionItem.collection_id)
            .where(col(Collection.active), col(Item.place).is_not(None)))
FEW = 200
MOST_ANSWERS = 500


class Shelf:
    """One state of the catalogue: values by place, and sets of places by brand, category and collection.

    `version` is its mark, `gathered` that of the collections. `memo` keeps answers for as long as nothing changes.
    `epoch` rises when prices kept by place are to be worked out anew: an item came, or its least quantity changed.
    """

    def __init__(self) -> None:
        self.version = -1
        self.epoch = 0
        self.words = 0
        self.gathered = -1
        self.size = 1
        self.sku: list[str] = ['']
        self.name: list[str] = ['']
        self.brand: list[str] = ['']
        self.category: list[uuid.UUID | None] = [None]
        self.sold = array('q', [0])
        self.newest = array('d', [0.0])
        self.least = array('q', [-1])
        self.active = 0
        self.brands: dict[str, int] = {}
        self.categories: dict[uuid.UUID, int] = {}
        self.tree: dict[uuid.UUID, CategoryFacts] = {}
        self.collections: tuple[CollectionFacts, ...] = ()
        self.memo: dict[Any, Any] = {}
        self._orders: dict[str, array[int]] = {}

    def order(self, sort: str) -> array[int]:
        """All places by name, SKU, how much was sold (most first) or age (newest first)."""
        known = self._orders.get(sort)
        if known is None or len(known) != self.size:
            known = self._orders[sort] = array('I', sorted(range(self.size), key=self.key(sort)))
        return known

    def key(self, sort: str) -> Any:
        """What places are compared by for a sort."""
        if sort == 'name':
            return self.name.__getitem__
        if sort == 'sku':
            return self.sku.__getitem__
        return _Falling(self.sold if sort == 'ordered' else self.newest)

    def remember(self, key: Any, value: Any) -> Any:
        """Keep an answer until the catalogue changes."""
        if len(self.memo) >= MOST_ANSWERS:
            self.memo = {}
        self.memo[key] = value
        return value

    def below(self, category_id: uuid.UUID) -> int:
        """The set of items in a category and all below it."""
        facts = self.tree.get(category_id)
        return facts.items if facts else 0

    def take(self, rows: Iterable[Any], *, size: int, few: bool) -> None:
        """Take in changed items; `size` is above every place, `few` that sets are better mended than made anew."""
        self._grow(size)
        brands: dict[str, str] = {}
        changed: dict[int, bool] = {}
        for place, sku, name, brand, category, active, sold, created, least in rows:
            changed[place] = active
            if few:
                self._unset(place)
            if self.least[place] != least:
                self.epoch += 1
            self.sku[place], self.name[place] = sku, name.casefold()
            self.brand[place] = brands.setdefault(brand, brand)
            self.category[place], self.sold[place] = category, sold
            self.newest[place], self.least[place] = created.timestamp(), least
            if few:
                self._set(place, active)
        if not few:
            self._set_all(changed)
        self._orders.clear()
        self.memo = {}

    def arrange(self, categories: Sequence[Any]) -> None:
        """Take in the tree of categories; an item counts in its own category and in all above."""
        self.tree = {row.id: CategoryFacts(row) for row in categories}
        by_path = {facts.path: facts for facts in self.tree.values()}
        for facts in self.tree.values():
            own = self.categories.get(facts.id, 0)
            steps = facts.path.split('/')[:-1]
            for depth in range(1, len(steps) + 1):
                above = by_path.get('/'.join(steps[:depth]) + '/')
                if above is not None:
                    above.items |= own

    def gather(self, collections: Sequence[Any], members: Iterable[Any]) -> None:
        """Take in the collections that are shown, in their order, and which items are in each."""
        places: dict[uuid.UUID, list[int]] = {}
        for collection_id, place in members:
            places.setdefault(collection_id, []).append(place)
        self.collections = tuple(CollectionFacts(row.code, row.names, bits_of(places.get(row.id, ())))
                                 for row in collections)

    def _grow(self, size: int) -> None:
        more = size - self.size
        if more > 0:
            self.sku += [''] * more
            self.name += [''] * more
            self.brand += [''] * more
            self.category += [None] * more
            for values, empty in ((self.sold, 0), (self.newest, 0.0), (self.least, -1)):
                values.extend([empty] * more)  # type: ignore[list-item]
            self.size = size

    def _unset(self, place: int) -> None:
        bit = ~(1 << place)
        self.active &= bit
        for sets, key in ((self.brands, self.brand[place]), (self.categories, self.category[place])):
            if key in sets:
                sets[key] &= bit  # type: ignore[index]

    def _set(self, place: int, active: bool) -> None:
        bit = 1 << place
        self.active |= bit if active else 0
        self.brands[self.brand[place]] = self.brands.get(self.brand[place], 0) | bit
        category = self.category[place]
        if category is not None:
            self.categories[category] = self.categories.get(category, 0) | bit

    def _set_all(self, changed: dict[int, bool]) -> None:
        whole = bits_of(changed)
        self.active = self.active & ~whole | bits_of((p for p, active in changed.items() if active))
        brands: dict[str, list[int]] = {}
        categories: dict[uuid.UUID, list[int]] = {}
        for place in range(1, self.size):
            if self.least[place] >= 0:
                brands.setdefault(self.brand[place], []).append(place)
                category = self.category[place]
                if category is not None:
                    categories.setdefault(category, []).append(place)
        self.brands = {brand: bits_of(places) for brand, places in brands.items()}
        self.categories = {category: bits_of(places) for category, places in categories.items()}


class CategoryFacts:
    """A category as the shop shows it, with the set of items in it and below."""

    __slots__ = ('active', 'code', 'icon', 'id', 'items', 'names', 'parent_id', 'path', 'position')

    def __init__(self, row: Any) -> None:
        self.id, self.parent_id, self.code, self.path = row.id, row.parent_id, row.code, row.path
        self.position, self.icon, self.names, self.active = row.position, row.icon, row.names, row.active
        self.items = 0


class CollectionFacts(NamedTuple):
    """A collection as the shop shows it, with the set of items in it."""

    code: str
    names: dict[str, str]
    items: int


class _Falling:
    """A key that puts the largest value first, equal ones by place."""

    __slots__ = ('values',)

    def __init__(self, values: array[Any]) -> None:
        self.values = values

    def __call__(self, place: int) -> tuple[Any, int]:
        return -self.values[place], place


_kept: WeakKeyDictionary[Runtime, Shelf] = WeakKeyDictionary()
_lock = threading.Lock()


def shelf(runtime: Runtime, session: Session) -> Shelf:
    """The shelf of this installation, after taking in whatever was committed before this session began to read."""
    now = marks(session)
    version = now.get(CHANGES, 0)
    with _lock:
        kept = _kept.get(runtime)
        if kept is None:
            kept = _kept[runtime] = Shelf()
        if kept.version < version:
            changed = sa.and_(col(Item.revision) > max(kept.version, 0), col(Item.place).is_not(None))
            few = len(session.execute(sa.select(Item.place).where(changed).limit(FEW + 1)).all()) <= FEW  # type: ignore[call-overload]
            rows = session.execute(sa.select(*_COLUMNS).where(changed), execution_options={'yield_per': 2000})  # type: ignore[call-overload]
            kept.take(rows, size=now.get(PLACES, 0) + 1, few=few)
            kept.arrange(session.execute(sa.select(*Category.__table__.columns)).all())  # type: ignore[attr-defined]
            if kept.gathered != now.get(COLLECTIONS, 0):
                kept.gather(session.execute(_SHOWN).all(), session.execute(_MEMBERS))
                kept.gathered = now.get(COLLECTIONS, 0)
            kept.version, kept.words = version, now.get(WORDS, 0)
        return kept
