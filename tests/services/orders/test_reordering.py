"""Ordering again: prices then and now, what took an item's place, and only what is chosen goes in the cart."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlmodel import select

from models.catalogue import Item
from models.pricing import Price
from services.carts.service import CartService
from services.core.actor import SYSTEM
from services.core.errors import Forbidden, Invalid, NotFound
from services.orders.reordering import ReorderService


@pytest.fixture
def number(world, place):
    return place(world.ben, ('BOLT-M8', 500), ('LAMP-5', 2))


@pytest.fixture
def compare(runtime, world, number):
    return lambda: runtime.run(world.ben, ReorderService.compare, number)


def cart(runtime, world):
    return [(row.item.sku, row.quantity) for row in runtime.run(world.ben, CartService.read).lines]


def test_then_and_now(runtime, number, compare):
    with runtime.work(SYSTEM, writes=True) as work:
        price = next(p for p in work.session.exec(select(Price)) if p.price == Decimal(35))
        price.price = Decimal(38)
        work.session.add(price)
    assert [(row.sku, row.quantity, row.then, row.now, row.available, row.possible) for row in compare()] == [
        ('BOLT-M8', Decimal(500), Decimal('0.20'), Decimal('0.20'), Decimal(9500), True),
        ('LAMP-5', Decimal(2), Decimal(35), Decimal(38), Decimal(3), True)]


def test_a_successor_takes_the_place(runtime, world, number, compare, alter):
    alter(world.items['LAMP-5'], active=False, successor_id=world.items['GLOVE-9'].id)
    row = compare()[1]
    assert (row.sku, row.old_sku, row.now, row.possible) == ('GLOVE-9', 'LAMP-5', Decimal('4.90'), True)


def test_what_is_gone_is_said(runtime, world, number, compare, alter):
    alter(world.items['LAMP-5'], active=False)
    row = compare()[1]
    assert (row.possible, [p.message for p in row.problems]) == (False, ['LAMP-5 is no longer available.'])


def test_too_little_stock_is_said_but_can_be_changed(world, compare, place):
    place(world.luc, ('LAMP-5', 2))
    row = compare()[1]
    assert (row.possible, [p.kind for p in row.problems]) == (True, ['stock'])


def test_the_chosen_lines_are_added_or_replace_the_cart(runtime, world, number):
    runtime.run(world.ben, CartService.add, 'GLOVE-9', 1)
    chosen = {'BOLT-M8': Decimal(100), 'LAMP-5': Decimal(0)}
    assert runtime.run(world.ben, ReorderService.fill, number, chosen).lines == 2
    assert cart(runtime, world) == [('GLOVE-9', Decimal(1)), ('BOLT-M8', Decimal(100))]
    runtime.run(world.ben, ReorderService.fill, number, {'LAMP-5': Decimal(1)}, replace=True)
    assert cart(runtime, world) == [('LAMP-5', Decimal(1))]


@pytest.mark.parametrize('wanted', [{}, {'LAMP-5': Decimal(0)}, {'LAMP-5': Decimal(-1)}, {'LAMP-5': Decimal('NaN')},
                                    {'LAMP-5': Decimal('0.5')}], ids=repr)
def test_it_refuses_what_is_no_quantity(runtime, world, number, wanted):
    with pytest.raises(Invalid):
        runtime.run(world.ben, ReorderService.fill, number, wanted, replace=True)
    assert cart(runtime, world) == []


def test_it_refuses_other_people(runtime, world, number):
    for act, rest in ((ReorderService.compare, ()), (ReorderService.fill, ({'LAMP-5': Decimal(1)},))):
        with pytest.raises(NotFound):
            runtime.run(world.luc, act, number, *rest)
        for who in (world.vera, world.fin, world.sam):
            with pytest.raises(Forbidden):
                runtime.run(who, act, number, *rest)


def test_an_item_deleted_from_the_catalogue_is_gone(runtime, world, number, order, alter, compare):
    alter(order(number).lines[1], item_id=None)
    assert (compare()[1].now, compare()[1].possible) == (None, False)
    with runtime.database.reading() as session:
        assert len(session.exec(select(Item)).all()) == 3
