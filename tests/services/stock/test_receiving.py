"""Whole deliveries: read by line, booked together."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.core.errors import Forbidden, Invalid, NotFound
from services.core.listing import ListQuery
from services.core.runtime import Runtime
from services.stock.receiving import ReceivingService
from services.stock.service import StockService
from tests.world import World


def test_a_pasted_delivery_is_booked(runtime: Runtime, world: World) -> None:
    heard: list[str] = []
    runtime.bus.listen(heard.extend)
    rows = runtime.run(world.wim, ReceivingService.parse, 'SKU\tQty\nlamp-5\t3\n4006381333955\t2.5')
    assert rows == (('LAMP-5', Decimal(3)), ('GLOVE-9', Decimal('2.5')))
    assert runtime.run(world.wim, ReceivingService.receive_many, 'MAIN', rows, note='DN 7') == 2
    card = runtime.run(world.wim, StockService.card, 'LAMP-5')
    assert (card.total.on_hand, card.movements[0].note) == (8, 'DN 7')
    assert {'office:stock', 'stock:LAMP-5', 'stock:GLOVE-9'} <= set(heard)


def test_one_wrong_line_refuses_the_block_and_names_the_lines(runtime: Runtime, world: World) -> None:
    with pytest.raises(Invalid) as refused:
        runtime.run(world.wim, ReceivingService.parse, 'LAMP-5;3\nNOPE;2\nGLOVE-9;0')
    assert refused.value.details == [2, 3]
    with pytest.raises(Forbidden):
        runtime.run(world.sam, ReceivingService.parse, 'LAMP-5;3')


def test_a_delivery_is_booked_whole_or_not_at_all(runtime: Runtime, world: World) -> None:
    with pytest.raises(NotFound):
        runtime.run(world.wim, ReceivingService.receive_many, 'MAIN', (('LAMP-5', Decimal(3)), ('NOPE', Decimal(1))))
    assert runtime.run(world.wim, StockService.card, 'LAMP-5').total.on_hand == 5


def test_the_list_says_what_is_low_or_out(runtime: Runtime, world: World) -> None:
    rows = runtime.run(world.sam, StockService.page, ListQuery(filters={'state': ['low']})).rows
    assert [(row['sku'], row['state']) for row in rows] == [('LAMP-5', 'low')]
