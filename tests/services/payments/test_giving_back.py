"""Money back: what was paid in advance for what will not come becomes credit or goes back, once and to the cent."""

from __future__ import annotations

import secrets
import threading
from decimal import Decimal

import pytest
from sqlmodel import select

from models.core.words import language
from models.customers import CreditUse, InvoicingRule
from models.invoices import Invoice, InvoiceKind, InvoiceStatus
from models.mail import Mail
from models.orders import MoneyBack, OrderStatus, PaymentMethod
from models.payments import PaymentStatus, Refund, RefundState
from services import checks
from services.carts.service import CartService
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden
from services.invoices.checks import CHECKS as OF_INVOICES
from services.invoices.desk import InvoiceDesk
from services.ledger_checks import CHECKS as OF_BOOKS
from services.orders.cancelling import CancelService
from services.orders.changing import ChangeService, LineChange
from services.orders.checkout import CheckoutInput
from services.orders.closing import ClosingService
from services.orders.confirming import OrderDesk
from services.orders.money import GivenBack
from services.orders.placing import CheckoutService
from services.orders.reading import OrderService
from services.payments.reading import PaymentReading
from services.payments.refunding import RefundService, send_waiting
from services.payments.settling import settle_by_itself
from services.settings import SettingService
from services.shipments.asking import CLOSE, AskingService
from services.shipments.desk import ShipmentDesk
from services.shipments.inputs import ShipInput
from tests.bills import bill
from tests.services.payments.test_prepaying import pay

D = Decimal
CREDIT, REFUND = MoneyBack.CREDIT, MoneyBack.REFUND


@pytest.fixture
def paid(till, world):
    """Ben's confirmed order of 4 lamps and 10 gloves, paid in advance: 140.00 + 49.00 + 9.90 + 19 % = 236.69."""
    run = till.runtime.run
    run(SYSTEM, SettingService.put, 'seller.country', 'DE')
    run(world.ben, CartService.add_many, [('LAMP-5', D(4)), ('GLOVE-9', D(10))])
    number = run(world.ben, CheckoutService.place, CheckoutInput(payment_method=PaymentMethod.PREPAYMENT),
                 key=secrets.token_urlsafe(24))
    pay(till, world.ben, number)
    run(world.sam, OrderDesk.confirm, number)
    return number


@pytest.fixture(autouse=True)
def _whole(request):
    """Invariants of orders, invoices and books hold after each test too."""
    runtime = request.getfixturevalue('runtime')
    yield
    with runtime.database.reading() as session:
        looks = {name: checks.CHECKS[name] for name in ('order totals', 'order lines', 'reservations', 'stock')}
        for name, look in (looks | OF_INVOICES | OF_BOOKS).items():
            assert list(look(session, runtime)) == [], name


def read(till, number, who=SYSTEM):
    return till.runtime.run(who, OrderService.read, number)


def payment(till):
    return till.payment('PA-2026-000001')


def refunds(till):
    with till.runtime.database.reading() as session:
        return [(row.amount, row.state) for row in session.exec(select(Refund).order_by(Refund.number))]


def documents(till):
    with till.runtime.database.reading() as session:
        return [(row.kind, row.gross, row.open, row.status) for row in session.exec(
            select(Invoice).order_by(Invoice.kind.desc(), Invoice.number))]


def ship(till, number, sku, quantity):
    line = next(line for line in read(till, number).lines if line.sku == sku)
    given = ShipInput(lines=[{'line_id': line.id, 'warehouse': 'MAIN', 'quantity': quantity}])
    till.runtime.run(till.world.wim, ShipmentDesk.ship, number, given)


def money(till):
    found = till.runtime.run(till.world.fin, PaymentReading.money)
    return found.credit, found.deposit


def test_the_rest_of_a_partly_shipped_order_becomes_credit(till, world, paid):
    ship(till, paid, 'LAMP-5', 3)  # 105.00 + 9.90 + 19 % = 136.73
    assert (payment(till).free, money(till)) == (D('99.96'), (D(0), D('99.96')))
    till.runtime.run(world.sam, ClosingService.close_rest, paid, 'Not made any more', back=CREDIT)
    found = read(till, paid)  # 35.00 + 49.00 + 19 % = 99.96
    assert (found.order.status, found.order.gross, found.order.freed) == (
        OrderStatus.COMPLETED, D('136.73'), D('99.96'))
    assert (money(till), found.money.given) == ((D('99.96'), D(0)), GivenBack(D('99.96')))
    assert (found.money.paid, found.money.invoiced, found.money.due) == (D('236.69'), D('136.73'), D(0))
    row = bill(till.runtime, world.harbour, '50', number='IN-2025-000001')
    till.start((row.number, '59.50'), use_credits=True, method='')
    assert (till.invoice(row).status, payment(till).free) == (InvoiceStatus.PAID, D('40.46'))


def test_one_line_is_closed_and_the_rest_keeps_what_it_needs(till, world, paid):
    till.alter(world.harbour, credit_use=CreditUse.ALWAYS)
    gloves = read(till, paid).lines[1].id
    till.runtime.run(world.sam, ClosingService.close_rest, paid, 'Sold out', lines=[gloves], back=CREDIT)
    assert (read(till, paid).order.gross, money(till)) == (D('178.38'), (D('58.31'), D('178.38')))
    other = bill(till.runtime, world.harbour, '100', number='IN-2025-000001')
    with till.runtime.work(SYSTEM, writes=True) as work:
        settle_by_itself(work, work.one(Invoice, Invoice.id == other.id))
    assert till.invoice(other).open == D('60.69')
    ship(till, paid, 'LAMP-5', 4)
    assert (payment(till).free, money(till), read(till, paid).money.due) == (D(0), (D(0), D(0)), D(0))


def test_it_goes_back_the_way_it_was_paid(till, world, paid):
    ship(till, paid, 'LAMP-5', 3)
    till.runtime.run(world.olga, ClosingService.close_rest, paid, 'Sold out', back=REFUND)
    assert refunds(till) == [(D('99.96'), RefundState.SENT)]
    send_waiting(till.runtime)
    assert (refunds(till), payment(till).free, money(till)) == ([(D('99.96'), RefundState.DONE)], 0, (D(0), D(0)))
    assert read(till, paid).money.given == GivenBack(D(0), D('99.96'))
    gateway = till.gateway.row(payment(till).gateway_reference)['refunds']
    assert {D(amount) for amount in gateway.values()} == {D('99.96')}


def test_what_was_credited_before_stays_credit_when_the_rest_is_refunded(till, world, paid):
    gloves = read(till, paid).lines[1].id
    till.runtime.run(world.olga, ClosingService.close_rest, paid, 'Sold out', lines=[gloves], back=CREDIT)
    till.runtime.run(world.olga, CancelService.cancel, paid, 'No lamps either', back=REFUND)
    assert (refunds(till), money(till)) == ([(D('178.38'), RefundState.SENT)], (D('58.31'), D(0)))
    found = read(till, paid)
    assert (found.order.status, found.money.given) == (OrderStatus.CANCELLED, GivenBack(D('58.31'), D('178.38')))


@pytest.mark.parametrize(('setting', 'expected', 'sent'), [
    ('credit', GivenBack(D('236.69')), []),
    ('refund', GivenBack(D(0), D('236.69')), [(D('236.69'), RefundState.SENT)])])
def test_a_customers_own_cancel_follows_the_sellers_setting(till, world, paid, setting, expected, sent):
    till.runtime.run(SYSTEM, SettingService.put, 'orders.money_back', setting)
    till.runtime.run(world.ben, CancelService.cancel, paid, 'Twice', back=REFUND)  # the choice is not his
    assert (read(till, paid).money.given, refunds(till)) == (expected, sent)
    with till.runtime.database.reading() as session:
        mail = session.exec(select(Mail).where(Mail.message == 'order_cancelled')).one()
    label = 'Refund' if sent else 'Credit on account'
    assert f'{label}: €236.69' in mail.plain and label in mail.html


def test_above_the_limit_a_customers_refund_waits_for_two_of_the_staff(till, world, paid):
    till.runtime.run(SYSTEM, SettingService.put_all, {'orders.money_back': 'refund', 'payments.second_above': 100})
    till.runtime.run(world.ben, CancelService.cancel, paid, 'Twice')
    assert (refunds(till), payment(till).free) == ([(D('236.69'), RefundState.ASKED)], D('236.69'))
    till.runtime.run(world.olga, RefundService.agree, 'RF-2026-000001')
    assert refunds(till) == [(D('236.69'), RefundState.ASKED)]
    till.runtime.run(world.olga, RefundService.refuse, 'RF-2026-000001', 'Keep it for the next one')
    assert (read(till, paid).money.given, money(till)) == (GivenBack(D('236.69')), (D('236.69'), D(0)))


def test_who_may_not_move_money_asks_for_it(till, world, paid):
    till.runtime.run(world.sam, CancelService.cancel, paid, 'Sold out', back=REFUND)
    assert (refunds(till), read(till, paid).order.status) == (
        [(D('236.69'), RefundState.ASKED)], OrderStatus.CANCELLED)
    till.runtime.run(world.olga, RefundService.agree, 'RF-2026-000001')
    assert (refunds(till), payment(till).status) == ([(D('236.69'), RefundState.SENT)], PaymentStatus.REFUNDED)


@pytest.mark.parametrize(('back', 'free', 'note'), [
    (CREDIT, 0, (InvoiceKind.CREDIT_NOTE, D('99.96'), D('99.96'), InvoiceStatus.ISSUED)),
    (REFUND, 0, (InvoiceKind.CREDIT_NOTE, D('99.96'), D(0), InvoiceStatus.PAID))])
def test_what_was_invoiced_on_order_is_credited_by_a_note(till, world, paid, back, free, note):
    till.alter(world.harbour, invoicing=InvoicingRule.ON_ORDER)
    till.runtime.run(world.olga, InvoiceDesk.issue, paid)
    assert (payment(till).free, read(till, paid).money.due) == (0, 0)
    ship(till, paid, 'LAMP-5', 3)
    till.runtime.run(world.olga, ClosingService.close_rest, paid, 'Sold out', back=back)
    whole = (InvoiceKind.INVOICE, D('236.69'), D(0), InvoiceStatus.PAID)
    assert (documents(till), payment(till).free) == ([whole, note], free)
    assert money(till) == ((D('99.96'), D(0)) if back is CREDIT else (D(0), D(0)))
    found = read(till, paid)
    assert found.money.given == (GivenBack(D('99.96')) if back is CREDIT else GivenBack(D(0), D('99.96')))
    assert (found.money.invoiced, found.money.paid, found.order.uninvoiced) == (D('136.73'), D('236.69'), 0)


@pytest.mark.parametrize('who', ['olga', 'ben'])
def test_cancelled_as_a_whole_its_invoice_is_credited_with_the_freight(till, world, paid, who):
    till.runtime.run(SYSTEM, SettingService.put, 'orders.money_back', 'refund')
    till.alter(world.harbour, invoicing=InvoicingRule.ON_ORDER)
    till.runtime.run(world.olga, InvoiceDesk.issue, paid)
    till.runtime.run(getattr(world, who), CancelService.cancel, paid, 'Sold out')
    assert documents(till) == [(InvoiceKind.INVOICE, D('236.69'), D(0), InvoiceStatus.CREDITED),
                               (InvoiceKind.CREDIT_NOTE, D('236.69'), D(0), InvoiceStatus.PAID)]
    assert (refunds(till), read(till, paid).money.invoiced) == ([(D('236.69'), RefundState.SENT)], 0)


def test_declined_changed_and_asked_for_by_the_customer_give_back_too(till, world, paid):
    run = till.runtime.run
    gloves = read(till, paid).lines[1]
    run(world.sam, ChangeService.apply_agreed, paid, {gloves.id: LineChange(quantity=D(5))}, 'Ben, on the phone')
    assert (read(till, paid).money.given, money(till)) == (GivenBack(D('29.15')), (D('29.15'), D('207.54')))
    run(world.ben, AskingService.close_rest, [gloves.id], 'Too late')
    run(world.olga, AskingService.answer, paid, CLOSE, agree=True, back=REFUND)
    assert (read(till, paid).money.given, refunds(till)) == (
        GivenBack(D('29.15'), D('29.16')), [(D('29.16'), RefundState.SENT)])
    run(SYSTEM, SettingService.put, 'orders.cancel_until', 'never')
    run(world.ben, CancelService.cancel, paid, 'All of it')
    run(world.olga, CancelService.answer, paid, agree=True, back=CREDIT)
    assert (read(till, paid).money.given, money(till)) == (
        GivenBack(D('207.53'), D('29.16')), (D('207.53'), D(0)))


def test_an_order_waiting_for_the_rest_of_its_money_goes_on_when_what_is_left_is_paid(till, world):
    run = till.runtime.run
    run(SYSTEM, SettingService.put, 'seller.country', 'DE')
    run(world.ben, CartService.add_many, [('LAMP-5', D(2)), ('GLOVE-9', D(10))])
    number = run(world.ben, CheckoutService.place, CheckoutInput(payment_method=PaymentMethod.PREPAYMENT),
                 key=secrets.token_urlsafe(24))
    first = pay(till, world.ben, number)
    till.alter(read(till, number).order, hold='payment', hold_note='Waiting')
    gloves = read(till, number).lines[1].id
    run(world.sam, ClosingService.close_rest, number, 'Sold out', lines=[gloves], back=CREDIT)
    assert (read(till, number).order.hold, till.payment(first.number).free) == (None, D('153.39'))


def test_a_doubled_click_gives_back_once(till, world, paid):
    ship(till, paid, 'LAMP-5', 3)
    version = read(till, paid).order.version
    outcomes, barrier = [], threading.Barrier(2)

    def click():
        barrier.wait()
        try:
            till.runtime.run(world.olga, ClosingService.close_rest, paid, 'Sold out', version=version, back=REFUND)
            outcomes.append('done')
        except Conflict:
            outcomes.append('refused')
    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ['done', 'refused']
    assert (refunds(till), read(till, paid).order.freed) == ([(D('99.96'), RefundState.SENT)], D('99.96'))


def test_a_refused_act_gives_nothing_back(till, world, paid, refused):
    refused(Conflict, lambda: till.runtime.run(
        world.olga, ClosingService.close_rest, paid, 'Sold out', version=99, back=REFUND))
    refused(Forbidden, lambda: till.runtime.run(world.wim, ClosingService.close_rest, paid, 'Mine', back=REFUND))
    refused(Forbidden, lambda: till.runtime.run(world.fin, CancelService.cancel, paid, 'Mine', back=REFUND))


def test_what_is_on_account_gives_nothing_back_and_who_sees_no_money_reads_none(till, world, paid):
    run = till.runtime.run
    run(world.ben, CartService.add_many, [('GLOVE-9', D(10))])
    number = run(world.ben, CheckoutService.place, CheckoutInput(), key=secrets.token_urlsafe(24))
    run(world.olga, CancelService.cancel, number, 'Sold out', back=REFUND)
    assert (read(till, number).money.given, refunds(till)) == (GivenBack(), [])
    assert read(till, number, world.ben).money is None
    assert read(till, paid, world.vera).money is None
    assert read(till, paid, world.ben).money.paid == D('236.69')
    with language('de'):
        assert GivenBack(D(1), D(2)).rows('EUR')[1][1] == '2,00\xa0€'
