"""The backorder board: every open line over all orders, what is there for it, and what to do about it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l, ngettext
from services.core import fields as f
from services.core import formats
from services.core.permissions import Permission
from services.orders.delivering import WHY
from services.orders.reading import OrderService
from services.shipments.asking import AskingService
from services.shipments.backorders import DESK, BackorderService
from ui.kernel import design
from ui.kernel.forms import ask
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.office.ending import ask_end
from ui.office.shipments.shipping import ship_order

module = Module('office_backorders', _l('Backorder board'), icon='hourglass', group=Group.FULFIL,
                needs=Permission.OFFICE, keywords=_l('open lines, waiting for goods, promised dates, rest, partial'),
                waiting=BackorderService.count_waiting, topics=('office:orders', 'office:stock'))


class Promise(BaseModel):
    """When goods are expected now."""

    model_config = ConfigDict(extra='forbid')

    day: Annotated[dt.date, f.Date(_l('Expected on'))] = Field()


@module.view('/office/backorders')
async def index(view: View) -> None:
    """All open lines of all customers."""
    with design.head(view):
        pass
    board = Board(view)
    Table(view, DESK, load=BackorderService.desk, row_path='/office/orders/{number}',
          topic=('office:orders', 'office:stock'), card=('number', 'state', 'name', 'open', 'promised_on'),
          context=[Act(_('Open'), 'external-link', path='/office/orders/{number}', kbd='Enter'),
                   Act(_('Ship what is there'), 'truck', run=board.ship, needs=Permission.SHIPMENTS_WRITE,
                       when=board.may_ship),
                   Act(_('Promise a date'), 'calendar-clock', run=board.promise_row, needs=Permission.ORDERS_CONFIRM),
                   Act(_('Cancel the rest'), 'circle-x', run=board.close_row, needs=Permission.ORDERS_CONFIRM,
                       danger=True),
                   Act(_('Item'), 'boxes', path='/office/items/{sku}')],
          bulk=[Act(_('Promise a date'), 'calendar-clock', run=board.promise, needs=Permission.ORDERS_CONFIRM),
                Act(_('Cancel the rest'), 'circle-x', run=board.close, needs=Permission.ORDERS_CONFIRM, danger=True)],
          empty=Empty('package-check', _('Nothing is open'), _('Every line of every order has been shipped.')))


class Board:
    """The acts of the board."""

    def __init__(self, view: View) -> None:
        self.view = view

    def may_ship(self, row: Any) -> bool | str:
        """Whether something of a line can leave now, or why not."""
        if row['state'] == 'waits':
            return _('Nothing of it is there yet.')
        if row['state'] == 'part' and row['wish'] in WHY:
            return str(WHY[row['wish']])
        return True

    async def ship(self, row: dict[str, Any]) -> None:
        """Ship from the order of this line."""
        found = await self.view.do(OrderService.read, str(row['number']))
        await ship_order(self.view, found.order)

    async def promise_row(self, row: dict[str, Any]) -> None:
        """Promise another day for one line."""
        await self.promise([str(row['id'])])

    async def promise(self, keys: list[str]) -> None:
        """Promise another day for these lines; the customers are told."""
        given = await ask(self.view, Promise, _('When are these goods expected?'), _('Promise'), values={'day': ''},
                          text=_('Each customer is told once an order.'))
        if given is not None:
            count = await self.view.do(BackorderService.promise, [uuid.UUID(key) for key in keys], given.day)
            self.view.say(ngettext('{count} line is promised for {date}.', '{count} lines are promised for {date}.',
                                   count).format(count=count, date=formats.date(given.day)))

    async def close_row(self, row: dict[str, Any]) -> None:
        """Cancel the rest of one line."""
        await self.close([str(row['id'])])

    async def close(self, keys: list[str]) -> None:
        """Cancel the rest of these lines; the customers read the reason."""
        given = await ask_end(self.view, _('Cancel the rest of these lines?'), _('Cancel the rest'))
        if given is not None:
            count, _done = await self.view.do(AskingService.close_rest, [uuid.UUID(key) for key in keys], given.reason,
                                              back=given.back)
            words = ngettext('The rest of {count} order is cancelled.', 'The rest of {count} orders is cancelled.',
                             count)
            self.view.say(words.format(count=count))
