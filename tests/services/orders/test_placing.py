"""Placing an order: once per submit, exact sums, nothing oversold, no trace when refused."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlmodel import select

from models.audit import Event
from models.carts import CartLine
from models.customers import CreditPolicy, Customer, CustomerStatus
from models.mail import Mail
from models.notifications import Notification
from models.orders import HoldReason, Order, OrderStatus, PaymentMethod
from models.pricing import Price
from models.stock import Reservation, StockLevel
from models.users import Role
from services.carts.service import CartService
from services.core.actor import SYSTEM, VISITOR
from services.core.errors import Conflict, Forbidden, Invalid, NotFound, SignedOut
from services.customers import AddressService, CustomerService
from services.customers.inputs import AddressInput, CustomerInput
from services.orders.checkout import CheckoutInput
from services.orders.placing import CheckoutService
from services.orders.reading import OrderService
from services.settings import SettingService
from tests.world import add_person


def all_of(runtime, kind):
    with runtime.database.reading() as session:
        return session.exec(select(kind)).all()


def test_it_freezes_prices_names_and_sums(runtime, world, place):
    runtime.run(SYSTEM, SettingService.put, 'seller.country', 'DE')
    number = place(world.ben, ('BOLT-M8', 500), ('LAMP-5', 2), expected=Decimal('214.08'))
    view = runtime.run(world.ben, OrderService.read, number)
    order = view.order
    assert number == 'SO-2026-000001'
    assert order.status is OrderStatus.PLACED
    assert (order.lines_net, order.shipping_net, order.net) == (Decimal(170), Decimal('9.90'), Decimal('179.90'))
    assert (order.tax, order.gross) == (Decimal('34.18'), Decimal('214.08'))
    assert [(t['category'], Decimal(t['rate']), Decimal(t['taxable']), Decimal(t['tax'])) for t in order.taxes] == [
        ('S', Decimal(19), Decimal('179.90'), Decimal('34.18'))]
    assert [(line.sku, line.ordered, line.unit_price, line.net) for line in view.lines] == [
        ('BOLT-M8', Decimal(500), Decimal('0.20'), Decimal(100)), ('LAMP-5', Decimal(2), Decimal(35), Decimal(70))]
    assert (order.placed_by_name, order.ship_to['city']) == ('Ben', 'Hamburg')


def test_a_french_company_with_a_vat_number_pays_no_german_tax(runtime, world, place):
    runtime.run(SYSTEM, SettingService.put, 'seller.country', 'DE')
    number = place(world.luc, ('LAMP-5', 1))
    order = runtime.run(world.luc, OrderService.read, number).order
    assert (order.net, order.tax, order.gross) == (Decimal('49.90'), Decimal(0), Decimal('49.90'))
    assert order.taxes[0]['category'] == 'K'


def test_it_reserves_stock_empties_the_cart_and_tells(runtime, world, place):
    runtime.run(world.ben, CartService.add, 'GLOVE-9', 3)
    saved = runtime.run(world.ben, CartService.read).lines[0]
    runtime.run(world.ben, CartService.save_for_later, saved.id)
    number = place(world.ben, ('LAMP-5', 2))
    level = next(level for level in all_of(runtime, StockLevel) if level.item_id == world.items['LAMP-5'].id)
    assert (level.on_hand, level.reserved) == (Decimal(5), Decimal(2))
    assert [(r.quantity, r.active) for r in all_of(runtime, Reservation)] == [(Decimal(2), True)]
    assert [line.saved for line in all_of(runtime, CartLine)] == [True]
    assert [(mail.message, mail.recipient, mail.document_kind) for mail in all_of(runtime, Mail)] == [
        ('order_placed', 'ben@harbour.test', 'order')]
    told = {(note.user_id, note.message, note.path) for note in all_of(runtime, Notification)}
    assert told == {(world.olga.user_id, 'order_placed', f'/office/orders/{number}'),
                    (world.sam.user_id, 'order_placed', f'/office/orders/{number}')}
    events = [event for event in all_of(runtime, Event) if event.action == 'order.placed']
    assert [(event.actor_id, event.number, event.customer_id) for event in events] == [
        (world.ben.user_id, number, world.harbour.id)]


def test_the_same_key_gives_the_same_order(runtime, world, place):
    key = secrets.token_urlsafe(24)
    first = place(world.ben, ('LAMP-5', 1), submit=key)
    assert place(world.ben, submit=key) == first
    assert len(all_of(runtime, Order)) == 1


def test_the_same_key_with_other_choices_is_refused(runtime, world, place, traces):
    key = secrets.token_urlsafe(24)
    place(world.ben, ('LAMP-5', 1), submit=key)
    before = traces()
    with pytest.raises(Conflict):
        place(world.ben, ('LAMP-5', 1), submit=key, note='another order')
    assert traces() == before


def test_two_clicks_at_once_make_one_order(runtime, world):
    runtime.run(world.ben, CartService.add, 'LAMP-5', 1)
    key, numbers = secrets.token_urlsafe(24), []

    def click():
        numbers.append(runtime.run(world.ben, CheckoutService.place, CheckoutInput(), key=key))
    threads = [threading.Thread(target=click) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert numbers == [numbers[0]] * 4
    assert len(all_of(runtime, Order)) == 1


def test_twenty_buyers_for_the_last_five_pieces(runtime, world, clock):
    with runtime.work(SYSTEM, writes=True) as work:
        buyers = [add_person(work.session, clock.now, f'buyer{n}', Role.BUYER, world.harbour) for n in range(20)]
    results = []

    def buy(who):
        try:
            results.append(runtime.run(who, CheckoutService.place, CheckoutInput(), key=secrets.token_urlsafe(24)))
        except (Conflict, Invalid) as refusal:
            results.append(refusal)
    for who in buyers:
        runtime.run(who, CartService.add, 'LAMP-5', 1)
    threads = [threading.Thread(target=buy, args=(who,)) for who in buyers]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    sold = [result for result in results if isinstance(result, str)]
    refused = [result for result in results if not isinstance(result, str)]
    assert (len(set(sold)), len(refused)) == (5, 15)
    assert all('LAMP-5' in refusal.message for refusal in refused)
    level = next(level for level in all_of(runtime, StockLevel) if level.item_id == world.items['LAMP-5'].id)
    assert level.reserved == Decimal(5) == sum(r.quantity for r in all_of(runtime, Reservation) if r.active)


def test_a_price_that_rose_is_asked_about_once(runtime, world, place, alter, traces):
    runtime.run(world.luc, CartService.add, 'LAMP-5', 1)
    with runtime.database.reading() as session:
        price = session.exec(select(Price).where(Price.price == Decimal(40))).one()
    alter(price, price=Decimal(44))
    before = traces()
    with pytest.raises(Conflict) as refusal:
        place(world.luc)
    assert refusal.value.field == 'dearer'
    assert traces() == before
    runtime.run(world.luc, CartService.accept_prices)
    number = place(world.luc)
    assert runtime.run(world.luc, OrderService.read, number).lines[0].unit_price == Decimal(44)


def test_a_price_that_fell_applies_at_once(runtime, world, place, alter):
    runtime.run(world.luc, CartService.add, 'LAMP-5', 1)
    with runtime.database.reading() as session:
        price = session.exec(select(Price).where(Price.price == Decimal(40))).one()
    alter(price, price=Decimal(36))
    number = place(world.luc)
    assert runtime.run(world.luc, OrderService.read, number).lines[0].unit_price == Decimal(36)


def test_another_total_than_the_one_seen_is_refused(runtime, world, place, traces):
    runtime.run(world.ben, CartService.add, 'LAMP-5', 1)
    before = traces()
    with pytest.raises(Conflict) as refusal:
        place(world.ben, expected=Decimal('1.00'))
    assert refusal.value.field == 'total'
    assert traces() == before


@pytest.mark.parametrize(('lines', 'kind'), [
    ([], 'empty'), ([('BOLT-M8', 60)], 'quantity'), ([('BOLT-M8', 10)], 'quantity'), ([('LAMP-5', 6)], 'stock')])
def test_it_refuses_what_the_lines_do_not_allow(world, place, traces, runtime, lines, kind):
    runtime.run(world.ben, CartService.add_many, lines)
    before = traces()
    with pytest.raises(Invalid) as refusal:
        place(world.ben)
    assert refusal.value.field == kind
    assert traces() == before


@pytest.mark.parametrize('case', [
    ({'status': CustomerStatus.ON_HOLD, 'hold_reason': 'overdue'}, {}, 'on_hold'),
    ({'po_required': True}, {}, 'po_number'),
    ({'prepayment': True}, {}, 'payment_method'), ({}, {'requested_on': dt.date(2026, 3, 1)}, 'requested_on'),
    ({'credit_limit': Decimal(10), 'credit_policy': CreditPolicy.BLOCK}, {}, 'credit')])
def test_it_refuses_what_the_company_does_not_allow(world, place, refused, runtime, alter, case):
    customer, choices, kind = case
    alter(world.harbour, **customer)
    runtime.run(world.ben, CartService.add, 'LAMP-5', 1)
    assert refused(Invalid, lambda: place(world.ben, **choices)).field == kind


def test_over_the_limit_with_policy_hold_it_waits(runtime, world, place, alter):
    alter(world.harbour, credit_limit=Decimal(10), credit_policy=CreditPolicy.HOLD)
    number = place(world.ben, ('LAMP-5', 1))
    assert runtime.run(world.ben, OrderService.read, number).order.hold is HoldReason.CREDIT


def test_prepayment_waits_for_the_money(runtime, world, place):
    number = place(world.ben, ('LAMP-5', 1), payment_method=PaymentMethod.PREPAYMENT)
    assert runtime.run(world.ben, OrderService.read, number).order.hold is HoldReason.PAYMENT


def test_all_problems_come_in_one_list(runtime, world, place, alter):
    alter(world.harbour, po_required=True)
    runtime.run(world.ben, CartService.add_many, [('BOLT-M8', 60), ('LAMP-5', 9)])
    review = runtime.run(world.ben, CheckoutService.review, CheckoutInput())
    assert {problem.kind for problem in review.problems} >= {'quantity', 'stock', 'po_number'}


@pytest.mark.parametrize('who', ['vera', 'fin', 'ada'])
def test_it_refuses_people_without_the_right(runtime, world, who, traces):
    before = traces()
    with pytest.raises(Forbidden):
        runtime.run(getattr(world, who), CheckoutService.place, CheckoutInput(), key=secrets.token_urlsafe(24))
    assert traces() == before


def test_it_refuses_visitors(runtime, world):
    with pytest.raises(SignedOut):
        runtime.run(VISITOR, CheckoutService.place, CheckoutInput(), key=secrets.token_urlsafe(24))


def test_an_address_of_another_company_does_not_exist(runtime, world, place, traces):
    from models.customers import Address
    foreign = next(a for a in all_of(runtime, Address) if a.customer_id == world.atelier.id and a.kind == 'shipping')
    runtime.run(world.ben, CartService.add, 'LAMP-5', 1)
    before = traces()
    with pytest.raises(Invalid) as refusal:
        place(world.ben, address_id=foreign.id)
    assert refusal.value.field == 'address'
    assert traces() == before


def test_orders_of_another_company_do_not_exist(runtime, world, place):
    number = place(world.ben, ('LAMP-5', 1))
    with pytest.raises(NotFound):
        runtime.run(world.luc, OrderService.read, number)


def test_auto_confirm_confirms_by_rule(runtime, world, place):
    runtime.run(SYSTEM, SettingService.put, 'orders.auto_confirm', True)
    number = place(world.ben, ('LAMP-5', 1))
    assert runtime.run(world.ben, OrderService.read, number).order.status is OrderStatus.CONFIRMED


def test_without_an_address_people_learn_who_can_add_one(runtime, world, german, refused, place):
    runtime.run(SYSTEM, CustomerService.create, CustomerInput(name='Bare', account='C-1', country='DE'))
    with runtime.work(SYSTEM, writes=True) as work:
        bare = work.session.exec(select(Customer).where(Customer.account == 'C-1')).one()
        work.session.refresh(bare)
        buyer = add_person(work.session, work.now, 'bert', Role.BUYER, bare)
    runtime.run(buyer, CartService.add, 'LAMP-5', 1)
    assert refused(Invalid, lambda: place(buyer)).message == (
        'Your company has no delivery address yet. We add one when you call us.')
    with runtime.work(SYSTEM, writes=True) as work:
        admin = add_person(work.session, work.now, 'anna', Role.ADMIN, work.session.get_one(Customer, bare.id))
    assert refused(Invalid, lambda: place(buyer)).message == (
        'Your company has no delivery address yet. These people can add one: Anna.')
    runtime.run(admin, AddressService.add, AddressInput(name='Bare', street='Weg 1', city='Bremen', country='DE'))
    assert place(buyer)


def test_an_order_takes_the_same_few_statements_however_long_it_is(runtime, world, place):
    """More of them, or one for each line, is what made orders slow before: look there first when this fails."""
    place(world.ben, ('LAMP-5', 1))  # its number series, chain and settings are there from now on
    counts = []
    for lines in ((('LAMP-5', 1),), (('BOLT-M8', 50), ('LAMP-5', 2))):
        runtime.run(world.ben, CartService.add_many, lines)
        said = []
        sa.event.listen(runtime.database.write_engine, 'before_cursor_execute',
                        hear := lambda *given, said=said: said.append(given[2]))
        place(world.ben)
        sa.event.remove(runtime.database.write_engine, 'before_cursor_execute', hear)
        counts.append(len(said))
    assert counts[0] == counts[1] <= 31
