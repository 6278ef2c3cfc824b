"""Confirming: the promised dates, the mail, once only, by the office only."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import pytest

from models.orders import HoldReason, Order, OrderStatus
from services.core.actor import SYSTEM, VISITOR
from services.core.errors import Conflict, Forbidden, Invalid, NotFound, SignedOut
from services.core.listing import ListQuery
from services.orders.confirming import OrderDesk
from services.orders.reading import OrderService
from services.settings import SettingService


@pytest.fixture
def number(world, place):
    return place(world.ben, ('BOLT-M8', 500), ('LAMP-5', 2))


def test_it_confirms_with_the_promised_dates_and_tells_the_buyer(runtime, world, number, order, last, told):
    bolts, lamps = order(number).lines
    runtime.run(world.sam, OrderDesk.confirm, number, version=1, dates={lamps.id: dt.date(2026, 3, 9)})
    found = order(number)
    assert (found.order.status, found.order.confirmed_at) == (OrderStatus.CONFIRMED, runtime.now())
    assert [line.promised_on for line in found.lines] == [None, dt.date(2026, 3, 9)]
    assert last('order.confirmed') == ('Sam', number, '')
    assert told('order_confirmed') == ({world.ben.user_id}, ['ben@harbour.test'])
    assert found.order.version == 2
    assert bolts.promised_on is None


def test_it_keeps_the_reservation(runtime, world, number, promised):
    runtime.run(world.sam, OrderDesk.confirm, number)
    assert promised() == {'BOLT-M8': Decimal(500), 'LAMP-5': Decimal(2)}


def test_a_stale_page_is_refused(runtime, world, number, refused):
    runtime.run(world.sam, OrderDesk.hold, number, HoldReason.STOCK, 'Counting')
    runtime.run(world.sam, OrderDesk.release, number)
    refused(Conflict, lambda: runtime.run(world.sam, OrderDesk.confirm, number, version=1))


def test_a_held_order_is_refused(runtime, world, number, refused):
    runtime.run(world.sam, OrderDesk.hold, number, HoldReason.STOCK, 'Counting')
    said = refused(Conflict, lambda: runtime.run(world.sam, OrderDesk.confirm, number))
    assert said.message == f'{number} is on hold. Release it first.'


def test_a_date_in_the_past_or_of_another_order_is_refused(runtime, world, number, place, order, refused):
    line = order(number).lines[0]
    other = order(place(world.luc, ('BOLT-M8', 50))).lines[0]
    refused(Invalid, lambda: runtime.run(world.sam, OrderDesk.confirm, number, dates={line.id: dt.date(2026, 3, 1)}))
    refused(NotFound, lambda: runtime.run(world.sam, OrderDesk.confirm, number, dates={other.id: dt.date(2026, 4, 1)}))
    assert order(number).order.status is OrderStatus.PLACED


@pytest.mark.parametrize('who', ['ben', 'mara', 'vera', 'luc', 'wim'])
def test_it_refuses_people_without_the_right(runtime, world, number, refused, who):
    refused(Forbidden, lambda: runtime.run(getattr(world, who), OrderDesk.confirm, number))
    refused(SignedOut, lambda: runtime.run(VISITOR, OrderDesk.confirm, number))


def test_what_is_confirmed_or_closed_is_not_confirmed_again(runtime, world, number, refused):
    runtime.run(world.sam, OrderDesk.confirm, number)
    said = refused(Conflict, lambda: runtime.run(world.olga, OrderDesk.confirm, number))
    assert said.message == f'{number} is confirmed; that is not possible any more.'
    refused(Conflict, lambda: runtime.run(world.olga, OrderDesk.decline, number, 'Too late'))
    refused(NotFound, lambda: runtime.run(world.olga, OrderDesk.confirm, 'SO-2026-999999'))


def test_two_of_the_office_at_once_confirm_once(runtime, world, number, told):
    start, outcomes = threading.Barrier(2), []

    def click(who):
        start.wait()
        try:
            runtime.run(who, OrderDesk.confirm, number, version=1)
            outcomes.append('done')
        except Conflict:
            outcomes.append('conflict')
    threads = [threading.Thread(target=click, args=(who,)) for who in (world.sam, world.olga)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ['conflict', 'done']
    assert told('order_confirmed')[1] == ['ben@harbour.test']


def test_many_are_confirmed_and_the_others_left_as_they_are(runtime, world, place, order):
    numbers = [place(world.ben, ('BOLT-M8', 50)) for _ in range(4)]
    runtime.run(world.sam, OrderDesk.hold, numbers[1], HoldReason.OTHER, 'Wait')
    runtime.run(world.sam, OrderDesk.decline, numbers[2], 'No')
    ids = [order(number).order.id for number in numbers]
    assert runtime.run(world.sam, OrderDesk.confirm_many, ids) == 2
    assert [order(number).order.status for number in numbers] == [
        OrderStatus.CONFIRMED, OrderStatus.PLACED, OrderStatus.DECLINED, OrderStatus.CONFIRMED]
    assert runtime.run(world.sam, OrderDesk.confirm_many, ids) == 0
    assert runtime.run(world.sam, OrderDesk.confirm_many, []) == 0


def test_many_are_refused_without_the_right(runtime, world, number, order, refused):
    refused(Forbidden, lambda: runtime.run(world.ben, OrderDesk.confirm_many, [order(number).order.id]))


def test_the_rule_confirms_but_not_what_waits(runtime, world, place, order, alter, last):
    runtime.run(SYSTEM, SettingService.put, 'orders.auto_confirm', True)
    assert order(place(world.ben, ('LAMP-5', 1))).order.status is OrderStatus.CONFIRMED
    assert last('order.confirmed')[2] == 'Confirmed by rule'
    alter(world.harbour, credit_limit=Decimal(1), credit_policy='hold')
    held = order(place(world.ben, ('LAMP-5', 1))).order
    assert (held.status, held.hold) == (OrderStatus.PLACED, HoldReason.CREDIT)


def test_the_list_shows_what_is_in_reach(runtime, world, number):
    assert [row['number'] for row in runtime.run(world.mara, OrderService.list, ListQuery()).rows] == [number]
    assert runtime.run(world.luc, OrderService.list, ListQuery()).rows == []
    desk = runtime.run(world.sam, OrderService.desk, ListQuery()).rows
    assert [row['customer'] for row in desk] == ['Harbour Joinery']
    assert runtime.run(world.sam, OrderService.count_unconfirmed) == 1
    assert runtime.run(world.ben, OrderService.count_open) == 1
    assert [row.number for row in runtime.run(world.ben, OrderService.recent)] == [number]
    assert isinstance(runtime.run(world.ben, OrderService.recent)[0], Order)
