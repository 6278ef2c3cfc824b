"""Finding items: alike on both databases, whatever way people type."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from sqlmodel import col, select

from models.catalogue import Item, PartNumber, SearchWord
from models.core.types import new_id
from models.core.words import language
from services.catalogue.shelf.bits import places_in
from services.core.actor import SYSTEM, Actor
from services.core.runtime import Runtime
from services.search.finding import Found, find, nearest
from services.search.indexing import index, index_all
from tests.world import World

ITEMS = (('CD-1804', 'Cordless drill 18 V, 2 × 4 Ah', 'Akku-Bohrschrauber 18 V', 'Voltfox', 'VX1804-DE',
          '4006381333962'),
         ('CH-0016', 'Claw hammer 16 oz', 'Klauenhammer 16 oz', 'Stahlhof', 'ST10888-B', '4006381333979'),
         ('HB-0860', 'Hex bolt M8 × 60, A2, box of 100', 'Sechskantschraube M8 × 60', 'Fixwell', '', ''),
         ('PA-0001', 'Wall paint, white', 'Wandfarbe, weiß', 'Couleur Été', '', ''))


@pytest.fixture
def shop(runtime: Runtime, world: World) -> World:
    """The small cast with a few more items in the index."""
    with runtime.work(SYSTEM, writes=True) as work:
        rows = [Item(id=new_id(), sku=sku, name=name, names={'en': name, 'de': german}, brand=brand,
                     manufacturer_no=number, ean=ean, created_at=work.now)
                for sku, name, german, brand, number, ean in ITEMS]
        work.session.add_all(rows)
        index(work.session, [row.id for row in rows])
    return world


def skus(runtime: Runtime, text: str, *, code: str = 'en', actor: Actor = SYSTEM) -> list[str]:
    return sorted(found(runtime, text, code=code, actor=actor)[1])


def found(runtime: Runtime, text: str, *, code: str = 'en', actor: Actor = SYSTEM) -> tuple[Found, list[str]]:
    with runtime.work(actor, writes=False) as work, language(code):
        result = find(work, text)
        places = places_in(result.bits)
        return result, list(work.session.exec(select(Item.sku).where(col(Item.place).in_(places))))


@pytest.mark.parametrize(('text', 'expected'), [
    ('cordless drill', 'CD-1804'), ('drill cordless', 'CD-1804'), ('DRI cord', 'CD-1804'), ('cd-1804', 'CD-1804'),
    ('CD1804', 'CD-1804'), ('cd 18', 'CD-1804'), ('4006381333962', 'CD-1804'), ('400638133397', 'CH-0016'),
    ('vx1804', 'CD-1804'), ('ST10888-B', 'CH-0016'), ('voltfox', 'CD-1804'), ('m8 60 hex', 'HB-0860'),
    ('m8x60', 'HB-0860'), ('M8 x 60', 'HB-0860'), ('couleur ete', 'PA-0001'), ('ÉTÉ', 'PA-0001'),
    ('hamer', 'CH-0016'), ('hammre', 'CH-0016'), ('cordlss drlil', 'CD-1804'), ('stahlhoff claw', 'CH-0016'),
])
def test_it_finds(runtime: Runtime, shop: World, text: str, expected: str) -> None:
    assert skus(runtime, text) == [expected]


def test_a_word_of_another_language_is_for_those_who_read_it(runtime: Runtime, shop: World) -> None:
    assert skus(runtime, 'bohrschrauber', code='de') == ['CD-1804']
    assert skus(runtime, 'sechskantschruabe m8', code='de') == ['BOLT-M8', 'HB-0860']
    assert skus(runtime, 'drill', code='de') == ['CD-1804']
    assert skus(runtime, 'bohrschrauber') == []
    assert skus(runtime, 'weiss', code='de') == skus(runtime, 'WEIẞ', code='de') == ['PA-0001']


@pytest.mark.parametrize('text', ['', '   ', '"', '*', '-', "'", 'a" OR b*', "x' | y:*", '(', 'NEAR(a b)', '\\', '\x00',
                                  '🔩', 'zzzzzzzz', '% _', 'word ' * 500, 'x' * 5000])
def test_no_text_breaks_it(runtime: Runtime, shop: World, text: str) -> None:
    found(runtime, text)


def test_what_was_corrected_is_told(runtime: Runtime, shop: World) -> None:
    assert found(runtime, 'hamer')[0].corrected == ('hammer',)
    assert found(runtime, 'hammer')[0].corrected == ()


def test_own_part_numbers_are_found_by_their_company_alone(runtime: Runtime, shop: World) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        item_id = work.session.exec(select(Item.id).where(Item.sku == 'CH-0016')).one()
        work.session.add(PartNumber(id=new_id(), customer_id=shop.harbour.id, part_number='hj 4128', folded='HJ4128',
                                    item_id=item_id))
    assert skus(runtime, 'HJ4128', actor=shop.ben) == ['CH-0016']
    assert skus(runtime, 'hj 41', actor=shop.ben) == ['CH-0016']
    assert skus(runtime, 'HJ4128', actor=shop.luc) == []


def test_the_index_follows_in_the_same_transaction(runtime: Runtime, shop: World) -> None:
    def rename(name: str) -> None:
        with runtime.work(SYSTEM, writes=True) as work:
            item = work.session.exec(select(Item).where(Item.sku == 'CH-0016')).one()
            item.name, item.names = name, {'en': name}
            index(work.session, [item.id])
            if name == 'Mallet':
                raise RuntimeError('undo')

    with pytest.raises(RuntimeError):
        rename('Mallet')
    assert skus(runtime, 'mallet') == []
    rename('Sledge')
    assert skus(runtime, 'sledge') == ['CH-0016']
    assert skus(runtime, 'claw') == []
    with runtime.work(SYSTEM, writes=False) as work:
        kept = {row.word: row.items for row in work.session.exec(select(SearchWord))}
    assert 'claw' not in kept
    assert kept['sledge'] == 1
    assert not any(any(c.isdigit() for c in word) for word in kept)


def test_indexing_twice_counts_once(runtime: Runtime, shop: World) -> None:
    def counts() -> dict[str, int]:
        with runtime.work(SYSTEM, writes=False) as work:
            return {row.word: row.items for row in work.session.exec(select(SearchWord))}
    before = counts()
    with runtime.work(SYSTEM, writes=True) as work:
        index_all(work.session)
    assert counts() == before


def test_the_nearest_codes_are_proposed_within_reach(runtime: Runtime, shop: World) -> None:
    with runtime.work(shop.ben, writes=False) as work:
        assert [item.sku for item in nearest(work, 'CD-1840')] == ['CD-1804']
        assert [item.sku for item in nearest(work, 'ch0016')] == ['CH-0016']
        assert nearest(work, 'QQ-9999') == []
        work.session.get(Item, uuid.UUID(int=0))
    with runtime.work(SYSTEM, writes=True) as work:
        item = work.session.exec(select(Item).where(Item.sku == 'CD-1804')).one()
        item.active = False
        item.min_quantity = Decimal(1)
    with runtime.work(shop.ben, writes=False) as work:
        assert nearest(work, 'CD-1840') == []
