"""The office's invoicing by hand and once a month, and crediting what will not come."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import pytest

from models.invoices import InvoiceKind, InvoiceStatus, InvoicingRule
from services.core.errors import Conflict, Forbidden, NotFound
from services.core.listing import ListQuery
from services.invoices.collecting import CollectingService, collect_monthly
from services.invoices.desk import InvoiceDesk
from services.invoices.reading import InvoiceService
from services.orders.cancelling import CancelService
from services.orders.confirming import OrderDesk

D = Decimal
pytestmark = pytest.mark.usefixtures('german', 'carried')


@pytest.fixture
def monthly(world, bills):
    """Harbour is invoiced once a month."""
    bills.alter(world.harbour, invoicing=InvoicingRule.MONTHLY)


@pytest.mark.usefixtures('monthly')
def test_what_waits_is_invoiced_by_hand_once(runtime, world, number, bills):
    bills.ship(number, ('LAMP-5', 2))
    assert [(line.sku, quantity) for line, quantity in runtime.run(world.olga, InvoiceDesk.waiting, number)] == [
        ('LAMP-5', D(2))]
    version = bills.order(number).order.version
    start, outcomes = threading.Barrier(2), []

    def click():
        start.wait()
        try:
            outcomes.append(runtime.run(world.olga, InvoiceDesk.issue, number, version=version))
        except Conflict:
            outcomes.append('refused')
    threads = [threading.Thread(target=click) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ['IN-2026-000001', 'refused']
    bills.refused(Conflict, lambda: runtime.run(world.olga, InvoiceDesk.issue, number))
    bills.sound()


def test_who_may_not_invoice(runtime, world, number, bills):
    for who in (world.ben, world.fin, world.sam, world.wim):
        bills.refused(Forbidden, lambda who=who: runtime.run(who, InvoiceDesk.issue, number))
        bills.refused(Forbidden, lambda who=who: runtime.run(who, CollectingService.at_once, 'C-10001'))
    bills.refused(NotFound, lambda: runtime.run(world.olga, InvoiceDesk.issue, 'SO-2026-999999'))


@pytest.mark.usefixtures('monthly')
def test_a_month_is_collected_on_one_invoice_when_it_is_over(runtime, world, number, bills, clock):
    other = bills.place(world.ben, ('BOLT-M8', 100))
    runtime.run(world.sam, OrderDesk.confirm, other)
    bills.ship(number, ('LAMP-5', 2))
    bills.ship(other, ('BOLT-M8', 100))
    assert collect_monthly(runtime) == 0
    clock.now = dt.datetime(2026, 4, 1, 6, 0, tzinfo=dt.UTC)
    bills.ship(number, ('LAMP-5', 1))
    assert collect_monthly(runtime) == 1
    assert collect_monthly(runtime) == 0
    invoice, = bills.invoices()
    assert [(line.order_number, line.sku, line.quantity) for line in bills.billed(invoice)] == [
        (number, 'LAMP-5', D(2)), (other, 'BOLT-M8', D(100))]
    assert (invoice.order_id, invoice.order_number, invoice.shipping_net) == (None, f'{number}, {other}', D('9.9'))
    assert (invoice.delivered_from, invoice.delivered_to) == (dt.date(2026, 3, 2), dt.date(2026, 3, 2))
    clock.now = dt.datetime(2026, 7, 3, 6, 0, tzinfo=dt.UTC)
    assert collect_monthly(runtime) == 1
    second = bills.invoices()[1]
    assert (bills.billed(second)[0].quantity, second.delivered_from) == (D(1), dt.date(2026, 4, 1))
    bills.sound()


@pytest.mark.usefixtures('monthly')
def test_it_is_collected_at_once_on_wish_and_by_place(runtime, world, number, bills):
    other = bills.place(world.ben, ('BOLT-M8', 100))
    runtime.run(world.sam, OrderDesk.confirm, other)
    bills.ship(number, ('LAMP-5', 2))
    bills.ship(other, ('BOLT-M8', 100))
    bills.alter(bills.order(other).order, ship_to={'name': 'Site', 'city': 'Kiel', 'country': 'DE'})
    assert runtime.run(world.olga, CollectingService.at_once, 'C-10001') == ('IN-2026-000001', 'IN-2026-000002')
    bills.refused(Conflict, lambda: runtime.run(world.olga, CollectingService.at_once, 'C-10001'))
    bills.sound()


def test_what_was_invoiced_on_order_and_cancelled_is_credited(runtime, world, bills):
    bills.alter(world.harbour, invoicing=InvoicingRule.ON_ORDER)
    number = bills.place(world.ben, ('LAMP-5', 2))
    runtime.run(world.sam, OrderDesk.confirm, number)
    assert runtime.run(world.olga, InvoiceDesk.excess, number) == 0
    runtime.run(world.sam, CancelService.cancel, number, 'Not needed')
    assert runtime.run(world.olga, InvoiceDesk.excess, number) == D(2)
    assert runtime.run(world.olga, InvoiceDesk.credit_excess, number, 'Cancelled') == ('CN-2026-000001',)
    note, invoice = bills.invoices()
    assert (note.gross, invoice.status) == (invoice.gross, InvoiceStatus.CREDITED)
    assert runtime.run(world.olga, InvoiceDesk.excess, number) == 0
    bills.refused(Conflict, lambda: runtime.run(world.olga, InvoiceDesk.credit_excess, number, 'Again'))
    bills.sound()


@pytest.mark.usefixtures('monthly')
def test_the_lists_and_figures_show_what_is_in_reach(runtime, world, number, bills, clock):
    bills.ship(number, ('LAMP-5', 2))
    assert [row['number'] for row in runtime.run(world.olga, InvoiceService.to_invoice, ListQuery()).rows] == [number]
    assert runtime.run(world.olga, InvoiceService.count_waiting) == 1
    invoice = runtime.run(world.olga, InvoiceDesk.issue, number)
    assert runtime.run(world.olga, InvoiceService.count_waiting) == 0
    row, = runtime.run(world.fin, InvoiceService.list, ListQuery()).rows
    assert (row['number'], row['standing'], row['open']) == (invoice, 'issued', D('83.3'))
    assert row['due_text'] == 'in 30 days'
    clock.advance(days=33)
    row, = runtime.run(world.fin, InvoiceService.list, ListQuery(filters={'standing': ['overdue']})).rows
    assert (row['standing'], row['due_text']) == ('overdue', '3 days late')
    assert runtime.run(world.fin, InvoiceService.list, ListQuery(filters={'standing': ['issued']})).rows == []
    figures = runtime.run(world.fin, InvoiceService.figures)
    assert (figures.open, figures.overdue, figures.overdue_count, figures.soon, figures.balance) == (
        D('83.3'), D('83.3'), 1, D(0), D('83.3'))
    assert runtime.run(world.mara, InvoiceService.count_overdue) == 1
    assert runtime.run(world.luc, InvoiceService.list, ListQuery()).rows == []
    assert runtime.run(world.luc, InvoiceService.figures).open == 0
    bills.refused(Forbidden, lambda: runtime.run(world.ben, InvoiceService.list, ListQuery()))
    found = runtime.run(world.fin, InvoiceService.read, InvoiceKind.INVOICE, invoice)
    assert (found.invoice.number, [path for _number, path in found.related]) == (invoice, [f'/orders/{number}'])
    bills.refused(NotFound, lambda: runtime.run(world.luc, InvoiceService.read, InvoiceKind.INVOICE, invoice))
    bills.refused(NotFound, lambda: runtime.run(world.fin, InvoiceService.read, InvoiceKind.CREDIT_NOTE, invoice))
    assert (invoice, f'/invoices/{invoice}') in runtime.run(world.mara, _order, number).related
    assert all(not path.startswith('/invoices') for _n, path in runtime.run(world.ben, _order, number).related)


def _order(service, number):
    from services.orders.reading import view_of
    return view_of(service.work, number)


_order.service = InvoiceService
_order.writes = False
