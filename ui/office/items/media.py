"""The pictures and documents of an item: dropped in, ordered, named, removed."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Annotated, Any

from nicegui import events
from nicegui.element import Element
from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from services.catalogue.items import ItemService
from services.catalogue.media import LARGEST_DOCUMENT, ItemMediaService
from services.core import fields as f
from services.core.permissions import Permission
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.forms import ask
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.pieces.drop import Drop
from ui.pieces.rows import Row, Rows
from ui.web.uploads import read_picture, read_whole

COMPONENT = Path(__file__).resolve().parents[2] / 'kernel' / 'components' / 'item_pictures.js'


class Title(BaseModel):
    """What a document is called in the shop."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    title: Annotated[str, f.Text(_l('Title'))] = Field(min_length=1, max_length=200)


class Gallery(Element, component=COMPONENT):
    """All pictures of an item with their buttons, as one element; `moved` and `removed` carry their places."""

    def __init__(self, *, may: bool) -> None:
        super().__init__()
        self._props.update({'pictures': [], 'may': may, 'sprite': design.sprite(), 'words': {
            'main': _('Main picture'), 'picture': _('Picture {number}'), 'earlier': _('Move picture {number} forward'),
            'later': _('Move picture {number} back'), 'remove': _('Remove picture {number}'),
            'title': _('Pictures')}})

    def show(self, pictures: list[uuid.UUID]) -> None:
        """Show these pictures in this order."""
        self._props['pictures'] = [str(file_id) for file_id in pictures]
        self.update()


class Pictures:
    """The tab of pictures."""

    def __init__(self, view: View, sku: str) -> None:
        self.view = view
        self.sku = sku
        self.now: list[uuid.UUID] = []

    async def build(self) -> None:
        """Lay out the gallery and the place to drop files, and follow the item."""
        may = self.view.actor.may(Permission.ITEMS_WRITE)
        if may:
            Drop(_('Drop pictures here or choose them'), self._dropped, accept='image/*',
                 hint=_('Any common format up to 5 MB each. The first picture stands for the item in lists.'))
        self.gallery = Gallery(may=may)
        self.gallery.on('move', self._move)
        self.gallery.on('remove', self._remove)
        self.nothing = design.empty('image', _('No pictures yet'), _('Items with a picture are found and bought more.'))
        self.view.on('catalogue', self._show)
        await self._show()

    async def _show(self) -> None:
        found = await self.view.do(ItemService.read, self.sku)
        first = [found.item.picture_id] if found.item.picture_id else []
        self.now = list(dict.fromkeys([*first, *found.pictures]))
        self.gallery.show(self.now)
        self.gallery.set_visibility(bool(self.now))
        self.nothing.set_visibility(not self.now)

    async def _dropped(self, event: events.UploadEventArguments) -> None:
        data = await read_picture(event.file)
        await self.view.do(ItemMediaService.add_pictures, self.sku, [(event.file.name, data)])
        self.view.say(_('{name} added.').format(name=event.file.name))
        await self._show()

    async def _set(self, wanted: list[uuid.UUID], said: str) -> None:
        before = list(self.now)

        async def back() -> None:
            await self.view.do(ItemService.set_pictures, self.sku, before)
            await self._show()
        await self.view.do(ItemService.set_pictures, self.sku, wanted)
        await self._show()
        self.view.say(said, undo=back)

    async def _move(self, event: Any) -> None:
        place, to = event.args
        if place in range(len(self.now)) and to in range(len(self.now)):
            wanted = list(self.now)
            wanted.insert(to, wanted.pop(place))
            await self._set(wanted, _('Picture moved.'))

    async def _remove(self, event: Any) -> None:
        if event.args in range(len(self.now)):
            await self._set([one for place, one in enumerate(self.now) if place != event.args], _('Picture removed.'))


class Papers:
    """The tab of documents, which the shop offers on the item's page."""

    def __init__(self, view: View, sku: str) -> None:
        self.view = view
        self.sku = sku
        self.may = view.actor.may(Permission.ITEMS_WRITE)
        self.now: list[tuple[uuid.UUID, str]] = []

    async def build(self) -> None:
        """Lay out the list and the place to drop files, and follow the item."""
        if self.may:
            Drop(_('Drop documents here or choose them'), self._dropped, accept='.pdf,.docx,.xlsx,.zip,.png,.jpg,.jpeg',
                 hint=_('PDF, Word, Excel, ZIP, PNG or JPEG up to 20 MB each. Customers download them in the shop.'))
        with design.box('p-card', tag='section') as self.card:
            self.list = Rows(self.view, _('Documents'), [(_('Title'), False)])
        self.nothing = design.empty('file-text', _('No documents yet'),
                                    _('Data sheets and certificates save your customers a question.'))
        self.view.on('catalogue', self._show)
        await self._show()

    async def _show(self) -> None:
        found = await self.view.do(ItemService.read, self.sku)
        self.now = list(found.documents)
        self.card.set_visibility(bool(self.now))
        self.nothing.set_visibility(not self.now)
        self.list.show([Row(str(file_id), [Cell('', strong=title or _('Document'))], self._acts(place))
                        for place, (file_id, title) in enumerate(self.now)])

    def _acts(self, place: int) -> list[Act]:
        file_id = self.now[place][0]

        async def fetch() -> None:
            self.view.session.client.open(f'/download/files/{file_id}')
        acts = [Act(_('Download'), 'download', run=fetch)]
        if self.may:
            last = place == len(self.now) - 1
            acts += [Act(_('Rename'), 'pencil', run=lambda: self._rename(place)),
                     Act(_('Move up'), 'arrow-up', run=lambda: self._move(place, -1),
                         reason='' if place else _('It is the first one.')),
                     Act(_('Move down'), 'arrow-down', run=lambda: self._move(place, 1),
                         reason=_('It is the last one.') if last else ''),
                     Act(_('Remove'), 'trash-2', run=lambda: self._remove(place), danger=True, rule=True)]
        return acts

    async def _dropped(self, event: events.UploadEventArguments) -> None:
        data = await read_whole(event.file, limit=LARGEST_DOCUMENT)
        await self.view.do(ItemMediaService.add_document, self.sku, event.file.name, data)
        self.view.say(_('{name} added.').format(name=event.file.name))
        await self._show()

    async def _set(self, wanted: list[tuple[uuid.UUID, str]], said: str) -> None:
        before = list(self.now)

        async def back() -> None:
            await self.view.do(ItemService.set_documents, self.sku, before)
            await self._show()
        await self.view.do(ItemService.set_documents, self.sku, wanted)
        await self._show()
        self.view.say(said, undo=back)

    async def _rename(self, place: int) -> None:
        file_id, title = self.now[place]
        given = await ask(self.view, Title, _('Rename document'), _('Rename'), values={'title': title})
        if given is not None:
            wanted = list(self.now)
            wanted[place] = file_id, given.title
            await self._set(wanted, _('Document renamed.'))

    async def _move(self, place: int, way: int) -> None:
        wanted = list(self.now)
        wanted.insert(place + way, wanted.pop(place))
        await self._set(wanted, _('Document moved.'))

    async def _remove(self, place: int) -> None:
        await self._set([one for at, one in enumerate(self.now) if at != place], _('Document removed.'))
