"""Credit: what weighs on it, what an order over it becomes, overdue invoices that hold, and release with a reason."""

from __future__ import annotations

import datetime as dt
import secrets
from decimal import Decimal

import pytest
from sqlmodel import select

from models.audit import Event
from models.core.types import new_id
from models.customers import CreditPolicy, Customer
from models.invoices import Invoice, InvoiceKind
from models.orders import HoldReason, Order, PaymentMethod
from models.payments import Payment, PaymentStatus
from services.carts.service import CartService
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, Invalid
from services.customers.credit import Answer, available_credit, exposure, overdue_hold, within_limit
from services.orders.checkout import CheckoutInput
from services.orders.confirming import OrderDesk
from services.orders.figures import FigureService
from services.orders.overriding import CreditDesk
from services.orders.placing import CheckoutService
from services.orders.reading import OrderService
from services.payments.allocating import allocate
from tests.bills import bill


@pytest.fixture
def set_up(runtime, world):
    """Set columns of Harbour."""
    def act(**values):
        with runtime.work(SYSTEM, writes=True) as work:
            work.change(work.session.exec(select(Customer).where(Customer.id == world.harbour.id)).one(), **values)
    return act


def ask(runtime, world, of):
    with runtime.work(SYSTEM, writes=False) as work:
        return of(work, work.session.exec(select(Customer).where(Customer.id == world.harbour.id)).one())


def place(runtime, world, lamps=1, **choices):
    runtime.run(world.ben, CartService.add, 'LAMP-5', lamps)
    return runtime.run(world.ben, CheckoutService.place, CheckoutInput(**choices), key=secrets.token_urlsafe(24))


def order_of(runtime, number):
    with runtime.database.reading() as session:
        return session.exec(select(Order).where(Order.number == number)).one()


def money(runtime, world, amount, currency='EUR', status=PaymentStatus.RECEIVED):
    with runtime.work(SYSTEM, writes=True) as work:
        row = Payment(id=new_id(), number=f'PA-{amount}{status}{currency}'[:40], customer_id=world.harbour.id,
                      status=status, method='bank', currency=currency, amount=Decimal(amount), created_at=work.now,
                      received_on=work.now.date())
        work.session.add(row)
        work.session.flush()
        return row


def test_exposure_adds_up_what_is_owed_and_ordered(runtime, world):
    assert ask(runtime, world, exposure) == 0
    first = bill(runtime, world.harbour, '1000', number='IN-2026-000001')
    bill(runtime, world.harbour, '50', number='CN-2026-000001', kind=InvoiceKind.CREDIT_NOTE)
    bill(runtime, world.atelier, '777', number='IN-2026-000002')
    paid = money(runtime, world, '300')
    money(runtime, world, '99', currency='USD')
    money(runtime, world, '98', status=PaymentStatus.PENDING)
    assert ask(runtime, world, exposure) == Decimal('1190') - Decimal('59.50') - 300
    with runtime.work(SYSTEM, writes=True) as work:
        allocate(work, work.one(Invoice, Invoice.id == first.id), Decimal(200),
                 payment=work.one(Payment, Payment.id == paid.id))
    assert ask(runtime, world, exposure) == Decimal('830.50'), 'allocating moves nothing'
    order = order_of(runtime, place(runtime, world, 2))
    assert ask(runtime, world, exposure) == Decimal('830.50') + order.gross
    assert ask(runtime, world, available_credit) == Decimal('9169.50') - order.gross
    place(runtime, world, 1, payment_method=PaymentMethod.PREPAYMENT)
    assert ask(runtime, world, exposure) == Decimal('830.50') + order.gross, 'waits for its money'
    runtime.run(world.sam, OrderDesk.decline, order.number, 'No')
    assert ask(runtime, world, exposure) == Decimal('830.50')


def test_no_limit_is_not_a_limit_of_nothing(runtime, world, set_up):
    set_up(credit_limit=None, credit_policy=CreditPolicy.BLOCK)
    assert ask(runtime, world, available_credit) is None
    assert order_of(runtime, place(runtime, world)).hold is None
    set_up(credit_limit=Decimal(0))
    with pytest.raises(Invalid):
        place(runtime, world)


@pytest.mark.parametrize(('policy', 'tolerance', 'gross', 'answer'), [
    ('warn', 0, '100', 'within'), ('warn', 0, '100.01', 'noted'), ('hold', 0, '100.01', 'held'),
    ('block', 0, '100.01', 'refused'), ('allow', '10', '120', 'noted'), ('allow', '10', '120.01', 'held'),
    ('allow', '0', '100.01', 'held'), ('block', '10', '120', 'refused')])
def test_the_policy_decides_above_the_limit(policy, tolerance, gross, answer):
    customer = Customer(account='x', name='x', credit_limit=Decimal(200), credit_policy=CreditPolicy(policy),
                        credit_tolerance=Decimal(tolerance))
    assert within_limit(customer, Decimal(100), Decimal(gross)) is Answer(answer)


def test_an_overdue_invoice_holds_orders_whatever_the_limit(runtime, world, set_up):
    today = dt.date(2026, 3, 2)
    bill(runtime, world.harbour, '100', issued_on=today - dt.timedelta(days=41))
    set_up(credit_limit=None)
    assert ask(runtime, world, overdue_hold) is None, 'he is given any time'
    set_up(overdue_hold_days=11)
    assert ask(runtime, world, overdue_hold) is None, 'overdue for 11 days'
    set_up(overdue_hold_days=10)
    assert ask(runtime, world, overdue_hold) == today - dt.timedelta(days=11)
    order = order_of(runtime, place(runtime, world))
    assert order.hold is HoldReason.CREDIT
    assert 'overdue since 19 Feb 2026' in order.hold_note
    runtime.run(world.ben, CartService.add, 'LAMP-5', 1)
    review = runtime.run(world.ben, CheckoutService.review, CheckoutInput())
    assert [problem.kind for problem in review.problems if problem.kind == 'overdue'] == ['overdue']
    assert order_of(runtime, place(runtime, world, payment_method=PaymentMethod.PREPAYMENT)).hold is HoldReason.PAYMENT
    with pytest.raises(Conflict):
        runtime.run(world.sam, OrderDesk.release, order.number)
    with runtime.work(SYSTEM, writes=True) as work:
        work.change(work.one(Invoice, Invoice.number == 'IN-2026-000001'), disputed=Decimal(119))
    assert ask(runtime, world, overdue_hold) is None, 'disputed'
    runtime.run(world.sam, OrderDesk.release, order.number)
    assert order_of(runtime, order.number).hold is None


def test_release_over_the_limit_needs_the_right_and_a_reason(runtime, world, set_up):
    set_up(credit_limit=Decimal(10), credit_policy=CreditPolicy.HOLD)
    number = place(runtime, world)
    gross = order_of(runtime, number).gross
    assert runtime.run(world.sam, CreditDesk.excess, number).over == gross - 10
    for refusal, who, act, words in ((Conflict, world.sam, OrderDesk.release, 'please'),
                                     (Conflict, world.olga, OrderDesk.release, 'please'),
                                     (Forbidden, world.sam, CreditDesk.override, 'please'),
                                     (Forbidden, world.mara, CreditDesk.override, 'please'),
                                     (Invalid, world.olga, CreditDesk.override, ' ')):
        with pytest.raises(refusal):
            runtime.run(who, act, number, words)
    assert order_of(runtime, number).hold is HoldReason.CREDIT
    runtime.run(world.olga, CreditDesk.override, number, 'Good customer')
    assert order_of(runtime, number).hold is None
    with runtime.database.reading() as session:
        event = session.exec(select(Event).where(Event.action == 'order.credit_overridden')).one()
    assert (event.note, event.actor_name, event.number) == ('Good customer', 'Olga', number)
    assert [e.action for e in runtime.run(world.olga, OrderService.read, number).events][-2:] == [
        'order.credit_overridden', 'order.released']
    assert [e.action for e in runtime.run(world.ben, OrderService.read, number).events] == [
        'order.placed', 'order.released'], 'the reason is for the office'
    assert event.changes == {'over': str(gross - 10), 'overdue': False, 'gross': str(gross)}
    with pytest.raises(Conflict):
        runtime.run(world.olga, CreditDesk.override, number, 'Again')


def test_a_release_goes_when_the_money_came(runtime, world, set_up):
    set_up(credit_limit=Decimal(10), credit_policy=CreditPolicy.HOLD)
    number = place(runtime, world)
    money(runtime, world, '500')
    assert not runtime.run(world.sam, CreditDesk.excess, number)
    runtime.run(world.sam, OrderDesk.release, number)
    assert order_of(runtime, number).hold is None


def test_figures_show_what_is_left(runtime, world):
    bill(runtime, world.harbour, '100')
    assert runtime.run(world.fin, FigureService.customer).available == Decimal('9881')
    assert runtime.run(world.ben, FigureService.customer).available is None
