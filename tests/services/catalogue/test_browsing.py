"""The shop: what is shown, counted and sorted is what the database and the pricing engine say."""

from __future__ import annotations

import datetime as dt
import random  # noqa: TID251 - seeded, so that every run has the same shop
from decimal import Decimal

import pytest
from sqlmodel import col, select

from models.catalogue import AssortmentEntry, Category, Collection, CollectionItem, Item, SearchWord
from models.core.types import new_id
from models.pricing import Price, PriceKind, PriceList
from models.stock import StockLevel
from services.catalogue.browsing import CatalogueService
from services.catalogue.collections import CollectionInput, CollectionService
from services.catalogue.items import ItemService
from services.catalogue.rows import Wanted
from services.catalogue.shelf.prices import my_prices
from services.catalogue.shelf.reading import reach_of, shelf_of
from services.catalogue.visibility import visible
from services.core.actor import SYSTEM, Actor
from services.core.errors import Invalid, NotFound
from services.core.runtime import Runtime
from services.pricing.engine import lists_of, quotes
from services.pricing.lists import PriceInput, PriceListService
from services.search.indexing import index
from services.stock.service import StockService
from tests.world import World


@pytest.fixture
def shop(runtime: Runtime, world: World) -> World:
    """A hundred and twenty items in two branches of categories, on lists of every kind, some of them in stock."""
    chance = random.Random(7)
    with runtime.work(SYSTEM, writes=True) as work:
        session = work.session
        hand = Category(id=new_id(), code='hand', path='tools/hand/', names={'en': 'Hand tools'}, position=1,
                        parent_id=session.exec(select(Category.id).where(Category.code == 'tools')).one())
        paint = Category(id=new_id(), code='paint', path='paint/', names={'en': 'Paint'}, position=2)
        session.add_all((hand, paint))
        lists = [PriceList(id=new_id(), code=f'{kind}-{n}', name=f'{kind} {n}', kind=kind, priority=n % 2,
                           stacks=bool(n % 2),
                           customer_id=world.harbour.id if kind in ('contract', 'customer') or n == 2 else None)
                 for kind in (PriceKind.CONTRACT, PriceKind.CUSTOMER, PriceKind.PROMOTION) for n in range(3)]
        session.add_all(lists)
        session.flush()
        items = [Item(id=new_id(), sku=f'T-{n:03d}', name=f'Thing {n:03d}', names={'en': f'Thing {n:03d}'},
                      brand=f'Brand {n % 5}', category_id=(hand.id, paint.id)[n % 2], sold=chance.randrange(50),
                      min_quantity=Decimal(chance.choice((1, 1, 5))), created_at=work.now - dt.timedelta(hours=n))
                 for n in range(120)]
        session.add_all(items)
        session.flush()
        for row in [*lists, world.base_prices]:
            for item in chance.sample(items, 100 if row is world.base_prices else 25):
                for step in (1, 10)[:chance.choice((1, 2))]:
                    session.add(Price(id=new_id(), price_list_id=row.id, item_id=item.id, min_quantity=Decimal(step),
                                      price=Decimal(chance.randrange(100, 9000)) / 100))
        for item in items[:40]:
            session.add(StockLevel(id=new_id(), item_id=item.id, warehouse_id=world.warehouse.id, on_hand=Decimal(9),
                                   reserved=Decimal(9 if item.sku < 'T-010' else 0)))
        index(session, [item.id for item in items])
    return world


def browse(runtime: Runtime, actor: Actor, **wanted: object) -> list[str]:
    return [row.sku for row in runtime.run(actor, CatalogueService.browse, Wanted(**{'size': 96, **wanted})).rows]


@pytest.mark.parametrize('who', ['ben', 'luc'])
def test_prices_in_memory_are_those_of_the_engine(runtime: Runtime, shop: World, who: str) -> None:
    customer = shop.harbour if who == 'ben' else shop.atelier
    with runtime.work(getattr(shop, who), writes=False) as work:
        items = work.session.exec(select(Item)).all()
        asked = quotes(work, customer, {item.id: item.min_quantity for item in items})
        kept = my_prices(runtime, work.session, shelf_of(work), lists_of(work, customer).values())
        for item in items:
            price, quote = kept.price(item.place), asked[item.id]
            assert (None if price is None else Decimal(price) / 10_000) == quote.unit_price, item.sku
            promoted = bool(kept.on_promotion() >> item.place & 1)
            assert promoted == (quote.kind is PriceKind.PROMOTION), item.sku


@pytest.mark.parametrize('who', ['ben', 'luc'])
@pytest.mark.parametrize('sort', ['price', '-price'])
def test_the_whole_shop_sorts_by_my_price_page_by_page(runtime: Runtime, shop: World, who: str, sort: str) -> None:
    actor, seen = getattr(shop, who), []
    for number in range(1, 8):
        page = runtime.run(actor, CatalogueService.browse, Wanted(sort=sort, page=number, size=20))
        seen += [row.price.unit_price for row in page.rows]
    assert len(seen) == page.total == 123
    known = [price for price in seen if price is not None]
    assert known == sorted(known, reverse=sort == '-price')
    assert all(price is None for price in seen[len(known):])
    assert len(known) < len(seen)


def test_filters_and_counts_agree(runtime: Runtime, shop: World) -> None:
    page = runtime.run(shop.ben, CatalogueService.browse, Wanted(category='tools', size=96))
    assert page.total == 63
    assert [(row.code, row.items) for row in page.categories] == [('hand', 60)]
    assert {facet.value: facet.items for facet in page.brands}['Nordwerk'] == 3
    for facet in page.brands:
        assert len(browse(runtime, shop.ben, category='tools', brands=(facet.value,))) == facet.items
    for flag, count in page.flags.items():
        assert runtime.run(shop.ben, CatalogueService.browse, Wanted(category='tools', **{flag: True})).total == count
    assert page.flags['in_stock'] == 17
    tens = browse(runtime, shop.ben, search='thing 01', in_stock=True, sort='sku')
    assert tens == [f'T-{n:03d}' for n in range(10, 20)]


def test_sorts_by_name_number_age_and_what_sells(runtime: Runtime, shop: World) -> None:
    names = browse(runtime, shop.ben, category='paint', sort='name')
    assert names == sorted(names) == browse(runtime, shop.ben, category='paint', sort='sku')
    assert browse(runtime, shop.ben, category='paint', sort='newest') == names
    with runtime.work(SYSTEM, writes=False) as work:
        sold = {item.sku: item.sold for item in work.session.exec(select(Item))}
    most = browse(runtime, shop.ben, category='paint', sort='ordered')
    assert [sold[sku] for sku in most] == sorted((sold[sku] for sku in most), reverse=True)
    with pytest.raises(Invalid):
        browse(runtime, shop.ben, sort='rowid; DROP TABLE item')


def test_an_exact_number_comes_first(runtime: Runtime, shop: World) -> None:
    assert browse(runtime, shop.ben, search='t-007')[0] == 'T-007'
    assert browse(runtime, shop.ben, search='lmap') == ['LAMP-5']


def test_a_restricted_assortment_is_the_same_in_memory_and_in_the_database(runtime: Runtime, shop: World) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        paint = work.session.exec(select(Category.id).where(Category.code == 'paint')).one()
        atelier = work.session.merge(shop.atelier)
        atelier.restricted_assortment = True
        work.session.add_all((AssortmentEntry(id=new_id(), customer_id=atelier.id, category_id=paint),
                              AssortmentEntry(id=new_id(), customer_id=atelier.id, item_id=shop.items['LAMP-5'].id)))
    with runtime.work(shop.luc, writes=False) as work:
        allowed = set(work.session.exec(visible(work, select(Item.sku))))
        bits = reach_of(work, shelf_of(work), atelier)
        kept = {item.sku for item in work.session.exec(select(Item).where(col(Item.place).is_not(None)))
                if bits >> item.place & 1}
    assert kept == allowed
    assert len(allowed) == 61
    assert browse(runtime, shop.luc, search='bolt') == []
    assert runtime.run(shop.luc, CatalogueService.browse, Wanted()).total == 61
    assert [row.code for row in runtime.run(shop.luc, CatalogueService.categories)] == ['tools', 'paint']
    for hidden in ('BOLT-M8', 'NO-SUCH'):
        with pytest.raises(NotFound):
            runtime.run(shop.luc, CatalogueService.item, hidden)
    with pytest.raises(NotFound):
        runtime.run(shop.luc, CatalogueService.browse, Wanted(category='hand'))
    assert runtime.run(shop.luc, CatalogueService.rows, ['BOLT-M8', 'T-001'])[0].sku == 'T-001'
    assert runtime.run(shop.luc, CatalogueService.suggest, 'bolt') == ()


def test_a_change_is_seen_by_the_next_reader(runtime: Runtime, shop: World) -> None:
    assert browse(runtime, shop.ben, search='gloves') == ['GLOVE-9']
    runtime.run(shop.olga, ItemService.activate, ['GLOVE-9'], active=False)
    assert browse(runtime, shop.ben, search='gloves') == []
    with pytest.raises(NotFound):
        runtime.run(shop.ben, CatalogueService.item, 'GLOVE-9')
    runtime.run(shop.olga, ItemService.activate, ['GLOVE-9'], active=True)
    assert browse(runtime, shop.ben, search='gloves') == ['GLOVE-9']
    before = browse(runtime, shop.luc, sort='-price')
    assert before[0] != 'GLOVE-9'
    runtime.run(shop.sam, PriceListService.put, 'BASE', [PriceInput(sku='GLOVE-9', price=Decimal(900))])
    assert browse(runtime, shop.luc, sort='-price')[0] == 'GLOVE-9'
    assert 'GLOVE-9' not in browse(runtime, shop.ben, in_stock=True)
    runtime.run(shop.wim, StockService.receive, 'GLOVE-9', 'MAIN', Decimal(1))
    assert 'GLOVE-9' in browse(runtime, shop.ben, in_stock=True)


def test_what_was_rolled_back_is_never_seen(runtime: Runtime, shop: World) -> None:
    browse(runtime, shop.ben)
    with pytest.raises(RuntimeError), runtime.work(SYSTEM, writes=True) as work:
        item = work.session.exec(select(Item).where(Item.sku == 'LAMP-5')).one()
        item.active = False
        index(work.session, [item.id])
        raise RuntimeError('undo')
    assert 'LAMP-5' in browse(runtime, shop.ben, search='lamp')
    with runtime.work(SYSTEM, writes=False) as work:
        assert work.session.get(SearchWord, 'lamp') is not None


def test_an_item_in_full(runtime: Runtime, shop: World) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        basics = Collection(id=new_id(), code='basics', names={'en': 'Basics'})
        work.session.add(basics)
        work.session.flush()
        work.session.add(CollectionItem(collection_id=basics.id, item_id=shop.items['LAMP-5'].id))
        work.session.merge(shop.items['GLOVE-9']).successor_id = shop.items['LAMP-5'].id
    lamp = runtime.run(shop.ben, CatalogueService.item, 'LAMP-5')
    assert (lamp.row.price.unit_price, lamp.explanation, lamp.row.stock.available) == (35, 'Harbour', 5)
    assert [step.code for step in lamp.trail] == ['tools']
    assert [facet.label for facet in lamp.collections] == ['Basics']
    assert {row.sku for row in lamp.alternatives} == {'BOLT-M8', 'GLOVE-9'}
    assert runtime.run(shop.ben, CatalogueService.item, 'GLOVE-9').successor == 'LAMP-5'
    assert browse(runtime, shop.ben, collection='basics') == ['LAMP-5']
    assert [facet.items for facet in runtime.run(shop.ben, CatalogueService.collections)] == [1]


def collect(runtime: Runtime, shop: World, code: str, name: str, skus: list[str]) -> None:
    runtime.run(shop.olga, CollectionService.create, CollectionInput(code=code, names={'en': name}))
    runtime.run(shop.olga, CollectionService.put, code, skus)


def collections(runtime: Runtime, actor: Actor, **wanted: object) -> dict[str, int]:
    page = runtime.run(actor, CatalogueService.browse, Wanted(**wanted))
    return {facet.value: facet.items for facet in page.collections}


def test_collections_narrow_and_are_counted_beside_the_other_filters(runtime: Runtime, shop: World) -> None:
    collect(runtime, shop, 'winter', 'Winter', [f'T-{n:03d}' for n in range(20)])
    collect(runtime, shop, 'basics', 'Basics', [f'T-{n:03d}' for n in range(15, 25)])
    collect(runtime, shop, 'empty', 'Empty', [])
    ben = shop.ben
    assert collections(runtime, ben) == {'winter': 20, 'basics': 10}
    assert len(browse(runtime, ben, collections=('winter', 'basics'))) == 25, 'any of them'
    assert collections(runtime, ben, collections=('winter',), category='paint') == {'winter': 10, 'basics': 5}
    page = runtime.run(ben, CatalogueService.browse, Wanted(collections=('basics',), brands=('Brand 0',)))
    assert ({row.sku for row in page.rows}, page.total) == ({'T-015', 'T-020'}, 2)
    assert {facet.value: facet.items for facet in page.brands} == {f'Brand {n}': 2 for n in range(5)}
    assert {facet.value: facet.items for facet in page.collections} == {'winter': 4, 'basics': 2}
    assert page.flags['in_stock'] == len(browse(runtime, ben, collections=('basics',), brands=('Brand 0',),
                                                in_stock=True))
    chosen = collections(runtime, ben, search='bolt', collections=('winter',))
    assert chosen == {'winter': 0}, 'what was chosen can be taken back'
    assert browse(runtime, ben, collections=('empty', 'no-such'), search='bolt') == ['BOLT-M8'], 'none of them narrows'


def test_a_collection_has_a_page_of_its_own(runtime: Runtime, shop: World) -> None:
    collect(runtime, shop, 'winter', 'Winter', ['T-001', 'T-002', 'LAMP-5'])
    collect(runtime, shop, 'basics', 'Basics', ['LAMP-5'])
    page = runtime.run(shop.ben, CatalogueService.browse, Wanted(collection='winter', search='lamp'))
    assert (page.title, page.total, page.everything) == ('Winter', 1, 3)
    assert {facet.value: facet.items for facet in page.collections} == {'basics': 1}, 'itself is no choice there'
    hits = runtime.run(shop.ben, CatalogueService.suggest, 'wint')
    assert [(hit.name, hit.path, hit.note) for hit in hits] == [('Winter', '/shop/collections/winter', '3 items')]
    runtime.run(shop.olga, CollectionService.order, ['basics', 'winter'])
    assert [facet.value for facet in runtime.run(shop.ben, CatalogueService.collections)] == ['basics', 'winter']


def test_collections_hidden_emptied_or_out_of_reach_are_as_if_not_there(runtime: Runtime, shop: World) -> None:
    collect(runtime, shop, 'winter', 'Winter', ['T-001', 'LAMP-5'])
    collect(runtime, shop, 'spares', 'Spares', ['BOLT-M8'])
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.merge(shop.atelier).restricted_assortment = True
        work.session.add(AssortmentEntry(id=new_id(), customer_id=shop.atelier.id, item_id=shop.items['LAMP-5'].id))

    def gone(actor: Actor, code: str) -> bool:
        assert code not in {facet.value for facet in runtime.run(actor, CatalogueService.collections)}
        assert code not in collections(runtime, actor, collections=(code,))
        assert runtime.run(actor, CatalogueService.suggest, code) == ()
        with pytest.raises(NotFound):
            runtime.run(actor, CatalogueService.browse, Wanted(collection=code))
        return True
    assert collections(runtime, shop.luc) == {'winter': 1}, 'only what he may see counts'
    assert browse(runtime, shop.luc, collection='winter') == ['LAMP-5']
    assert gone(shop.luc, 'spares')
    assert gone(shop.luc, 'no-such')
    assert browse(runtime, shop.ben, collection='spares') == ['BOLT-M8']
    runtime.run(shop.olga, ItemService.activate, ['BOLT-M8'], active=False)
    assert gone(shop.ben, 'spares')
    card = next(card for card in runtime.run(shop.olga, CollectionService.all) if card.code == 'winter')
    hidden = CollectionInput(code='winter', names=card.names, active=False)
    runtime.run(shop.olga, CollectionService.save, 'winter', hidden, version=card.version)
    assert gone(shop.ben, 'winter')
    runtime.run(shop.olga, CollectionService.delete, 'winter')
    assert runtime.run(shop.ben, CatalogueService.collections) == ()


def test_suggestions_name_items_and_categories(runtime: Runtime, shop: World) -> None:
    hits = runtime.run(shop.ben, CatalogueService.suggest, 'pain')
    assert [hit.path for hit in hits] == ['/shop/c/paint']
    assert runtime.run(shop.ben, CatalogueService.suggest, 'work la')[0].path == '/shop/i/LAMP-5'
    assert runtime.run(shop.ben, CatalogueService.suggest, '  ') == ()


def test_the_catalogue_is_warmed_before_anybody_comes(runtime: Runtime, shop: World) -> None:
    runtime.run(SYSTEM, CatalogueService.warm)
    assert runtime.run(shop.ben, CatalogueService.browse, Wanted(sort='-price')).total == 123


@pytest.mark.parametrize('sort', ['price', '-price', 'ordered', 'relevance'])
def test_many_items_are_sorted_as_few_are(runtime: Runtime, shop: World, monkeypatch: pytest.MonkeyPatch,
                                          sort: str) -> None:
    def shown() -> list[Decimal | None]:
        pages = (runtime.run(shop.ben, CatalogueService.browse, Wanted(sort=sort, search='thing', page=n, size=10))
                 for n in range(1, 13))
        return [row.price.unit_price for page in pages for row in page.rows]
    few = shown()
    monkeypatch.setattr('services.catalogue.choosing.FEW', 25)
    many = shown()
    assert len(few) == 120
    assert many == few if sort.endswith('price') else sorted(map(str, many)) == sorted(map(str, few))
