"""Credit notes: whole, part, free amount; exact to the cent; never too much; what they settle and reopen."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from models.invoices import InvoiceKind, InvoiceStatus
from models.ledger import Account
from models.payments import Allocation, AllocationKind, Payment, PaymentStatus
from services.core.actor import SYSTEM
from services.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from services.invoices.crediting import CreditInput, CreditService
from services.orders.confirming import OrderDesk
from services.orders.reading import load
from services.payments.allocating import allocate

D = Decimal
pytestmark = pytest.mark.usefixtures('german', 'carried')


@pytest.fixture
def invoice(world, number, bills):
    """An invoice of 3 lamps and 100 bolts, 105 + 20 net, 148.75 gross."""
    bills.bill(number, ('LAMP-5', 3), ('BOLT-M8', 100))
    return bills.invoices()[0]


@pytest.fixture
def credit(runtime, world, bills):
    """Credit (SKU, quantity) of an invoice; gives the note."""
    def act(invoice, *wanted, who=None, **more):
        lines = {line.sku: line.id for line in bills.billed(invoice)}
        chosen = CreditInput(reason=more.pop('reason', 'Broken'),
                             quantities={lines[sku]: D(str(quantity)) for sku, quantity in wanted}, **more)
        number = runtime.run(who or world.olga, CreditService.credit, invoice.number, chosen)
        return next(row for row in bills.invoices() if row.number == number)
    return act


@pytest.fixture
def pay(runtime):
    """Settle so much of an invoice with money."""
    def act(invoice, amount):
        with runtime.work(SYSTEM, writes=True) as work:
            from models.invoices import Invoice
            from services.ledger import Source, post
            row = work.one(Invoice, Invoice.id == invoice.id)
            money = Payment(number='PA-1', customer_id=row.customer_id, status=PaymentStatus.RECEIVED, method='bank',
                            amount=D(amount), created_at=work.now, received_on=dt.date(2026, 3, 2))
            work.session.add(money)
            work.session.flush()
            post(work, row.customer_id, 'EUR', Source('payment', money.id, 'PA-1', dt.date(2026, 3, 2)),
                 {Account.MONEY: D(amount), Account.RECEIVABLE: -D(amount)})
            allocate(work, row, D(amount), payment=money)
    return act


def test_a_part_refers_to_its_invoice_and_settles_it(world, invoice, credit, bills):
    note = credit(invoice, ('LAMP-5', 1))
    assert (note.number, note.kind, note.status) == ('CN-2026-000001', InvoiceKind.CREDIT_NOTE, InvoiceStatus.PAID)
    assert (note.corrects_number, note.corrects_on, note.reason) == (invoice.number, dt.date(2026, 3, 2), 'Broken')
    assert (note.net, note.tax, note.gross, note.settled) == (D(35), D('6.65'), D('41.65'), D('41.65'))
    line, = bills.billed(note)
    assert (line.sku, line.quantity, line.reopens, line.order_number) == ('LAMP-5', D(1), False, invoice.order_number)
    first = bills.invoices()[1]
    assert (first.status, first.settled, first.credited) == (InvoiceStatus.PARTLY_PAID, D('41.65'), D('41.65'))
    assert bills.books() == {Account.RECEIVABLE: D('107.1'), Account.REVENUE: D(-90), Account.VAT: D('-17.1')}
    assert bills.last('credit_note.issued') == ('Olga', 'CN-2026-000001', invoice.number) or \
        bills.last('credit_note.issued')[:2] == ('Olga', 'CN-2026-000001')
    assert bills.told('credit_note_issued') == ({world.fin.user_id}, ['fin@harbour.test'])
    bills.sound()


def test_the_whole_makes_it_credited(invoice, credit, bills, number):
    note = credit(invoice, whole=True)
    assert note.gross == invoice.gross
    assert bills.invoices()[1].status is InvoiceStatus.CREDITED
    assert bills.books() == {}
    assert [line.invoiced for line in bills.order(number).lines] == [D(100), D(3), D(0)]
    bills.sound()


def test_of_a_paid_one_the_credit_stays_free(invoice, credit, bills, pay):
    pay(invoice, '148.75')
    note = credit(invoice, whole=True)
    assert (note.status, note.open) == (InvoiceStatus.ISSUED, D('148.75'))
    first = bills.invoices()[1]
    assert (first.status, first.settled) == (InvoiceStatus.CREDITED, D('148.75'))
    bills.sound()


def test_of_a_partly_paid_one_what_is_open_is_settled_first(runtime, invoice, credit, bills, pay):
    pay(invoice, '100')
    note = credit(invoice, ('LAMP-5', 2))
    assert (note.gross, note.settled, note.status) == (D('83.3'), D('48.75'), InvoiceStatus.PARTLY_PAID)
    assert bills.invoices()[1].status is InvoiceStatus.PAID
    with runtime.database.reading() as session:
        kinds = session.exec(select(Allocation.kind).order_by(Allocation.amount)).all()
    assert kinds == [AllocationKind.CREDIT, AllocationKind.PAYMENT]
    bills.sound()


def test_goods_to_be_invoiced_anew_are_open_again(invoice, credit, bills, number):
    note = credit(invoice, ('LAMP-5', 2), anew=True)
    found = bills.order(number)
    assert [line.invoiced for line in found.lines] == [D(100), D(1), D(0)]
    assert [line.reopens for line in bills.billed(note)] == [True]
    bills.bill(number, ('LAMP-5', 4))
    bills.sound()


def test_a_free_amount_at_a_rate_of_the_invoice(invoice, credit, bills):
    note = credit(invoice, amount={'net': D('12.34'), 'category': 'S', 'rate': D(19)}, reason='Late')
    assert (note.net, note.tax, note.gross) == (D('12.34'), D('2.34'), D('14.68'))
    assert [(line.name, line.quantity, line.sku) for line in bills.billed(note)] == [('Late', D(1), '')]
    rest = credit(invoice, whole=True)
    assert (rest.net, rest.gross) == (D('112.66'), D('134.07'))
    assert bills.invoices()[-1].status is InvoiceStatus.CREDITED
    bills.sound()


@pytest.mark.parametrize('more', [
    {'quantities': {'LAMP-5': 4}}, {'quantities': {'LAMP-5': -1}}, {'amount': {'net': '125.01', 'rate': '19'}},
    {'amount': {'net': '1', 'rate': '7'}}, {'amount': {'net': '0.001', 'rate': '19'}},
    {'amount': {'net': '1e30', 'rate': '19'}}, {'freight': '0.01'},
    {'reason': ' ', 'quantities': {'LAMP-5': 1}}, {}])
def test_too_much_or_nothing_is_refused(invoice, credit, bills, more):
    wanted = more.pop('quantities', {}).items()
    if 'amount' in more:
        more['amount'] = {'category': 'S', **more['amount']}
    bills.refused(Invalid, lambda: credit(invoice, *wanted, **more))


def test_what_is_credited_is_not_credited_again(invoice, credit, bills):
    credit(invoice, ('LAMP-5', 3))
    bills.refused(Invalid, lambda: credit(invoice, ('LAMP-5', 1)))
    credit(invoice, whole=True)
    bills.refused(Invalid, lambda: credit(invoice, whole=True))


def test_who_may_not(runtime, world, invoice, credit, bills):
    for who in (world.fin, world.mara, world.sam, world.wim):
        bills.refused(Forbidden, lambda who=who: credit(invoice, ('LAMP-5', 1), who=who))
    note = credit(invoice, ('LAMP-5', 1))
    bills.refused(NotFound, lambda: runtime.run(world.olga, CreditService.credit, note.number,
                                                CreditInput(reason='No', whole=True)))
    bills.refused(Conflict, lambda: runtime.run(world.olga, CreditService.credit, invoice.number,
                                                CreditInput(reason='Old page', whole=True), version=1))


def test_two_at_once_never_credit_too_much(invoice, credit, bills):
    start, outcomes = threading.Barrier(2), []

    def click():
        start.wait()
        try:
            outcomes.append(str(credit(invoice, ('LAMP-5', 2)).number))
        except (Conflict, Invalid):
            outcomes.append('refused')
    threads = [threading.Thread(target=click) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ['CN-2026-000001', 'refused']
    bills.sound()


def test_freight_goes_back_too(runtime, world, bills, credit):
    number = bills.place(world.ben, ('LAMP-5', 1))
    runtime.run(world.sam, OrderDesk.confirm, number)
    bills.bill(number, ('LAMP-5', 1))
    invoice, = bills.invoices()
    assert invoice.shipping_net == D('9.9')
    note = credit(invoice, ('LAMP-5', 1), freight=D('9.9'), anew=True)
    assert note.gross == invoice.gross
    assert bills.order(number).order.uninvoiced == invoice.gross
    bills.bill(number, ('LAMP-5', 1))
    assert bills.invoices()[-1].gross == invoice.gross
    bills.sound()


@pytest.mark.parametrize('store', ['sqlite'], indirect=True)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_all_credit_notes_together_give_back_exactly_all(runtime, world, bills, credit, data):
    number = bills.place(world.ben, ('BOLT-M8', 150), ('GLOVE-9', 7))
    runtime.run(world.sam, OrderDesk.confirm, number)
    price = data.draw(st.decimals('0.0001', '99.9999', places=4), 'price')
    with runtime.work(SYSTEM, writes=True) as work:
        from services.orders.reading import lines_of
        for line in lines_of(work, load(work, number)):
            line.unit_price = price
    first = bills.bill(number, ('BOLT-M8', data.draw(st.integers(1, 149), 'bolts')), ('GLOVE-9', 7))
    invoice = next(row for row in bills.invoices() if row.number == first)
    for _note in range(data.draw(st.integers(0, 4), 'notes')):
        wanted = [(sku, data.draw(st.integers(0, 40), sku)) for sku in ('BOLT-M8', 'GLOVE-9')]
        try:
            credit(invoice, *wanted)
        except DomainError:
            continue
    rest = runtime.run(world.olga, CreditService.left, first)
    assert rest.gross >= 0
    if rest.gross:
        credit(invoice, whole=True)
    notes = [row for row in bills.invoices() if row.corrects_number == first]
    found = next(row for row in bills.invoices() if row.number == first)
    assert sum(note.gross for note in notes) == found.gross == found.credited
    assert sum(note.tax for note in notes) == found.tax
    assert found.status in (InvoiceStatus.CREDITED, InvoiceStatus.PAID)
