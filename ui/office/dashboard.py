"""The first page of the seller's staff: today's orders, what waits, the newest ones."""

from __future__ import annotations

from models.core.words import _, _l, ngettext
from services.core import formats
from services.core.permissions import Permission
from services.dashboards.office import DeskFigures, DeskFigureService
from services.dashboards.reports import ReportService
from services.orders.figures import FigureService, OfficeFigures
from services.orders.reading import DESK, OrderService
from ui.kernel import design
from ui.kernel.greeting import greeting
from ui.kernel.module import Group, Module
from ui.kernel.tables import Empty, Table
from ui.kernel.view import View
from ui.pieces.reports import Reports
from ui.pieces.waiting import line

module = Module('office-dashboard', _l('Dashboard'), icon='layout-dashboard', group=Group.DESK, needs=Permission.OFFICE,
                keywords=_l('home, start, overview, desk'))


@module.view('/office')
async def index(view: View) -> None:
    """Greet, show the figures, and follow the orders."""
    found, desk = await view.do(FigureService.office), await view.do(DeskFigureService.desk)
    with design.head(view, greeting(view.actor.name, view.session.runtime.now())):
        design.button(_('Orders desk'), href='/office/orders', icon='package', main=True)
    tiles = design.kpis(_tiles(found, desk))
    with design.box('p-grid-dash'):
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(_('At a glance'), tag='h2')
            await Reports(view, await view.do(ReportService.kinds)).build()
        with design.card(_('Needs you')).classes('is-flush'):
            waiting = design.box('p-todos', tag='ul')
    with design.card(_('Newest orders'), more=(_('View all'), '/office/orders')).classes('is-flush'):
        Table(view, DESK, load=OrderService.desk, row_path='/office/orders/{number}', compact=True, size=8,
              key='recent', topic='office:orders', card=('number', 'customer', 'status', 'gross'),
              empty=Empty('package', _('No orders yet'), _('Orders appear the moment a customer places them.')))
    _fill(view, waiting, found, desk)

    async def again() -> None:
        news, money = await view.do(FigureService.office), await view.do(DeskFigureService.desk)
        tiles.show(_tiles(news, money))
        _fill(view, waiting, news, money)
    for topic in ('office:orders', 'office:invoices', 'office:payments', 'office:shipments', 'office:disputes'):
        view.on(topic, again)


def _tiles(found: OfficeFigures, desk: DeskFigures) -> list[dict[str, object]]:
    payments = ngettext('{count} payment', '{count} payments', desk.received_count)
    overdue = ngettext('{count} invoice', '{count} invoices', desk.overdue_count)
    return [{'label': _('Orders today'), 'value': formats.number(found.today), 'path': '/office/orders',
             'note': formats.money(found.today_net, found.currency)},
            {'label': _('To ship'), 'value': formats.number(desk.to_ship), 'path': '/office/shipments',
             'note': _('{count} on hold').format(count=formats.number(found.held))},
            {'label': _('To invoice'), 'value': formats.number(desk.to_invoice),
             'path': '/office/invoices/to-invoice',
             'note': _('shipped, not invoiced')},
            {'label': _('Overdue'), 'value': formats.money(desk.overdue, desk.currency), 'path': '/office/invoices',
             'note': overdue.format(count=formats.number(desk.overdue_count))},
            {'label': _('Payments today'), 'value': formats.money(desk.received, desk.currency),
             'path': '/office/payments', 'note': payments.format(count=formats.number(desk.received_count))}]


def _fill(view: View, waiting: design.Element, found: OfficeFigures, desk: DeskFigures) -> None:
    waiting.clear()
    with waiting:
        for number, reason in found.asked:
            line('package', _('A customer asks to cancel {number}').format(number=number), reason, _('Review'),
                 f'/office/orders/{number}')
        if found.unconfirmed:
            said = ngettext('{count} order waits to be confirmed', '{count} orders wait to be confirmed',
                            found.unconfirmed)
            line('check', said.format(count=formats.number(found.unconfirmed)), '', _('Open'), '/office/orders')
        if desk.disputes:
            said = ngettext('{count} dispute waits for an answer', '{count} disputes wait for an answer', desk.disputes)
            line('message-square', said.format(count=formats.number(desk.disputes)), '', _('Open'), '/office/disputes')
        if desk.entries:
            said = ngettext('{count} bank entry is not matched', '{count} bank entries are not matched', desk.entries)
            line('banknote', said.format(count=formats.number(desk.entries)), '', _('Open'), '/office/bank')
        ship = desk.to_ship if view.actor.may(Permission.SHIPMENTS_WRITE) else 0
        if ship:
            said = ngettext('{count} order waits to be shipped', '{count} orders wait to be shipped', ship)
            line('truck', said.format(count=formats.number(ship)), '', _('Open'), '/office/orders')
        bill = desk.to_invoice if view.actor.may(Permission.INVOICES_WRITE) else 0
        if bill:
            said = ngettext('{count} order waits to be invoiced', '{count} orders wait to be invoiced', bill)
            line('receipt-text', said.format(count=formats.number(bill)), '', _('Open'), '/office/invoices/to-invoice')
        if not (found.asked or found.unconfirmed or desk.disputes or desk.entries or ship or bill):
            with design.box('p-empty', tag='li'):
                design.icon('circle-check')
                design.words(_('Nothing waits for you'), tag='p')
