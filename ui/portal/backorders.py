"""What is still to come, over all orders of the company: dates, stock, and what one may ask for."""

from __future__ import annotations

import uuid
from typing import Any

from models.core.words import _, _l, ngettext
from services.core.permissions import Permission
from services.shipments.asking import AskingService
from services.shipments.backorders import BACKORDERS, BackorderService
from ui.kernel import design
from ui.kernel.forms import ask
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.portal.orders import Reason

module = Module('backorders', _l('Backorders'), icon='hourglass', group=Group.ORDERS, needs=Permission.BACKORDERS_READ,
                keywords=_l('open, still to come, waiting for goods, promised, delivery dates, rest, partial'),
                waiting=BackorderService.count_waiting, topics=('company:{customer_id}',))


@module.view('/backorders')
async def index(view: View) -> None:
    """All open lines."""
    with design.head(view):
        pass
    asking = Asking(view)
    Table(view, BACKORDERS, load=BackorderService.list, row_path='/orders/{number}',
          topic=(f'company:{view.actor.customer_id}', 'office:stock'),
          card=('number', 'state', 'name', 'open', 'promised_on'),
          context=[Act(_('Open'), 'external-link', path='/orders/{number}', kbd='Enter'),
                   Act(_('Ship what is there'), 'truck', run=asking.ship_row, needs=Permission.ORDERS_CANCEL,
                       when=lambda row: True if row['state'] != 'waits' else _('Nothing of it is there yet.')),
                   Act(_('Cancel the rest'), 'circle-x', run=asking.close_row, needs=Permission.ORDERS_CANCEL,
                       danger=True)],
          bulk=[Act(_('Ship what is there'), 'truck', run=asking.ship, needs=Permission.ORDERS_CANCEL),
                Act(_('Cancel the rest'), 'circle-x', run=asking.close, needs=Permission.ORDERS_CANCEL, danger=True)],
          empty=Empty('package-check', _('Nothing is open'), _('Everything you ordered has been shipped.'),
                      _('Orders'), '/orders'))


class Asking:
    """What a customer asks of open lines."""

    def __init__(self, view: View) -> None:
        self.view = view

    async def ship_row(self, row: dict[str, Any]) -> None:
        """Ask to ship one line."""
        await self.ship([str(row['id'])])

    async def close_row(self, row: dict[str, Any]) -> None:
        """Ask to cancel the rest of one line."""
        await self.close([str(row['id'])])

    async def ship(self, keys: list[str]) -> None:
        """Ask to ship what is there of these lines."""
        count = await self.view.do(AskingService.ship_now, [uuid.UUID(key) for key in keys])
        self.view.say(ngettext('We ship what is there of {count} order.', 'We ship what is there of {count} orders.',
                               count).format(count=count))

    async def close(self, keys: list[str]) -> None:
        """Cancel the rest of these lines, or ask to."""
        given = await ask(self.view, Reason, _('Cancel what is still to come?'), _('Cancel the rest'), danger=True,
                          text=_('What was shipped already stays ordered.'))
        if given is None:
            return
        count, done = await self.view.do(AskingService.close_rest, [uuid.UUID(key) for key in keys], given.reason)
        words = ngettext('The rest of {count} order is cancelled.', 'The rest of {count} orders is cancelled.', count) \
            if done else ngettext('We were asked to cancel the rest of {count} order and answer soon.',
                                  'We were asked to cancel the rest of {count} orders and answer soon.', count)
        self.view.say(words.format(count=count))
