"""The shop for customers: browsing, one item, and suggestions while typing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from sqlmodel import col, select

from models.catalogue import Item
from models.core.words import _, ngettext, pick
from models.customers import Customer
from services.catalogue.choosing import Choice, category_row, shown_collections, tree_rows
from services.catalogue.detail import detail_of
from services.catalogue.rows import CategoryRow, FacetCount, ItemDetail, ItemRow, Page, Suggestion, Wanted
from services.catalogue.shelf.items import Shelf
from services.catalogue.shelf.reading import reach_of, shelf_of
from services.catalogue.showing import customer_or_none, icon_of, item_rows, items_at
from services.catalogue.visibility import visible
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.settings import setting

LARGEST_PAGE = 96
SUGGESTED = 8


class CatalogueService(Service):
    """What a person can come by in the catalogue, at his prices."""

    @requires(Permission.CATALOGUE_READ)
    def browse(self, wanted: Wanted) -> Page:
        """One page of the shop; raises NotFound for a category or collection out of reach, Invalid for an odd sort."""
        wanted = replace(wanted, size=min(max(wanted.size, 1), LARGEST_PAGE), page=min(max(wanted.page, 1), 100_000))
        choice = Choice(self.work, customer_or_none(self.work), wanted)
        items = items_at(self.work, choice.page())
        rows = item_rows(self.work, items, customer=choice.customer, on=choice.shelf, lists=choice.lists)
        return Page(rows=rows, total=choice.result.bit_count(), everything=choice.everything(),
                    title=choice.title(), trail=choice.trail(),
                    categories=choice.categories(), brands=choice.brands(),
                    collections=choice.collections(), flags=choice.counts(),
                    corrected=choice.found.corrected if choice.found else ())

    @requires(Permission.CATALOGUE_READ)
    def categories(self) -> tuple[CategoryRow, ...]:
        """The whole tree in reach, each branch below its parent, with how many items each has."""
        on, bits = self._reach()
        out: list[CategoryRow] = []

        def add(parent: uuid.UUID | None) -> None:
            codes = {facts.code: facts.id for facts in on.tree.values() if facts.parent_id == parent}
            for row in tree_rows(on, bits, parent=parent):
                if row.items:
                    out.append(row)
                    add(codes[row.code])
        add(None)
        return tuple(out)

    @requires(Permission.SYSTEM)
    def warm(self) -> None:
        """Take the catalogue into memory, so that nobody waits for it; at the start of a process, beside serving."""
        anybody = Customer(id=uuid.UUID(int=0), account='', name='', currency=setting(self.work, 'seller.currency'))
        for sort in ('relevance', 'name', 'sku', 'newest', 'price'):
            Choice(self.work, anybody, Wanted(sort=sort)).page()

    @requires(Permission.CATALOGUE_READ)
    def collections(self) -> tuple[FacetCount, ...]:
        """The collections shown in the shop that have items in reach, in their order."""
        return shown_collections(*self._reach())

    @requires(Permission.CATALOGUE_READ)
    def item(self, sku: str) -> ItemDetail:
        """Everything about one item; raises NotFound when there is none or it is not for this customer."""
        item = self.session.exec(visible(self.work, select(Item).where(col(Item.sku) == sku))).first()
        if item is None:
            raise NotFound(_('There is no such item.'))
        return detail_of(self.work, item, customer=customer_or_none(self.work))

    @requires(Permission.CATALOGUE_READ)
    def rows(self, skus: Sequence[str]) -> tuple[ItemRow, ...]:
        """These items as list rows, for a page that follows their stock and prices; those out of reach are left out."""
        statement = visible(self.work, select(Item).where(col(Item.sku).in_(list(skus)[:LARGEST_PAGE])))
        items = {item.sku: item for item in self.session.exec(statement)}
        return item_rows(self.work, [items[sku] for sku in skus if sku in items], customer=customer_or_none(self.work))

    @requires(Permission.CATALOGUE_READ, Permission.ORDER_PAD_USE)
    def suggest(self, words: str) -> tuple[Suggestion, ...]:
        """Up to eight items, and four categories and collections, for what was typed so far."""
        if not words.strip():
            return ()
        choice = Choice(self.work, customer_or_none(self.work), Wanted(search=words, size=SUGGESTED))
        found = items_at(self.work, choice.page())
        hits = [Suggestion(item.sku, pick(item.names, fallback=item.name), item.brand, f'/shop/i/{item.sku}',
                           item.picture_id, icon_of(choice.shelf, item)) for item in found]
        folded = words.strip().casefold()
        for facts in choice.shelf.tree.values():
            row = category_row(facts, choice.reach, depth=0)
            if facts.active and row.items and row.name.casefold().startswith(folded) and len(hits) < SUGGESTED + 2:
                hits.append(Suggestion('', row.name, _counted(row.items), f'/shop/c/{row.code}', None, row.icon))
        named = (facet for facet in shown_collections(choice.shelf, choice.reach)
                 if facet.label.casefold().startswith(folded))
        hits += [Suggestion('', facet.label, _counted(facet.items), f'/shop/collections/{facet.value}', None, 'star')
                 for facet in islice(named, 2)]
        return tuple(hits)

    def _reach(self) -> tuple[Shelf, int]:
        on = shelf_of(self.work)
        return on, reach_of(self.work, on, customer_or_none(self.work))


def _counted(items: int) -> str:
    return ngettext('{count} item', '{count} items', items).format(count=items)
