"""The prices of one item, lists of prices with their difference, and prices pasted from a spreadsheet."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from models.pricing import PriceKind
from services.core.errors import Forbidden, Invalid
from services.core.listing import ListQuery
from services.core.runtime import Runtime
from services.pricing.lists import PriceInput, PriceListInput, PriceListService
from services.pricing.of_item import ItemPriceService
from services.pricing.pasting import priced_rows
from tests.world import World


def promote(runtime: Runtime, world: World, code: str, **dates: dt.date) -> None:
    runtime.run(world.sam, PriceListService.create,
                PriceListInput(code=code, name=code, kind=PriceKind.PROMOTION, **dates))


def test_prices_come_in_the_order_lists_are_asked(runtime: Runtime, world: World) -> None:
    found = runtime.run(world.sam, ItemPriceService.of_item, 'LAMP-5')
    assert [(one.code, one.customer, one.price, one.counts) for one in found] == [
        ('HARBOUR', 'Harbour Joinery', Decimal(35), True), ('BASE', '', Decimal(40), True)]
    runtime.run(world.sam, PriceListService.activate, 'HARBOUR', active=False)
    assert [one.counts for one in runtime.run(world.sam, ItemPriceService.of_item, 'LAMP-5')] == [False, True]
    with pytest.raises(Forbidden):
        runtime.run(world.wim, ItemPriceService.of_item, 'LAMP-5')


def test_each_price_of_a_list_is_compared_with_the_base(runtime: Runtime, world: World) -> None:
    page = runtime.run(world.sam, PriceListService.prices, ListQuery(filters={'list': 'HARBOUR'}))
    row, = page.rows
    assert (row['base_price'], row['difference']) == (Decimal(40), Decimal('-12.5'))
    assert runtime.run(world.sam, ItemPriceService.customer_of, 'HARBOUR') == ('C-10001', 'Harbour Joinery')


def test_prices_taken_away_can_be_brought_back(runtime: Runtime, world: World) -> None:
    ids = [one.id for one in runtime.run(world.sam, ItemPriceService.of_item, 'BOLT-M8')]
    gone = runtime.run(world.sam, ItemPriceService.remove, 'BASE', ids)
    assert runtime.run(world.sam, ItemPriceService.of_item, 'BOLT-M8') == ()
    runtime.run(world.sam, PriceListService.put, 'BASE', list(gone))
    assert [one.price for one in runtime.run(world.sam, ItemPriceService.of_item, 'BOLT-M8')] == [
        Decimal('0.25'), Decimal('0.20')]


def test_promotions_say_whether_they_run(runtime: Runtime, world: World) -> None:
    promote(runtime, world, 'PAST', valid_from=dt.date(2020, 1, 1), valid_to=dt.date(2020, 2, 1))
    promote(runtime, world, 'NOW')
    promote(runtime, world, 'NEXT', valid_from=dt.date(2999, 1, 1))
    rows = runtime.run(world.sam, PriceListService.promotions, ListQuery()).rows
    assert {row['code']: row['state'] for row in rows} == {'PAST': 'over', 'NOW': 'running', 'NEXT': 'coming'}
    running = ListQuery(filters={'state': ['running']})
    assert [row['code'] for row in runtime.run(world.sam, PriceListService.promotions, running).rows] == ['NOW']


def test_a_pasted_block_is_read_whole_or_not_at_all() -> None:
    assert priced_rows('SKU\tFrom\tPrice\nA\t1\t9,95\nA\t10\t8.50\nB\t1\t1.234,50') == [
        PriceInput(sku='A', price=Decimal('9.95')),
        PriceInput(sku='A', min_quantity=Decimal(10), price=Decimal('8.50')),
        PriceInput(sku='B', price=Decimal('1234.50'))]
    with pytest.raises(Invalid) as refused:
        priced_rows('A;1;2\nB;x;3\nC;1;-1')
    assert refused.value.details == [2, 3]
    with pytest.raises(Invalid):
        priced_rows('\n')
