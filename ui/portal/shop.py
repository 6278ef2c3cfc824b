"""The shop: categories, search and filters, at the person's prices and with live stock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from nicegui.element import Element

from models.core.words import _, _l, ngettext
from services.carts.service import CartService
from services.catalogue.browsing import CatalogueService
from services.catalogue.rows import SORTS, Page, Wanted
from services.core import formats
from services.core.permissions import Permission
from ui.kernel import design
from ui.kernel.module import Group, Module
from ui.kernel.view import View
from ui.portal.item import ItemPage
from ui.portal.pieces import back_in_stock
from ui.portal.pieces.price import explain_price
from ui.portal.pieces.product import product

COMPONENTS = Path(__file__).resolve().parents[1] / 'kernel' / 'components'
FLAGS = ('in_stock', 'on_contract', 'on_promotion')
SIZE = 25
LONGEST = 200
MOST_DOORS = 8

module = Module('shop', _l('Shop'), icon='store', group=Group.BUY, needs=Permission.CATALOGUE_READ,
                keywords=_l('products, items, articles, catalogue, browse, buy, categories'))


@module.view('/shop')
async def index(view: View) -> None:
    """Everything the person may buy."""
    await ShopPage(view).build()


@module.view('/shop/c/{category}')
async def category(view: View, category: str) -> None:
    """One category with all below it."""
    await ShopPage(view, category=unquote(category)).build()


@module.view('/shop/collections/{collection}')
async def collection(view: View, collection: str) -> None:
    """One collection, a set of items put together by hand."""
    await ShopPage(view, collection=unquote(collection)).build()


@module.view('/shop/i/{sku}')
async def item(view: View, sku: str) -> None:
    """One item in full."""
    await ItemPage(view, unquote(sku)).build()


class ShopList(Element, component=COMPONENTS / 'shop_list.js',
               esm={'portico-shop': str(COMPONENTS / 'shop_parts')}):
    """Products as one element; with `tools` it has search, filters, sort and paging."""

    def __init__(self, *, tools: bool, buys: bool) -> None:
        super().__init__()
        self._props.update({
            'rows': [], 'total': 0, 'ask': {}, 'brands': [], 'groups': [], 'places': [], 'doors': [],
            'flags': [], 'sorts': [], 'hits': [], 'count': '', 'note': '', 'busy': True, 'tools': tools, 'buys': buys,
            'sprite': design.sprite(), 'labels': words()})

    def say(self, **props: Any) -> None:
        """Set props and send them."""
        self._props.update(props)
        self.update()


class ShopPage:
    """The shop, or one category or collection of it; what was asked is kept in the view's state."""

    def __init__(self, view: View, *, category: str = '', collection: str = '') -> None:
        self.view = view
        self.category, self.collection = category, collection
        self.watched: set[str] = set()
        self.page: Page | None = None
        given = {name: view.query[name][:LONGEST] for name in ('search', 'collection') if view.query.get(name)}
        if given:
            view.state['ask'] = {'search': given.get('search', ''), 'collections': [given.get('collection', '')]}

    async def build(self) -> None:
        """Lay out the page and follow prices, catalogue and stock."""
        page = await self._read()
        if page.title:
            self.view.title = page.title
        sub = ngettext('{count} item at your prices, excl. VAT', '{count} items at your prices, excl. VAT',
                       page.everything).format(count=formats.number(page.everything))
        with design.head(self.view, sub=sub):
            if self.view.actor.may(Permission.CART_USE):
                design.button(_('Paste or upload a list'), href='/order-pad', icon='upload')
        self.list = ShopList(tools=True, buys=self.view.actor.may(Permission.CART_USE))
        for name in ('ask', 'add', 'explain', 'suggest', 'wish'):
            self.list.on(name, getattr(self, f'_{name}'))
        for topic in ('prices', 'catalogue'):
            self.view.on(topic, self._again)
        self.view.on('catalogue', self._show_doors)
        await self._show_doors()
        await self._show(page)

    @property
    def wanted(self) -> Wanted:
        """What the person asked, from the state that came back from the browser or the database."""
        ask = self.view.state.get('ask')
        ask = ask if isinstance(ask, dict) else {}
        sort, number = ask.get('sort'), ask.get('page')
        return Wanted(
            search=str(ask.get('search') or '')[:LONGEST], category=self.category,
            collection=self.collection, brands=_several(ask.get('brands')),
            collections=_several(ask.get('collections')),
            in_stock=ask.get('in_stock') is True, on_contract=ask.get('on_contract') is True,
            on_promotion=ask.get('on_promotion') is True, sort=sort if sort in SORTS else 'relevance',
            page=number if isinstance(number, int) and number > 0 else 1, size=SIZE)

    async def _read(self) -> Page:
        page = await self.view.do(CatalogueService.browse, self.wanted)
        if not page.rows and page.total:
            self.view.state['ask'] = {**self.view.state.get('ask', {}), 'page': 1}
            page = await self.view.do(CatalogueService.browse, self.wanted)
        return page

    async def _again(self) -> None:
        await self._show(await self._read())

    async def _show_doors(self) -> None:
        """Show the collections as links, where a person begins to look round."""
        if self.category or self.collection:
            return
        found = (await self.view.do(CatalogueService.collections))[:MOST_DOORS]
        self.list.say(doors=[{'name': facet.label, 'count': formats.number(facet.items),
                              'href': f'/shop/collections/{facet.value}'} for facet in found])

    async def _wish(self, event: Any) -> None:
        await back_in_stock.switch(self.view, str(event.args))
        await self._stock()

    async def _ask(self, event: Any) -> None:
        self.view.state['ask'] = event.args if isinstance(event.args, dict) else {}
        self.view.remember()
        await self._again()

    async def _suggest(self, event: Any) -> None:
        typed = str(event.args or '')[:LONGEST]
        found = await self.view.do(CatalogueService.suggest, typed) if len(typed.strip()) > 1 else ()
        self.list.say(hits=[{'sku': hit.sku, 'name': hit.name, 'note': hit.note, 'path': hit.path} for hit in found])

    async def _add(self, event: Any) -> None:
        sku, quantity = event.args
        await self.view.do(CartService.add, str(sku), str(quantity))
        self.view.say(_('{sku} is in your cart.').format(sku=sku))

    async def _explain(self, event: Any) -> None:
        row = next((row for row in self.page.rows if row.sku == event.args), None) if self.page else None
        if row is not None and row.price is not None:
            await explain_price(row.sku, row.name, row.price)

    async def _stock(self) -> None:
        """Read the shown items anew when the stock of one of them changed."""
        if self.page is not None:
            rows = await self.view.do(CatalogueService.rows, [row.sku for row in self.page.rows])
            self.page = replace(self.page, rows=rows)
            self.list.say(rows=await self._products())

    async def _products(self) -> list[dict[str, Any]]:
        rows = self.page.rows if self.page else ()
        wishes = await back_in_stock.asked(self.view, [row.sku for row in rows if row.stock.available <= 0])
        return [product(row) | {'wish': wishes.get(row.sku, '')} for row in rows]

    def _follow(self, skus: set[str]) -> None:
        for sku in skus - self.watched:
            self.view.on(f'stock:{sku}', self._stock_of(sku))
        self.watched |= skus

    def _stock_of(self, sku: str) -> Any:
        async def look() -> None:
            if self.page is not None and any(row.sku == sku for row in self.page.rows):
                await self._stock()
        return look

    async def _show(self, page: Page) -> None:
        self.page, wanted = page, self.wanted
        self._follow({row.sku for row in page.rows})
        first = (wanted.page - 1) * wanted.size
        self.list.say(
            rows=await self._products(), total=page.total, ask=self._asked(page, wanted), busy=False,
            groups=[{'value': facet.value, 'label': facet.label, 'count': formats.number(facet.items)}
                    for facet in page.collections],
            brands=[{'value': facet.value, 'count': formats.number(facet.items)} for facet in page.brands],
            places=self._places(page), flags=self._flags(page), sorts=self._sorts(wanted),
            count=_('{first}–{last} of {total}').format(
                first=formats.number(first + 1), last=formats.number(first + len(page.rows)),
                total=formats.number(page.total)),
            note=_('Showing results for {words}.').format(words=', '.join(page.corrected)) if page.corrected else '')

    def _asked(self, page: Page, wanted: Wanted) -> dict[str, Any]:
        ask = self.view.state.get('ask')
        chosen = [facet.value for facet in page.collections if facet.value in wanted.collections]
        return {'search': wanted.search, 'brands': list(wanted.brands), 'collections': chosen, 'sort': wanted.sort,
                'page': wanted.page, 'size': wanted.size, 'list': isinstance(ask, dict) and ask.get('list') is True,
                **{flag: getattr(wanted, flag) for flag in FLAGS}}

    def _places(self, page: Page) -> list[dict[str, str]]:
        """The categories below, as links that stay within the collection."""
        within = f'?collection={self.collection}' if self.collection else ''
        return [{'name': row.name, 'count': formats.number(row.items), 'href': f'/shop/c/{row.code}{within}'}
                for row in page.categories]

    @staticmethod
    def _flags(page: Page) -> list[dict[str, str]]:
        labels = {'in_stock': _('In stock only'), 'on_contract': _('On contract'), 'on_promotion': _('On promotion')}
        return [{'name': flag, 'label': labels[flag], 'count': formats.number(page.flags.get(flag, 0))}
                for flag in FLAGS]

    @staticmethod
    def _sorts(wanted: Wanted) -> list[dict[str, str]]:
        labels = {'relevance': _('Best match') if wanted.search else _('Most ordered'), 'ordered': _('Most ordered'),
                  'name': _('Name'), 'sku': _('SKU'), 'price': _('Lowest price'), '-price': _('Highest price'),
                  'newest': _('Newest')}
        return [{'value': sort, 'label': labels[sort]} for sort in SORTS if wanted.search or sort != 'ordered']


def _several(given: Any) -> tuple[str, ...]:
    return tuple(str(one)[:80] for one in given[:50]) if isinstance(given, list) else ()


def words() -> dict[str, str]:
    """The texts of the product list."""
    return {
        'search': _('Search in the shop'), 'suggestions': _('Suggestions'), 'category': _('Category'),
        'brand': _('Brand'), 'collection': _('Collection'), 'collections': _('Collections'),
        'sort': _('Sort: {sort}'), 'order': _('Sort'), 'grid': _('Show as grid'), 'list': _('Show as list'),
        'was': _('List price'), 'less': _('Less of'), 'more': _('More of'), 'quantity': _('Quantity'),
        'add': _('Add to cart'), 'short': _('Add'), 'nothing': _('No items found'),
        'hint': _('Try other words, or fewer filters.'), 'reset': _('Show everything'), 'pages': _('Pages'),
        'previous': _('Previous'), 'next': _('Next'), **back_in_stock.labels()}
