"""What a workplace remembers: each person's own, in each company and browser tab, and nothing while looking."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

from models.workstation import PaneState, Workstation
from services.core.actor import VISITOR
from services.core.errors import Forbidden, Invalid, SignedOut
from services.core.permissions import READING
from services.core.runtime import Runtime
from services.notifications import NotificationService
from services.orders.reading import OrderService
from services.workstation import LARGEST_STATE, Desk, WorkstationService
from tests.world import World

W = WorkstationService


def test_tabs_and_states_come_back_in_their_browser_tab(runtime: Runtime, world: World) -> None:
    runtime.run(world.mara, W.keep, 'one', paths=['/', '/orders'], active='/orders', closed=['/shop'])
    runtime.run(world.mara, W.remember, 'one', '/orders', {'filter': 'oak'})
    desk = runtime.run(world.mara, W.recall, 'one')
    assert desk == Desk(('/', '/orders'), '/orders', ('/shop',), {'/orders': {'filter': 'oak'}})
    assert runtime.run(world.mara, W.recall, 'two') == Desk()
    assert runtime.run(world.ben, W.recall, 'one') == Desk()


def test_another_device_inherits_only_when_it_asks(runtime: Runtime, world: World) -> None:
    runtime.run(world.mara, W.keep, 'one', paths=['/orders'], active='/orders')
    assert runtime.run(world.mara, W.recall, 'two', inherit=True).paths == ('/orders',)
    assert runtime.run(world.ben, W.recall, 'two', inherit=True) == Desk()


def test_states_of_tabs_long_gone_are_forgotten(runtime: Runtime, world: World) -> None:
    runtime.run(world.mara, W.remember, 'one', '/orders', {'a': 1})
    runtime.run(world.mara, W.keep, 'one', paths=['/'], active='/', closed=['/orders'])
    assert runtime.run(world.mara, W.recall, 'one').states == {'/orders': {'a': 1}}
    runtime.run(world.mara, W.keep, 'one', paths=['/'], active='/')
    assert runtime.run(world.mara, W.recall, 'one').states == {}


def test_a_state_has_a_bound(runtime: Runtime, world: World) -> None:
    with pytest.raises(Invalid):
        runtime.run(world.mara, W.remember, 'one', '/orders', {'text': 'x' * LARGEST_STATE})
    with runtime.database.reading() as session:
        assert session.exec(select(PaneState)).all() == []


def test_favourites_keep_their_order_and_belong_to_one_person(runtime: Runtime, world: World) -> None:
    runtime.run(world.mara, W.pin, '/orders', 'Orders')
    runtime.run(world.mara, W.pin, '/shop', 'Shop')
    runtime.run(world.mara, W.pin, '/orders', 'Orders')
    assert [link.path for link in runtime.run(world.mara, W.frame).favourites] == ['/orders', '/shop']
    assert [link.path for link in runtime.run(world.mara, W.unpin, '/orders')] == ['/shop']
    assert runtime.run(world.ben, W.frame).favourites == ()


def test_recent_documents_are_the_newest_twenty(runtime: Runtime, world: World, clock) -> None:
    for number in range(25):
        clock.advance(minutes=1)
        runtime.run(world.mara, W.visit, f'/orders/{number}', str(number))
    recent = runtime.run(world.mara, W.visit, '/orders/7', '7')
    assert len(recent) == 20
    clock.advance(minutes=1)
    assert runtime.run(world.mara, W.visit, '/orders/9', '9')[0].title == '9'


def test_who_looks_through_a_customers_eyes_leaves_nothing(runtime: Runtime, world: World) -> None:
    looking = replace(world.olga, customer_id=world.harbour.id, viewing_as=True, real_user_id=world.olga.user_id,
                      permissions=READING)
    runtime.run(looking, W.keep, 'one', paths=['/'], active='/')
    runtime.run(looking, W.remember, 'one', '/', {'a': 1})
    assert runtime.run(looking, W.visit, '/orders/1', '1') == ()
    with pytest.raises(Forbidden):
        runtime.run(looking, W.pin, '/orders', 'Orders')
    with runtime.database.reading() as session:
        assert session.exec(select(Workstation)).all() == []


def test_a_visitor_has_no_workplace(runtime: Runtime) -> None:
    with pytest.raises(SignedOut):
        runtime.run(VISITOR, W.frame)


def test_counts_ask_each_act_with_its_own_right(runtime: Runtime, world: World) -> None:
    acts = {'bell': NotificationService.unread, 'desk': OrderService.count_unconfirmed}
    assert runtime.run(world.mara, W.counts, acts) == {'bell': 0, 'desk': 0}
