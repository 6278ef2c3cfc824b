"""What the cast pays, and why."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from models.customers import Customer
from models.pricing import Price, PriceKind, PriceList
from services.core.actor import SYSTEM
from services.core.errors import Forbidden, NotFound
from services.core.runtime import Runtime
from services.pricing.engine import quotes
from services.pricing.quote import PriceQuote
from services.pricing.service import PricingService
from tests.world import World

ONE = Decimal(1)


def price_of(runtime: Runtime, customer: Customer, world: World, sku: str, *, quantity: Decimal = ONE,
             on: dt.date | None = None) -> PriceQuote:
    with runtime.work(SYSTEM, writes=False) as work:
        item_id = world.items[sku].id
        return quotes(work, customer, {item_id: quantity}, on)[item_id]


def add_list(runtime: Runtime, world: World, price: str, **values: object) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        row = PriceList(**{'code': 'NEW', 'name': 'New', **values})
        work.session.add(row)
        work.session.flush()
        work.session.add(Price(item_id=world.items['LAMP-5'].id, price_list_id=row.id, price=Decimal(price)))


def test_two_customers_see_two_prices_each_with_its_reason(runtime: Runtime, world: World) -> None:
    own, usual = (price_of(runtime, customer, world, 'LAMP-5') for customer in (world.harbour, world.atelier))
    assert (own.unit_price, own.kind, own.list_price, own.reduced_from) == (35, PriceKind.CUSTOMER, 40, 40)
    assert own.explanation() == 'Harbour'
    assert (usual.unit_price, usual.kind, usual.reduced_from) == (40, PriceKind.BASE, None)
    assert usual.explanation() == 'List price'


def test_a_volume_break_counts_from_its_quantity_on(runtime: Runtime, world: World) -> None:
    below = price_of(runtime, world.atelier, world, 'BOLT-M8', quantity=Decimal(450))
    reached = price_of(runtime, world.atelier, world, 'BOLT-M8', quantity=Decimal(500))
    assert below.unit_price == Decimal('0.25')
    assert below.next_tier is not None
    assert (below.next_tier.quantity, below.next_tier.price) == (500, Decimal('0.20'))
    assert (reached.unit_price, reached.tier_quantity) == (Decimal('0.20'), 500)
    assert reached.explanation() == 'List price, from 500'


def test_a_contract_goes_before_the_customers_list_within_its_dates(runtime: Runtime, world: World) -> None:
    add_list(runtime, world, '36', kind=PriceKind.CONTRACT, customer_id=world.harbour.id, name='Contract 2026-A',
             valid_from=dt.date(2026, 3, 1), valid_to=dt.date(2026, 3, 31))
    during = price_of(runtime, world.harbour, world, 'LAMP-5')
    after = price_of(runtime, world.harbour, world, 'LAMP-5', on=dt.date(2026, 4, 1))
    assert (during.unit_price, during.kind) == (36, PriceKind.CONTRACT)
    assert during.explanation() == 'Contract 2026-A, until 31 Mar 2026'
    assert (after.unit_price, after.kind) == (35, PriceKind.CUSTOMER)


@pytest.mark.parametrize(('stacks', 'expected'), [(False, 36), (True, 30)])
def test_a_promotion_beats_a_contract_only_when_it_stacks(runtime: Runtime, world: World, stacks: bool, expected: int
                                                          ) -> None:
    add_list(runtime, world, '36', kind=PriceKind.CONTRACT, customer_id=world.harbour.id)
    add_list(runtime, world, '30', kind=PriceKind.PROMOTION, code='SPRING', stacks=stacks)
    assert price_of(runtime, world.harbour, world, 'LAMP-5').unit_price == expected
    assert price_of(runtime, world.atelier, world, 'LAMP-5').unit_price == 30


def test_a_promotion_that_is_dearer_does_nothing(runtime: Runtime, world: World) -> None:
    add_list(runtime, world, '50', kind=PriceKind.PROMOTION)
    assert price_of(runtime, world.atelier, world, 'LAMP-5').kind is PriceKind.BASE


def test_a_group_list_is_for_its_members(runtime: Runtime, world: World) -> None:
    add_list(runtime, world, '38', kind=PriceKind.GROUP)
    with runtime.work(SYSTEM, writes=True) as work:
        group = work.session.execute(sa.select(PriceList.id).where(PriceList.code == 'NEW')).scalar_one()
        atelier = work.session.get(Customer, world.atelier.id)
        atelier.price_list_id = group
    assert price_of(runtime, atelier, world, 'LAMP-5').unit_price == 38
    assert price_of(runtime, world.harbour, world, 'LAMP-5').unit_price == 35


def test_another_currency_and_an_inactive_list_give_no_price(runtime: Runtime, world: World) -> None:
    add_list(runtime, world, '1', kind=PriceKind.CONTRACT, customer_id=world.harbour.id, active=False)
    assert price_of(runtime, world.harbour, world, 'LAMP-5').unit_price == 35
    foreign = Customer(id=world.harbour.id, account='C-9', name='Foreign', currency='GBP', created_at=runtime.now())
    missing = price_of(runtime, foreign, world, 'LAMP-5')
    assert (missing.unit_price, missing.currency) == (None, 'GBP')
    assert missing.explanation() == 'No price, please ask for a quotation'


def test_promotions_begin_and_end_by_the_sellers_day(runtime: Runtime, world: World, clock: object) -> None:
    add_list(runtime, world, '30', kind=PriceKind.PROMOTION, valid_from=dt.date(2026, 3, 3))
    clock.now = dt.datetime(2026, 3, 2, 22, 59, tzinfo=dt.UTC)
    assert price_of(runtime, world.atelier, world, 'LAMP-5').unit_price == 40
    clock.now = dt.datetime(2026, 3, 2, 23, 1, tzinfo=dt.UTC)
    assert price_of(runtime, world.atelier, world, 'LAMP-5').unit_price == 30


def test_a_person_asks_only_for_his_own_companys_prices(runtime: Runtime, world: World) -> None:
    wanted = {world.items['LAMP-5'].id: ONE}
    assert runtime.run(world.ben, PricingService.quote, world.harbour.id, wanted)
    assert runtime.run(world.sam, PricingService.quote, world.atelier.id, wanted)
    with pytest.raises(NotFound):
        runtime.run(world.luc, PricingService.quote, world.harbour.id, wanted)


def test_all_items_cost_two_queries(runtime: Runtime, world: World) -> None:
    seen: list[str] = []
    with runtime.work(SYSTEM, writes=False) as work:
        quotes(work, world.harbour, {world.items['LAMP-5'].id: ONE})
        sa.event.listen(work.session.connection(), 'before_cursor_execute', lambda *a: seen.append(a[2]))
        found = quotes(work, world.harbour, {item.id: ONE for item in world.items.values()})
    assert len(found) == 3
    assert len(seen) == 2


def test_prices_are_not_for_visitors(runtime: Runtime, world: World) -> None:
    from dataclasses import replace
    nobody = replace(world.ben, permissions=frozenset())
    with pytest.raises(Forbidden):
        runtime.run(nobody, PricingService.quote, world.harbour.id, {})
