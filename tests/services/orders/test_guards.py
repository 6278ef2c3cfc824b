"""What is worth a look before ordering is said, and never stops."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.customers import Address
from models.users import Role
from services.carts.service import CartService
from services.core.actor import SYSTEM
from services.core.errors import Invalid
from services.orders.cancelling import CancelService
from services.orders.checkout import CheckoutInput
from services.orders.placing import CheckoutService
from services.settings import SettingService
from tests.world import add_person


@pytest.fixture
def notes(runtime, world):
    """What checkout notes about so many of an item."""
    def found(sku, quantity, **choices):
        runtime.run(world.ben, CartService.add_many, [(sku, quantity)], replace=True)
        review = runtime.run(world.ben, CheckoutService.review, CheckoutInput(**choices))
        assert not review.stops
        runtime.run(world.ben, CartService.clear)
        return {problem.kind: problem.message for problem in review.problems if problem.kind != 'stock'}
    return found


def test_far_more_than_usual(world, place, notes, clock):
    for quantity in (50, 100, 100):
        assert notes('BOLT-M8', 5000) == {}
        place(world.ben, ('BOLT-M8', quantity))
    assert notes('BOLT-M8', 1000) == {}
    assert notes('BOLT-M8', 1050) == {
        'unusual_quantity': '1,050 of BOLT-M8 is far more than usual: mostly 100.'}


def test_what_was_cancelled_or_bought_by_others_is_not_usual(runtime, world, place, notes):
    for _ in range(3):
        place(world.luc, ('BOLT-M8', 50))
        runtime.run(world.ben, CancelService.cancel, place(world.ben, ('BOLT-M8', 50)), 'No')
    assert notes('BOLT-M8', 5000) == {}


def test_a_colleague_was_quicker(runtime, world, place, notes, clock):
    place(world.mara, ('GLOVE-9', 4))
    assert notes('LAMP-5', 1) == {}
    assert 'Mara ordered 4 of GLOVE-9 on' in notes('GLOVE-9', 1)['colleague']
    clock.advance(days=2, minutes=1)
    assert 'colleague' not in notes('GLOVE-9', 1)


def test_ones_own_order_and_another_companys_are_no_colleagues(runtime, world, place, notes):
    place(world.ben, ('GLOVE-9', 4))
    place(world.luc, ('GLOVE-9', 4))
    assert 'colleague' not in notes('GLOVE-9', 1)


def test_a_place_never_delivered_to(runtime, world, place, notes):
    with runtime.work(SYSTEM, writes=True) as work:
        yard = Address(customer_id=world.harbour.id, kind='shipping', name='Yard', street='Neue Str. 3',
                       postcode='21073', city='Hamburg', country='DE')
        work.session.add(yard)
        work.session.flush()
        yard_id = yard.id
    for _ in range(3):
        assert notes('LAMP-5', 1, address_id=yard_id) == {}
        place(world.ben, ('BOLT-M8', 50))
    assert notes('LAMP-5', 1) == {}
    assert notes('LAMP-5', 1, address_id=yard_id) == {
        'unusual_place': 'None of your last orders went to Neue Str. 3, Hamburg.'}


def test_history_without_streets_says_nothing_of_places(runtime, world, place, order, alter, notes):
    for _ in range(3):
        alter(order(place(world.ben, ('BOLT-M8', 50))).order, ship_to={'country': 'DE'})
    assert notes('LAMP-5', 1) == {}


def test_notes_do_not_stop_an_order(runtime, world, place, notes):
    with runtime.work(SYSTEM, writes=True) as work:
        bob = add_person(work.session, work.now, 'bob', Role.BUYER, world.harbour)
    place(bob, ('LAMP-5', 1))
    assert 'colleague' in notes('LAMP-5', 1)
    assert place(world.ben, ('LAMP-5', 1))


def test_terms_of_sale_are_to_be_accepted(runtime, world, place, refused, order):
    runtime.run(SYSTEM, SettingService.put, 'orders.terms', 'Goods stay ours until paid.')
    runtime.run(world.ben, CartService.add, 'LAMP-5', 1)
    assert refused(Invalid, lambda: place(world.ben)).field == 'terms'
    number = place(world.ben, terms_accepted=True)
    assert order(number).order.gross > Decimal(0)
