"""Cancelling: at once where the seller's rule lets the customer, else as a wish the office answers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.orders import HoldReason, OrderStatus, RequestState
from models.users import Role
from services.core.actor import SYSTEM, VISITOR
from services.core.errors import Conflict, Forbidden, Invalid, NotFound, SignedOut
from services.orders.cancelling import Cancelled, CancelService
from services.orders.confirming import OrderDesk
from services.settings import SettingService
from tests.world import add_person


@pytest.fixture
def number(world, place):
    return place(world.ben, ('BOLT-M8', 500), ('LAMP-5', 2))


def test_the_buyer_cancels_at_once(runtime, world, number, order, promised, last, told):  # noqa: PLR0917
    assert runtime.run(world.ben, CancelService.cancel, number, 'Twice', version=1) is Cancelled.AT_ONCE
    found = order(number)
    assert (found.order.status, found.order.close_reason) == (OrderStatus.CANCELLED, 'Twice')
    assert found.order.closed_at == runtime.now()
    assert all(line.cancelled == line.ordered for line in found.lines)
    assert promised() == {}
    assert last('order.cancelled') == ('Ben', number, 'Twice')
    bells, mails = told('order_cancelled')
    assert bells == {world.olga.user_id, world.sam.user_id}
    assert mails == ['ben@harbour.test']


def test_freed_stock_can_be_sold_again(runtime, world, place, number):
    place(world.luc, ('LAMP-5', 3))
    runtime.run(world.ben, CancelService.cancel, number, 'Twice')
    place(world.luc, ('LAMP-5', 2))


@pytest.mark.parametrize(('until', 'confirmed', 'outcome'), [
    ('never', False, Cancelled.ASKED), ('never', True, Cancelled.ASKED), ('placed', False, Cancelled.AT_ONCE),
    ('placed', True, Cancelled.ASKED), ('confirmed', False, Cancelled.AT_ONCE), ('confirmed', True, Cancelled.AT_ONCE)])
def test_the_setting_decides(runtime, world, number, until, confirmed, outcome):
    runtime.run(SYSTEM, SettingService.put, 'orders.cancel_until', until)
    if confirmed:
        runtime.run(world.sam, OrderDesk.confirm, number)
    assert runtime.run(world.ben, CancelService.cancel, number, 'Twice') is outcome


@pytest.fixture
def asked(runtime, world, number):
    """An order its buyer asked to cancel."""
    runtime.run(SYSTEM, SettingService.put, 'orders.cancel_until', 'never')
    runtime.run(world.ben, CancelService.cancel, number, 'Twice')
    return number


def test_a_wish_changes_nothing_and_reaches_the_office(world, asked, order, promised, last, told):
    found = order(asked)
    assert found.order.status is OrderStatus.PLACED
    assert [(r.kind, r.state, r.reason, r.asked_by_name, r.from_office) for r in found.requests] == [
        ('cancel', RequestState.WAITING, 'Twice', 'Ben', False)]
    assert promised() == {'BOLT-M8': Decimal(500), 'LAMP-5': Decimal(2)}
    assert last('order.cancel_asked') == ('Ben', asked, 'Twice')
    assert told('cancel_asked')[0] == {world.olga.user_id, world.sam.user_id}


def test_asking_twice_is_refused(runtime, world, asked, refused):
    refused(Conflict, lambda: runtime.run(world.ben, CancelService.cancel, asked, 'Please'))


def test_the_office_agrees(runtime, world, asked, order, promised, told):
    runtime.run(world.sam, CancelService.answer, asked, agree=True)
    found = order(asked)
    assert (found.order.status, found.order.close_reason) == (OrderStatus.CANCELLED, 'Twice')
    assert [(r.state, r.answered_at) for r in found.requests] == [(RequestState.AGREED, runtime.now())]
    assert promised() == {}
    assert world.ben.user_id in told('order_cancelled')[0]


def test_the_office_refuses_with_a_reason(runtime, world, asked, order, promised, last, told, refused):  # noqa: PLR0917
    refused(Invalid, lambda: runtime.run(world.sam, CancelService.answer, asked, agree=False))
    runtime.run(world.sam, CancelService.answer, asked, agree=False, reason='Already on the lorry')
    found = order(asked)
    assert (found.order.status, found.requests[0].state) == (OrderStatus.PLACED, RequestState.REFUSED)
    assert promised() == {'BOLT-M8': Decimal(500), 'LAMP-5': Decimal(2)}
    assert last('order.cancel_refused') == ('Sam', asked, 'Already on the lorry')
    assert told('cancel_refused')[0] == {world.ben.user_id}
    refused(NotFound, lambda: runtime.run(world.sam, CancelService.answer, asked, agree=True))
    assert runtime.run(world.ben, CancelService.cancel, asked, 'Really') is Cancelled.ASKED


def test_the_office_cancels_outright_and_the_wish_is_settled(runtime, world, asked, order):
    assert runtime.run(world.sam, CancelService.cancel, asked, 'As asked') is Cancelled.AT_ONCE
    assert [r.state for r in order(asked).requests] == [RequestState.AGREED]


def test_a_declined_order_leaves_no_wish_waiting(runtime, world, asked, order):
    runtime.run(world.sam, OrderDesk.decline, asked, 'Gone')
    assert [r.state for r in order(asked).requests] == [RequestState.AGREED]


def test_an_order_on_hold_can_be_cancelled(runtime, world, number, order, promised):
    runtime.run(world.sam, OrderDesk.hold, number, HoldReason.CREDIT, 'Please pay')
    runtime.run(world.ben, CancelService.cancel, number, 'Then not')
    assert (order(number).order.status, order(number).order.hold) == (OrderStatus.CANCELLED, None)
    assert promised() == {}


def test_it_refuses_the_wrong_state_version_and_reason(runtime, world, number, refused):
    refused(Invalid, lambda: runtime.run(world.ben, CancelService.cancel, number, ' '))
    refused(Conflict, lambda: runtime.run(world.ben, CancelService.cancel, number, 'Twice', version=9))
    runtime.run(world.ben, CancelService.cancel, number, 'Twice')
    refused(Conflict, lambda: runtime.run(world.ben, CancelService.cancel, number, 'Twice'))
    refused(Conflict, lambda: runtime.run(world.sam, CancelService.cancel, number, 'Twice'))


def test_it_refuses_other_people(runtime, world, number, refused):
    with runtime.work(SYSTEM, writes=True) as work:
        colleague = add_person(work.session, work.now, 'bob', Role.BUYER, world.harbour)
    for who in (world.luc, colleague):
        refused(NotFound, lambda who=who: runtime.run(who, CancelService.cancel, number, 'Mine'))
    for who in (world.vera, world.fin, world.wim):
        refused(Forbidden, lambda who=who: runtime.run(who, CancelService.cancel, number, 'Mine'))
    refused(SignedOut, lambda: runtime.run(VISITOR, CancelService.cancel, number, 'Mine'))
    refused(Forbidden, lambda: runtime.run(world.ben, CancelService.answer, number, agree=True))
    refused(NotFound, lambda: runtime.run(world.sam, CancelService.answer, number, agree=True))


def test_the_admin_cancels_a_colleagues_order(runtime, world, number, order, told):
    runtime.run(world.mara, CancelService.cancel, number, 'Twice')
    assert order(number).order.status is OrderStatus.CANCELLED
    assert world.ben.user_id in told('order_cancelled')[0]
