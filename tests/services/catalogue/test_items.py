"""Items, categories, collections and price lists in the office."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError
from sqlmodel import select

from models.audit import Event
from models.catalogue import Category, Item
from models.pricing import PriceKind
from services.catalogue.categories import CategoryInput, CategoryService
from services.catalogue.collections import CollectionInput, CollectionService
from services.catalogue.editing import BulkChange, ItemInput
from services.catalogue.items import ItemService
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, Invalid, NotFound
from services.core.listing import ListQuery
from services.core.runtime import Runtime
from services.pricing.lists import PriceInput, PriceListInput, PriceListService
from services.pricing.rates import TaxRateInput, TaxRateService
from tests.world import World

SAW = {'sku': 'SAW-1', 'names': {'en': 'Hand saw', 'de': 'Säge'}, 'category': 'tools', 'ean': '4006381333931'}


def actions(runtime: Runtime) -> list[str]:
    with runtime.work(SYSTEM, writes=False) as work:
        return list(work.session.exec(select(Event.action).order_by(Event.sequence)))


def test_an_item_is_made_changed_and_recorded(runtime: Runtime, world: World) -> None:
    heard: list[str] = []
    runtime.bus.listen(heard.extend)
    assert runtime.run(world.sam, ItemService.create, ItemInput(**SAW)) == 'SAW-1'
    card = runtime.run(world.sam, ItemService.read, 'SAW-1')
    assert (card.item.name, card.category) == ('Hand saw', 'tools')
    changed = card.as_input().model_copy(update={'brand': 'Zahn', 'names': {'en': 'Fine saw'}})
    runtime.run(world.sam, ItemService.save, 'SAW-1', changed, version=card.item.version)
    assert runtime.run(world.sam, ItemService.read, 'SAW-1').item.name == 'Fine saw'
    with pytest.raises(Conflict):
        runtime.run(world.sam, ItemService.save, 'SAW-1', card.as_input(), version=card.item.version)
    assert actions(runtime) == ['item.created', 'item.changed']
    assert 'catalogue' in heard


def test_an_item_that_cannot_be_is_refused(runtime: Runtime, world: World) -> None:
    for wrong in ({'ean': '4006381333932'}, {'names': {}}, {'names': {'xx': 'A'}}, {'sku': 'A/B'}, {'pack_size': 0},
                  {'min_quantity': 5, 'max_quantity': 2}, {'decimals': 9}, {'price': 1}, {'multiple': 'NaN'}):
        with pytest.raises(ValidationError):
            ItemInput(**SAW | wrong)
    for wrong in ({'category': 'nowhere'}, {'successor': 'NO-SUCH'}):
        with pytest.raises((Invalid, NotFound)):
            runtime.run(world.sam, ItemService.create, ItemInput(**SAW | wrong))
    with pytest.raises(Conflict):
        runtime.run(world.sam, ItemService.create, ItemInput(**SAW | {'sku': 'lamp-5'}))
    assert actions(runtime) == []


def test_many_items_change_at_once_or_not_at_all(runtime: Runtime, world: World) -> None:
    change = BulkChange(brand='Neu', backorder='block', price_percent=Decimal(10))
    assert runtime.run(world.sam, ItemService.change_many, ['BOLT-M8', 'GLOVE-9'], change) == 2
    page = runtime.run(world.sam, ItemService.page, ListQuery(sort='sku'))
    assert [(row['sku'], row['brand'], row['base_price']) for row in page.rows] == [
        ('BOLT-M8', 'Neu', Decimal('0.28')), ('GLOVE-9', 'Neu', Decimal('5.39')), ('LAMP-5', 'Nordwerk', 40)]
    with pytest.raises(NotFound):
        runtime.run(world.sam, ItemService.change_many, ['LAMP-5', 'NO-SUCH'], BulkChange(active=False))
    with runtime.work(SYSTEM, writes=False) as work:
        assert work.session.exec(select(Item.active).where(Item.sku == 'LAMP-5')).one()


def test_customers_and_warehouse_change_no_items(runtime: Runtime, world: World) -> None:
    for actor in (world.mara, world.wim):
        with pytest.raises(Forbidden):
            runtime.run(actor, ItemService.create, ItemInput(**SAW))
        with pytest.raises(Forbidden):
            runtime.run(actor, PriceListService.put, 'BASE', [])


def test_categories_are_made_moved_and_deleted_when_empty(runtime: Runtime, world: World) -> None:
    for code, parent in (('hand', 'tools'), ('saws', 'hand'), ('garden', '')):
        given = CategoryInput(code=code, names={'en': code.title()}, parent=parent)
        runtime.run(world.sam, CategoryService.create, given)
    with pytest.raises(Invalid):
        below = CategoryInput(code='hand', names={'en': 'X'}, parent='saws')
        runtime.run(world.sam, CategoryService.save, 'hand', below, version=1)
    beside = CategoryInput(code='hand', names={'en': 'Hand'}, parent='garden')
    runtime.run(world.sam, CategoryService.save, 'hand', beside, version=1)
    with runtime.work(SYSTEM, writes=False) as work:
        paths = set(work.session.exec(select(Category.path)))
    assert paths == {'tools/', 'garden/', 'garden/hand/', 'garden/hand/saws/'}
    assert [(card.code, card.depth, card.items) for card in runtime.run(world.sam, CategoryService.tree)] == [
        ('garden', 0, 0), ('hand', 1, 0), ('saws', 2, 0), ('tools', 0, 3)]
    for code in ('tools', 'hand'):
        with pytest.raises(Conflict):
            runtime.run(world.sam, CategoryService.delete, code)
    runtime.run(world.sam, CategoryService.delete, 'saws')


def test_collections_keep_their_order(runtime: Runtime, world: World) -> None:
    runtime.run(world.sam, CollectionService.create, CollectionInput(code='basics', names={'en': 'Basics'}))
    runtime.run(world.sam, CollectionService.put, 'basics', ['LAMP-5', 'BOLT-M8', 'LAMP-5'])
    assert runtime.run(world.sam, CollectionService.all)[0].skus == ('LAMP-5', 'BOLT-M8')
    with pytest.raises(Invalid):
        runtime.run(world.sam, CollectionService.put, 'basics', ['NO-SUCH'])
    runtime.run(world.sam, CollectionService.delete, 'basics')
    assert runtime.run(world.sam, CollectionService.all) == ()


def test_price_lists_are_made_filled_copied_and_switched(runtime: Runtime, world: World) -> None:
    contract = PriceListInput(code='K-1', name='Contract', kind=PriceKind.CONTRACT, customer='C-10001')
    runtime.run(world.sam, PriceListService.create, contract)
    rows = [PriceInput(sku='LAMP-5', price=Decimal('30')),
            PriceInput(sku='LAMP-5', min_quantity=Decimal(10), price=Decimal(28))]
    assert runtime.run(world.sam, PriceListService.put, 'K-1', rows) == 2
    assert runtime.run(world.sam, PriceListService.put, 'K-1', rows) == 0
    copy = PriceListInput(code='K-2', name='Copy', kind=PriceKind.CONTRACT, customer='C-10002')
    runtime.run(world.sam, PriceListService.copy, 'K-1', copy, percent=Decimal('12.5'))
    page = runtime.run(world.sam, PriceListService.prices, ListQuery(filters={'list': 'K-2'}, sort='price'))
    assert [row['price'] for row in page.rows] == [Decimal('31.5'), Decimal('33.75')]
    with pytest.raises(Invalid) as refused:
        runtime.run(world.sam, PriceListService.put, 'K-1', [*rows, PriceInput(sku='NO-SUCH', price=Decimal(1))])
    assert refused.value.details == [3]
    gone = [PriceInput(sku='LAMP-5', min_quantity=Decimal(10), price=None)]
    assert runtime.run(world.sam, PriceListService.put, 'K-1', gone) == 1
    runtime.run(world.sam, PriceListService.activate, 'K-1', active=False)
    listed = runtime.run(world.sam, PriceListService.page, ListQuery(search='K-'))
    assert [(row['code'], row['prices'], row['active']) for row in listed.rows] == [('K-1', 1, False), ('K-2', 2, True)]
    with pytest.raises(Conflict):
        runtime.run(world.sam, PriceListService.create, contract)


@pytest.mark.parametrize('wrong', [{'customer': ''}, {'currency': 'EURO'}, {'kind': 'base'}, {'code': 'a b'},
                                   {'valid_from': '2026-02-01', 'valid_to': '2026-01-01'}])
def test_a_price_list_that_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        PriceListInput(**{'code': 'K-1', 'name': 'K', 'kind': 'contract', 'customer': 'C-10001'} | wrong)


def test_vat_rates_are_the_owners_to_change(runtime: Runtime, world: World) -> None:
    rate = TaxRateInput(country='DE', tax_class='standard', rate=Decimal(20), valid_from='2027-01-01')
    with pytest.raises(Forbidden):
        runtime.run(world.sam, TaxRateService.put, rate)
    runtime.run(world.olga, TaxRateService.put, rate)
    rates = runtime.run(world.sam, TaxRateService.all, 'DE')
    assert [row.rate for row in rates] == [20, 19]
    runtime.run(world.olga, TaxRateService.remove, rates[0].id)
    assert len(runtime.run(world.sam, TaxRateService.all, 'DE')) == 1
