"""The first page of a customer's people: figures, what waits for them, their newest orders."""

from __future__ import annotations

from models.core.words import _, _l, ngettext
from services.core import formats
from services.core.permissions import Permission
from services.orders.figures import CustomerFigures, FigureService
from services.orders.reading import ORDERS, OrderService
from ui.kernel import design
from ui.kernel.greeting import greeting
from ui.kernel.module import Group, Module
from ui.kernel.tables import Empty, Table
from ui.kernel.view import View
from ui.pieces.bars import MonthBars, todo

module = Module('dashboard', _l('Dashboard'), icon='layout-dashboard', group=Group.HOME,
                keywords=_l('home, start, overview, welcome'))


@module.view('/')
async def index(view: View) -> None:
    """Greet, show the figures, and follow the company's orders."""
    actor = view.actor
    found = await view.do(FigureService.customer)
    sub = _('{company} · account {account}').format(company=actor.customer_name, account=actor.account)
    with design.head(view, greeting(actor.name, view.session.runtime.now()), sub=sub):
        if actor.may(Permission.CART_USE):
            design.button(_('Order pad'), href='/order-pad', icon='zap')
            design.button(_('Shop'), href='/shop', icon='store', main=True)
    tiles = design.kpis(_tiles(found))
    with design.box('p-grid-dash'):
        with design.card(_('Orders per month'), more=(_('All orders'), '/orders')):
            bars = MonthBars(found.months, found.currency)
        with design.card(_('Needs you')).classes('is-flush'):
            waiting = design.box('p-todos', tag='ul')
    with design.card(_('Recent orders'), more=(_('View all'), '/orders')).classes('is-flush'):
        Table(view, ORDERS, load=OrderService.list, row_path='/orders/{number}', compact=True, size=5, key='recent',
              topic=f'company:{actor.customer_id}', card=('number', 'status', 'placed_at', 'gross'),
              empty=Empty('package', _('No orders yet'), _('What you order stands here, from the first minute on.')))
    _fill(waiting, found)

    async def again() -> None:
        news = await view.do(FigureService.customer)
        tiles.show(_tiles(news))
        bars.show(news.months, news.currency)
        _fill(waiting, news)
    view.on(f'company:{actor.customer_id}', again)
    view.on(f'money:{actor.customer_id}', again)


def _tiles(found: CustomerFigures) -> list[dict[str, object]]:
    tiles: list[dict[str, object]] = []
    if found.limit is not None and found.available is not None:
        share = max(0, min(100, round(found.available / found.limit * 100))) if found.limit else 0
        tiles.append({'label': _('Available credit'), 'value': formats.money(found.available, found.currency),
                      'bar': share,
                      'note': _('of {limit} limit').format(limit=formats.money(found.limit, found.currency))})
    expected = _('next delivery {date}').format(date=formats.day(found.next_on)) if found.next_on else ''
    return [*tiles,
            {'label': _('Open orders'), 'value': formats.number(found.open), 'note': expected, 'path': '/orders'},
            {'label': _('Bought in 12 months'), 'value': formats.money(found.bought, found.currency), 'note': _('net')},
            {'label': _('Orders in all'), 'value': formats.number(found.orders), 'path': '/orders',
             'note': ngettext('{count} this month', '{count} this month', found.months[-1].orders).format(
                 count=formats.number(found.months[-1].orders))}]


def _fill(waiting: design.Element, found: CustomerFigures) -> None:
    waiting.clear()
    with waiting:
        for number, reason in found.answers:
            todo('package', _('{number} needs your consent to a change').format(number=number), reason, _('Review'),
                 f'/orders/{number}')
        if not found.answers:
            with design.box('p-empty', tag='li'):
                design.icon('circle-check')
                design.words(_('Nothing waits for you'), tag='p')
