"""Everything about one item: details, pictures, documents, prices, stock, collections, activity."""

from __future__ import annotations

from models.core.words import _
from services.activity import ACTIONS
from services.catalogue.about import ItemAboutService
from services.catalogue.items import ItemCard, ItemService
from services.core import formats
from services.core.permissions import Permission
from ui.kernel import documents
from ui.kernel.documents import Happened, Head
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.office.items.bulk import set_active
from ui.office.items.declared import module
from ui.office.items.details import Details
from ui.office.items.media import Papers, Pictures
from ui.office.items.prices import ItemPrices
from ui.office.items.sets import Sets
from ui.office.items.stock import ItemStock
from ui.pieces.sections import Section, Sections

P = Permission


@module.view('/office/items/{sku}')
async def document(view: View, sku: str) -> None:
    """One item."""
    await ItemDocument(view, sku).build()


class ItemDocument:
    """The page of one item; its head follows what others change."""

    def __init__(self, view: View, sku: str) -> None:
        self.view = view
        self.sku = sku

    async def build(self) -> None:
        """Show the head and the tab in front."""
        found = await self.view.do(ItemService.read, self.sku)
        self.view.title = self.sku
        self.head = Head(self.view, self.sku)
        self._paint(found)
        self.view.on('catalogue', self._again)
        view, sku = self.view, self.sku
        await Sections(view, _('Item'), [
            Section('details', _('Details'), lambda: Details(view, sku).build()),
            Section('pictures', _('Pictures'), lambda: Pictures(view, sku).build()),
            Section('documents', _('Documents'), lambda: Papers(view, sku).build()),
            Section('prices', _('Prices'), lambda: ItemPrices(view, sku).build(), P.PRICE_LISTS_READ),
            Section('stock', _('Stock'), lambda: ItemStock(view, sku).build(), P.STOCK_READ),
            Section('sets', _('Collections and part numbers'), lambda: Sets(view, sku).build()),
            Section('activity', _('Activity'), self._activity)]).build()

    async def _again(self) -> None:
        self._paint(await self.view.do(ItemService.read, self.sku))

    def _paint(self, found: ItemCard) -> None:
        item = found.item
        chip = (_('Active'), 'ok') if item.active else (_('Inactive'), 'mute')
        switch = (Act(_('Deactivate'), 'eye-off', run=self._deactivate, needs=P.ITEMS_WRITE) if item.active
                  else Act(_('Activate'), 'eye', run=self._activate, needs=P.ITEMS_WRITE))
        sub = ' · '.join(filter(None, (item.name, item.brand, item.ean)))
        self.head.show(self.sku, sub=sub, chip=chip, acts=[switch])

    async def _activate(self) -> None:
        await set_active(self.view, [self.sku], active=True)

    async def _deactivate(self) -> None:
        await set_active(self.view, [self.sku], active=False)

    async def _activity(self) -> None:
        part = documents.history(self.view, [], title=_('Activity'))

        async def show() -> None:
            events = await self.view.do(ItemAboutService.history, self.sku)
            part.show([vars(Happened(str(ACTIONS.get(event.action, _('Changed'))), formats.moment(event.at),
                                     event.actor_name, _told(event.note, event.changes))) for event in events])
        for topic in ('catalogue', f'stock:{self.sku}'):
            self.view.on(topic, show)
        await show()


def _told(note: str, changes: dict[str, object]) -> str:
    """What a line of the history adds: the note, else what changed from what to what."""
    if note:
        return note
    told = []
    for name, change in changes.items():
        if isinstance(change, list) and len(change) == 2 and not any(isinstance(side, dict) for side in change):
            told.append(f'{name}: {change[0] or "–"} → {change[1] or "–"}')
        elif isinstance(change, str | int):
            told.append(f'{name}: {change}')
    return ' · '.join(told)
