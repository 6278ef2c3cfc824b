"""Activity: who did what and when, and who is here just now."""

from __future__ import annotations

import json
from typing import Any

from nicegui import ui

from models.core.words import _, _l, ngettext
from services.activity import ACTIONS, ACTIVITY, ActivityService
from services.core import formats
from services.core.permissions import Permission
from services.presence import Online, PresenceService
from ui.kernel import design
from ui.kernel.confirm import Dialog
from ui.kernel.documents import Cell
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.pieces.rows import Row, Rows
from ui.web.agents import readable

module = Module('office_activity', _l('Activity'), icon='activity', group=Group.MANAGE,
                needs=Permission.ACTIVITY_READ,
                keywords=_l('audit, log, history, who did what, sign-ins, online, journal'))
LOOK = 60.0


@module.view('/office/activity')
async def index(view: View) -> None:
    """What happened, the newest first, below who is online."""
    with design.head(view):
        pass
    with design.box('p-card', tag='section'):
        with design.box('p-card-head'):
            design.words(_('Online now'), tag='h2')
            count = design.words('', classes='p-soft')
        people = Rows(view, _('Online now'), [
            (_('Person'), False), (_('Company'), False), (_('Device'), False), (_('Last seen'), False)])

    async def look() -> None:
        found = await view.do(PresenceService.online)
        words = ngettext('{count} person', '{count} people', len(found))
        count.set_text(words.format(count=formats.number(len(found))))
        people.show([_person(one) for one in found])
    await look()
    ui.timer(LOOK, lambda: view.start(look) if view.is_active else None, immediate=False)
    Table(view, ACTIVITY, load=ActivityService.list, topic=('office:customers', 'office:orders'),
          card=('action', 'at', 'actor_name', 'customer'),
          context=[Act(_('Show details'), 'info', run=details),
                   Act(_('Customer'), 'users', path='/office/customers/{account}',
                       when=lambda row: bool(row['account'])),
                   Act(_('Order'), 'package', path='/office/orders/{order}', when=lambda row: bool(row['order']))],
          empty=Empty('activity', _('Nothing happened yet'), _('Sign-ins, orders and changes are noted here.')))


def _person(one: Online) -> Row:
    company = Cell(one.company, path=f'/office/customers/{one.account}') if one.company else Cell(_('Office'))
    return Row(f'{one.email} {one.account}', [Cell('', strong=one.name, note=one.email), company, readable(one.agent),
                                              formats.moment(one.last_seen_at)])


async def details(row: Any) -> None:
    """One event with what it changed, before and after."""
    title = str(ACTIONS.get(row['action'], row['action']))
    with Dialog(title) as dialog, design.box('p-card is-wide'):
        with design.box('p-card-head'):
            design.words(title, tag='h2')
        with design.box('p-card-body p-stack'):
            with design.box('p-facts', tag='dl'):
                for label, text in ((_('When'), formats.moment(row['at'])), (_('Person'), row['actor_name']),
                                    (_('About'), row['number']), (_('Note'), row['note']),
                                    (_('IP address'), row['ip'])):
                    if text:
                        with design.box():
                            design.words(label, tag='dt')
                            design.words(str(text), tag='dd')
            if row['changes']:
                _changes(row['changes'])
            with design.box('p-actions'):
                design.button(_('Close'), dialog.close, main=True)
    await dialog.answer()


def _changes(changes: dict[str, Any]) -> None:
    with design.box('p-table is-boxed'), design.box(tag='table'):
        with design.box(tag='thead'), design.box(tag='tr'):
            for label in (_('Field'), _('Before'), _('After')):
                design.words(label, tag='th').props('scope=col')
        with design.box(tag='tbody'):
            for field, pair in changes.items():
                before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
                with design.box(tag='tr'):
                    for text in (field, _plain(before), _plain(after)):
                        design.words(text, tag='td')


def _plain(value: Any) -> str:
    if value in (None, ''):
        return '–'
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:300]
