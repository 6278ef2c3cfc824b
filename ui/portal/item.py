"""The page of one item: pictures, specification, documents, the person's price with its tiers, live stock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nicegui.element import Element

from models.core.words import _
from services.carts.service import CartService
from services.catalogue.browsing import CatalogueService
from services.catalogue.rows import ItemDetail
from services.core import formats
from services.core.permissions import Permission
from ui.kernel import design
from ui.kernel.view import View
from ui.portal.pieces import back_in_stock
from ui.portal.pieces.price import explain_price
from ui.portal.pieces.product import path, product

COMPONENTS = Path(__file__).resolve().parents[1] / 'kernel' / 'components'


class ItemCard(Element, component=COMPONENTS / 'shop_item.js'):
    """Pictures, facts and the box to buy from, as one element."""

    def __init__(self, *, buys: bool) -> None:
        super().__init__()
        self._props.update({'row': {}, 'pictures': [], 'facts': [], 'text': '', 'spec': [], 'files': [], 'tiers': [],
                            'links': [], 'wish': '', 'buys': buys, 'sprite': design.sprite(), 'labels': {
            'picture': _('Picture'), 'specification': _('Specification'), 'documents': _('Documents'), 'buy': _('Buy'),
            'was': _('List price'), 'less': _('Less'), 'more': _('More'), 'quantity': _('Quantity'),
            'add': _('Add to cart'), **back_in_stock.labels(), 'tiers': _('Volume prices'), 'from': _('From'),
            'each': _('Price each')}})

    def say(self, **props: Any) -> None:
        """Set props and send them."""
        self._props.update(props)
        self.update()


class ItemPage:
    """One item; it reads itself anew when its stock, the prices or the catalogue change."""

    def __init__(self, view: View, sku: str) -> None:
        self.view = view
        self.sku = sku
        self.found: ItemDetail | None = None

    async def build(self) -> None:
        """Lay out the page and follow the item."""
        found = await self.view.do(CatalogueService.item, self.sku)
        self.view.title = found.row.name
        with design.head(self.view, sub=' · '.join(filter(None, (found.row.sku, found.row.brand)))):
            if found.trail:
                design.button(found.trail[-1].name, href=f'/shop/c/{found.trail[-1].code}', icon='layout-grid')
        if found.successor:
            with design.box('p-alert is-info').props('role=status'):
                design.words(_('This item is replaced by {sku}.').format(sku=found.successor))
                design.link(_('See the new one'), path(found.successor))
        buys = self.view.actor.may(Permission.CART_USE)
        self.card = ItemCard(buys=buys)
        self.card.on('add', self._add)
        self.card.on('explain', self._explain)
        self.card.on('wish', self._wish)
        for topic in (f'stock:{self.sku}', 'prices', 'catalogue'):
            self.view.on(topic, self._again)
        await self._show(found)
        self._others(found, buys=buys)

    def _others(self, found: ItemDetail, *, buys: bool) -> None:
        from ui.portal.shop import ShopList
        if not found.alternatives:
            return
        design.words(_('Alternatives'), tag='h2')
        others = ShopList(tools=False, buys=buys)
        others.on('add', self._add)
        others.on('explain', self._explain)
        others.say(rows=[product(row) for row in found.alternatives], busy=False)

    async def _again(self) -> None:
        await self._show(await self.view.do(CatalogueService.item, self.sku))

    async def _add(self, event: Any) -> None:
        sku, quantity = event.args
        await self.view.do(CartService.add, str(sku), str(quantity))
        self.view.say(_('{sku} is in your cart.').format(sku=sku))

    async def _explain(self, event: Any) -> None:
        if self.found is None:
            return
        for row in (self.found.row, *self.found.alternatives):
            if row.sku == event.args and row.price is not None:
                await explain_price(row.sku, row.name, row.price)

    async def _wish(self, _event: Any) -> None:
        await back_in_stock.switch(self.view, self.sku)
        await self._again()

    async def _wished(self, found: ItemDetail) -> str:
        """Whether he may ask to be told of the item, or has asked; empty while it is there."""
        gone = [self.sku] if found.row.stock.available <= 0 else []
        return (await back_in_stock.asked(self.view, gone)).get(self.sku, '')

    async def _show(self, found: ItemDetail) -> None:
        self.found = found
        wish = await self._wished(found)
        self.card.say(
            wish=wish,
            row=_bought(found), pictures=[f'/picture/{file_id}' for file_id in found.pictures], facts=_facts(found),
            text=found.description, spec=[list(fact) for fact in found.specification], tiers=_tiers(found),
            files=[{'href': f'/download/files/{file.file_id}', 'title': file.title, 'size': _size(file.size)}
                   for file in found.documents],
            links=[{'href': f'/shop/collections/{facet.value}', 'name': facet.label} for facet in found.collections])


def _bought(found: ItemDetail) -> dict[str, Any]:
    row = found.row
    rules = []
    if row.min_quantity > 1:
        rules.append(_('At least {quantity}').format(quantity=formats.quantity(row.min_quantity, row.unit)))
    if row.multiple != 1:
        rules.append(_('in steps of {quantity}').format(quantity=formats.quantity(row.multiple, row.unit)))
    restock = ''
    if row.stock.incoming_on is not None:
        restock = _('{quantity} more on {date}').format(quantity=formats.quantity(row.stock.incoming),
                                                        date=formats.date(row.stock.incoming_on))
    return product(row) | {'per': _('per {unit}, excl. VAT').format(unit=row.unit), 'rule': ', '.join(rules),
                           'restock': restock}


def _facts(found: ItemDetail) -> list[list[str]]:
    row = found.row
    facts = [(_('SKU'), row.sku), (_('Your part number'), found.own_number), (_('Brand'), row.brand),
             (_('Manufacturer number'), found.manufacturer_no), (_('EAN'), found.ean),
             (_('Pack'), formats.quantity(found.pack_size, row.unit)),
             (_('Weight'), formats.quantity(found.weight_kg, 'kg') if found.weight_kg is not None else ''),
             (_('Category'), ' / '.join(step.name for step in found.trail))]
    return [[label, value] for label, value in facts if value]


def _tiers(found: ItemDetail) -> list[dict[str, Any]]:
    price = found.row.price
    if price is None:
        return []
    return [{'from': formats.quantity(tier.quantity, found.row.unit),
             'price': formats.money(tier.price, price.currency),
             'reached': tier.quantity == price.tier_quantity} for tier in price.tiers]


def _size(size: int) -> str:
    return _('{count} KB').format(count=formats.number(max(1, round(size / 1024))))
