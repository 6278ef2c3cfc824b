"""All items, changing many of them at once, and the form for a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from models.core.words import _, ngettext
from services.catalogue.about import ItemAboutService
from services.catalogue.editing import ItemDetails, ItemInput
from services.catalogue.items import ItemService
from services.catalogue.listing import ITEMS
from services.core import formats
from services.core.permissions import Permission
from ui.kernel import design
from ui.kernel.documents import Head
from ui.kernel.forms import Form
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.office.items.bulk import bulk_acts, set_active
from ui.office.items.declared import module
from ui.pieces.looking import category_options

P = Permission


def path(sku: str) -> str:
    """The office's page of an item."""
    return f'/office/items/{quote(sku, safe="")}'


@module.view('/office/items')
async def index(view: View) -> None:
    """Find items, retired ones too, and change one or many."""
    acts = [Act(_('Categories'), 'layers', path='/office/categories'),
            Act(_('Import'), 'upload', path='/office/import', needs=P.IMPORTS_RUN),
            Act(_('New item'), 'plus', path='/office/items/new', needs=P.ITEMS_WRITE, main=True)]
    head = Head(view, view.title, sub=await _counted(view), acts=acts)
    may = view.actor.may(P.ITEMS_WRITE)

    async def recount() -> None:
        head.show(view.title, sub=await _counted(view), acts=acts)
    view.on('catalogue', recount)
    category = str(view.query.get('category') or '')
    table = Table(view, ITEMS, load=ItemService.page, row_path='/office/items/{sku}', topic=('catalogue', 'prices'),
                  card=('name', 'state', 'sku', 'base_price', 'available'), context=_context(view),
                  bulk=bulk_acts(view), preset={'category': category} if category else None,
                  key=f'office-items:{category}' if category else '',
                  empty=Empty('shopping-bag', _('No items yet'), _('Add the first one, or bring them from a file.'),
                              _('New item') if may else '', '/office/items/new'))
    view.on('office:stock', table.refresh)


async def _counted(view: View) -> str:
    every, shown = await view.do(ItemAboutService.counts)
    return ' · '.join((ngettext('{count} item', '{count} items', every).format(count=formats.number(every)),
                       _('{count} in the shop').format(count=formats.number(shown))))


def _context(view: View) -> list[Act]:
    def tab(name: str) -> Any:
        async def go(row: Mapping[str, Any]) -> None:
            view.open(f'{path(row["sku"])}?tab={name}')
        return go

    def switch(active: bool) -> Any:
        async def run(row: Mapping[str, Any]) -> None:
            await set_active(view, [str(row['sku'])], active=active)
        return run
    return [Act(_('Open'), 'external-link', path='/office/items/{sku}', kbd='Enter'),
            Act(_('Pictures'), 'image', run=tab('pictures')),
            Act(_('Prices'), 'tags', run=tab('prices'), needs=P.PRICE_LISTS_READ),
            Act(_('Stock'), 'boxes', run=tab('stock'), needs=P.STOCK_READ),
            Act(_('Activate'), 'eye', run=switch(True), needs=P.ITEMS_WRITE, rule=True,
                when=lambda row: not row['active']),
            Act(_('Deactivate'), 'eye-off', run=switch(False), needs=P.ITEMS_WRITE, rule=True, danger=True,
                when=lambda row: bool(row['active']))]


@module.view('/office/items/new', needs=P.ITEMS_WRITE, narrow=True)
async def new(view: View) -> None:
    """A new item."""
    view.title = _('New item')
    design.head(view, _('New item'), sub=_('Pictures, prices and stock follow once it is saved.'))

    async def create(given: ItemDetails) -> str:
        return await view.do(ItemService.create, ItemInput(**given.model_dump()))

    async def created(sku: str) -> None:
        view.say(_('Item {sku} added.').format(sku=sku))
        view.open(path(sku))
        view.close()
    options = {'category': await category_options(view)}
    with design.box('p-card'), design.box('p-card-body'):
        Form(view, ItemDetails, save=create, on_saved=created, button=_('Add item'), options=options,
             values={'sku': '', 'names': {}}, look={'successor': ItemAboutService.find})
