"""Long lists find any part of a text through an index: alike on both databases, and in step with what is written."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col

from models.catalogue import Item
from models.customers import Customer
from models.search import PARTS
from services.catalogue.items import ItemService
from services.core.actor import SYSTEM
from services.core.listing import ListQuery
from services.core.parts import Indexed
from services.core.runtime import Runtime
from services.customers import CustomerService
from services.orders.reading import OrderService
from tests.world import World


def skus(runtime: Runtime, words: str) -> set[str]:
    """What the office's items hold that have these words."""
    with runtime.work(SYSTEM, writes=False) as work:
        return {row['sku'] for row in ItemService(work).page(ListQuery(search=words)).rows}


def alter(runtime: Runtime, kind: type[SQLModel], where: Any, **values: Any) -> None:
    """Change rows past every service, as an import may."""
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.execute(sa.update(kind).where(where).values(**values))


@pytest.mark.parametrize(('words', 'found'), [
    ('bolt', {'BOLT-M8'}), ('OLT-m', {'BOLT-M8'}), ('t-', {'BOLT-M8'}), ('m8 olt', {'BOLT-M8'}), ('bolts', set()),
    ('%lt', set()), ('b_lt', set()), ('"bolt"', set()), ("' OR 1", set()), ('\\\\\\', set()), ('bolt AND lamp', set())])
def test_any_part_of_a_text_is_found(runtime: Runtime, world: World, words: str, found: set[str]) -> None:
    alter(runtime, Item, col(Item.sku) == 'BOLT-M8', name='Hex bolt')
    assert skus(runtime, words) == found


def test_the_index_follows_what_is_written(runtime: Runtime, world: World) -> None:
    alter(runtime, Item, col(Item.sku) == 'LAMP-5', name='Straßenleuchte', brand='Łuczak')
    assert skus(runtime, 'enleu') == skus(runtime, 'łucz') == skus(runtime, 'ENLEUCHTE łuc') == {'LAMP-5'}
    alter(runtime, Item, col(Item.sku) == 'LAMP-5', name='Lamp')
    assert (skus(runtime, 'enleu'), skus(runtime, 'łucz')) == (set(), {'LAMP-5'})
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(Item(sku='NEW-1', name='Streetlight', created_at=work.now))
    assert skus(runtime, 'reetli') == {'NEW-1'}
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.execute(sa.delete(Item).where(col(Item.sku) == 'NEW-1'))
    assert skus(runtime, 'reetli') == set()


def test_customers_are_found_by_the_addresses_of_their_people(runtime: Runtime, world: World) -> None:
    def accounts(words: str) -> list[str]:
        return [row['account'] for row in runtime.run(world.sam, CustomerService.list, ListQuery(search=words)).rows]
    assert accounts('luc@ate') == accounts('atelier') == [world.atelier.account]
    assert accounts('u@') == []


def test_orders_are_found_by_their_customer(runtime: Runtime, world: World) -> None:
    alter(runtime, Customer, col(Customer.id) == world.harbour.id, name='Hafenwerk')
    assert runtime.run(world.sam, OrderService.desk, ListQuery(search='fenwe')).total == 0


def test_every_indexed_text_is_a_column(runtime: Runtime) -> None:
    for entity in (Item, Customer):
        assert Indexed(entity).entity.__tablename__ in PARTS
    for table, names in PARTS.items():
        assert set(names) <= set(SQLModel.metadata.tables[table].columns.keys())
        assert not any(SQLModel.metadata.tables[table].columns[name].nullable for name in names)
