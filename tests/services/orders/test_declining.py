"""Declining, holding and releasing: the reason is read by the customer, stock follows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.orders import HoldReason, OrderStatus
from services.core.errors import Conflict, Forbidden, Invalid
from services.orders.confirming import OrderDesk


@pytest.fixture
def number(world, place):
    return place(world.ben, ('BOLT-M8', 500), ('LAMP-5', 2))


def test_declining_frees_the_stock_and_says_why(runtime, world, number, order, promised, last, told):  # noqa: PLR0917
    runtime.run(world.sam, OrderDesk.decline, number, '  The lamp is recalled  ', version=1)
    found = order(number)
    assert (found.order.status, found.order.close_reason) == (OrderStatus.DECLINED, 'The lamp is recalled')
    assert found.order.closed_at == runtime.now()
    assert [(line.cancelled, line.open) for line in found.lines] == [(Decimal(500), 0), (Decimal(2), 0)]
    assert promised() == {}
    assert last('order.declined') == ('Sam', number, 'The lamp is recalled')
    assert told('order_declined') == ({world.ben.user_id}, ['ben@harbour.test'])


def test_a_held_order_can_be_declined(runtime, world, number, order):
    runtime.run(world.sam, OrderDesk.hold, number, HoldReason.PRICE, 'Checking')
    runtime.run(world.sam, OrderDesk.decline, number, 'Too cheap')
    assert (order(number).order.hold, order(number).order.hold_note) == (None, '')


@pytest.mark.parametrize('reason', ['', '   '])
def test_a_reason_is_needed(runtime, world, number, refused, reason):
    assert refused(Invalid, lambda: runtime.run(world.sam, OrderDesk.decline, number, reason)).field == 'reason'
    refused(Invalid, lambda: runtime.run(world.sam, OrderDesk.hold, number, HoldReason.OTHER, reason))


def test_what_is_declined_stays_declined(runtime, world, number, refused, promised):
    runtime.run(world.sam, OrderDesk.decline, number, 'No')
    for attempt in (lambda: runtime.run(world.sam, OrderDesk.decline, number, 'No'),
                    lambda: runtime.run(world.sam, OrderDesk.hold, number, HoldReason.OTHER, 'x'),
                    lambda: runtime.run(world.sam, OrderDesk.release, number)):
        refused(Conflict, attempt)
    assert promised() == {}


@pytest.mark.parametrize('who', ['ben', 'mara', 'luc', 'wim'])
def test_it_refuses_people_without_the_right(runtime, world, number, refused, who):
    actor = getattr(world, who)
    for attempt in (lambda: runtime.run(actor, OrderDesk.decline, number, 'No'),
                    lambda: runtime.run(actor, OrderDesk.hold, number, HoldReason.OTHER, 'x'),
                    lambda: runtime.run(actor, OrderDesk.release, number)):
        refused(Forbidden, attempt)


def test_a_stale_page_is_refused(runtime, world, number, refused):
    refused(Conflict, lambda: runtime.run(world.sam, OrderDesk.decline, number, 'No', version=7))
    refused(Conflict, lambda: runtime.run(world.sam, OrderDesk.hold, number, HoldReason.OTHER, 'x', version=7))


def test_holding_and_releasing(runtime, world, number, order, last, told, promised):  # noqa: PLR0917
    runtime.run(world.sam, OrderDesk.hold, number, HoldReason.CREDIT, 'Please pay INV-1', version=1)
    held = order(number).order
    assert (held.status, held.hold, held.hold_note) == (OrderStatus.PLACED, HoldReason.CREDIT, 'Please pay INV-1')
    assert last('order.held') == ('Sam', number, 'Please pay INV-1')
    assert told('order_held') == ({world.ben.user_id}, [])
    runtime.run(world.olga, OrderDesk.release, number, 'Paid', version=2)
    free = order(number).order
    assert (free.status, free.hold, free.hold_note) == (OrderStatus.PLACED, None, '')
    assert last('order.released') == ('Olga', number, 'Paid')
    assert told('order_released') == ({world.ben.user_id}, [])
    assert promised() == {'BOLT-M8': Decimal(500), 'LAMP-5': Decimal(2)}


def test_holding_twice_or_releasing_what_is_free_is_refused(runtime, world, number, refused):
    refused(Conflict, lambda: runtime.run(world.sam, OrderDesk.release, number))
    runtime.run(world.sam, OrderDesk.hold, number, HoldReason.OTHER, 'Wait')
    refused(Conflict, lambda: runtime.run(world.sam, OrderDesk.hold, number, HoldReason.OTHER, 'Wait'))


def test_a_confirmed_order_can_be_held(runtime, world, number, order):
    runtime.run(world.sam, OrderDesk.confirm, number)
    runtime.run(world.sam, OrderDesk.hold, number, HoldReason.STOCK, 'Counting')
    assert (order(number).order.status, order(number).order.hold) == (OrderStatus.CONFIRMED, HoldReason.STOCK)
