"""Issuing: each quantity once, freight once, frozen facts, numbers without gaps, exact sums, the books and the mail."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import pytest
from sqlmodel import select

from models.invoices import InvoiceKind, InvoiceStatus, InvoicingRule, VatCheck
from models.ledger import Account
from models.mail import Mail
from models.orders import Order, OrderLine
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Invalid
from services.core.numbering import INVOICE
from services.invoices.issuing import issue
from services.orders.confirming import OrderDesk
from services.orders.reading import lines_of, load
from services.settings import SettingService

D = Decimal
pytestmark = pytest.mark.usefixtures('german', 'carried')


def test_what_ships_is_invoiced_at_the_agreed_price_with_freight(runtime, world, number, bills):
    bills.ship(number, ('BOLT-M8', 500), ('LAMP-5', 2))
    invoice, = bills.invoices()
    lines = bills.billed(invoice)
    assert invoice.number == 'IN-2026-000001'
    assert [(line.sku, line.quantity, line.unit_price, line.net) for line in lines] == [
        ('BOLT-M8', D(500), D('0.2'), D(100)), ('LAMP-5', D(2), D(35), D(70))]
    assert (invoice.lines_net, invoice.shipping_net, invoice.net) == (D(170), D(0), D(170))
    assert (invoice.tax, invoice.gross, invoice.settled) == (D('32.3'), D('202.3'), D(0))
    assert invoice.taxes == [{'category': 'S', 'rate': '19.0000', 'taxable': '170.00', 'tax': '32.30'}]
    assert (invoice.status, invoice.kind, invoice.source) == (InvoiceStatus.ISSUED, InvoiceKind.INVOICE, 'portal')
    assert (invoice.issued_on, invoice.due_on) == (dt.date(2026, 3, 2), dt.date(2026, 4, 1))
    assert (invoice.delivered_from, invoice.delivered_to) == (dt.date(2026, 3, 2), dt.date(2026, 3, 2))
    assert invoice.payment_reference == 'RF21IN2026000001'
    assert invoice.seller['vat_id'] == 'DE136695976'
    assert (invoice.bill_to['name'], invoice.bill_to['vat_id']) == ('Harbour Joinery', 'DE123456788')
    assert (invoice.ship_to['city'], invoice.order_number) == ('Hamburg', number)
    assert bills.books() == {Account.RECEIVABLE: D('202.3'), Account.REVENUE: D(-170), Account.VAT: D('-32.3')}
    assert bills.last('invoice.issued') == ('Wim', 'IN-2026-000001', number)
    bills.sound()


def test_every_part_is_invoiced_once_and_freight_with_the_first(runtime, world, bills):
    number = bills.place(world.ben, ('LAMP-5', 3), ('BOLT-M8', 100))
    runtime.run(world.sam, OrderDesk.confirm, number)
    whole = bills.order(number).order
    assert (whole.uninvoiced, whole.shipping_net) == (whole.gross, D('9.9'))
    bills.ship(number, ('LAMP-5', 1))
    assert bills.order(number).order.uninvoiced == D('113.05')  # (70 + 25) × 1.19
    bills.ship(number, ('LAMP-5', 2), ('BOLT-M8', 100))
    first, second = bills.invoices()
    assert (first.net, first.shipping_net, first.gross) == (D('44.9'), D('9.9'), D('53.43'))
    assert (second.net, second.shipping_net, second.gross) == (D(95), D(0), D('113.05'))
    assert first.gross + second.gross == whole.gross
    found = bills.order(number)
    assert (found.order.uninvoiced, found.order.shipping_invoiced) == (D(0), True)
    assert [line.invoiced for line in found.lines] == [D(3), D(100)]
    bills.sound()


def test_who_is_told(runtime, world, number, bills):
    bills.ship(number, ('LAMP-5', 1))
    assert bills.told('invoice_issued') == ({world.fin.user_id}, ['fin@harbour.test'])
    bills.alter(world.harbour, invoice_email='bills@harbour.test')
    bills.ship(number, ('LAMP-5', 1))
    assert sorted(bills.told('invoice_issued')[1]) == ['bills@harbour.test', 'fin@harbour.test']
    with runtime.database.reading() as session:
        mail = session.exec(select(Mail).where(Mail.recipient == 'bills@harbour.test')).one()
    assert mail.subject == 'Invoice IN-2026-000002 over €41.65'
    assert mail.document_kind == 'invoice'
    assert 'Please pay by 1 Apr 2026.' in mail.plain
    assert 'RF91IN2026000002' in mail.plain


def test_an_order_is_invoiced_on_order_and_not_again_on_shipment(runtime, world, bills):
    bills.alter(world.harbour, invoicing=InvoicingRule.ON_ORDER)
    number = bills.place(world.ben, ('LAMP-5', 2))
    assert bills.invoices() == []
    runtime.run(world.sam, OrderDesk.confirm, number)
    invoice, = bills.invoices()
    assert (invoice.gross, invoice.delivered_from) == (bills.order(number).order.gross, None)
    bills.ship(number, ('LAMP-5', 2))
    assert len(bills.invoices()) == 1
    bills.sound()


def test_an_order_confirmed_by_the_rule_is_invoiced_too(runtime, world, bills):
    runtime.run(SYSTEM, SettingService.put, 'orders.auto_confirm', True)
    bills.alter(world.harbour, invoicing=InvoicingRule.ON_ORDER)
    bills.place(world.ben, ('LAMP-5', 2))
    assert [row.order_number for row in bills.invoices()] == ['SO-2026-000001']
    bills.sound()


def test_who_is_invoiced_monthly_gets_none_on_shipment(world, number, bills):
    bills.alter(world.harbour, invoicing=InvoicingRule.MONTHLY)
    bills.ship(number, ('LAMP-5', 1))
    assert bills.invoices() == []
    assert bills.order(number).order.uninvoiced == bills.order(number).order.gross


def test_nothing_is_invoiced_twice_or_beyond_what_is_agreed(world, number, bills):
    bills.bill(number, ('LAMP-5', 3))
    said = bills.refused(Invalid, lambda: bills.bill(number, ('LAMP-5', 3)))
    assert said.message == 'Of LAMP-5 only 2 pcs can be invoiced.'
    bills.refused(Invalid, lambda: bills.bill(number, ('LAMP-5', -1)))
    bills.refused(Invalid, lambda: bills.bill(number, ('LAMP-5', 0)))
    assert len(bills.invoices()) == 1


def test_an_order_that_is_not_confirmed_or_ended_is_not_invoiced(runtime, world, bills):
    number = bills.place(world.ben, ('LAMP-5', 1))
    bills.refused(Conflict, lambda: bills.bill(number, ('LAMP-5', 1)))
    runtime.run(world.sam, OrderDesk.decline, number, 'No')
    bills.refused(Conflict, lambda: bills.bill(number, ('LAMP-5', 1)))


def test_a_supply_within_the_eu_bears_no_vat(runtime, world, bills):
    number = bills.place(world.luc, ('LAMP-5', 2))
    runtime.run(world.sam, OrderDesk.confirm, number)
    bills.ship(number, ('LAMP-5', 2))
    invoice, = bills.invoices()
    tax, = invoice.taxes
    assert (tax['category'], tax['rate'], tax['taxable'], tax['tax']) == ('K', '0', '89.9000', '0.00')
    assert tax['reason']
    assert (invoice.language, invoice.delivered_from, invoice.ship_to['country']) == ('fr', dt.date(2026, 3, 2), 'FR')
    assert (invoice.tax, invoice.gross, invoice.note) == (D(0), D('89.9'), '')
    bills.sound()


def test_without_an_own_vat_number_such_an_invoice_waits(runtime, world, bills):
    number = bills.place(world.luc, ('LAMP-5', 2))
    runtime.run(world.sam, OrderDesk.confirm, number)
    runtime.run(SYSTEM, SettingService.put, 'seller.vat_id', '')
    bills.ship(number, ('LAMP-5', 2))
    assert bills.invoices() == []
    bills.refused(Invalid, lambda: bills.bill(number, ('LAMP-5', 2)))


def test_a_number_the_register_denies_is_charged_vat_and_told_why(runtime, world, bills):
    number = bills.place(world.luc, ('LAMP-5', 2))
    runtime.run(world.sam, OrderDesk.confirm, number)
    runtime.run(SYSTEM, SettingService.put, 'vat.register', 'simulated')
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(VatCheck(customer_id=world.atelier.id, vat_id=world.atelier.vat_id, at=work.now,
                                  source='official', valid=False))
    bills.ship(number, ('LAMP-5', 2))
    invoice, = bills.invoices()
    assert (invoice.taxes[0]['category'], invoice.tax, invoice.gross) == ('S', D('17.08'), D('106.98'))
    assert world.atelier.vat_id in invoice.note
    bills.sound()


@pytest.mark.parametrize(('age', 'category'), [(29, 'K'), (31, 'S')])
def test_the_last_answer_of_the_register_holds_for_some_days(runtime, world, age, category, bills):
    number = bills.place(world.luc, ('LAMP-5', 1))
    runtime.run(world.sam, OrderDesk.confirm, number)
    runtime.run(SYSTEM, SettingService.put, 'vat.register', 'simulated')
    with runtime.work(SYSTEM, writes=True) as work:
        for days, valid in ((age, True), (1, None)):
            work.session.add(VatCheck(customer_id=world.atelier.id, vat_id=world.atelier.vat_id, source='official',
                                      at=work.now - dt.timedelta(days=days), valid=valid))
    bills.ship(number, ('LAMP-5', 1))
    assert [row.taxes[0]['category'] for row in bills.invoices()] == [category]


def test_an_exempt_customer_pays_none_until_the_day(runtime, world, number, clock, bills):
    bills.alter(world.harbour, exempt_reason='Charity, certificate 12', exempt_until=dt.date(2026, 3, 2))
    bills.ship(number, ('LAMP-5', 1))
    clock.advance(days=1)
    bills.ship(number, ('LAMP-5', 1))
    first, second = bills.invoices()
    assert first.taxes == [{'category': 'E', 'rate': '0', 'taxable': '35.00', 'tax': '0.00',
                            'reason': 'Charity, certificate 12'}]
    assert (second.taxes[0]['category'], second.tax) == ('S', D('6.65'))


def test_instalments_and_discount_are_frozen(runtime, world, number, bills):
    bills.alter(world.harbour, discount_percent=D(2), discount_days=10)
    bills.ship(number, ('LAMP-5', 1))
    bills.alter(world.harbour, instalments=[{'percent': '33.33', 'days': '10'}, {'percent': '33.33', 'days': '40'},
                                      {'percent': '33.34', 'days': '70'}])
    bills.ship(number, ('LAMP-5', 1))
    first, second = bills.invoices()
    assert (first.discount_percent, first.discount_until, first.discount) == (D(2), dt.date(2026, 3, 12), D('0.83'))
    assert second.instalments == [{'on': '2026-03-12', 'amount': '13.88'}, {'on': '2026-04-11', 'amount': '13.88'},
                                  {'on': '2026-05-11', 'amount': '13.89'}]
    assert (second.due_on, second.discount_until) == (dt.date(2026, 5, 11), None)


def test_an_invoice_of_nothing_is_paid(world, number, runtime, bills):
    with runtime.work(SYSTEM, writes=True) as work:
        order = load(work, number)
        for line in lines_of(work, order):
            line.unit_price = line.net = D(0)
        order.lines_net = order.net = order.tax = order.gross = order.shipping_net = order.uninvoiced = D(0)
        order.taxes = []
    bills.ship(number, ('LAMP-5', 1))
    invoice, = bills.invoices()
    assert (invoice.status, invoice.gross, bills.books()) == (InvoiceStatus.PAID, D(0), {})
    bills.sound()


@pytest.mark.parametrize(('currency', 'price', 'gross'), [('JPY', '35', D(42)), ('KWD', '1.235', D('1.47'))])
def test_currencies_of_no_and_three_decimals(runtime, world, number, bills, *, currency, price, gross):
    with runtime.work(SYSTEM, writes=True) as work:
        order = load(work, number)
        order.currency, order.shipping_net = currency, D(0)
        for line in lines_of(work, order):
            line.unit_price = D(price)
            line.net = D(price) * line.ordered
    bills.ship(number, ('LAMP-5', 1))
    invoice, = bills.invoices()
    assert (invoice.currency, invoice.gross) == (currency, gross)


def test_two_at_once_invoice_once_and_number_without_a_gap(runtime, world, bills):
    numbers = [bills.place(world.ben, ('BOLT-M8', 50)) for _ in range(3)]
    for number in numbers:
        runtime.run(world.sam, OrderDesk.confirm, number)
    start, outcomes = threading.Barrier(6), []

    def click(number):
        start.wait()
        try:
            outcomes.append(bills.bill(number, ('BOLT-M8', 50)))
        except (Conflict, Invalid):
            outcomes.append('refused')
    threads = [threading.Thread(target=click, args=(number,)) for number in numbers * 2]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == [*(f'{INVOICE}-2026-00000{n}' for n in (1, 2, 3)), *['refused'] * 3]
    assert [row.number for row in bills.invoices()] == ['IN-2026-000001', 'IN-2026-000002', 'IN-2026-000003']
    assert [bills.order(number).lines[0].invoiced for number in numbers] == [D(50)] * 3
    bills.sound()


def test_a_refused_act_leaves_no_gap(runtime, world, number, bills):
    bills.bill(number, ('LAMP-5', 1))

    def interrupted():
        with runtime.work(world.olga, writes=True) as work:
            order = load(work, number)
            line = next(line for line in lines_of(work, order) if line.sku == 'LAMP-5')
            assert issue(work, order, {line.id: D(1)}).number == 'IN-2026-000002'
            raise Conflict('The lights went out.')
    bills.refused(Conflict, interrupted)
    assert bills.bill(number, ('LAMP-5', 1)) == 'IN-2026-000002'
    bills.sound()


def test_a_later_number_never_bears_an_earlier_date(runtime, world, number, clock, bills):
    bills.bill(number, ('LAMP-5', 1))
    clock.advance(days=-1)
    bills.bill(number, ('LAMP-5', 1))
    assert [row.issued_on for row in bills.invoices()] == [dt.date(2026, 3, 2)] * 2
    bills.sound()


def test_the_series_begins_anew_each_year_of_the_sellers_zone(runtime, world, number, clock, bills):
    clock.now = dt.datetime(2026, 12, 31, 22, 30, tzinfo=dt.UTC)
    assert bills.bill(number, ('LAMP-5', 1)) == 'IN-2026-000001'
    clock.advance(hours=1)
    assert bills.bill(number, ('LAMP-5', 1)) == 'IN-2027-000001'
    bills.sound()


def test_what_is_invoiced_cannot_be_changed_away(runtime, world, bills):
    from services.orders.changing import ChangeService, LineChange
    bills.alter(world.harbour, invoicing=InvoicingRule.ON_ORDER)
    number = bills.place(world.ben, ('BOLT-M8', 500))
    runtime.run(world.sam, OrderDesk.confirm, number)
    line = bills.order(number).lines[0]
    bills.refused(Invalid, lambda: runtime.run(world.sam, ChangeService.apply_agreed, number,
                                         {line.id: LineChange(quantity=D(450))}, 'Ben'))
    runtime.run(world.sam, ChangeService.apply_agreed, number, {line.id: LineChange(quantity=D(600))}, 'Ben')
    assert [row.net for row in bills.invoices()] == [D('109.9'), D(20)]
    with runtime.database.reading() as session:
        assert session.exec(select(OrderLine.invoiced)).all() == [D(600)]
        assert session.exec(select(Order.uninvoiced)).all() == [D(0)]
