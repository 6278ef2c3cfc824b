"""Waiting for you: all that a person of a customer is asked to do, in one list."""

from __future__ import annotations

from models.core.words import _l
from services.core.permissions import Permission
from services.dashboards.waiting import WaitingService
from ui.kernel import design
from ui.kernel.module import Group, Module
from ui.kernel.view import View
from ui.pieces import waiting

module = Module('inbox', _l('Waiting for you'), icon='inbox', group=Group.HOME, needs=Permission.WAITING_READ,
                waiting=WaitingService.count, topics=('company:{customer_id}', 'money:{customer_id}'), alert=True,
                keywords=_l('inbox, to do, tasks, approve, consent, overdue'))


@module.view('/inbox', narrow=True)
async def index(view: View) -> None:
    """The list, the most pressing first."""
    with design.head(view):
        pass
    with design.box('p-card'):
        place = design.box('p-todos', tag='ul')

    async def look() -> None:
        waiting.show(place, await view.do(WaitingService.own))
    await look()
    view.on(f'company:{view.actor.customer_id}', look)
    view.on(f'money:{view.actor.customer_id}', look)
