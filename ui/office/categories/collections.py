"""Collections: sets of items put together by hand, in their order."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l, ngettext
from services.catalogue.about import ItemAboutService
from services.catalogue.collections import CollectionCard, CollectionInput, CollectionService
from services.core import fields as f
from services.core import formats
from services.core.permissions import Permission
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.forms import ask, confirm
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.pieces.rows import Row, Rows


class KnownCollection(CollectionInput):
    """A collection there is already: its code stays."""

    code: Annotated[str, f.Hidden()] = Field(min_length=1, max_length=60)


class More(BaseModel):
    """Items to put into a collection."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    skus: Annotated[str, f.LongText(_l('SKUs'), help=_l('One or many, divided by blanks, commas or line ends.'))] = \
        Field(min_length=1, max_length=100_000)


class Collections:
    """The tab of collections: all of them at one side, the items of the chosen one at the other."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.may = view.actor.may(Permission.ITEMS_WRITE)
        self.found: tuple[CollectionCard, ...] = ()

    async def build(self) -> None:
        """Lay out both lists and follow the catalogue."""
        with design.box('p-grid-even'):
            with design.box('p-card', tag='section'):
                with design.box('p-card-head'):
                    design.words(_('Collections'), tag='h2')
                    if self.may:
                        design.button(_('New collection'), self._add, icon='plus', small=True)
                self.list = Rows(self.view, _('Collections'), [
                    (_('Collection'), False), (_('Items'), True), (_('State'), False)])
                self.nothing = design.box()
                with self.nothing:
                    design.empty('star', _('No collections yet'), _('Put items together for a season or a trade.'))
            with design.box('p-card', tag='section') as self.card:
                with design.box('p-card-head'):
                    self.name = design.words('', tag='h2')
                    if self.may:
                        design.button(_('Add items'), self._fill, icon='plus', small=True)
                self.items = Rows(self.view, _('Items of the collection'), [(_('SKU'), False), (_('Name'), False)])
                self.none = design.words(_('No items in it yet.'), tag='p', classes='p-card-body p-soft')
        self.view.on('catalogue', self._show)
        await self._show()

    @property
    def chosen(self) -> CollectionCard | None:
        """The collection whose items are shown."""
        code = self.view.state.get('collection')
        return next((one for one in self.found if one.code == code), self.found[0] if self.found else None)

    async def _show(self) -> None:
        self.found = await self.view.do(CollectionService.all)
        self.list.set_visibility(bool(self.found))
        self.nothing.set_visibility(not self.found)
        self.list.show([self._row(one) for one in self.found])
        await self._show_items()

    async def _show_items(self) -> None:
        one = self.chosen
        self.card.set_visibility(one is not None)
        if one is None:
            return
        names = await self.view.do(ItemAboutService.names, one.skus)
        self.name.text = one.name
        self.items.set_visibility(bool(one.skus))
        self.none.set_visibility(not one.skus)
        self.items.show([Row(sku, [Cell(sku, path=f'/office/items/{sku}'), names.get(sku, '')],
                             self._item_acts(one, place) if self.may else ()) for place, sku in enumerate(one.skus)])

    def _row(self, one: CollectionCard) -> Row:
        state = (_('In the shop'), 'ok') if one.active else (_('Hidden'), 'mute')
        acts = [Act(_('Show items'), 'list', run=lambda: self._choose(one.code))]
        if self.may:
            codes = [other.code for other in self.found]
            place = codes.index(one.code)
            acts += [Act(_('Rename'), 'pencil', run=lambda: self._edit(one)),
                     Act(_('Move up'), 'arrow-up', run=lambda: self._order(codes, place, -1), rule=True,
                         reason='' if place else _('It is the first one.')),
                     Act(_('Move down'), 'arrow-down', run=lambda: self._order(codes, place, 1),
                         reason=_('It is the last one.') if place == len(codes) - 1 else ''),
                     Act(_('Delete'), 'trash-2', run=lambda: self._delete(one), danger=True, rule=True)]
        name = Cell('', strong=one.name, note=f'/shop/collections/{one.code}')
        return Row(one.code, [name, formats.number(len(one.skus)), Cell('', chip=state)], acts, off=not one.active)

    async def _choose(self, code: str) -> None:
        self.view.state['collection'] = code
        self.view.remember()
        await self._show_items()

    async def _add(self) -> None:
        async def save(given: CollectionInput) -> None:
            await self.view.do(CollectionService.create, given)
        given = await ask(self.view, CollectionInput, _('New collection'), _('Add collection'), save=save,
                          values={'code': '', 'names': {}, 'position': len(self.found), 'active': True})
        if given is not None:
            await self._choose(given.code)
            self.view.say(_('Collection {code} added.').format(code=given.code))

    async def _edit(self, one: CollectionCard) -> None:
        async def save(given: KnownCollection) -> None:
            await self.view.do(CollectionService.save, one.code, CollectionInput(**given.model_dump()),
                               version=one.version)
        title = _('Collection {code}').format(code=one.code)
        if await ask(self.view, KnownCollection, title, _('Save'), save=save, values=one) is not None:
            self.view.say(_('Collection saved.'))

    async def _order(self, codes: list[str], place: int, way: int) -> None:
        wanted = list(codes)
        wanted.insert(place + way, wanted.pop(place))
        await self.view.do(CollectionService.order, wanted)

        async def back() -> None:
            await self.view.do(CollectionService.order, codes)
        self.view.say(_('Collection moved.'), undo=back)

    async def _delete(self, one: CollectionCard) -> None:
        if await confirm(self.view, _('Delete collection {collection}?').format(collection=one.name), _('Delete'),
                         danger=True, text=_('Its items stay in the catalogue.')):
            await self.view.do(CollectionService.delete, one.code)

            async def back() -> None:
                await self.view.do(CollectionService.create, CollectionInput(
                    code=one.code, names=one.names, position=one.position, active=one.active))
                await self.view.do(CollectionService.put, one.code, list(one.skus))
            self.view.say(_('Collection {collection} deleted.').format(collection=one.name), undo=back)

    def _item_acts(self, one: CollectionCard, place: int) -> list[Act]:
        last = place == len(one.skus) - 1
        return [Act(_('Move up'), 'arrow-up', run=lambda: self._move(one, place, -1),
                    reason='' if place else _('It is the first one.')),
                Act(_('Move down'), 'arrow-down', run=lambda: self._move(one, place, 1),
                    reason=_('It is the last one.') if last else ''),
                Act(_('Take out'), 'trash-2', run=lambda: self._take_out(one, place), danger=True, rule=True)]

    async def _put(self, one: CollectionCard, skus: list[str], said: str) -> None:
        await self.view.do(CollectionService.put, one.code, skus)

        async def back() -> None:
            await self.view.do(CollectionService.put, one.code, list(one.skus))
        self.view.say(said, undo=back)

    async def _move(self, one: CollectionCard, place: int, way: int) -> None:
        wanted = list(one.skus)
        wanted.insert(place + way, wanted.pop(place))
        await self._put(one, wanted, _('Item moved.'))

    async def _take_out(self, one: CollectionCard, place: int) -> None:
        wanted = [sku for at, sku in enumerate(one.skus) if at != place]
        await self._put(one, wanted, _('{sku} taken out.').format(sku=one.skus[place]))

    async def _fill(self) -> None:
        one = self.chosen
        if one is None:
            return

        async def save(given: More) -> int:
            wanted = list(dict.fromkeys([*one.skus, *(sku for sku in re.split(r'[\s,;]+', given.skus) if sku)]))
            await self.view.do(CollectionService.put, one.code, wanted)
            return len(wanted) - len(one.skus)
        title = _('Add items to {collection}').format(collection=one.name)
        added = await ask(self.view, More, title, _('Add'), save=save, values={'skus': ''})
        if added is not None:
            self.view.say(ngettext('{count} item added.', '{count} items added.', added).format(
                count=formats.number(added)))
