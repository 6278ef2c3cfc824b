"""Changing an order: proposed by the office, agreed by the customer, then sums and reservations follow."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from models.orders import OrderStatus, RequestState
from services.core.errors import Conflict, Forbidden, Invalid, NotFound
from services.orders.cancelling import CancelService
from services.orders.changing import ChangeService, LineChange
from services.orders.confirming import OrderDesk

pytestmark = pytest.mark.usefixtures('german')


@pytest.fixture
def number(world, place):
    return place(world.ben, ('BOLT-M8', 500), ('LAMP-5', 2))


@pytest.fixture
def change(runtime, world, order):
    """Apply a change the customer agreed to on the phone: {place of the line: quantity or date}."""
    def act(number, changes, **options):
        lines = order(number).lines
        wanted = {lines[n].id: LineChange(promised_on=value) if isinstance(value, dt.date)
                  else LineChange(quantity=Decimal(value)) for n, value in changes.items()}
        runtime.run(world.sam, ChangeService.apply_agreed, number, wanted, 'Ben on the phone', **options)
    return act


def sums(found):
    order = found.order
    return order.lines_net, order.net, order.tax, order.gross


@pytest.mark.parametrize('case', [
    ({1: 1}, ['100', '35'], ('135', '144.90', '27.53', '172.43'), {'BOLT-M8': 500, 'LAMP-5': 1}),
    ({1: 4}, ['100', '140'], ('240', '249.90', '47.48', '297.38'), {'BOLT-M8': 500, 'LAMP-5': 4}),
    ({1: 0}, ['100', '0'], ('100', '109.90', '20.88', '130.78'), {'BOLT-M8': 500}),
    ({0: 50, 1: 3}, ['10', '105'], ('115', '124.90', '23.73', '148.63'), {'BOLT-M8': 50, 'LAMP-5': 3}),
    ({1: 9}, ['100', '315'], ('415', '424.90', '80.73', '505.63'), {'BOLT-M8': 500, 'LAMP-5': 5})])
def test_sums_and_reservations_follow(number, order, promised, change, case):
    changes, nets, expected, held = case
    change(number, changes)
    found = order(number)
    assert [line.net for line in found.lines] == [Decimal(net) for net in nets]
    assert sums(found) == tuple(Decimal(value) for value in expected)
    assert promised() == {sku: Decimal(count) for sku, count in held.items()}
    assert sum(Decimal(tax['tax']) for tax in found.order.taxes) == found.order.tax


def test_the_price_agreed_stays(number, order, change, alter, world):
    change(number, {0: 50})
    assert order(number).lines[0].unit_price == Decimal('0.20')


def test_a_date_alone_changes_no_sum(number, order, change, last, told, world):
    before = sums(order(number))
    change(number, {0: dt.date(2026, 4, 1)})
    found = order(number)
    assert found.lines[0].promised_on == dt.date(2026, 4, 1)
    assert sums(found) == before
    assert last('order.changed') == ('Sam', number, 'Ben on the phone')
    assert told('order_changed') == ({world.ben.user_id}, ['ben@harbour.test'])


def test_less_and_more_again_keeps_what_is_wanted(number, order, change, promised):
    change(number, {1: 1})
    change(number, {1: 3})
    line = order(number).lines[1]
    assert (line.ordered - line.cancelled, line.open, line.net) == (Decimal(3), Decimal(3), Decimal(105))
    assert promised()['LAMP-5'] == Decimal(3)


@pytest.fixture
def proposed(runtime, world, number, order):
    """An order the office proposed to change to one lamp."""
    lamp = order(number).lines[1]
    one = {lamp.id: LineChange(quantity=Decimal(1))}
    runtime.run(world.sam, ChangeService.propose, number, one, 'Short', version=1)
    return number


def test_a_proposal_changes_nothing_and_asks(world, proposed, order, promised, last, told):
    found = order(proposed)
    assert sums(found) == (Decimal(170), Decimal('179.90'), Decimal('34.18'), Decimal('214.08'))
    assert [(r.kind, r.state, r.from_office, r.reason) for r in found.requests] == [
        ('change', RequestState.WAITING, True, 'Short')]
    assert promised() == {'BOLT-M8': Decimal(500), 'LAMP-5': Decimal(2)}
    assert last('order.change_proposed') == ('Sam', proposed, 'Short')
    assert told('order_consent') == ({world.ben.user_id}, ['ben@harbour.test'])


def test_the_customer_agrees(runtime, world, proposed, order, promised, last, told):  # noqa: PLR0917
    runtime.run(world.ben, ChangeService.answer, proposed, agree=True)
    found = order(proposed)
    assert sums(found)[3] == Decimal('172.43')
    assert found.requests[0].state is RequestState.AGREED
    assert promised()['LAMP-5'] == Decimal(1)
    assert last('order.change_agreed')[0] == 'Ben'
    assert told('order_answered')[0] == {world.olga.user_id, world.sam.user_id}


def test_the_customer_refuses(runtime, world, proposed, order, promised, last):
    runtime.run(world.ben, ChangeService.answer, proposed, agree=False, reason='We need both')
    found = order(proposed)
    assert sums(found)[3] == Decimal('214.08')
    assert found.requests[0].state is RequestState.REFUSED
    assert promised()['LAMP-5'] == Decimal(2)
    assert last('order.change_refused') == ('Ben', proposed, 'We need both')


def test_an_answer_is_given_once_and_by_the_customer(runtime, world, proposed, refused):
    refused(NotFound, lambda: runtime.run(world.luc, ChangeService.answer, proposed, agree=True))
    for who in (world.sam, world.vera, world.fin):
        refused(Forbidden, lambda who=who: runtime.run(who, ChangeService.answer, proposed, agree=True))
    runtime.run(world.ben, ChangeService.answer, proposed, agree=True)
    refused(NotFound, lambda: runtime.run(world.ben, ChangeService.answer, proposed, agree=True))


def test_a_second_proposal_waits_for_the_first_answer(runtime, world, proposed, order, refused):
    lamp = order(proposed).lines[1]
    refused(Conflict, lambda: runtime.run(world.sam, ChangeService.propose, proposed,
                                          {lamp.id: LineChange(quantity=Decimal(2))}, 'Again'))


def test_a_proposal_ends_with_its_order(runtime, world, proposed, order, refused):
    runtime.run(world.ben, CancelService.cancel, proposed, 'Then not')
    assert order(proposed).requests[0].state is RequestState.REFUSED
    refused(NotFound, lambda: runtime.run(world.ben, ChangeService.answer, proposed, agree=True))


@pytest.mark.parametrize(('value', 'field'), [
    (LineChange(quantity=Decimal(-1)), 'quantity'), (LineChange(quantity=Decimal('1e308')), 'quantity'),
    (LineChange(quantity=Decimal('0.5')), 'quantity'), (LineChange(promised_on=dt.date(2026, 3, 1)), 'promised_on'),
    (LineChange(), None)])
def test_it_refuses_what_cannot_be(runtime, world, number, order, refused, value, field):  # noqa: PLR0917
    lamp = order(number).lines[1]
    for act in (ChangeService.propose, ChangeService.apply_agreed):
        assert refused(Invalid, lambda act=act: runtime.run(
            world.sam, act, number, {lamp.id: value}, 'Short')).field == field


def test_it_refuses_to_drop_every_line(runtime, world, number, order, refused):
    nothing = {line.id: LineChange(quantity=Decimal(0)) for line in order(number).lines}
    refused(Invalid, lambda: runtime.run(world.sam, ChangeService.propose, number, nothing, 'Short'))
    refused(Invalid, lambda: runtime.run(world.sam, ChangeService.apply_agreed, number, nothing, 'Short'))


def test_it_refuses_no_change_no_reason_foreign_lines_and_a_stale_page(runtime, world, number, place, order, refused):
    lamp = order(number).lines[1]
    foreign = order(place(world.luc, ('LAMP-5', 1))).lines[0]
    one = {lamp.id: LineChange(quantity=Decimal(1))}
    for act in (ChangeService.propose, ChangeService.apply_agreed):
        refused(Invalid, lambda act=act: runtime.run(world.sam, act, number, {}, 'Short'))
        refused(Invalid, lambda act=act: runtime.run(world.sam, act, number, one, ' '))
        refused(Conflict, lambda act=act: runtime.run(world.sam, act, number, one, 'Short', version=5))
        refused(NotFound, lambda act=act: runtime.run(
            world.sam, act, number, {foreign.id: LineChange(quantity=Decimal(1))}, 'Short'))
        for who in (world.ben, world.mara, world.wim):
            refused(Forbidden, lambda act=act, who=who: runtime.run(who, act, number, one, 'Short'))


def test_a_closed_order_is_not_changed(runtime, world, number, order, refused, change):
    runtime.run(world.sam, OrderDesk.decline, number, 'No')
    refused(Conflict, lambda: change(number, {1: 1}))
    assert order(number).order.status is OrderStatus.DECLINED


def test_what_is_shipped_cannot_be_taken_back(number, order, alter, change, refused):
    alter(order(number).lines[1], shipped=Decimal(2))
    assert refused(Invalid, lambda: change(number, {1: 1})).field == 'quantity'
