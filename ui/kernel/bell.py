"""The bell: how much is unread and what it is, live."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from nicegui.element import Element

from models.core.words import _, ngettext
from services.core import formats
from services.core.errors import NotFound
from services.notifications import News, NotificationService
from ui.kernel.leading import leads
from ui.kernel.session import Session
from ui.kernel.work import Asked

ALL = '/notifications'


class Bell(Element, component='components/p_bell.js'):
    """The bell and its list as one element."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._props.update({'ready': False, 'items': [], 'unread': 0, 'label': label(0), 'all': ALL, 'words': {
            'title': _('Notifications'), 'readAll': _('Mark all as read'), 'unread': _('unread'),
            'nothing': _('No notifications yet'), 'all': _('All notifications')}})
        self.on('look', self.read_anew, [])
        self.on('read', lambda event: self.read(str(event.args)))
        self.on('readall', self.read_all, [])

    @staticmethod
    def asked() -> tuple[Asked, Asked]:
        """What has to be read to show it."""
        return (NotificationService.unread, (), {}), (NotificationService.latest, (), {})

    async def read_anew(self) -> None:
        """Show what is true now."""
        self.show(*await self.session.together(*self.asked()))

    def show(self, unread: int, news: Sequence[News]) -> None:
        """Show these entries, and that so many are unread."""
        self.session.speak()
        self._props.update({'ready': True, 'unread': unread, 'label': label(unread),
                            'items': [entry(one) for one in news]})
        self.update()

    async def read(self, key: str) -> None:
        """Mark one entry read."""
        try:
            number = uuid.UUID(key)
        except ValueError:
            raise NotFound(_('There is nothing here, or it is not yours to see.')) from None
        await self.session.do(NotificationService.read, number)
        await self.read_anew()

    async def read_all(self) -> None:
        """Mark all entries read."""
        await self.session.do(NotificationService.read_all)
        await self.read_anew()


def label(unread: int) -> str:
    """The name of the bell, which ends in the count."""
    if not unread:
        return _('Notifications')
    return ngettext('Notifications, {count} unread', 'Notifications, {count} unread', unread).format(count=unread)


def entry(news: News) -> dict[str, Any]:
    """One piece of news as data for the page."""
    path = news.path if news.path and leads(news.path) else ALL
    return {'id': str(news.id), 'text': news.text, 'path': path, 'unread': not news.read,
            'time': when(news.at)}


def when(at: dt.datetime) -> str:
    """When it happened, as people say it."""
    return formats.moment(at)
