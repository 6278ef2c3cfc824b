"""Lists declared once: reach, search, filters, sort and paging, and nothing else gets through."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from services.core.errors import Forbidden, Invalid
from services.core.listing import LISTINGS, ListPage, ListQuery
from services.core.runtime import Runtime
from tests.ui.tables.lists import ORDERS, OrderListService
from tests.ui.tables.stand import orders
from tests.world import World


def ask(runtime: Runtime, who: Any, **query: Any) -> ListPage:
    """One page of the orders as this person."""
    return runtime.run(who, OrderListService.list, ListQuery(**query))


@pytest.fixture
def filled(runtime: Runtime, world: World) -> World:
    """Sixty orders of Harbour."""
    orders(runtime, world)
    return world


def test_pages_are_sorted_and_complete(runtime: Runtime, filled: World) -> None:
    pages = [ask(runtime, filled.mara, page=page, sort='gross') for page in (1, 2, 3)]
    numbers = [row['number'] for page in pages for row in page.rows]
    assert numbers == sorted(numbers) and len(set(numbers)) == 60
    assert {page.total for page in pages} == {60} and not pages[0].capped
    assert ask(runtime, filled.mara).rows[0]['number'] == 'SO-2026-000060'


def test_a_foreign_company_sees_nothing(runtime: Runtime, filled: World) -> None:
    assert ask(runtime, filled.luc).rows == []


def test_words_are_all_needed_and_wildcards_are_letters(runtime: Runtime, filled: World) -> None:
    assert [row['number'] for row in ask(runtime, filled.mara, search='2026 po-7').rows] == ['SO-2026-000008']
    for words in ('%', '_', '\\', "'", '\0%'):
        assert ask(runtime, filled.mara, search=words).rows == []


@pytest.mark.parametrize(('filters', 'count'), [
    ({'status': ['placed', 'cancelled']}, 20), ({'line_count': {'from': '10', 'to': '19'}}, 10), ({'status': []}, 60),
    ({'placed_at': {'from': '2026-01-05', 'to': '2026-01-05'}}, 1), ({'placed_at': {'preset': 'last_month'}}, 28),
    ({'placed_at': {'preset': 'this_month'}}, 5), ({'placed_at': {'preset': 'last_7'}}, 7), ({'po_number': '=2'}, 1)])
def test_filters(runtime: Runtime, filled: World, filters: dict[str, Any], count: int) -> None:
    assert ask(runtime, filled.mara, filters=filters).total == count


@pytest.mark.parametrize('query', [
    {'sort': 'id'}, {'sort': "number; drop table 'order'"}, {'filters': {'status': ['nonsense']}},
    {'filters': {'number': 'x'}}, {'filters': {'gross': {'from': 1}}}, {'filters': {'line_count': {'from': 'many'}}},
    {'filters': {'line_count': {'from': '1e400'}}}, {'filters': {'line_count': {'from': 'NaN'}}},
    {'filters': {'placed_at': {'preset': 'ever'}}}, {'filters': {'secret': 'x'}}])
def test_what_the_list_does_not_offer_is_refused(runtime: Runtime, filled: World, query: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        ask(runtime, filled.mara, **query)


def test_sizes_and_pages_have_bounds(runtime: Runtime, filled: World) -> None:
    assert len(ask(runtime, filled.mara, size=10**9).rows) == 60
    assert ask(runtime, filled.mara, page=10**30).rows == []
    assert len(ask(runtime, filled.mara, page=-5, size=-1).rows) == 1


def test_the_right_is_asked_again_by_the_list(runtime: Runtime, filled: World) -> None:
    with runtime.work(filled.mara, writes=False) as work:
        work.actor = type(work.actor)(user_id=work.actor.user_id)
        with pytest.raises(Forbidden):
            ORDERS.page(work, ListQuery())


def test_stream_gives_all_rows_in_order(runtime: Runtime, filled: World) -> None:
    with runtime.work(filled.mara, writes=False) as work:
        rows = list(ORDERS.stream(work, ListQuery(sort='placed_at'), batch=7))
    assert len(rows) == 60 and rows[0]['placed_at'] < rows[-1]['placed_at']
    assert rows[0]['placed_at'].tzinfo is dt.UTC
    assert LISTINGS['stand_orders'] is ORDERS
