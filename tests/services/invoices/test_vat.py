"""VAT numbers and the register, exemptions, services, and what is agreed about billing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from models.catalogue import TaxClass
from models.customers import CreditUse
from models.invoices import InvoiceStatus, InvoicingRule
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, Invalid, NotFound
from services.customers.billing import BillingInput, BillingService, parts_of
from services.gateways.vat import Answer, SimulatedRegister, answer_of
from services.invoices.drafting import DraftInput, DraftLine, DraftService
from services.invoices.vat_checking import VatCheckService, ask_due, ask_now
from services.pricing.vat import standing
from services.settings import SettingService

D = Decimal
pytestmark = pytest.mark.usefixtures('german', 'carried')


@pytest.fixture
def online(runtime):
    """Numbers are checked with the register that pretends."""
    runtime.run(SYSTEM, SettingService.put, 'vat.register', 'simulated')


@pytest.fixture
def counts(runtime, world):
    """Whether a company's number counts, and why not."""
    def found(customer):
        with runtime.work(SYSTEM, writes=False) as work:
            from models.customers import Customer
            return standing(work, work.one(Customer, Customer.id == customer.id))
    return found


@pytest.mark.parametrize(('status', 'said', 'answer'), [
    (200, {'valid': True, 'name': 'ATELIER', 'requestIdentifier': 'W1'}, Answer(True, 'ATELIER', 'W1')),
    (200, {'valid': False, 'name': '---'}, Answer(False)),
    (200, {'actionSucceed': False, 'errorWrappers': [{'error': 'MS_UNAVAILABLE'}]},
     Answer(None, error='MS_UNAVAILABLE')),
    (500, {'valid': True}, Answer(None, error='HTTP 500')), (200, [], Answer(None, error='HTTP 200')),
    (200, {'valid': 'true'}, Answer(None, error='HTTP 200'))])
def test_only_a_plain_answer_of_the_register_is_one(status, said, answer):
    assert answer_of(status, said) == answer


def test_by_form_alone(world, counts, bills):
    assert counts(world.atelier).counts
    assert not counts(world.harbour).counts
    bills.alter(world.atelier, vat_id='FR40303265046')
    assert counts(world.atelier) == (False, 'FR40303265046 is no VAT number of another EU state.')


@pytest.mark.usefixtures('online')
def test_it_is_asked_about_what_is_new_and_again_when_it_is_old(runtime, world, counts, clock, bills):
    assert counts(world.atelier).why == (
        'The VAT number FR40303265045 has not been confirmed by the official register yet.')
    assert ask_due(runtime) == 1
    assert counts(world.atelier).counts
    assert bills.last('customer.vat_checked')[2] == 'FR40303265045'
    clock.advance(days=2)
    assert ask_due(runtime) == 0
    number = bills.place(world.luc, ('LAMP-5', 1))
    from services.orders.confirming import OrderDesk
    runtime.run(world.sam, OrderDesk.confirm, number)
    assert ask_due(runtime) == 1
    clock.advance(days=8)
    assert ask_due(runtime) == 1


@pytest.mark.usefixtures('online')
def test_while_the_service_is_down_the_old_answer_holds_for_days(runtime, world, counts, clock, monkeypatch):
    ask_due(runtime)
    monkeypatch.setattr(SimulatedRegister, 'check', lambda self, vat_id, requester='': Answer(None, error='TIMEOUT'))
    clock.advance(days=20)
    assert ask_due(runtime) == 0
    assert counts(world.atelier).counts
    assert ask_due(runtime) == 0
    clock.advance(days=11)
    found = counts(world.atelier)
    assert (found.counts, 'too long ago' in found.why) == (False, True)
    assert [check.error for check in runtime.run(world.sam, VatCheckService.history, 'C-10002')] == ['TIMEOUT', '']


@pytest.mark.usefixtures('online')
def test_a_denied_number_does_not_count_and_the_office_hears_of_it(runtime, world, counts, bills, monkeypatch):
    monkeypatch.setattr(SimulatedRegister, 'check', lambda self, vat_id, requester='': Answer(False))
    assert ask_now(runtime, world.sam, 'C-10002').valid is False
    assert counts(world.atelier).why == 'The official register does not know the VAT number FR40303265045.'
    assert bills.told('vat_denied')[0] == {world.olga.user_id}
    with pytest.raises(Invalid):
        ask_now(runtime, world.sam, 'C-10001')
    with pytest.raises(Forbidden):
        ask_now(runtime, world.mara, 'C-10002')


@pytest.mark.usefixtures('online')
def test_the_buyer_reads_at_checkout_why_vat_is_charged(runtime, world):
    from services.carts.service import CartService
    from services.orders.checkout import CheckoutInput
    from services.orders.placing import CheckoutService
    runtime.run(world.luc, CartService.add, 'LAMP-5', 1)
    found = runtime.run(world.luc, CheckoutService.review, CheckoutInput())
    assert found.totals.amount.tax == D('9.48')
    assert [problem.kind for problem in found.problems] == ['vat']
    ask_due(runtime)
    found = runtime.run(world.luc, CheckoutService.review, CheckoutInput())
    assert (found.totals.amount.tax, found.problems) == (D(0), ())


@pytest.fixture
def draft(runtime, world):
    """A draft with these lines; gives its id."""
    def act(account, *lines):
        key = runtime.run(world.olga, DraftService.begin, DraftInput(account=account))
        for name, price, more in lines:
            runtime.run(world.olga, DraftService.put_line, DraftLine(name=name, unit_price=D(price), **more),
                        draft_id=key)
        return key
    return act


SERVICE = {'is_service': True}


@pytest.mark.parametrize(('account', 'more', 'category', 'tax'), [
    ('C-10001', {}, 'S', '19'), ('C-10001', SERVICE, 'S', '19'), ('C-10002', {}, 'K', '0'),
    ('C-10002', SERVICE, 'AE', '0')])
def test_a_draft_gets_the_vat_of_goods_and_services(runtime, world, draft, bills, *, account, more, category, tax):
    key = draft(account, ('Assembly', '100', more))
    assert runtime.run(world.olga, DraftService.issue, key) == 'IN-2026-000001'
    invoice, = bills.invoices()
    assert (invoice.taxes[0]['category'], invoice.tax, invoice.status) == (category, D(tax), InvoiceStatus.ISSUED)
    assert (invoice.delivered_from is not None) is (category == 'K')
    bills.sound()


def test_services_beyond_the_eu_are_outside_vat_and_stand_alone(runtime, world, draft, bills):
    bills.alter(world.atelier, country='US')
    with runtime.work(SYSTEM, writes=True) as work:
        from models.customers import Address
        for row in work.session.exec(work.reach(Address).where(Address.customer_id == world.atelier.id)):
            row.country = 'US'
    key = draft('C-10002', ('Advice', '50', SERVICE), ('Lamp', '40', {}))
    bills.refused(Invalid, lambda: runtime.run(world.olga, DraftService.issue, key))
    alone = draft('C-10002', ('Advice', '50', SERVICE))
    runtime.run(world.olga, DraftService.issue, alone)
    assert [row.taxes[0]['category'] for row in bills.invoices() if row.number] == ['O']
    bills.sound()


def test_a_draft_is_edited_and_deleted_and_unseen_by_the_customer(runtime, world, draft, bills):
    from models.invoices import InvoiceKind
    from services.core.listing import ListQuery
    from services.invoices.reading import InvoiceService
    key = draft('C-10001', ('Assembly', '100', {}), ('Travel', '20', {'tax_class': TaxClass.STANDARD}))
    found = runtime.run(world.sam, InvoiceService.read, InvoiceKind.INVOICE, key)
    assert (found.invoice.gross, found.invoice.number, bills.books()) == (D('142.8'), None, {})
    assert runtime.run(world.fin, InvoiceService.list, ListQuery()).rows == []
    bills.refused(NotFound, lambda: runtime.run(world.fin, InvoiceService.read, InvoiceKind.INVOICE, key))
    first, second = found.lines
    runtime.run(world.olga, DraftService.put_line, DraftLine(name='Work', unit_price=D(10), quantity=D(3)),
                draft_id=key, line_id=first.id)
    runtime.run(world.olga, DraftService.drop_line, key, second.id)
    found = runtime.run(world.olga, InvoiceService.read, InvoiceKind.INVOICE, key)
    assert ([line.name for line in found.lines], found.invoice.gross) == (['Work'], D('35.7'))
    bills.refused(Conflict, lambda: runtime.run(world.olga, DraftService.issue, key, version=1))
    for who in (world.sam, world.fin, world.wim):
        bills.refused(Forbidden, lambda who=who: runtime.run(who, DraftService.delete, key))
    runtime.run(world.olga, DraftService.delete, key)
    assert bills.invoices() == []
    empty = draft('C-10001')
    bills.refused(Invalid, lambda: runtime.run(world.olga, DraftService.issue, empty))
    issued = draft('C-10001', ('Assembly', '100', {}))
    runtime.run(world.olga, DraftService.issue, issued)
    bills.refused(Conflict, lambda: runtime.run(world.olga, DraftService.delete, issued))
    bills.refused(Conflict, lambda: runtime.run(world.olga, DraftService.issue, issued))
    bills.sound()


def test_billing_is_kept_and_shown_to_those_of_the_money(runtime, world, bills):
    given = BillingInput(invoicing=InvoicingRule.MONTHLY, invoice_email='bills@harbour.test', discount_percent=D(2),
                         discount_days=10, instalments='50/30, 50/60', credit_use=CreditUse.ALWAYS)
    runtime.run(world.sam, BillingService.save, given, account='C-10001')
    assert bills.last('customer.billing_changed')[:2] == ('Sam', 'C-10001')
    shown = runtime.run(world.fin, BillingService.own)
    assert (shown.invoicing, shown.instalments, shown.discount_days) == (InvoicingRule.MONTHLY, '50/30, 50/60', 10)
    for who in (world.ben, world.vera):
        bills.refused(Forbidden, lambda who=who: runtime.run(who, BillingService.own))
    for who in (world.mara, world.wim):
        bills.refused(Forbidden, lambda who=who: runtime.run(who, BillingService.save, given, account='C-10001'))
    bills.refused(Invalid, lambda: runtime.run(world.sam, BillingService.save, BillingInput(discount_percent=D(2)),
                                               account='C-10001'))
    bills.refused(Conflict, lambda: runtime.run(world.sam, BillingService.save, BillingInput(), account='C-10001',
                                                version=1))


@pytest.mark.parametrize(('typed', 'parts'), [
    ('', []), ('100/30', [('100', '30')]), ('33.33/10, 33.33/40, 33.34/70', [('33.33', '10'), ('33.33', '40'),
                                                                            ('33.34', '70')]),
    ('50 % / 30, 50%/60', [('50', '30'), ('50', '60')])])
def test_instalments_as_typed(typed, parts):
    assert [(part['percent'], part['days']) for part in parts_of(typed)] == parts


@pytest.mark.parametrize('typed', ['50/30', '50/30, 50/30', '60/30, 50/60', 'half', '50/60, 50/30', '0/10, 100/20'])
def test_instalments_that_make_no_sense(typed):
    with pytest.raises(Invalid):
        parts_of(typed)


def test_a_day_of_the_past_is_no_exemption(runtime, world, bills, number):
    bills.alter(world.harbour, exempt_reason='Charity', exempt_until=dt.date(2026, 3, 1))
    bills.ship(number, ('LAMP-5', 1))
    assert bills.invoices()[0].tax == D('6.65')
