"""Tab Prices: the price list, contracts, own part numbers and assortment of a customer."""

from __future__ import annotations

from typing import Annotated, Any

from nicegui import ui
from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from models.pricing import PriceList
from services.catalogue.browsing import CatalogueService
from services.catalogue.categories import CategoryService
from services.core import formats
from services.core.fields import Choice, SearchChoice, Text
from services.core.permissions import Permission
from services.customers import AssortmentService, CustomerService, PartNumberService
from services.customers.assortment import AssortmentRow
from services.customers.part_numbers import PartNumberRow
from services.pricing.listing import KINDS, TONES
from services.pricing.lists import PriceListService
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.forms import Form, ask
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.office.customers.shown import Shown
from ui.pieces.rows import Row, Rows

P = Permission
_STRICT = ConfigDict(extra='forbid', str_strip_whitespace=True)


class ListInput(BaseModel):
    """The price list of a customer's group."""

    model_config = _STRICT

    price_list: Annotated[str, Choice(_l('Price list'), placeholder=_l('None: base prices'))] = ''


class NumberInput(BaseModel):
    """An own part number and what it means."""

    model_config = _STRICT

    part_number: Annotated[str, Text(_l('Own part number')), Field(min_length=1, max_length=80)]
    sku: Annotated[str, SearchChoice(_l('Item'), placeholder=_l('SKU or name')), Field(min_length=1)]


class CategoryEntry(BaseModel):
    """A category to add to an assortment."""

    model_config = _STRICT

    category: Annotated[str, Choice(_l('Category'), help=_l('With all below it.')), Field(min_length=1)]


class ItemEntry(BaseModel):
    """An item to add to an assortment."""

    model_config = _STRICT

    sku: Annotated[str, SearchChoice(_l('Item'), placeholder=_l('SKU or name')), Field(min_length=1)]


async def found_items(view: View, words: str) -> list[tuple[str, str, str]]:
    """Items for a search field."""
    hits = await view.do(CatalogueService.suggest, words)
    return [(hit.sku, f'{hit.sku} {hit.name}', hit.note) for hit in hits if hit.sku]


async def build(shown: Shown) -> None:
    """Build the tab."""
    tab = PricesTab(shown)
    await tab.build()


class PricesTab:
    """Prices and assortment of one customer."""

    def __init__(self, shown: Shown) -> None:
        self.shown, self.view, self.account = shown, shown.view, shown.account
        self.may = shown.view.actor.may(P.CUSTOMERS_WRITE)

    async def build(self) -> None:
        """Lay the parts out and fill them."""
        with design.box('p-grid-even'):
            with design.card(_('Price list')):
                await self._list_form()
            if self.view.actor.may(P.PRICE_LISTS_READ):
                await self._own_lists()
        self.numbers = self._listed(_('Own part numbers'), [(_('Own part number'), False), (_('Item'), False)],
                                    [(_('Add part number'), self._add_number)])
        with design.box('p-stack'):
            self.assortment = self._listed(_('Assortment'), [(_('Entry'), False), (_('Kind'), False)], [
                (_('Add category'), self._add_category), (_('Add item'), self._add_item)], switch=True)
        await self.refresh()
        self.shown.follow(self.refresh)

    async def refresh(self) -> None:
        """Read part numbers and assortment anew."""
        numbers = await self.view.do(PartNumberService.list, self.account)
        self.numbers.show([self._number(row) for row in numbers])
        self.numbers.set_visibility(bool(numbers))
        found = await self.view.do(AssortmentService.read, self.account)
        self.restricted.set_value(found.restricted)
        self.assortment.show([self._entry(row) for row in found.entries])
        self.assortment.set_visibility(bool(found.entries))

    async def _list_form(self) -> None:
        lists = await self.view.do(CustomerService.price_lists, self.account)
        now = self.shown.found.price_list

        async def save(given: ListInput) -> None:
            await self.view.do(CustomerService.set_price_list, self.account, given.price_list)
        Form(self.view, ListInput, save=save, values={'price_list': now.code if now else ''}, button=_('Save'),
             options={'price_list': dict(lists)}, said=_('Price list saved.'), locked=not self.may)

    async def _own_lists(self) -> None:
        lists = await self.view.do(PriceListService.of_customer, self.account)
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(_('Contracts and own lists'), tag='h2')
                design.link(_('Price lists'), '/office/price-lists')
            if not lists:
                with design.box('p-card-body'):
                    design.words(_('None: the price list and promotions apply.'), classes='p-soft')
                return
            Rows(self.view, _('Contracts and own lists'), [(_('List'), False), (_('Kind'), False), (_('Valid'), False)],
                 [Row(str(row.id), [Cell(row.name, path=f'/office/price-lists/{row.code}'),
                                    Cell('', chip=(str(KINDS[row.kind]), TONES[row.kind])), valid(row)],
                      off=not row.active) for row in lists])

    def _listed(self, title: str, head: list[tuple[str, bool]], adds: list[tuple[str, Any]], *,
                switch: bool = False) -> Rows:
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(title, tag='h2')
                with design.box('p-row'):
                    for label, add in adds if self.may else ():
                        design.button(label, add, icon='plus', small=True)
            if switch:
                with design.box('p-card-body'):
                    self.restricted = ui.checkbox(_('Sees only what is listed here'))
                    self.restricted.on('click', self._restrict, [])
                    self.restricted.set_enabled(self.may)
            return Rows(self.view, title, head)

    def _number(self, row: PartNumberRow) -> Row:
        learned = (_('Learned'), 'mute') if row.learned else None

        async def remove() -> None:
            await self.view.do(PartNumberService.remove, row.id)

            async def back() -> None:
                await self.view.do(PartNumberService.add, row.sku, row.part_number, account=self.account)
                await self.refresh()
            self.view.say(_('{number} removed.').format(number=row.part_number), undo=back)
            await self.refresh()
        acts = [Act(_('Remove'), 'trash-2', run=remove, danger=True)] if self.may else ()
        return Row(str(row.id), [Cell('', strong=row.part_number, chip=learned),
                                 Cell(f'{row.sku} {row.name}', path=f'/office/items/{row.sku}')], acts)

    def _entry(self, row: AssortmentRow) -> Row:
        async def remove() -> None:
            await self.view.do(AssortmentService.remove, self.account, row.id)
            self.view.say(_('{name} is no longer in the assortment.').format(name=row.name))
            await self.refresh()
        acts = [Act(_('Remove'), 'trash-2', run=remove, danger=True)] if self.may else ()
        return Row(str(row.id), [Cell('', strong=row.name, note=row.code),
                                 _('Category') if row.is_category else _('Item')], acts)

    async def _restrict(self) -> None:
        restricted = bool(self.restricted.value)
        await self.view.do(AssortmentService.restrict, self.account, restricted)
        self.view.say(_('The customer sees only his assortment.') if restricted else
                      _('The customer sees everything.'))
        await self.refresh()

    async def _added(self, model: type[BaseModel], title: str, save: Any, **more: Any) -> None:
        if await ask(self.view, model, title, _('Add'), save=save, values={}, **more) is not None:
            await self.refresh()

    async def _add_number(self) -> None:
        async def save(given: NumberInput) -> None:
            await self.view.do(PartNumberService.add, given.sku, given.part_number, account=self.account)
        await self._added(NumberInput, _('Add part number'), save, look={'sku': self._look})

    async def _add_category(self) -> None:
        tree = await self.view.do(CategoryService.tree)

        async def save(given: CategoryEntry) -> None:
            await self.view.do(AssortmentService.add_category, self.account, given.category)
        await self._added(CategoryEntry, _('Add category'), save, options={
            'category': {card.code: '– ' * card.depth + card.name for card in tree}})

    async def _add_item(self) -> None:
        async def save(given: ItemEntry) -> None:
            await self.view.do(AssortmentService.add_item, self.account, given.sku)
        await self._added(ItemEntry, _('Add item'), save, look={'sku': self._look})

    async def _look(self, words: str) -> list[tuple[str, str, str]]:
        return await found_items(self.view, words)


def valid(row: PriceList) -> str:
    """From when until when a list holds."""
    if row.valid_from is None and row.valid_to is None:
        return _('Always')
    if row.valid_to is None:
        return _('From {date}').format(date=formats.date(row.valid_from))
    if row.valid_from is None:
        return _('Until {date}').format(date=formats.date(row.valid_to))
    return _('{first} to {last}').format(first=formats.date(row.valid_from), last=formats.date(row.valid_to))
