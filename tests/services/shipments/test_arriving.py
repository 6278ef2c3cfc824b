"""Goods that come in: waiting lines get them oldest first, dates follow, and who waits is told once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlmodel import select

from models.catalogue import Item
from models.reminders import MailWay
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, NotFound
from services.informing.wishes import NewsWishService
from services.stock.receiving import ReceivingService
from services.stock.service import IncomingInput, StockService
from services.stock.wishes import WishService


def test_the_oldest_order_gets_what_comes_in(runtime, world, goods, clock, told, last):
    first = goods.place(world.ben, ('GLOVE-9', 10))
    clock.advance(minutes=5)
    second = goods.place(world.luc, ('GLOVE-9', 10))
    runtime.run(world.wim, StockService.expect, IncomingInput(
        sku='GLOVE-9', warehouse='MAIN', quantity=Decimal(50), expected_on=dt.date(2026, 3, 20)))
    runtime.run(world.wim, ReceivingService.receive_many, 'MAIN', [('GLOVE-9', Decimal(14))])
    assert goods.promised() == {'GLOVE-9': Decimal(14)}
    assert goods.order(first).lines[0].promised_on == dt.date(2026, 3, 2)
    waiting = goods.order(second).lines[0]
    assert (waiting.promised_on, waiting.promised_at) == (dt.date(2026, 3, 20), runtime.now())
    assert told('goods_there')[0] == {world.ben.user_id, world.luc.user_id}
    runtime.run(world.wim, StockService.receive, 'GLOVE-9', 'MAIN', Decimal(50))
    assert goods.promised() == {'GLOVE-9': Decimal(20)}
    line = goods.order(second).lines[0]
    assert (line.promised_on, line.promised_before) == (dt.date(2026, 3, 2), dt.date(2026, 3, 20))
    assert last('order.goods_there') == ('Wim', second, 'Reserved: GLOVE-9')
    goods.sound()


def test_counting_more_gives_to_who_waits_too(runtime, world, goods):
    goods.place(world.ben, ('GLOVE-9', 10))
    runtime.run(world.wim, StockService.set_on_hand, 'GLOVE-9', 'MAIN', Decimal(4))
    assert goods.promised() == {'GLOVE-9': Decimal(4)}
    goods.sound()


def test_who_asked_is_told_once_when_it_is_back(runtime, world, told):
    runtime.run(world.ben, WishService.ask, 'GLOVE-9')
    runtime.run(world.ben, WishService.ask, 'GLOVE-9')
    runtime.run(world.luc, WishService.ask, 'GLOVE-9')
    runtime.run(world.luc, WishService.withdraw, 'GLOVE-9')
    assert runtime.run(world.ben, WishService.waits, 'GLOVE-9')
    assert not runtime.run(world.luc, WishService.waits, 'GLOVE-9')
    for _time in range(2):
        runtime.run(world.wim, StockService.receive, 'GLOVE-9', 'MAIN', Decimal(3))
    assert told('back_in_stock') == ({world.ben.user_id}, ['ben@harbour.test'])
    assert not runtime.run(world.ben, WishService.waits, 'GLOVE-9')


def test_what_one_waits_for_is_listed_and_can_be_left(runtime, world):
    runtime.run(world.ben, WishService.ask, 'GLOVE-9')
    runtime.run(world.mara, WishService.ask, 'GLOVE-9')
    one, = runtime.run(world.ben, WishService.own)
    assert (one.sku, one.stock.available, one.name) == ('GLOVE-9', 0, 'Work gloves, size 9')
    assert runtime.run(world.ben, WishService.waiting, ['GLOVE-9', 'LAMP-5']) == {'GLOVE-9'}
    assert not runtime.run(world.luc, WishService.own) and not runtime.run(world.luc, WishService.waiting, ['GLOVE-9'])
    change_item(runtime, 'GLOVE-9', active=False)
    runtime.run(world.ben, WishService.withdraw, 'GLOVE-9')
    assert not runtime.run(world.ben, WishService.own) and len(runtime.run(world.mara, WishService.own)) == 1


def change_item(runtime, sku, **values):
    with runtime.work(SYSTEM, writes=True) as work:
        item = work.session.exec(select(Item).where(Item.sku == sku)).one()
        for name, value in values.items():
            setattr(item, name, value)


def test_a_person_who_wants_no_mail_of_it_gets_none(runtime, world, told):
    runtime.run(world.ben, NewsWishService.save, {'back_in_stock': (True, MailWay.NEVER)})
    runtime.run(world.ben, WishService.ask, 'GLOVE-9')
    runtime.run(world.wim, StockService.receive, 'GLOVE-9', 'MAIN', Decimal(3))
    assert told('back_in_stock') == ({world.ben.user_id}, [])


def test_nobody_is_told_while_all_of_it_is_promised(runtime, world, goods, told):
    runtime.run(world.luc, WishService.ask, 'GLOVE-9')
    goods.place(world.ben, ('GLOVE-9', 10))
    runtime.run(world.wim, StockService.receive, 'GLOVE-9', 'MAIN', Decimal(10))
    assert told('back_in_stock') == (set(), [])


def test_only_customers_wait_for_what_is_not_there(runtime, world):
    with pytest.raises(Conflict):
        runtime.run(world.ben, WishService.ask, 'LAMP-5')
    with pytest.raises(NotFound):
        runtime.run(world.ben, WishService.ask, 'NOPE')
    for who in (world.sam, world.vera):
        with pytest.raises(Forbidden):
            runtime.run(who, WishService.ask, 'GLOVE-9')
