"""Whole or in parts: what the customer chose is held to until he agrees, asks himself, or the office decides."""

from __future__ import annotations

import pytest

from models.orders import Delivery, OrderStatus, RequestState
from services.core.errors import Conflict, Forbidden, Invalid, NotFound
from services.orders.confirming import OrderDesk
from services.orders.delivering import DeliveryService
from services.orders.paper import PaperService
from services.orders.reading import OrderService
from services.shipments.asking import AskingService
from services.shipments.desk import ShipmentDesk
from services.shipments.inputs import ShipInput
from services.shipments.paper import ShipmentPaperService


@pytest.fixture
def wanted(runtime, world, place, carried, north):
    """Ben's confirmed order of 500 bolts and 7 lamps, 5 in the main warehouse and 2 in the north, as chosen."""
    def act(delivery=None, lamps=7):
        number = place(world.ben, ('BOLT-M8', 500), ('LAMP-5', lamps), delivery=delivery)
        runtime.run(world.sam, OrderDesk.confirm, number)
        return number
    return act


def test_what_nobody_chose_is_as_agreed_with_the_company_and_stays_so(runtime, world, wanted, alter, order):
    alter(world.harbour, delivery=Delivery.COMPLETE)
    number, other = wanted(lamps=1), wanted(Delivery.ASK, lamps=1)
    alter(world.harbour, delivery=Delivery.AVAILABLE)
    assert (order(number).order.delivery, order(other).order.delivery) == (Delivery.COMPLETE, Delivery.ASK)


@pytest.mark.parametrize('delivery', [Delivery.COMPLETE, Delivery.ASK])
def test_no_part_leaves_of_what_is_wanted_whole(world, goods, wanted, refused, delivery):
    number = wanted(delivery)
    refusal = refused(Conflict, lambda: goods.ship(number, ('BOLT-M8', 500)))
    assert (refusal.field, refusal.message.startswith('The customer wants')) == ('partly', True)
    refused(Conflict, lambda: goods.ship(number, ('BOLT-M8', 500), ('LAMP-5', 5), ('LAMP-5', 1, 'NORTH')))
    refused(Forbidden, lambda: goods.ship(number, ('BOLT-M8', 500), partly='I think so'))
    goods.ship(number, ('BOLT-M8', 500), ('LAMP-5', 5), ('LAMP-5', 2, 'NORTH'))
    assert goods.order(number).order.status is OrderStatus.COMPLETED
    goods.sound()


def test_picked_in_two_warehouses_both_parts_leave_one_after_the_other(runtime, world, wanted, sound, order):
    number = wanted(Delivery.COMPLETE)
    main, north = runtime.run(world.wim, ShipmentDesk.pick, number)
    runtime.run(world.wim, ShipmentDesk.ship_picked, main)
    runtime.run(world.wim, ShipmentDesk.ship_picked, north)
    assert order(number).order.status is OrderStatus.COMPLETED
    sound()


def test_what_is_not_all_there_is_not_even_picked(runtime, world, place, carried, refused):
    number = place(world.ben, ('BOLT-M8', 500), ('GLOVE-9', 20), delivery=Delivery.COMPLETE)
    runtime.run(world.sam, OrderDesk.confirm, number)
    refused(Conflict, lambda: runtime.run(world.wim, ShipmentDesk.pick, number))


def test_the_office_overrides_with_a_reason_the_customer_reads(runtime, world, goods, wanted, refused, told):
    number = wanted(Delivery.COMPLETE)
    refused(Invalid, lambda: runtime.run(world.sam, DeliveryService.allow, number, ' '))
    refused(Conflict, lambda: runtime.run(world.sam, DeliveryService.allow, number, 'Urgent', version=99))
    for who in (world.wim, world.ben):
        refused(Forbidden, lambda who=who: runtime.run(who, DeliveryService.allow, number, 'Urgent'))
    runtime.run(world.sam, DeliveryService.allow, number, 'Lamps come in May')
    assert goods.order(number).events[-1].note == 'Lamps come in May'
    assert told('partly_allowed') == ({world.ben.user_id}, [])
    refused(Conflict, lambda: runtime.run(world.sam, DeliveryService.allow, number, 'Again'))
    goods.ship(number, ('BOLT-M8', 500))
    assert goods.order(number).order.delivery is Delivery.AVAILABLE


def test_whoever_may_decide_ships_a_part_in_one_act(runtime, world, wanted, order, last):
    number = wanted(Delivery.ASK)
    bolts = order(number).lines[0].id
    given = ShipInput(lines=[{'line_id': bolts, 'warehouse': 'MAIN', 'quantity': 500}], partly='Ben said so')
    runtime.run(world.olga, ShipmentDesk.ship, number, given)
    assert last('order.partly_allowed')[2] == 'Ben said so'
    assert order(number).order.status is OrderStatus.IN_FULFILMENT


@pytest.mark.parametrize('answer', [(True, Delivery.AVAILABLE), (False, Delivery.COMPLETE)])
def test_the_customer_is_asked_and_answers(request, world, goods, wanted, refused, answer):
    agree, becomes = answer
    runtime, told = (request.getfixturevalue(name) for name in ('runtime', 'told'))
    number = wanted(Delivery.ASK)
    refused(NotFound, lambda: runtime.run(world.ben, DeliveryService.answer, number, agree=True))
    runtime.run(world.sam, DeliveryService.ask, number, 'Two lamps come on Friday.')
    assert (told('partly_asked')[0], told('news')[1]) == ({world.ben.user_id}, ['ben@harbour.test'])
    refused(Conflict, lambda: runtime.run(world.sam, DeliveryService.ask, number, 'Well?'))
    refused(NotFound, lambda: runtime.run(world.luc, DeliveryService.answer, number, agree=True))
    refused(Forbidden, lambda: runtime.run(world.vera, DeliveryService.answer, number, agree=True))
    runtime.run(world.ben, DeliveryService.answer, number, agree=agree)
    assert goods.order(number).order.delivery is becomes
    assert world.sam.user_id in told('partly_answered')[0]
    if agree:
        goods.ship(number, ('BOLT-M8', 500))
    else:
        refused(Conflict, lambda: goods.ship(number, ('BOLT-M8', 500)))


def test_his_own_wish_to_ship_what_is_there_is_an_answer(runtime, world, wanted, ship, order):
    number = wanted(Delivery.COMPLETE)
    runtime.run(world.sam, DeliveryService.ask, number, 'May we?')
    runtime.run(world.ben, AskingService.ship_now, [order(number).lines[0].id])
    ship(number, ('BOLT-M8', 500))
    assert order(number).order.delivery is Delivery.COMPLETE
    ship(number, ('LAMP-5', 5), ('LAMP-5', 2, 'NORTH'))
    assert {request.state for request in order(number).requests} == {RequestState.AGREED}


def test_papers_say_it(runtime, world, wanted):
    number = wanted(Delivery.COMPLETE)
    assert runtime.run(world.ben, PaperService.order, number).shipping_name == 'Standard · Ship everything together'
    picked = runtime.run(world.wim, ShipmentDesk.pick, number)
    assert runtime.run(world.wim, ShipmentPaperService.pick_list, picked[0]).delivery == \
        'Standard · Ship everything together'
    assert runtime.run(world.ben, OrderService.read, number).order.delivery is Delivery.COMPLETE
