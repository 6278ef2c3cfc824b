"""The first page of the seller's staff: today's orders, what waits, the newest ones."""

from __future__ import annotations

from models.core.words import _, _l, ngettext
from services.core import formats
from services.core.permissions import Permission
from services.orders.figures import FigureService, OfficeFigures
from services.orders.reading import DESK, OrderService
from ui.kernel import design
from ui.kernel.greeting import greeting
from ui.kernel.module import Group, Module
from ui.kernel.tables import Empty, Table
from ui.kernel.view import View
from ui.pieces.bars import MonthBars, todo

module = Module('office-dashboard', _l('Dashboard'), icon='layout-dashboard', group=Group.DESK, needs=Permission.OFFICE,
                keywords=_l('home, start, overview, desk'))


@module.view('/office')
async def index(view: View) -> None:
    """Greet, show the figures, and follow the orders."""
    found = await view.do(FigureService.office)
    with design.head(view, greeting(view.actor.name, view.session.runtime.now())):
        design.button(_('Orders desk'), href='/office/orders', icon='package', main=True)
    tiles = design.kpis(_tiles(found))
    with design.box('p-grid-dash'):
        with design.card(_('Orders per month'), more=(_('Orders desk'), '/office/orders')):
            bars = MonthBars(found.months, found.currency)
        with design.card(_('Needs you')).classes('is-flush'):
            waiting = design.box('p-todos', tag='ul')
    with design.card(_('Newest orders'), more=(_('View all'), '/office/orders')).classes('is-flush'):
        Table(view, DESK, load=OrderService.desk, row_path='/office/orders/{number}', compact=True, size=8,
              key='recent', topic='office:orders', card=('number', 'customer', 'status', 'gross'),
              empty=Empty('package', _('No orders yet'), _('Orders appear the moment a customer places them.')))
    _fill(waiting, found)

    async def again() -> None:
        news = await view.do(FigureService.office)
        tiles.show(_tiles(news))
        bars.show(news.months, news.currency)
        _fill(waiting, news)
    view.on('office:orders', again)


def _tiles(found: OfficeFigures) -> list[dict[str, object]]:
    return [{'label': _('Orders today'), 'value': formats.number(found.today), 'path': '/office/orders',
             'note': formats.money(found.today_net, found.currency)},
            {'label': _('To confirm'), 'value': formats.number(found.unconfirmed), 'path': '/office/orders'},
            {'label': _('On hold'), 'value': formats.number(found.held), 'path': '/office/orders'},
            {'label': _('Sold in 12 months'), 'value': formats.money(found.sold, found.currency), 'note': _('net')}]


def _fill(waiting: design.Element, found: OfficeFigures) -> None:
    waiting.clear()
    with waiting:
        for number, reason in found.asked:
            todo('package', _('A customer asks to cancel {number}').format(number=number), reason, _('Review'),
                 f'/office/orders/{number}')
        if found.unconfirmed:
            said = ngettext('{count} order waits to be confirmed', '{count} orders wait to be confirmed',
                            found.unconfirmed)
            todo('check', said.format(count=formats.number(found.unconfirmed)), '', _('Open'), '/office/orders')
        if not found.asked and not found.unconfirmed:
            with design.box('p-empty', tag='li'):
                design.icon('circle-check')
                design.words(_('Nothing waits for you'), tag='p')
