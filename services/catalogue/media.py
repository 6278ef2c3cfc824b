"""Pictures and documents of items: what people hand in is stored and shown with the item in one act."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import col, select

from models.catalogue import Item, ItemDocument, ItemPicture
from models.core.types import new_id
from models.core.words import _
from services.core.errors import Invalid, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.files import store
from services.pictures import MEDIA_TYPE

LARGEST_DOCUMENT = 20 * 1024 * 1024
MOST = 50
_WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
_LETTER = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'


class ItemMediaService(Service):
    """Adding pictures and documents to items."""

    @requires(Permission.ITEMS_WRITE, writes=True)
    def add_pictures(self, sku: str, pictures: Sequence[tuple[str, bytes]]) -> int:
        """Show further pictures, given as (name, WebP made by `services.pictures.encode`); returns how many."""
        item = self._item(sku)
        place = self._next(ItemPicture, item)
        if place + len(pictures) > MOST:
            raise Invalid(_('An item has at most {count} pictures.').format(count=MOST))
        for number, (name, data) in enumerate(pictures):
            row = store(self.work, data, kind='picture', name=name, media_type=MEDIA_TYPE)
            self.session.add(ItemPicture(id=new_id(), item_id=item.id, file_id=row.id, position=place + number))
            if item.picture_id is None:
                self.work.change(item, picture_id=row.id)
        self.session.flush()
        self.work.record('item.pictures_changed', item, number=sku, changes={'pictures': place + len(pictures)},
                         topics=('catalogue',))
        return len(pictures)

    @requires(Permission.ITEMS_WRITE, writes=True)
    def add_document(self, sku: str, name: str, data: bytes) -> None:
        """Offer a document with the item, titled by its name; raises Invalid for kinds of files the shop shows not."""
        item = self._item(sku)
        media_type = media_type_of(data)
        place = self._next(ItemDocument, item)
        if place >= MOST:
            raise Invalid(_('An item has at most {count} documents.').format(count=MOST))
        row = store(self.work, data, kind='document', name=name, media_type=media_type)
        title = row.name.rsplit('.', 1)[0].replace('_', ' ').strip() or row.name
        self.session.add(ItemDocument(id=new_id(), item_id=item.id, file_id=row.id, title=title[:200], position=place))
        self.session.flush()
        self.work.record('item.documents_changed', item, number=sku, note=row.name, changes={'documents': place + 1},
                         topics=('catalogue',))

    def _next(self, entity: type[ItemPicture] | type[ItemDocument], item: Item) -> int:
        last = self.session.exec(select(sa.func.max(entity.position)).where(col(entity.item_id) == item.id)).first()
        return 0 if last is None else last + 1

    def _item(self, sku: str) -> Item:
        row = self.session.exec(select(Item).where(col(Item.sku) == sku)).first()
        if row is None:
            raise NotFound(_('There is no such item.'))
        return row


def media_type_of(data: bytes) -> str:
    """The kind of a document by its content: PDF, workbook, letter, ZIP or picture; raises Invalid for others."""
    if not data:
        raise Invalid(_('The file is empty.'))
    if len(data) > LARGEST_DOCUMENT:
        raise Invalid(_('The file is larger than {size} MB.').format(size=LARGEST_DOCUMENT // (1024 * 1024)))
    for mark, kind in ((b'%PDF-', 'application/pdf'), (b'\x89PNG\r\n', 'image/png'), (b'\xff\xd8\xff', 'image/jpeg')):
        if data.startswith(mark):
            return kind
    if data.startswith(b'PK'):
        return _packed(data)
    raise Invalid(_('Documents can be PDF, Word, Excel, ZIP, PNG or JPEG files.'))


def _packed(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Invalid(_('This file is damaged and cannot be opened.')) from None
    if 'xl/workbook.xml' in names:
        return _WORKBOOK
    return _LETTER if 'word/document.xml' in names else 'application/zip'
