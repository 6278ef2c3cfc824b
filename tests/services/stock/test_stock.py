"""Counts, receipts and goods on their way, by those who may."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlmodel import select

from models.stock import StockMovement
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, Invalid, NotFound
from services.core.listing import ListQuery
from services.core.runtime import Runtime
from services.stock.reserving import reserve
from services.stock.service import IncomingInput, StockService
from tests.services.stock.test_reserving import add_line
from tests.world import World

TEN = Decimal(10)


def test_a_count_changes_what_is_there_and_leaves_a_movement(runtime: Runtime, world: World) -> None:
    heard: list[str] = []
    runtime.bus.listen(heard.extend)
    runtime.run(world.wim, StockService.set_on_hand, 'LAMP-5', 'MAIN', TEN, note='counted')
    card = runtime.run(world.wim, StockService.card, 'LAMP-5')
    assert card.total.on_hand == 10
    assert [(row.quantity, row.note) for row in card.movements if row.note] == [(5, 'counted')]
    assert 'stock:LAMP-5' in heard
    with runtime.work(SYSTEM, writes=False) as work:
        moves = work.session.exec(select(StockMovement).where(StockMovement.item_id == world.items['LAMP-5'].id))
        assert sum(move.quantity for move in moves) == 10


def test_a_count_below_what_is_promised_is_refused_without_trace(runtime: Runtime, world: World) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        reserve(work, add_line(work, world, 'SO-1', Decimal(3)).id, world.items['LAMP-5'], Decimal(3))
    with pytest.raises(Conflict):
        runtime.run(world.wim, StockService.set_on_hand, 'LAMP-5', 'MAIN', Decimal(2))
    assert runtime.run(world.wim, StockService.card, 'LAMP-5').total.on_hand == 5


def test_goods_are_expected_changed_and_received(runtime: Runtime, world: World) -> None:
    coming = IncomingInput(sku='GLOVE-9', warehouse='MAIN', quantity=TEN, expected_on=dt.date(2026, 3, 9))
    incoming_id = runtime.run(world.wim, StockService.expect, coming)
    card = runtime.run(world.wim, StockService.card, 'GLOVE-9')
    assert (card.total.available, card.total.incoming, card.total.incoming_on) == (0, 10, dt.date(2026, 3, 9))
    runtime.run(world.wim, StockService.change_expected, incoming_id, quantity=Decimal(12),
                expected_on=dt.date(2026, 3, 10), version=1)
    with pytest.raises(Conflict):
        runtime.run(world.wim, StockService.change_expected, incoming_id, quantity=TEN,
                    expected_on=dt.date(2026, 3, 10), version=1)
    runtime.run(world.wim, StockService.receive, 'GLOVE-9', 'MAIN', Decimal(5), incoming_id=incoming_id)
    runtime.run(world.wim, StockService.receive, 'GLOVE-9', 'MAIN', Decimal(7), incoming_id=incoming_id)
    card = runtime.run(world.wim, StockService.card, 'GLOVE-9')
    assert (card.total.on_hand, card.total.incoming, card.expected) == (12, 0, ())


def test_the_list_shows_a_row_an_item_and_warehouse(runtime: Runtime, world: World) -> None:
    page = runtime.run(world.wim, StockService.page, ListQuery(search='lamp'))
    assert [(row['sku'], row['warehouse'], row['available']) for row in page.rows] == [('LAMP-5', 'MAIN', 5)]


@pytest.mark.parametrize('bad', [Decimal(-1), Decimal('NaN'), Decimal('1e30'), 5.0, '5'])
def test_nonsense_is_refused(runtime: Runtime, world: World, bad: object) -> None:
    with pytest.raises(Invalid):
        runtime.run(world.wim, StockService.set_on_hand, 'LAMP-5', 'MAIN', bad)


def test_only_those_who_keep_stock_change_it(runtime: Runtime, world: World) -> None:
    for actor in (world.mara, world.sam):
        with pytest.raises(Forbidden):
            runtime.run(actor, StockService.set_on_hand, 'LAMP-5', 'MAIN', TEN)
    with pytest.raises(NotFound):
        runtime.run(world.wim, StockService.card, 'NO-SUCH')
    with pytest.raises(Invalid):
        runtime.run(world.wim, StockService.receive, 'LAMP-5', 'NOWHERE', TEN)
