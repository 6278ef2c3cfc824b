"""The backorder board: every open line, who sees which, what is there for it, and other dates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from services.core.errors import Forbidden, Invalid, NotFound
from services.core.listing import ListQuery
from services.shipments.backorders import BackorderService
from services.stock.service import StockService


def rows(runtime, who, **query):
    act = BackorderService.list if who.customer_id else BackorderService.desk
    return runtime.run(who, act, ListQuery(**query)).rows


def test_the_board_shows_every_open_line_with_what_is_there(runtime, world, number, goods):
    goods.ship(number, ('LAMP-5', 5), ('BOLT-M8', 100))
    found = {row['sku']: (row['open'], row['there'], row['state']) for row in rows(runtime, world.ben)}
    assert found == {'BOLT-M8': (Decimal(400), Decimal(9900), 'ready'), 'GLOVE-9': (Decimal(20), Decimal(0), 'waits')}
    runtime.run(world.wim, StockService.receive, 'GLOVE-9', 'MAIN', Decimal(6))
    assert {row['sku']: row['state'] for row in rows(runtime, world.sam)} == {'BOLT-M8': 'ready', 'GLOVE-9': 'part'}
    assert [row['sku'] for row in rows(runtime, world.sam, filters={'state': ['part']})] == ['GLOVE-9']


def test_everybody_sees_his_own(runtime, world, number, goods):
    goods.place(world.mara, ('GLOVE-9', 1))
    assert [len(rows(runtime, who)) for who in (world.ben, world.mara, world.luc, world.sam)] == [3, 4, 0, 4]
    counts = [runtime.run(who, BackorderService.count_waiting) for who in (world.ben, world.mara, world.luc, world.sam)]
    assert counts == [1, 2, 0, 2]


def test_other_dates_are_told_once_an_order(runtime, world, number, goods, told, last):
    lines = [line.id for line in goods.order(number).lines]
    day, later = dt.date(2026, 3, 20), dt.date(2026, 3, 27)
    assert runtime.run(world.sam, BackorderService.promise, lines, day) == 3
    assert runtime.run(world.sam, BackorderService.promise, lines[2:], later) == 1
    assert runtime.run(world.sam, BackorderService.promise, lines[2:], later) == 0
    gloves = goods.order(number).lines[2]
    assert (gloves.promised_on, gloves.promised_before, gloves.promised_at) == (later, day, runtime.now())
    assert told('dates_changed') == ({world.ben.user_id}, ['ben@harbour.test'] * 2)
    assert last('order.promised')[:2] == ('Sam', number)
    shown = next(row for row in rows(runtime, world.ben) if row['sku'] == 'GLOVE-9')
    assert (shown['promised_on'], shown['moved']) == (later, 'was 20 Mar, moved on 2 Mar')


def test_dates_that_are_over_and_lines_that_are_closed_are_refused(runtime, world, number, goods, refused):
    lines = [line.id for line in goods.order(number).lines]
    act = BackorderService.promise
    refused(Invalid, lambda: runtime.run(world.sam, act, lines, dt.date(2026, 3, 1)))
    refused(NotFound, lambda: runtime.run(world.sam, act, [world.ben.user_id], dt.date(2026, 3, 20)))
    for who in (world.wim, world.ben):
        refused(Forbidden, lambda who=who: runtime.run(who, act, lines, dt.date(2026, 3, 20)))
