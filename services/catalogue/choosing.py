"""From what a person asked of the shop to the set of items, their order and the counts beside them."""

from __future__ import annotations

import uuid
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from models.core.words import _, pick
from models.customers import Customer
from services.catalogue.rows import SORTS, CategoryRow, FacetCount, Wanted
from services.catalogue.shelf.bits import FEW, bits_of, places_in, ranked, walk
from services.catalogue.shelf.items import CategoryFacts, CollectionFacts, Shelf
from services.catalogue.shelf.prices import MyPrices, my_prices
from services.catalogue.shelf.reading import reach_of, shelf_of
from services.catalogue.shelf.stock import in_stock
from services.core.errors import Invalid, NotFound
from services.core.permissions import Permission
from services.core.work import Work
from services.pricing.engine import lists_of
from services.pricing.rules import ListFacts
from services.search.finding import Found, find

FLAGS = ('in_stock', 'on_contract', 'on_promotion')


@dataclass(frozen=True)
class Flags:
    """The sets of items in stock, at an agreed price, and on promotion."""

    in_stock: int
    on_contract: int
    on_promotion: int


class Choice:
    """One question to the shop, answered from the shelf."""

    def __init__(self, work: Work, customer: Customer | None, wanted: Wanted) -> None:
        if wanted.sort not in SORTS:
            raise Invalid(_('The shop cannot be sorted so.'), field='sort')
        self.work = work
        self.customer = customer
        self.wanted = wanted
        self.shelf: Shelf = shelf_of(work)
        self.reach = reach_of(work, self.shelf, customer)
        self.category = self._category()
        self.collection = self._collection()
        self.found = find(work, wanted.search, self.shelf.memo) if wanted.search.strip() else None

    @cached_property
    def prices(self) -> MyPrices | None:
        """What the customer pays; None for staff and without the right to see prices."""
        if self.customer is None or not self.work.actor.may(Permission.PRICES_READ):
            return None
        return my_prices(self.work.runtime, self.work.session, self.shelf, self.lists.values())

    @cached_property
    def lists(self) -> dict[uuid.UUID, ListFacts]:
        """The price lists that apply to the customer."""
        return lists_of(self.work, self.customer) if self.customer else {}

    @cached_property
    def searched(self) -> int:
        """The items in reach that have the words and belong to the collection, in any category."""
        bits = self.reach
        if self.found is not None:
            bits &= self.found.bits
        if self.collection is not None:
            bits &= self.collection.items
        return bits

    @cached_property
    def here(self) -> int:
        """The same within the category."""
        return self.searched & self.shelf.below(self.category.id) if self.category else self.searched

    @cached_property
    def flags(self) -> Flags:
        """The sets behind the pills."""
        agreed, promoted = 0, 0
        if self.prices is not None:
            agreed = bits_of(self.prices.own.lasting)
            promoted = self.prices.on_promotion()
        return Flags(in_stock(self.work.runtime, self.work.session, self.shelf), agreed, promoted)

    @cached_property
    def flagged(self) -> int:
        """The items here that the pills leave."""
        bits = self.here
        for flag in FLAGS:
            if getattr(self.wanted, flag):
                bits &= getattr(self.flags, flag)
        return bits

    @cached_property
    def result(self) -> int:
        """The items that all filters leave."""
        return self._gathered(self._branded(self.flagged))

    def page(self) -> list[int]:
        """The places on the asked page, in the asked order."""
        first = (max(self.wanted.page, 1) - 1) * self.wanted.size
        span = first, first + self.wanted.size
        sort, bits, size = self.wanted.sort, self.result, self.shelf.size
        count = bits.bit_count()
        if sort.endswith('price') and self.prices is not None:
            return self._by_price(self.prices, bits, span)
        if sort == 'relevance' and self.found is not None:
            return self._most_relevant(self.found, bits, span)
        sort = 'ordered' if sort in ('relevance', 'price', '-price') else sort
        if count <= FEW:
            return ranked(places_in(bits), self.shelf.key(sort), span)
        return _cut(walk(self.shelf.order(sort), bits, size), span)

    def _most_relevant(self, found: Found, bits: int, span: tuple[int, int]) -> list[int]:
        """Exact numbers first, then names that begin with the words, then those that hold them, each by what sells."""
        words = self.wanted.search.strip().casefold()
        names, sold, exact = self.shelf.name, self.shelf.sold, set(found.exact)
        if bits.bit_count() > FEW:
            head = [place for place in found.exact if bits >> place & 1]
            rest = bits & ~bits_of(head)
            return (head + _cut(walk(self.shelf.order('ordered'), rest, self.shelf.size), (0, span[1])))[slice(*span)]

        def key(place: int) -> tuple[bool, bool, bool, int, int]:
            name = names[place]
            return place not in exact, not name.startswith(words), words not in name, -sold[place], place
        return ranked(places_in(bits), key, span)

    def _by_price(self, prices: MyPrices, bits: int, span: tuple[int, int]) -> list[int]:
        """The cheapest or dearest first; the order for pages far behind is kept for the customer who turned there."""
        falling, size = self.wanted.sort.startswith('-'), self.shelf.size
        if bits.bit_count() <= FEW:
            return ranked(places_in(bits), prices.key(falling=falling), span)
        if span[1] <= FEW:
            return _cut(prices.ordered(bits, size, falling=falling), span)
        asked = falling, sorted((str(facts.id), facts.version) for facts in self.lists.values())
        kept = self.shelf.memo.get('prices far behind')
        if kept is None or kept[0] != asked:
            order = array('I', prices.ordered(self.shelf.active, size, falling=falling))
            kept = self.shelf.remember('prices far behind', (asked, order))
        return _cut(walk(kept[1], bits, size), span)

    def brands(self) -> tuple[FacetCount, ...]:
        """The brands here with how many items each would leave, most first; those chosen are always among them."""
        left = self._gathered(self.flagged)
        known = self.shelf.memo.get(('brands', left))
        if known is None:
            counts = ((brand, (bits & left).bit_count()) for brand, bits in self.shelf.brands.items() if brand)
            facets = (FacetCount(brand, brand, count) for brand, count in counts)
            known = self.shelf.remember(('brands', left), tuple(
                sorted(facets, key=lambda facet: (-facet.items, facet.label.casefold()))))
        return tuple(facet for facet in known if facet.items or facet.value in self.wanted.brands)

    def collections(self) -> tuple[FacetCount, ...]:
        """The collections that have something for him, with how many items each would leave; chosen ones always."""
        left = self._branded(self.flagged)
        counted = ((facts, (facts.items & left).bit_count()) for facts in self.shelf.collections
                   if facts.code != self.wanted.collection)
        return tuple(_facet(facts, count) for facts, count in counted if count or facts in self.chosen)

    def counts(self) -> dict[str, int]:
        """How many items each pill would leave beside the other filters."""
        out = {}
        for name in FLAGS:
            bits = self._gathered(self._branded(self.here))
            for other in FLAGS:
                if other == name or getattr(self.wanted, other):
                    bits &= getattr(self.flags, other)
            out[name] = bits.bit_count()
        return out

    def everything(self) -> int:
        """How many items there are in the category or collection without any filter."""
        bits = self.reach
        for scope in (self.category, self.collection):
            bits &= scope.items if scope is not None else bits
        return bits.bit_count()

    @cached_property
    def chosen(self) -> tuple[CollectionFacts, ...]:
        """The collections chosen beside the list; one that is not shown, or holds nothing for him, counts as none."""
        return tuple(facts for facts in self.shelf.collections
                     if facts.code in self.wanted.collections and facts.items & self.reach)

    def _gathered(self, bits: int) -> int:
        if not self.chosen:
            return bits
        gathered = 0
        for facts in self.chosen:
            gathered |= facts.items
        return bits & gathered

    def _branded(self, bits: int) -> int:
        if not self.wanted.brands:
            return bits
        branded = 0
        for brand in self.wanted.brands:
            branded |= self.shelf.brands.get(brand, 0)
        return bits & branded

    def categories(self) -> tuple[CategoryRow, ...]:
        """The categories one below the present one, with how many of the items found are in each."""
        parent = self.category.id if self.category else None
        return tuple(row for row in tree_rows(self.shelf, self.searched, parent=parent) if row.items)

    def title(self) -> str:
        """The name of the category or collection whose page it is; empty for the whole shop."""
        if self.category is not None:
            return pick(self.category.names, fallback=self.category.code)
        return pick(self.collection.names, fallback=self.collection.code) if self.collection else ''

    def trail(self) -> tuple[CategoryRow, ...]:
        """The present category and those above it, from the root."""
        steps: list[CategoryFacts] = []
        facts = self.category
        while facts is not None:
            steps.insert(0, facts)
            facts = self.shelf.tree.get(facts.parent_id) if facts.parent_id else None
        return tuple(category_row(step, self.searched, depth=depth) for depth, step in enumerate(steps))

    def _category(self) -> CategoryFacts | None:
        if not self.wanted.category:
            return None
        facts = next((facts for facts in self.shelf.tree.values() if facts.code == self.wanted.category), None)
        if facts is None or not facts.active or (not self.reach & facts.items and self.reach != self.shelf.active):
            raise NotFound(_('There is no such category.'))
        return facts

    def _collection(self) -> CollectionFacts | None:
        if not self.wanted.collection:
            return None
        facts = next((facts for facts in self.shelf.collections if facts.code == self.wanted.collection), None)
        if facts is None or not facts.items & self.reach:
            raise NotFound(_('There is no such collection.'))
        return facts


def shown_collections(on: Shelf, bits: int) -> tuple[FacetCount, ...]:
    """The collections shown in the shop with how many of these items are in each; empty ones are left out."""
    counted = ((facts, (facts.items & bits).bit_count()) for facts in on.collections)
    return tuple(_facet(facts, count) for facts, count in counted if count)


def _facet(facts: CollectionFacts, count: int) -> FacetCount:
    return FacetCount(facts.code, pick(facts.names, fallback=facts.code), count)


def tree_rows(on: Shelf, bits: int, *, parent: uuid.UUID | None) -> list[CategoryRow]:
    """The active categories directly below one, in their order, counted over a set of items."""
    below = [facts for facts in on.tree.values() if facts.parent_id == parent and facts.active]
    depth = 0 if parent is None else on.tree[parent].path.count('/')
    return [category_row(facts, bits, depth=depth) for facts in sorted(below, key=lambda f: (f.position, f.code))]


def category_row(facts: CategoryFacts, bits: int, *, depth: int) -> CategoryRow:
    """A category in the current language, counted over a set of items."""
    return CategoryRow(facts.code, pick(facts.names, fallback=facts.code), facts.icon, depth,
                       facts.path.split('/')[-3] if facts.path.count('/') > 1 else '', (bits & facts.items).bit_count())


def _cut(places: Iterable[int], span: tuple[int, int]) -> list[int]:
    return list(islice(places, *span))
