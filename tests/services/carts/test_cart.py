"""The cart: what goes in, what is refused, and what its person was shown."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlmodel import select

from models.carts import Cart, CartLine
from models.catalogue import Item
from models.pricing import Price
from models.users import Role
from services.carts.service import CartService
from services.core.actor import SYSTEM, VISITOR
from services.core.errors import Forbidden, Invalid, NotFound, SignedOut
from services.core.permissions import Permission
from services.pricing.lists import PriceInput, PriceListService
from services.settings import SettingService
from tests.world import add_person

NO_QUANTITIES = [0, -1, 1e308, float('nan'), float('inf'), '1e3', 2**63, '0.5', 0.5, True, None, [1], '', ' ', 'x',
                 '1,5', '1_000', '--1', '9' * 400, Decimal('NaN'), Decimal('sNaN'), Decimal('Infinity'), {}]


@pytest.fixture
def cart(runtime, world):
    return lambda who=None: runtime.run(who or world.ben, CartService.read)


@pytest.fixture
def add(runtime, world):
    return lambda *lines, who=None, **options: runtime.run(who or world.ben, CartService.add_many, lines, **options)


def held(view):
    return [(row.item.sku, row.quantity, row.net) for row in view.lines]


def test_adding_twice_grows_one_line(add, cart):
    assert vars(add(('BOLT-M8', 50), ('LAMP-5', 1))) == {'new': 2, 'grown': 0, 'lines': 2}
    assert vars(add(('bolt-m8', 450))) == {'new': 0, 'grown': 1, 'lines': 2}
    assert held(cart()) == [('BOLT-M8', Decimal(500), Decimal(100)), ('LAMP-5', Decimal(1), Decimal(35))]
    assert cart().net == Decimal(135)


def test_the_same_sku_twice_in_one_go_is_summed(add, cart):
    add(('BOLT-M8', 250), ('BOLT-M8', 250))
    assert held(cart()) == [('BOLT-M8', Decimal(500), Decimal(100))]


@pytest.fixture
def worth(runtime, world):
    return lambda who=None: runtime.run(who or world.ben, CartService.worth)


def test_what_the_cart_is_worth_is_what_its_page_says(runtime, world, add, cart, worth, place):
    assert worth() == ''
    add(('BOLT-M8', 500), ('LAMP-5', 3))
    assert (worth(), cart().net) == ('€205.00', Decimal(205))
    lamp = next(row for row in cart().lines if row.item.sku == 'LAMP-5')
    runtime.run(world.ben, CartService.set_quantity, lamp.id, 2)
    assert worth() == '€170.00'
    runtime.run(world.ben, CartService.save_for_later, lamp.id)
    assert worth() == '€100.00', 'what is saved for later does not count'
    runtime.run(world.ben, CartService.restore, lamp.id)
    runtime.run(world.sam, PriceListService.put, 'HARBOUR', [PriceInput(sku='LAMP-5', price=Decimal('33.33'))])
    assert worth() == f'€{cart().net}' == '€166.66', 'a new price shows at once'
    assert worth(world.luc) == '', "another person's cart is another one"
    place(world.ben)
    assert worth() == ''
    add(('LAMP-5', 1))
    assert worth() == '€33.33'


def test_the_sum_is_worked_out_only_when_something_changed(runtime, world, add, worth, monkeypatch):
    add(('LAMP-5', 3))
    assert worth() == '€105.00'
    monkeypatch.setattr('services.carts.worth.quotes', lambda *_args, **_kwargs: pytest.fail('worked out again'))
    assert worth() == '€105.00'


def test_who_sees_no_prices_sees_no_sum(runtime, world, add, worth):
    add(('LAMP-5', 3))
    blind = replace(world.ben, permissions=world.ben.permissions - {Permission.PRICES_READ})
    assert worth(blind) == ''


def test_all_or_none(runtime, world, add, cart, refused):
    add(('LAMP-5', 1))
    for bad in (('NO-SUCH', 1), ('BOLT-M8', 'x')):
        before = cart()
        refused((NotFound, Invalid), lambda bad=bad: add(('GLOVE-9', 2), bad))
        assert cart() == before


@pytest.mark.parametrize('bad', NO_QUANTITIES, ids=repr)
def test_no_quantity_is_refused_and_changes_nothing(runtime, world, add, cart, bad):
    add(('LAMP-5', 2))
    line = cart().lines[0]
    for attempt in (lambda: runtime.run(world.ben, CartService.set_quantity, line.id, bad),
                    lambda: add(('LAMP-5', bad))):
        with pytest.raises(Invalid) as caught:
            attempt()
        assert caught.value.field == 'quantity'
    assert held(cart()) == [('LAMP-5', Decimal(2), Decimal(70))]


@pytest.mark.parametrize(('given', 'kept'), [(3, 3), ('4', 4), (Decimal('5.0'), 5), (' 6 ', 6), ('٧', 7),
                                             ('1,000', 1000)])
def test_plain_numbers_are_taken(runtime, world, add, cart, given, kept):
    add(('LAMP-5', 1))
    runtime.run(world.ben, CartService.set_quantity, cart().lines[0].id, given)
    assert cart().lines[0].quantity == Decimal(kept)


def test_the_largest_quantity_is_the_sellers(runtime, add, cart):
    runtime.run(SYSTEM, SettingService.put, 'orders.largest_quantity', 100)
    add(('LAMP-5', 100))
    with pytest.raises(Invalid) as caught:
        add(('LAMP-5', 1))
    assert caught.value.message == 'Please give the quantity as a number above 0 and up to 100.'
    assert cart().lines[0].quantity == 100


def test_a_quantity_below_the_pack_stays_and_says_what_would_do(add, cart):
    add(('BOLT-M8', 60))
    problem, = cart().problems
    assert (problem.severity, problem.kind, problem.quantity) == ('stops', 'quantity', Decimal(100))


def test_more_than_is_left_is_proposed_never_cut(add, cart):
    add(('LAMP-5', 9))
    problem, = cart().problems
    assert (cart().lines[0].quantity, problem.kind, problem.quantity) == (Decimal(9), 'stock', Decimal(5))


def test_a_cart_holds_so_many_lines(runtime, world, add, cart):
    runtime.run(SYSTEM, SettingService.put, 'cart.largest_lines', 10)
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add_all(Item(sku=f'NUT-{n}', name='Nut', created_at=work.now) for n in range(11))
    with pytest.raises(Invalid):
        add(*((f'NUT-{n}', 1) for n in range(11)))
    assert cart().lines == ()
    assert add(*((f'NUT-{n}', 1) for n in range(10))).lines == 10


def test_notes_are_trimmed_and_kept(runtime, world, add, cart):
    add(('LAMP-5', 1))
    runtime.run(world.ben, CartService.note, cart().lines[0].id, '  second floor ' + 'x' * 400)
    assert cart().lines[0].note == ('second floor ' + 'x' * 400)[:300]


def test_saved_lines_are_put_aside_and_come_back(runtime, world, add, cart):
    add(('LAMP-5', 1), ('GLOVE-9', 2))
    lamp = cart().lines[0]
    runtime.run(world.ben, CartService.save_for_later, lamp.id)
    assert ([row.item.sku for row in cart().lines], [row.item.sku for row in cart().saved]) == (['GLOVE-9'], ['LAMP-5'])
    assert runtime.run(world.ben, CartService.count) == 1
    add(('LAMP-5', 2))
    runtime.run(world.ben, CartService.restore, lamp.id)
    assert sorted(held(cart())) == [('GLOVE-9', Decimal(2), Decimal('9.80')), ('LAMP-5', Decimal(3), Decimal(105))]
    assert cart().saved == ()


def test_removing_gives_back_what_undo_needs_and_clearing_keeps_the_saved(runtime, world, add, cart):
    add(('LAMP-5', 2), ('GLOVE-9', 2), ('BOLT-M8', 50))
    lamp, glove, _bolt = cart().lines
    assert runtime.run(world.ben, CartService.remove, lamp.id) == ('LAMP-5', Decimal(2))
    runtime.run(world.ben, CartService.save_for_later, glove.id)
    runtime.run(world.ben, CartService.clear)
    assert (cart().lines, [row.item.sku for row in cart().saved]) == ((), ['GLOVE-9'])
    with pytest.raises(NotFound):
        runtime.run(world.ben, CartService.remove, lamp.id)


def test_replacing_empties_first(add, cart):
    add(('LAMP-5', 2))
    add(('GLOVE-9', 1), replace=True)
    assert [row.item.sku for row in cart().lines] == ['GLOVE-9']


@pytest.fixture
def raise_lamp(runtime):
    def act(old, new):
        with runtime.work(SYSTEM, writes=True) as work:
            price = next(p for p in work.session.exec(select(Price)) if p.price == Decimal(old))
            price.price = Decimal(new)
            work.session.add(price)
    return act


def test_a_risen_price_asks_until_it_is_accepted(runtime, world, add, cart, raise_lamp):
    add(('LAMP-5', 1))
    raise_lamp('35', '37.50')
    row, = cart().lines
    assert (row.dearer, row.shown_price, row.price.unit_price) == (True, Decimal(35), Decimal('37.50'))
    assert [(p.severity, p.kind) for p in cart().problems] == [('asks', 'dearer')]
    runtime.run(world.ben, CartService.set_quantity, row.id, 2)
    assert cart().lines[0].dearer
    add(('LAMP-5', 1))
    assert cart().lines[0].dearer
    runtime.run(world.ben, CartService.accept_prices)
    assert (cart().problems, cart().lines[0].net) == ((), Decimal('112.50'))


def test_a_fallen_price_is_simply_applied(add, cart, raise_lamp):
    add(('LAMP-5', 1))
    raise_lamp('35', '30')
    assert (cart().problems, cart().net) == ((), Decimal(30))


def test_losing_a_tier_by_ones_own_choice_is_no_rise(runtime, world, add, cart):
    add(('BOLT-M8', 500))
    runtime.run(world.ben, CartService.set_quantity, cart().lines[0].id, 50)
    assert (cart().problems, cart().net) == ((), Decimal('12.50'))


def test_each_has_his_own(runtime, world, add, cart):
    with runtime.work(SYSTEM, writes=True) as work:
        colleague = add_person(work.session, work.now, 'bob', Role.BUYER, world.harbour)
    add(('LAMP-5', 1))
    line = cart().lines[0]
    for who in (colleague, world.mara, world.luc):
        assert cart(who).lines == ()
        for act, rest in ((CartService.set_quantity, (3,)), (CartService.note, ('x',)), (CartService.remove, ()),
                          (CartService.save_for_later, ()), (CartService.restore, ())):
            with pytest.raises(NotFound):
                runtime.run(who, act, line.id, *rest)
    with pytest.raises(NotFound):
        runtime.run(world.ben, CartService.remove, uuid.uuid4())
    assert held(cart()) == [('LAMP-5', Decimal(1), Decimal(35))]


@pytest.mark.parametrize('who', ['vera', 'fin', 'ada', 'sam'])
def test_people_without_a_cart_are_refused(runtime, world, who):
    for act, rest in ((CartService.read, ()), (CartService.add, ('LAMP-5',)), (CartService.clear, ())):
        with pytest.raises(Forbidden):
            runtime.run(getattr(world, who), act, *rest)
        with pytest.raises(SignedOut):
            runtime.run(VISITOR, act, *rest)


def test_two_windows_begin_one_cart(runtime, world, cart):
    start, failed = threading.Barrier(4), []

    def window():
        start.wait()
        try:
            runtime.run(world.ben, CartService.add, 'LAMP-5', 1)
        except Exception as error:
            failed.append(error)
    threads = [threading.Thread(target=window) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    with runtime.database.reading() as session:
        assert len(session.exec(select(Cart)).all()) == 1
        quantities = [line.quantity for line in session.exec(select(CartLine))]
    assert (failed, quantities) == ([], [Decimal(4)])


def test_his_other_windows_hear_of_it(runtime, world, add):
    heard = []
    runtime.bus.publish = heard.extend
    add(('LAMP-5', 1))
    assert heard == [f'cart:{world.ben.user_id}:{world.harbour.id}']
