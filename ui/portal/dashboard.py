"""The first page of a customer's people: figures, what waits for them, reports, their newest orders and invoices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nicegui.element import Element

from models.core.words import _, _l, ngettext, pgettext
from services.core import formats
from services.core.permissions import Permission
from services.dashboards.money import InvoiceRow, MoneyFigures, MoneyFigureService
from services.dashboards.reports import ReportService
from services.dashboards.waiting import Waiting, WaitingService
from services.invoices.wording import STANDINGS, TONES
from services.orders.figures import CustomerFigures, FigureService
from services.orders.reading import ORDERS, OrderService
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.greeting import greeting
from ui.kernel.module import Group, Module
from ui.kernel.tables import Empty, Table
from ui.kernel.view import View
from ui.pieces import waiting
from ui.pieces.reports import Reports
from ui.pieces.rows import Row, Rows

module = Module('dashboard', _l('Dashboard'), icon='layout-dashboard', group=Group.HOME,
                keywords=_l('home, start, overview, welcome'))
SHOWN = 5


@dataclass(frozen=True)
class Found:
    """What the page shows; money and what waits only for those who may see it."""

    orders: CustomerFigures
    money: MoneyFigures | None
    waiting: Sequence[Waiting] | None


@module.view('/')
async def index(view: View) -> None:
    """Greet, show the figures, and follow the company's orders and money."""
    await Dashboard(view).build()


class Dashboard:
    """The page; a card whose module a person does not have is not there."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.todos: Element | None = None
        self.newest: Rows | None = None

    async def build(self) -> None:
        """Build it."""
        view, actor = self.view, self.view.actor
        found, kinds = await read(view), await view.do(ReportService.kinds)
        sub = _('{company} · account {account}').format(company=actor.customer_name, account=actor.account)
        with design.head(view, greeting(actor.name, view.session.runtime.now()), sub=sub):
            _buttons(view, found)
        self.tiles = design.kpis([])
        with design.box('p-grid-dash' if kinds else 'p-stack'):
            with design.box('p-stack'):
                if kinds:
                    with design.box('p-card', tag='section'):
                        with design.box('p-card-head'):
                            design.words(_('At a glance'), tag='h2')
                        await Reports(view, kinds).build()
                if actor.may(Permission.ORDERS_READ):
                    self._orders()
            with design.box('p-stack'):
                self._side(found)
        self._show(found)
        view.on(f'company:{actor.customer_id}', self._again)
        view.on(f'money:{actor.customer_id}', self._again)

    def _side(self, found: Found) -> None:
        if found.waiting is not None:
            with design.card(_('Needs you'), more=(_('View all'), '/inbox')).classes('is-flush'):
                self.todos = design.box('p-todos', tag='ul')
        if found.money is not None:
            with design.card(_('Recent invoices'), more=(_('View all'), '/invoices')).classes('is-flush'):
                self.newest = Rows(self.view, _('Recent invoices'), [
                    (_('Invoice'), False), (_('Due'), False), (_('Status'), False), (pgettext('amount', 'Open'), True)])

    def _orders(self) -> None:
        with design.card(_('Recent orders'), more=(_('View all'), '/orders')).classes('is-flush'):
            Table(self.view, ORDERS, load=OrderService.list, row_path='/orders/{number}', compact=True, size=5,
                  key='recent', topic=f'company:{self.view.actor.customer_id}',
                  card=('number', 'status', 'placed_at', 'gross'), empty=Empty(
                      'package', _('No orders yet'), _('What you order stands here, from the first minute on.')))

    def _show(self, found: Found) -> None:
        self.tiles.show(_tiles(found))
        if self.todos is not None and found.waiting is not None:
            waiting.show(self.todos, found.waiting, most=SHOWN)
        if self.newest is not None and found.money is not None:
            self.newest.show([_invoice(row) for row in found.money.newest])

    async def _again(self) -> None:
        self._show(await read(self.view))


async def read(view: View) -> Found:
    """What the page shows, as far as the person may see it."""
    may = view.actor.may
    money = await view.do(MoneyFigureService.customer) if may(Permission.INVOICES_READ) else None
    waits = await view.do(WaitingService.own) if may(Permission.WAITING_READ) else None
    return Found(await view.do(FigureService.customer), money, waits)


def _buttons(view: View, found: Found) -> None:
    if view.actor.may(Permission.ORDER_PAD_USE):
        design.button(_('Order pad'), href='/order-pad', icon='zap')
    if found.money and found.money.due and view.actor.may(Permission.PAYMENTS_MAKE):
        design.button(_('Pay {amount} due').format(amount=formats.money(found.money.due, found.money.currency)),
                      href='/pay?for=due', icon='credit-card', main=True)
    elif view.actor.may(Permission.CART_USE):
        design.button(_('Shop'), href='/shop', icon='store', main=True)


def _orders(view: View) -> None:
    with design.card(_('Recent orders'), more=(_('View all'), '/orders')).classes('is-flush'):
        Table(view, ORDERS, load=OrderService.list, row_path='/orders/{number}', compact=True, size=5, key='recent',
              topic=f'company:{view.actor.customer_id}', card=('number', 'status', 'placed_at', 'gross'),
              empty=Empty('package', _('No orders yet'), _('What you order stands here, from the first minute on.')))


def _tiles(news: Found) -> list[dict[str, object]]:
    found, money = news.orders, news.money
    tiles: list[dict[str, object]] = []
    if found.limit is not None and found.available is not None:
        share = max(0, min(100, round(found.available / found.limit * 100))) if found.limit else 0
        tiles.append({'label': _('Available credit'), 'value': formats.money(found.available, found.currency),
                      'bar': share,
                      'note': _('of {limit} limit').format(limit=formats.money(found.limit, found.currency))})
    if money is not None:
        tiles.append({'label': _('Open balance'), 'value': formats.money(money.open, money.currency),
                      'note': _owed(money), 'path': '/invoices'})
    return tiles if found.open is None else [*tiles, *_of_orders(found, found.open)]


def _of_orders(found: CustomerFigures, are_open: int) -> list[dict[str, object]]:
    expected = _('next delivery {date}').format(date=formats.day(found.next_on)) if found.next_on else ''
    orders = ngettext('{count} order in all', '{count} orders in all', found.orders).format(
        count=formats.number(found.orders))
    return [{'label': _('Open orders'), 'value': formats.number(are_open), 'note': expected, 'path': '/orders'},
            {'label': _('Bought in 12 months'), 'value': formats.money(found.bought, found.currency),
             'note': _('net · {orders}').format(orders=orders)}]


def _owed(money: MoneyFigures) -> str:
    if not money.overdue:
        return ngettext('{count} open invoice', '{count} open invoices', money.invoices).format(
            count=formats.number(money.invoices))
    return ngettext('{amount} overdue by one day', '{amount} overdue by {count} days', money.late).format(
        amount=formats.money(money.overdue, money.currency), count=formats.number(money.late))


def _invoice(row: InvoiceRow) -> Row:
    chip = (str(STANDINGS[row.standing]), TONES[row.standing])
    return Row(row.number, [Cell(row.number, path=f'/invoices/{row.number}'), formats.day(row.due_on),
                            Cell('', chip=chip), formats.money(row.open, row.currency)])
