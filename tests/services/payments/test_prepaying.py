"""Prepayment at checkout: reserve, pay, go on; abandoned orders end; what was paid settles the invoice of the order."""

from __future__ import annotations

import secrets
from decimal import Decimal

import pytest
from sqlmodel import select

from models.customers import CreditUse, InvoicingRule
from models.invoices import Invoice, InvoiceKind, InvoiceStatus
from models.mail import Mail
from models.orders import HoldReason, OrderStatus, PaymentMethod
from models.payments import PaymentStatus
from models.stock import Reservation
from services.carts.service import CartService
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, NotFound
from services.orders.cancelling import CancelService
from services.orders.checkout import CheckoutInput
from services.orders.confirming import OrderDesk
from services.orders.placing import CheckoutService
from services.orders.reading import OrderService
from services.payments.inputs import PayInput
from services.payments.quoting import QuoteService
from services.payments.reading import PaymentReading
from services.payments.reconciling import end_unpaid_orders, reconcile
from services.payments.settling import settle_by_itself
from services.payments.starting import PaymentService
from services.settings import SettingService
from tests.bills import bill

D = Decimal


@pytest.fixture
def placed(runtime, world):
    """An order of two lamps by Ben, paid in advance: 70.00 + 9.90 + 19 % = 95.08."""
    runtime.run(SYSTEM, SettingService.put, 'seller.country', 'DE')
    runtime.run(world.ben, CartService.add_many, [('LAMP-5', D(2))])
    return runtime.run(world.ben, CheckoutService.place, CheckoutInput(payment_method=PaymentMethod.PREPAYMENT),
                       key=secrets.token_urlsafe(24))


def order(till, number):
    return till.runtime.run(SYSTEM, OrderService.read, number).order


def start(till, who, number, key=''):
    return till.runtime.run(who, PaymentService.start, PayInput(order=number, method='test'),
                            key=key or secrets.token_urlsafe(24))


def pay(till, who, number):
    started = start(till, who, number)
    reference = till.reach_page(started, who)
    till.gateway.pay(reference, till.runtime.now())
    till.hear('paid', reference)
    return till.payment(started.number)


def held(till):
    with till.runtime.database.reading() as session:
        return sum((row.quantity for row in session.exec(select(Reservation).where(Reservation.active))), D(0))


def test_the_order_waits_with_its_stock_and_goes_on_when_paid(till, world, placed):
    found = order(till, placed)
    assert (found.hold, found.status, held(till)) == (HoldReason.PAYMENT, OrderStatus.PLACED, 2)
    paid = pay(till, world.ben, placed)
    assert (paid.amount, paid.status, paid.order_id, paid.free) == (
        D('95.08'), PaymentStatus.RECEIVED, found.id, D('95.08'))
    again = order(till, placed)
    assert (again.hold, again.status) == (None, OrderStatus.PLACED)


def test_it_is_confirmed_by_the_sellers_rule(till, world, placed):
    till.runtime.run(SYSTEM, SettingService.put, 'orders.auto_confirm', True)
    pay(till, world.ben, placed)
    assert order(till, placed).status is OrderStatus.CONFIRMED


def test_declined_leaves_it_waiting(till, world, placed):
    started = start(till, world.ben, placed)
    reference = till.reach_page(started, world.ben)
    till.gateway.decline(reference)
    till.hear('failed', reference)
    assert order(till, placed).hold is HoldReason.PAYMENT
    assert start(till, world.ben, placed).number != started.number


def test_two_cannot_pay_it_at_once_nor_twice(till, world, placed, refused):
    start(till, world.ben, placed)
    refused(Conflict, lambda: start(till, world.mara, placed))
    quote = till.runtime.run(world.mara, QuoteService.quote, PayInput(order=placed, method='test'))
    assert quote.refusal.startswith(f'A payment of €95.08 of {placed} by Ben is in progress.')


def test_paid_once_it_does_not_wait_any_more(till, world, placed, refused):
    pay(till, world.ben, placed)
    refused(Conflict, lambda: start(till, world.ben, placed))


@pytest.mark.parametrize(('who', 'error'), [('vera', Forbidden), ('luc', NotFound)])
def test_others_do_not_pay_it(till, world, placed, refused, who, error):
    refused(error, lambda: start(till, getattr(world, who), placed))


def test_a_buyer_sees_what_he_paid_and_nothing_else(till, world, placed):
    paid = pay(till, world.ben, placed)
    assert till.runtime.run(world.ben, PaymentReading.read, paid.number).order == placed
    other = till.paid((till.billed('10').number, '11.90'))
    with pytest.raises(NotFound):
        till.runtime.run(world.ben, PaymentReading.read, other.number)


def test_nobody_paid_so_it_ends_after_the_agreed_hours(till, world, placed, clock):
    clock.advance(hours=48)
    assert end_unpaid_orders(till.runtime) == 0
    clock.advance(minutes=1)
    assert end_unpaid_orders(till.runtime) == 1
    assert end_unpaid_orders(till.runtime) == 0
    found = order(till, placed)
    assert (found.status, found.close_reason, held(till)) == (OrderStatus.CANCELLED, 'It was not paid in time.', 0)
    with till.runtime.database.reading() as session:
        assert session.exec(select(Mail.recipient).where(Mail.message == 'order_cancelled')).all() == [
            'ben@harbour.test']


def test_one_that_is_just_being_paid_does_not_end(till, world, placed, clock):
    clock.advance(hours=47, minutes=55)
    started = start(till, world.ben, placed)
    reference = till.reach_page(started, world.ben)
    clock.advance(minutes=6)
    assert end_unpaid_orders(till.runtime) == 0
    till.gateway.pay(reference, till.runtime.now())
    reconcile(till.runtime)
    assert order(till, placed).hold is None


def test_money_for_an_order_that_ended_is_credit_and_the_office_hears(till, world, placed):
    started = start(till, world.ben, placed)
    reference = till.reach_page(started, world.ben)
    till.gateway.pay(reference, till.runtime.now())
    till.runtime.run(world.sam, CancelService.cancel, placed, 'Not made any more')
    till.hear('paid', reference)
    found = till.payment(started.number)
    assert (found.status, found.free) == (PaymentStatus.RECEIVED, D('95.08'))
    assert till.actions('payment.unused') == 1
    money = till.runtime.run(world.fin, PaymentReading.money)
    assert [(row.number, row.free) for row in money.credits] == [(found.number, D('95.08'))]


def test_cancelled_after_paying_the_money_is_a_credit_to_use_or_send_back(till, world, placed):
    paid = pay(till, world.ben, placed)
    deposits = till.runtime.run(world.fin, PaymentReading.money)
    assert (deposits.credit, deposits.deposit) == (0, D('95.08'))
    till.runtime.run(world.ben, CancelService.cancel, placed, 'Ordered twice')
    money = till.runtime.run(world.fin, PaymentReading.money)
    assert (money.credit, money.deposit) == (D('95.08'), 0)
    row = till.billed('50')
    till.start((row.number, '59.50'), use_credits=True, method='')
    assert (till.invoice(row).status, till.payment(paid.number).free) == (InvoiceStatus.PAID, D('35.58'))


def test_the_invoice_of_the_order_is_paid_as_it_is_issued(till, world, placed):
    till.alter(world.harbour, invoicing=InvoicingRule.ON_ORDER)
    paid = pay(till, world.ben, placed)
    till.runtime.run(world.sam, OrderDesk.confirm, placed)
    with till.runtime.database.reading() as session:
        invoice = session.exec(select(Invoice)).one()
    assert (invoice.gross, invoice.status) == (D('95.08'), InvoiceStatus.PAID)
    assert till.payment(paid.number).free == 0


@pytest.mark.parametrize(('use', 'open_'), [(CreditUse.ALWAYS, D('19.00')), (CreditUse.ASK, D('119.00'))])
def test_free_credits_settle_a_new_invoice_where_that_is_agreed(till, world, use, open_):
    till.alter(world.harbour, credit_use=use)
    old = till.billed('10')
    paid = till.paid((old.number, '11.90'), extra=D('40.50'))
    note = bill(till.runtime, world.harbour, '50', number='CN-2026-000001', kind=InvoiceKind.CREDIT_NOTE)
    fresh = till.billed('100')
    with till.runtime.work(SYSTEM, writes=True) as work:
        settle_by_itself(work, work.one(Invoice, Invoice.id == fresh.id))
    assert till.invoice(fresh).open == open_
    assert (till.payment(paid.number).free, till.invoice(note).open) == (
        (0, 0) if use is CreditUse.ALWAYS else (D('40.50'), D('59.50')))


def test_money_for_an_open_order_is_nobody_elses_credit(till, world, placed):
    till.alter(world.harbour, credit_use=CreditUse.ALWAYS)
    paid = pay(till, world.ben, placed)
    fresh = till.billed('10')
    with till.runtime.work(SYSTEM, writes=True) as work:
        settle_by_itself(work, work.one(Invoice, Invoice.id == fresh.id))
    assert till.invoice(fresh).open == D('11.90')
    assert till.payment(paid.number).free == D('95.08')
