"""Goods that come back, are lost, or will never come: stock, lines and the order's status follow."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.orders import OrderStatus
from models.shipments import ShipmentStatus
from services.core.errors import Conflict, Forbidden, Invalid
from services.orders.closing import ClosingService
from services.orders.confirming import OrderDesk
from services.shipments.returning import ReturningService
from services.shipments.tracking import StatusInput, TrackingService


@pytest.fixture
def lamps(runtime, world, goods, carried):
    """Ben's order of five lamps, all shipped: the numbers of order and shipment."""
    number = goods.place(world.ben, ('LAMP-5', 5))
    runtime.run(world.sam, OrderDesk.confirm, number)
    return number, goods.ship(number, ('LAMP-5', 5))[0]


def test_a_shipment_that_comes_back_opens_its_order_again(runtime, world, lamps, goods, told, last):
    number, shipment = lamps
    runtime.run(world.wim, ReturningService.come_back, shipment, 'Refused at the gate')
    found = goods.order(number)
    assert (found.order.status, found.order.closed_at) == (OrderStatus.CONFIRMED, None)
    assert [(line.shipped, line.open) for line in found.lines] == [(0, 5)]
    assert (goods.on_hand('LAMP-5'), goods.promised()) == (5, {'LAMP-5': Decimal(5)})
    view = goods.sent(shipment)
    assert (view.shipment.status, view.lines[0].returned) == (ShipmentStatus.RETURNED, 5)
    assert view.tracking[-1].note == 'Refused at the gate'
    assert told('shipment_returned')[0] == {world.ben.user_id}
    assert last('order.taken_back') == ('Wim', number, 'Refused at the gate')
    goods.sound()
    goods.ship(number, ('LAMP-5', 5))
    assert goods.order(number).order.status is OrderStatus.COMPLETED
    goods.sound()


def test_one_line_goes_back_to_backorder(runtime, world, lamps, goods):
    number, shipment = lamps
    row = goods.sent(shipment).lines[0]
    runtime.run(world.wim, ReturningService.take_back, shipment, {row.id: Decimal(2)}, 'Left on the ramp')
    found = goods.order(number)
    assert (found.order.status, found.lines[0].shipped, found.lines[0].open) == (OrderStatus.IN_FULFILMENT, 3, 2)
    assert (goods.on_hand('LAMP-5'), goods.promised()) == (2, {'LAMP-5': Decimal(2)})
    assert goods.sent(shipment).shipment.status is ShipmentStatus.SHIPPED
    goods.sound()


def test_what_is_lost_does_not_come_back_into_stock(runtime, world, lamps, goods):
    number, shipment = lamps
    row = goods.sent(shipment).lines[0]
    runtime.run(world.wim, ReturningService.take_back, shipment, {row.id: Decimal(1)}, 'Fell off', lost=True)
    assert goods.order(number).lines[0].open == 1
    assert (goods.on_hand('LAMP-5'), goods.promised()) == (0, {})
    goods.sound()


def test_what_cannot_come_back_is_refused(runtime, world, lamps, goods, refused):
    _number, shipment = lamps
    row = goods.sent(shipment).lines[0]
    take = ReturningService.take_back
    for line, many in ((row.id, 6), (row.id, -1), (row.id, 0), (world.ben.user_id, 1)):
        wrong = {line: Decimal(many)}
        refused(Invalid, lambda q=wrong: runtime.run(world.wim, take, shipment, q, 'x'))
    refused(Forbidden, lambda: runtime.run(world.sam, take, shipment, {row.id: Decimal(1)}, 'x'))
    refused(Invalid, lambda: runtime.run(world.wim, take, shipment, {row.id: Decimal(1)}, ' '))
    refused(Conflict, lambda: runtime.run(world.wim, ReturningService.cancel, shipment, 'x'))
    runtime.run(world.wim, TrackingService.say, shipment, StatusInput(status='delivered'))
    refused(Conflict, lambda: runtime.run(world.wim, take, shipment, {row.id: Decimal(1)}, 'x'))
    refused(Conflict, lambda: runtime.run(world.wim, ReturningService.come_back, shipment, 'x'))


def test_the_rest_is_closed_and_the_order_is_worth_what_was_shipped(runtime, world, number, goods, told, last):
    goods.ship(number, ('BOLT-M8', 200), ('LAMP-5', 5))
    before = goods.order(number).order
    assert (before.lines_net, before.uninvoiced) == (Decimal(373), before.gross)
    runtime.run(world.sam, ClosingService.close_rest, number, 'No longer made', version=before.version)
    found = goods.order(number)
    assert found.order.status is OrderStatus.COMPLETED
    assert [(line.cancelled, line.open, line.net) for line in found.lines] == [
        (300, 0, Decimal(40)), (0, 0, Decimal(175)), (20, 0, Decimal(0))]
    assert found.order.lines_net == Decimal(215)
    assert found.order.uninvoiced == found.order.gross < before.gross
    assert goods.promised() == {}
    assert told('rest_closed') == ({world.ben.user_id}, ['ben@harbour.test'])
    assert last('order.rest_closed') == ('Sam', number, 'No longer made')
    goods.sound()


def test_one_line_may_be_closed_alone(runtime, world, number, goods):
    gloves = goods.order(number).lines[2].id
    runtime.run(world.sam, ClosingService.close_rest, number, 'Sold out', lines=[gloves])
    found = goods.order(number)
    assert (found.order.status, found.lines[2].open) == (OrderStatus.CONFIRMED, 0)
    assert goods.promised() == {'BOLT-M8': Decimal(500), 'LAMP-5': Decimal(5)}
    goods.ship(number, ('BOLT-M8', 500), ('LAMP-5', 5))
    assert goods.order(number).order.status is OrderStatus.COMPLETED
    goods.sound()


def test_closing_all_of_an_order_cancels_it(runtime, world, number, goods, refused):
    runtime.run(world.sam, ClosingService.close_rest, number, 'Sold out')
    assert goods.order(number).order.status is OrderStatus.CANCELLED
    refused(Conflict, lambda: runtime.run(world.sam, ClosingService.close_rest, number, 'Again'))
    goods.sound()


def test_the_rest_is_closed_by_the_office_with_a_reason_on_a_fresh_page_only(runtime, world, number, refused):
    act = ClosingService.close_rest
    refused(Invalid, lambda: runtime.run(world.sam, act, number, ' '))
    refused(Conflict, lambda: runtime.run(world.sam, act, number, 'x', version=1))
    for who in (world.ben, world.wim):
        refused(Forbidden, lambda who=who: runtime.run(who, act, number, 'x'))
