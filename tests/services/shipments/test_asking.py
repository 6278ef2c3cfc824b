"""What customers ask of open lines, and how it is answered."""

from __future__ import annotations

from decimal import Decimal

from models.orders import RequestState
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, NotFound
from services.settings import SettingService
from services.shipments.asking import AskingService
from services.stock.service import StockService


def requests(goods, number):
    return [(one.kind, one.state) for one in goods.order(number).requests]


def test_shipping_answers_the_wish_to_ship(runtime, world, number, goods, told, refused):
    lines = [line.id for line in goods.order(number).lines]
    assert runtime.run(world.ben, AskingService.ship_now, lines) == 1
    assert requests(goods, number) == [('ship_now', RequestState.WAITING)]
    assert told('ship_asked')[0] == {world.olga.user_id, world.sam.user_id}
    refused(Conflict, lambda: runtime.run(world.ben, AskingService.ship_now, lines))
    goods.ship(number, ('LAMP-5', 5))
    assert requests(goods, number) == [('ship_now', RequestState.AGREED)]


def test_the_office_agrees_to_cancel_the_rest(runtime, world, number, goods, told):
    gloves = goods.order(number).lines[2].id
    assert runtime.run(world.ben, AskingService.close_rest, [gloves], 'Found elsewhere') == (1, False)
    assert goods.order(number).lines[2].open == 20
    runtime.run(world.sam, AskingService.answer, number, 'close_rest', agree=True)
    found = goods.order(number)
    assert (found.lines[2].open, found.lines[0].open) == (0, 500)
    assert requests(goods, number) == [('close_rest', RequestState.AGREED)]
    assert told('rest_closed') == ({world.ben.user_id}, ['ben@harbour.test'])
    goods.sound()


def test_a_refusal_has_its_reason(runtime, world, number, goods, told, refused):
    gloves = goods.order(number).lines[2].id
    runtime.run(world.ben, AskingService.close_rest, [gloves], 'Found elsewhere')
    runtime.run(world.sam, AskingService.answer, number, 'close_rest', agree=False, reason='On its way to us')
    assert requests(goods, number) == [('close_rest', RequestState.REFUSED)]
    assert goods.order(number).lines[2].open == 20
    assert told('wish_refused')[0] == {world.ben.user_id}
    refused(NotFound, lambda: runtime.run(world.sam, AskingService.answer, number, 'close_rest', agree=True))


def test_where_the_seller_lets_them_customers_cancel_at_once(runtime, world, number, goods):
    runtime.run(SYSTEM, SettingService.put, 'orders.close_rest', 'at_once')
    gloves = goods.order(number).lines[2].id
    assert runtime.run(world.ben, AskingService.close_rest, [gloves], 'Found elsewhere') == (1, True)
    assert goods.order(number).lines[2].cancelled == Decimal(20)
    goods.sound()


def test_nobody_asks_for_others(runtime, world, number, goods, refused):
    lines = [line.id for line in goods.order(number).lines]
    refused(NotFound, lambda: runtime.run(world.luc, AskingService.ship_now, lines))
    refused(NotFound, lambda: runtime.run(world.luc, AskingService.close_rest, lines, 'x'))
    for who in (world.vera, world.wim):
        refused(Forbidden, lambda who=who: runtime.run(who, AskingService.ship_now, lines))
    refused(Forbidden, lambda: runtime.run(world.ben, AskingService.answer, number, 'ship_now', agree=False))
    runtime.run(world.wim, StockService.receive, 'GLOVE-9', 'MAIN', Decimal(20))
    goods.ship(number, ('LAMP-5', 5), ('BOLT-M8', 500), ('GLOVE-9', 20))
    refused(NotFound, lambda: runtime.run(world.ben, AskingService.ship_now, lines))
