"""The prices of one item over all lists, with their tiers."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from services.core import fields as f
from services.core import formats
from services.core.permissions import Permission
from services.pricing.listing import KINDS, TONES
from services.pricing.lists import PriceInput, PriceListService
from services.pricing.of_item import ItemPrice, ItemPriceService
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.forms import ask
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.pieces.rows import Row, Rows


class Tier(BaseModel):
    """A net price from a quantity on."""

    model_config = ConfigDict(extra='forbid')

    min_quantity: Annotated[Decimal, f.Number(_l('From quantity'), half=True)] = \
        Field(default=Decimal(1), gt=0, le=1_000_000, decimal_places=4)
    price: Annotated[Decimal, f.Money(_l('Net price'), half=True)] = Field(ge=0, le=1_000_000_000, decimal_places=4)


class TierOfList(Tier):
    """A net price in a list that is chosen here."""

    code: Annotated[str, f.Choice(_l('Price list'))] = Field(min_length=1)


async def change_price(view: View, code: str, sku: str, *, tier: Tier, currency: str) -> None:
    """Change quantity and price of one tier, with a way back."""
    async def save(given: Tier) -> None:
        rows = [PriceInput(sku=sku, min_quantity=given.min_quantity, price=given.price)]
        if given.min_quantity != tier.min_quantity:
            rows.insert(0, PriceInput(sku=sku, min_quantity=tier.min_quantity))
        await view.do(PriceListService.put, code, rows)
    given = await ask(view, Tier, _('Price of {sku} in {list}').format(sku=sku, list=code), _('Save'), save=save,
                      values=tier, currency=currency)
    if given is None:
        return

    async def back() -> None:
        rows = [PriceInput(sku=sku, min_quantity=tier.min_quantity, price=tier.price)]
        if given.min_quantity != tier.min_quantity:
            rows.insert(0, PriceInput(sku=sku, min_quantity=given.min_quantity))
        await view.do(PriceListService.put, code, rows)
    view.say(_('Price of {sku} saved.').format(sku=sku), undo=back)


class ItemPrices:
    """The tab of prices."""

    def __init__(self, view: View, sku: str) -> None:
        self.view = view
        self.sku = sku
        self.may = view.actor.may(Permission.PRICE_LISTS_WRITE)

    async def build(self) -> None:
        """Lay out the list and follow the prices."""
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(_('Prices'), tag='h2')
                if self.may:
                    design.button(_('Add price'), self._add, icon='plus', small=True)
            self.list = Rows(self.view, _('Prices'), [
                (_('Price list'), False), (_('Kind'), False), (_('Customer'), False), (_('From quantity'), True),
                (_('Net price'), True), (_('Valid'), False)])
            self.nothing = design.box()
            with self.nothing:
                design.empty('tags', _('No prices yet'), _('Without a price customers cannot order this item.'))
        self.view.on('prices', self._show)
        await self._show()

    async def _show(self) -> None:
        found = await self.view.do(ItemPriceService.of_item, self.sku)
        self.list.set_visibility(bool(found))
        self.nothing.set_visibility(not found)
        self.list.show([self._row(one) for one in found])

    def _row(self, one: ItemPrice) -> Row:
        acts = [Act(_('Edit'), 'pencil', run=lambda: change_price(
                    self.view, one.code, self.sku, tier=Tier(min_quantity=one.min_quantity, price=one.price),
                    currency=one.currency)),
                Act(_('Open price list'), 'external-link', path=f'/office/price-lists/{one.code}'),
                Act(_('Remove'), 'trash-2', run=lambda: self._remove(one), danger=True, rule=True)]
        valid = Cell(validity(one), chip=None if one.counts else (_('Not now'), 'mute'))
        return Row(str(one.id), [
            Cell(one.code, path=f'/office/price-lists/{one.code}', note=one.name),
            Cell('', chip=(str(KINDS[one.kind]), TONES[one.kind])), one.customer, formats.quantity(one.min_quantity),
            formats.money(one.price, one.currency), valid], acts if self.may else acts[1:2], off=not one.counts)

    async def _add(self) -> None:
        lists = await self.view.do(ItemPriceService.choices)
        options = {code: f'{code} · {name} ({currency})' for code, name, currency in lists}

        async def save(given: TierOfList) -> None:
            await self.view.do(PriceListService.put, given.code, [
                PriceInput(sku=self.sku, min_quantity=given.min_quantity, price=given.price)])
        given = await ask(self.view, TierOfList, _('Add price'), _('Add price'), save=save, currency=' ',
                          options={'code': options},
                          values={'code': next(iter(options), ''), 'price': '', 'min_quantity': Decimal(1)})
        if given is not None:
            self.view.say(_('Price of {sku} saved.').format(sku=self.sku))

    async def _remove(self, one: ItemPrice) -> None:
        gone = await self.view.do(ItemPriceService.remove, one.code, [one.id])

        async def back() -> None:
            await self.view.do(PriceListService.put, one.code, list(gone))
        self.view.say(_('Price removed.'), undo=back)


def validity(one: ItemPrice) -> str:
    """From when to when a price counts."""
    if one.valid_from and one.valid_to:
        return _('{start} to {end}').format(start=formats.date(one.valid_from), end=formats.date(one.valid_to))
    if one.valid_from:
        return _('from {start}').format(start=formats.date(one.valid_from))
    return _('until {end}').format(end=formats.date(one.valid_to)) if one.valid_to else _('always')
