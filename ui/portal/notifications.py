"""All notifications of a person, also those the bell no longer shows."""

from __future__ import annotations

from typing import Any

from models.core.words import _, _l
from services.core.listing import ListQuery
from services.notifications import NotificationService
from ui.kernel import bell, design
from ui.kernel.module import Group, Module
from ui.kernel.view import View
from ui.pieces import wishes as own_wishes

module = Module('notifications', _l('Notifications'), icon='bell', group=Group.COMPANY, in_menu=False, everywhere=True,
                keywords=_l('bell, news, messages'))


@module.view('/notifications', narrow=True)
async def index(view: View) -> None:
    """The list, newest first, page by page."""
    with design.head(view):
        if not view.actor.viewing_as:
            design.button(_('Choose what you hear of'), href='/notifications/wishes', icon='settings')
        design.button(_('Mark all as read'), lambda: view.do(NotificationService.read_all), icon='check-check')
    body = design.box('p-card')

    async def fill() -> None:
        page = await view.do(NotificationService.page, ListQuery(page=view.state.get('page', 1), size=50))
        body.clear()
        with body:
            if not page.rows:
                design.empty('bell', _('No notifications yet'), _('What happens to your orders is told here.'))
            for row in page.rows:
                _entry(row)
            _pages(page.total)

    def _entry(row: dict[str, Any]) -> None:
        unread = row['read_at'] is None
        link = design.link('', row['path'] or module.path, classes='p-bell-item' + ' is-unread' * unread)
        with link, design.box():
            design.words(row['text'])
            design.words(bell.when(row['created_at']), classes='p-bell-time')
        if unread:
            link.on('click', lambda: view.do(NotificationService.read, row['id']), [])

    def _pages(total: int) -> None:
        page = view.state.get('page', 1)
        if total <= 50:
            return
        with design.box('p-card-foot'):
            if page > 1:
                design.button(_('Newer'), lambda: turn(page - 1), small=True)
            if page * 50 < total:
                design.button(_('Older'), lambda: turn(page + 1), small=True)

    async def turn(page: int) -> None:
        view.state['page'] = page
        view.remember()
        await fill()

    view.on(f'person:{view.actor.user_id}', fill)
    await fill()


@module.view('/notifications/wishes', narrow=True)
async def wishes(view: View) -> None:
    """What the person wishes to hear of, by which way."""
    view.title = _('What you hear of')
    with design.head(view):
        pass
    await own_wishes.build(view)
