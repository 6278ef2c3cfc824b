"""Paying through a gateway: once, whatever comes twice, late, forged, lost, or from two windows."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlmodel import select

from models.customers import CreditUse
from models.invoices import InvoiceKind, InvoiceStatus
from models.ledger import Account, LedgerEntry
from models.mail import Mail
from models.notifications import Notification
from models.payments import Allocation, AllocationKind, GatewayEvent, PaymentStatus
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from services.gateways.payment import GatewayAway
from services.payments import methods
from services.payments.attempts import give_up, go
from services.payments.hearing import Heard, hear
from services.payments.inputs import PayInput
from services.payments.quoting import QuoteService
from services.payments.reconciling import reconcile
from services.payments.starting import Started
from services.settings import SettingService
from tests.bills import bill

D = Decimal
KEY = 'one-submit-of-one-page-123'


@pytest.fixture
def three(till):
    """Three invoices: 119.00, 238.00 and 11.90."""
    return till.billed('100'), till.billed('200'), till.billed('10')


def all_of(three):
    return [(row.number, str(row.gross)) for row in three]


def test_three_invoices_with_one_payment(till, runtime, world, three):
    started = till.start(*all_of(three))
    assert started == Started('PA-2026-000001', '/pay/go/PA-2026-000001')
    assert till.payment(started.number).status is PaymentStatus.CREATED
    reference = till.reach_page(started)
    found = till.payment(started.number)
    assert (found.status, found.gateway_reference, found.amount) == (PaymentStatus.PENDING, reference, D('368.90'))
    assert till.gateway.pay(reference, runtime.now())
    assert till.hear('paid', reference) is Heard.DONE
    found = till.payment(started.number)
    assert (found.status, found.allocated, found.free) == (PaymentStatus.RECEIVED, D('368.90'), 0)
    assert [till.invoice(row).status for row in three] == [InvoiceStatus.PAID] * 3
    assert till.actions('payment.started') == till.actions('payment.received') == 1
    with runtime.database.reading() as session:
        money = session.exec(select(LedgerEntry.amount).where(LedgerEntry.account == Account.MONEY)).all()
        mails = session.exec(select(Mail.recipient, Mail.document_kind).where(
            Mail.message == 'payment_received')).all()
        told = session.exec(select(Notification.user_id).where(Notification.message == 'payment_came')).all()
    assert money == [D('368.90')]
    assert mails == [('fin@harbour.test', 'receipt')]
    assert set(told) == {world.olga.user_id}


def test_the_same_message_twenty_times_and_the_return_page_book_once(till, runtime, world, three):
    started = till.start(*all_of(three))
    reference = till.reach_page(started)
    till.gateway.pay(reference, runtime.now())
    told = till.gateway.message('paid', reference, runtime.now())
    heard = [hear(runtime, 'test', *told) for _time in range(20)]
    assert heard == [Heard.DONE, *[Heard.KNOWN] * 19]
    assert give_up(runtime, world.fin, started.number) == 'known'
    other = till.gateway.message('captured', reference, runtime.now())
    assert hear(runtime, 'test', *other) is Heard.DONE  # another message of the same money: kept, and books nothing
    assert till.actions('payment.received') == 1
    assert till.payment(started.number).allocated == D('368.90')
    assert till.gateway.row(reference)['captures'] == 1


def test_a_message_before_the_redirect_and_one_an_hour_late(till, runtime, clock, three):
    first, second, third = three
    early, late = till.start((first.number, '119.00')), till.start((second.number, '238.00'))
    for started in (early, late):
        till.gateway.pay(till.reach_page(started), runtime.now())
    reference = till.payment(early.number).gateway_reference
    till.hear('paid', reference)
    assert till.payment(early.number).status is PaymentStatus.RECEIVED
    clock.advance(hours=1)
    reference = till.payment(late.number).gateway_reference
    assert till.hear('paid', reference) is Heard.DONE
    found = till.payment(late.number)
    assert (found.status, found.allocated) == (PaymentStatus.RECEIVED, D('238.00'))
    assert found.received_on == dt.date(2026, 3, 2)
    assert third.open == D('11.90')


def test_late_money_for_an_invoice_paid_meanwhile_is_credit_and_the_office_hears(till, runtime, clock, world):
    row = till.billed('100')
    first = till.start((row.number, '119.00'))
    slow = till.reach_page(first)
    clock.advance(minutes=20)
    reconcile(runtime)  # its time is over: it ends at the till.gateway, and the invoice is free for others
    assert till.payment(first.number).status is PaymentStatus.EXPIRED
    second = till.start((row.number, '119.00'))
    quick = till.reach_page(second)
    till.gateway.pay(quick, runtime.now())
    till.hear('paid', quick)
    assert not till.gateway.pay(slow, runtime.now())
    with till.gateway._books() as books:  # the gateway says all the same that it took the money
        books[slow].update(outcome='paid', captures=1, paid_at=runtime.now().isoformat())
    assert till.hear('paid', slow) is Heard.DONE
    found = till.payment(first.number)
    assert (found.status, found.allocated, found.free) == (PaymentStatus.RECEIVED, 0, D('119.00'))
    assert till.invoice(row).status is InvoiceStatus.PAID
    assert till.actions('payment.unused') == 1
    with runtime.database.reading() as session:
        told = session.exec(select(Notification).where(Notification.message == 'payment_unused')).all()
    assert [(row.user_id, row.facts['note']) for row in told] == [(world.olga.user_id, '€119.00')]


def test_declined_leaves_all_open(till, runtime, three):
    started = till.start(*all_of(three))
    reference = till.reach_page(started)
    assert till.gateway.decline(reference)
    till.hear('failed', reference)
    found = till.payment(started.number)
    assert (found.status, found.failure, found.allocated) == (
        PaymentStatus.FAILED, 'Your card was declined.', 0)
    assert [till.invoice(row).open for row in three] == [D('119.00'), D('238.00'), D('11.90')]
    assert till.start(*all_of(three)).number == 'PA-2026-000002'  # what it held is free at once


@pytest.mark.parametrize('change', ['body', 'signature', 'none', 'secret'])
def test_forged_messages_do_nothing_but_are_recorded(till, runtime, change):
    started = till.start((till.billed('100').number, '119.00'))
    reference = till.reach_page(started)
    till.gateway.pay(reference, runtime.now())
    body, headers = till.gateway.message('paid', reference, runtime.now())
    if change == 'body':
        body = body.replace(b'paid', b'Paid')
    headers = {'signature': {'x-test-signature': headers['x-test-signature'][:-1] + '_'}, 'none': {},
               'secret': {'x-test-signature': headers['x-test-signature'].split(',')[0] + ',' + runtime.secrets.sign(
                   'another', body.decode())}}.get(change, headers)
    with pytest.raises(Invalid):
        hear(runtime, 'test', body, headers)
    assert till.payment(started.number).status is PaymentStatus.PENDING
    assert till.actions('gateway.forged') == 1
    with runtime.database.reading() as session:
        assert session.exec(select(GatewayEvent)).all() == []


@pytest.mark.parametrize(('seconds', 'good'), [(300, True), (301, False), (-300, True), (-301, False)])
def test_messages_are_believed_for_five_minutes(till, runtime, clock, seconds, good):
    started = till.start((till.billed('100').number, '119.00'))
    reference = till.reach_page(started)
    till.gateway.pay(reference, runtime.now())
    told = till.gateway.message('paid', reference, runtime.now() - dt.timedelta(seconds=seconds))
    if good:
        assert hear(runtime, 'test', *told) is Heard.DONE
    else:
        with pytest.raises(Invalid):
            hear(runtime, 'test', *told)
    assert (till.payment(started.number).status is PaymentStatus.RECEIVED) is good


@pytest.mark.parametrize('other', [{'amount': '118.99'}, {'currency': 'USD'}])
def test_another_sum_than_asked_is_not_booked(till, runtime, other):
    started = till.start((till.billed('100').number, '119.00'))
    reference = till.reach_page(started)
    till.gateway.pay(reference, runtime.now())
    with till.gateway._books() as books:
        right = dict(books[reference])
        books[reference].update(other)
    assert till.hear('paid', reference) is Heard.REFUSED
    assert till.payment(started.number).status is PaymentStatus.PENDING
    assert till.actions('payment.differs') == 1
    with till.gateway._books() as books:
        books[reference].update(right)


def test_a_message_about_an_unknown_attempt_is_refused_and_kept(till, runtime):
    assert till.hear('paid', 'ts_nobody') is Heard.REFUSED
    assert till.actions('gateway.refused') == 1


def test_a_doubled_click_fifty_times_makes_one_attempt(till, runtime, world):
    row = till.billed('100')
    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(lambda _time: till.start((row.number, '119.00'), key=KEY), range(50)))
    assert {started.number for started in found} == {'PA-2026-000001'}
    references = {till.reach_page(started) for started in found}
    assert len(references) == len(till.gateway.rows()) == 1


def test_the_same_key_for_something_else_is_refused(till, refused):
    row = till.billed('100')
    till.start((row.number, '119.00'), key=KEY)
    refused(Conflict, lambda: till.start((row.number, '19.00'), key=KEY))


def test_two_windows_cannot_pay_one_invoice_twice(till, runtime, refused, world):
    row = till.billed('100')
    till.start((row.number, '100.00'))
    said = refused(Conflict, lambda: till.start((row.number, '119.00'), who=world.mara))
    assert said.message == ('A payment of €100.00 of IN-2026-000001 by Fin is in progress. '
                            'Please wait a few minutes.')
    assert till.start((row.number, '19.00'), who=world.mara).number == 'PA-2026-000002'  # the rest is free to pay


def test_two_windows_at_the_same_moment(till, runtime, world):
    row = till.billed('100')

    def attempt(_time):
        try:
            return till.start((row.number, '119.00')).number
        except Conflict:
            return None
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(attempt, range(8)))
    assert len([number for number in found if number]) == 1


def test_giving_up_frees_the_invoice_for_the_colleague(till, runtime, world):
    row = till.billed('100')
    started = till.start((row.number, '119.00'))
    reference = till.reach_page(started)
    assert give_up(runtime, world.fin, started.number) == 'cancelled'
    assert till.payment(started.number).status is PaymentStatus.CANCELLED
    assert not till.gateway.pay(reference, runtime.now())
    till.start((row.number, '119.00'), who=world.mara)


def test_giving_up_what_was_paid_just_before_books_it(till, runtime, world):
    started = till.start((till.billed('100').number, '119.00'))
    till.gateway.pay(till.reach_page(started), runtime.now())
    assert give_up(runtime, world.fin, started.number) == 'received'
    assert till.payment(started.number).allocated == D('119.00')


class Deaf:
    """A gateway whose answers are lost: it does what it is asked, or not even that."""

    name = 'test'

    def __init__(self, gateway, *, does=True):
        self.gateway, self.does = gateway, does

    def begin(self, charge):
        if self.does:
            self.gateway.begin(charge)
        raise GatewayAway('timeout')

    def look(self, reference):
        raise GatewayAway('timeout')

    end = look


@pytest.mark.parametrize('does', [True, False])
def test_a_lost_answer_is_settled_by_the_reconciler(till, runtime, clock, world, monkeypatch, does):
    row = till.billed('100')
    started = till.start((row.number, '119.00'))
    with monkeypatch.context() as patch:
        patch.setitem(methods.GATEWAYS, 'test', lambda _runtime: Deaf(till.gateway, does=does))
        with pytest.raises(Unavailable):
            go(runtime, world.fin, started.number)
        clock.advance(minutes=1)
        reconcile(runtime)  # still no answer
    assert till.payment(started.number).status is PaymentStatus.UNKNOWN
    if does:
        till.gateway.pay(next(iter(till.gateway.rows())), runtime.now())
    clock.advance(minutes=1)
    assert reconcile(runtime) == 1
    found = till.payment(started.number)
    assert found.status is (PaymentStatus.RECEIVED if does else PaymentStatus.PENDING)
    clock.advance(minutes=20)
    reconcile(runtime)
    assert till.payment(started.number).status is (PaymentStatus.RECEIVED if does else PaymentStatus.EXPIRED)
    assert reconcile(runtime) == 0


def test_captured_but_never_told_is_found_within_five_minutes(till, runtime, clock):
    started = till.start((till.billed('100').number, '119.00'))
    reference = till.reach_page(started)
    till.gateway.pay(reference, runtime.now(), wait=dt.timedelta(minutes=3))
    for _minute in range(4):
        clock.advance(minutes=1)
        reconcile(runtime)
    assert till.payment(started.number).status is PaymentStatus.RECEIVED


def test_one_never_left_for_is_let_go_without_asking_anybody(till, runtime, clock):
    started = till.start((till.billed('100').number, '119.00'))
    clock.advance(minutes=16)
    reconcile(runtime)
    assert till.payment(started.number).status is PaymentStatus.EXPIRED
    assert till.gateway.rows() == {}


def test_part_payments_by_the_customers_rules(till, runtime, world, refused):
    row = till.billed('1000')
    till.alter(world.harbour, least_payment=D(100))
    assert refused(Invalid, lambda: till.start((row.number, '99.99'))).message == 'Part payments start at €100.00.'
    assert till.start((row.number, '100.00')).number
    till.alter(world.harbour, part_payments=False)
    small = till.billed('50')
    refused(Invalid, lambda: till.start((small.number, '59.00')))
    assert till.start((small.number, '59.50')).number


def test_a_balance_below_the_minimum_is_paid_whole(till, world, refused):
    row = till.billed('50')
    till.alter(world.harbour, least_payment=D(100))
    refused(Invalid, lambda: till.start((row.number, '59.49')))
    assert till.start((row.number, '59.50')).number


def test_the_instalment_that_is_due_is_no_part_payment(till, world, refused):
    row = till.billed('1000')
    till.alter(row, instalments=[{'on': '2026-03-01', 'amount': '300.00'}, {'on': '2026-04-01', 'amount': '890.00'}])
    till.alter(world.harbour, part_payments=False)
    refused(Invalid, lambda: till.start((row.number, '299.99')))
    assert till.start((row.number, '300.00')).number


@pytest.mark.parametrize('amount', ['0', '119.01', '1.001'])
def test_amounts_that_cannot_be(till, refused, amount):
    row = till.billed('100')
    refused(Invalid, lambda: till.start((row.number, amount)))


@pytest.mark.parametrize('amount', ['0.001', '1.005'])
def test_a_deposit_is_in_whole_cents_too(till, refused, amount):
    refused(Invalid, lambda: till.start(extra=D(amount)))
    assert till.runtime.run(till.world.fin, QuoteService.quote, PayInput(extra=D(amount), method='test')).refusal


@pytest.mark.parametrize('amount', ['NaN', 'Infinity', '-5', '0', '10.005'])
def test_only_an_amount_is_spread(till, refused, amount):
    till.billed('100')
    refused(Invalid, lambda: till.runtime.run(till.world.fin, QuoteService.spread, D(amount)))


def test_the_early_payment_discount_for_the_whole_in_time(till, runtime):
    row = till.billed('100')
    till.alter(row, discount_percent=D(3), discount_until=dt.date(2026, 3, 12))
    started = till.start((row.number, '115.43'))
    till.gateway.pay(till.reach_page(started), runtime.now())
    reconcile_now(till, started)
    found = till.invoice(row)
    assert (found.status, found.settled) == (InvoiceStatus.PAID, D('119.00'))
    with runtime.database.reading() as session:
        kinds = {row.kind: row.amount for row in session.exec(select(Allocation))}
        assert kinds == {AllocationKind.PAYMENT: D('115.43'), AllocationKind.DISCOUNT: D('3.57')}


def reconcile_now(till, started):
    till.hear('paid', till.payment(started.number).gateway_reference)


def test_a_day_late_or_in_parts_earns_no_discount(till, runtime, clock):
    row, parts = till.billed('100'), till.billed('100')
    for each in (row, parts):
        till.alter(each, discount_percent=D(3), discount_until=dt.date(2026, 3, 3))
    for amount in ('50.00', '65.43'):
        started = till.start((parts.number, amount))
        till.gateway.pay(till.reach_page(started), runtime.now())
        reconcile_now(till, started)
    assert till.invoice(parts).open == D('3.57')
    clock.advance(days=2)
    started = till.start((row.number, '115.43'))
    till.gateway.pay(till.reach_page(started), runtime.now())
    reconcile_now(till, started)
    assert till.invoice(row).open == D('3.57')


def test_more_than_is_open_becomes_credit_where_that_is_agreed(till, runtime, world, refused):
    row = till.billed('100')
    started = till.start((row.number, '119.00'), extra=D('31'))
    till.gateway.pay(till.reach_page(started), runtime.now())
    reconcile_now(till, started)
    assert (till.payment(started.number).allocated, till.payment(started.number).free) == (D('119.00'), D('31.00'))
    till.alter(world.harbour, overpayments=False)
    small = till.billed('1')
    refused(Invalid, lambda: till.start((small.number, '1.19'), extra=D('1')))


def test_the_fee_is_added_when_chosen_and_gone_when_it_fails(till, runtime):
    runtime.run(SYSTEM, SettingService.put_all, {'payments.fee_percent': '1.5', 'payments.fee_fixed': '0.25'})
    row = till.billed('100')
    first = till.start((row.number, '119.00'))
    assert (till.payment(first.number).amount, till.payment(first.number).fee) == (D('119.00'), D('2.04'))
    reference = till.reach_page(first)
    assert D(till.gateway.row(reference)['amount']) == D('121.04')
    till.gateway.decline(reference)
    till.hear('failed', reference)
    second = till.start((row.number, '119.00'))
    till.gateway.pay(till.reach_page(second), runtime.now())
    reconcile_now(till, second)
    assert till.invoice(row).status is InvoiceStatus.PAID
    with runtime.database.reading() as session:
        books = {row.account: row.amount for row in session.exec(select(LedgerEntry).where(
            LedgerEntry.document == 'payment'))}
    assert books == {Account.MONEY: D('121.04'), Account.RECEIVABLE: D('-119.00'), Account.FEES: D('-2.04')}


@pytest.fixture
def credit(runtime, world):
    """A credit note of Harbour over 59.50."""
    return bill(runtime, world.harbour, '50', number='CN-2026-000001', kind=InvoiceKind.CREDIT_NOTE)


def test_credits_that_cover_all_need_no_gateway(till, runtime, credit):
    row = till.billed('20')
    assert till.start((row.number, '23.80'), use_credits=True, method='') == Started('', '/payments')
    assert till.invoice(row).status is InvoiceStatus.PAID
    assert till.invoice(credit).open == D('35.70')
    assert till.gateway.rows() == {}


def test_credits_first_and_the_rest_by_card(till, runtime, credit):
    row = till.billed('100')
    started = till.start((row.number, '119.00'), use_credits=True)
    assert till.payment(started.number).amount == D('59.50')
    assert till.invoice(credit).open == D('59.50')  # nothing is used before the money is there
    other = till.billed('10')
    assert till.start((other.number, '11.90'), use_credits=True).number == 'PA-2026-000002'  # the credit is spoken for
    till.gateway.pay(till.reach_page(started), runtime.now())
    reconcile_now(till, started)
    assert (till.invoice(row).status, till.invoice(credit).status) == (InvoiceStatus.PAID, InvoiceStatus.PAID)


def test_credits_are_never_used_where_the_customer_does_not_want_it(till, world, credit):
    till.alter(world.harbour, credit_use=CreditUse.NEVER)
    started = till.start((till.billed('20').number, '23.80'), use_credits=True)
    assert till.payment(started.number).amount == D('23.80')


@pytest.mark.parametrize('who', ['ben', 'vera', 'ada'])
def test_only_those_who_may_pay(till, world, refused, who):
    row = till.billed('100')
    refused(Forbidden, lambda: till.start((row.number, '119.00'), who=getattr(world, who)))


def test_another_companys_invoice_is_not_there(till, world, refused, runtime):
    row = till.billed('100')
    refused(NotFound, lambda: till.start((row.number, '119.00'), who=world.luc))
    started = till.start((row.number, '119.00'))
    refused(NotFound, lambda: go(runtime, world.luc, started.number))


def test_only_ways_that_are_open(till, runtime, refused):
    row = till.billed('100')
    refused(Invalid, lambda: till.start((row.number, '119.00'), method='card'))
    runtime.run(SYSTEM, SettingService.put, 'payments.test', False)
    refused(Invalid, lambda: till.start((row.number, '119.00')))


def test_what_is_paid_is_not_paid_again(till, runtime, refused):
    row = till.billed('100')
    started = till.start((row.number, '119.00'))
    till.gateway.pay(till.reach_page(started), runtime.now())
    reconcile_now(till, started)
    assert refused(Conflict, lambda: till.start((row.number, '1.00'))).message == 'IN-2026-000001 is paid already.'
    refused(Conflict, lambda: till.reach_page(started))
