"""What the office's page of an item shows beside the item, and what people hand in for it."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import pytest

from services.catalogue.about import ItemAboutService
from services.catalogue.categories import CategoryInput, CategoryService
from services.catalogue.collections import CollectionInput, CollectionService
from services.catalogue.editing import BulkChange
from services.catalogue.items import ItemService
from services.catalogue.media import ItemMediaService, media_type_of
from services.core.errors import Forbidden, Invalid
from services.core.listing import ListQuery
from services.core.runtime import Runtime
from services.customers.part_numbers import PartNumberService
from services.files import FileService
from tests.world import World

PDF = b'%PDF-1.4\n%%EOF'


def test_items_are_found_by_words_of_sku_name_or_ean(runtime: Runtime, world: World) -> None:
    find = ItemAboutService.find
    assert [hit[0] for hit in runtime.run(world.sam, find, 'work lamp')] == ['LAMP-5']
    assert [hit[0] for hit in runtime.run(world.sam, find, '333931')] == ['BOLT-M8']
    assert len(runtime.run(world.sam, find, '')) == 3
    assert runtime.run(world.sam, find, '100%') == []


def test_history_tells_what_happened_alone_and_together(runtime: Runtime, world: World) -> None:
    runtime.run(world.sam, ItemService.activate, ['LAMP-5'], active=False)
    runtime.run(world.sam, ItemService.activate, ['LAMP-5', 'BOLT-M8'], active=True)
    runtime.run(world.sam, ItemService.activate, ['GLOVE-9', 'BOLT-M8'], active=True)
    events = runtime.run(world.sam, ItemAboutService.history, 'LAMP-5')
    assert [event.action for event in events] == ['items.changed', 'items.changed']


def test_a_change_is_rehearsed_without_being_made(runtime: Runtime, world: World) -> None:
    change = BulkChange(price_percent=Decimal(10))
    found = runtime.run(world.sam, ItemAboutService.rehearse, ('LAMP-5', 'BOLT-M8'), change)
    assert (found.items, found.prices) == (2, 3)
    assert ('LAMP-5', Decimal(40), Decimal(44), 'EUR') in found.samples
    again = runtime.run(world.sam, ItemAboutService.rehearse, ('LAMP-5', 'BOLT-M8'), change)
    assert again == found
    with pytest.raises(Forbidden):
        runtime.run(world.wim, ItemAboutService.rehearse, ('LAMP-5',), change)


def test_collections_and_own_numbers_of_an_item(runtime: Runtime, world: World) -> None:
    for code in ('winter', 'summer'):
        runtime.run(world.sam, CollectionService.create, CollectionInput(code=code, names={'en': code.title()}))
    runtime.run(world.sam, CollectionService.put, 'winter', ['LAMP-5'])
    runtime.run(world.sam, CollectionService.order, ['winter', 'summer'])
    found = runtime.run(world.sam, ItemAboutService.memberships, 'LAMP-5')
    assert [(one.code, one.inside) for one in found] == [('winter', True), ('summer', False)]
    runtime.run(world.sam, PartNumberService.add, 'LAMP-5', 'HJ 77', account='C-10001')
    numbers = runtime.run(world.sam, ItemAboutService.own_numbers, 'LAMP-5')
    assert [(one.account, one.part_number, one.learned) for one in numbers] == [('C-10001', 'HJ 77', False)]


def test_categories_side_by_side_are_put_in_order(runtime: Runtime, world: World) -> None:
    for code in ('paint', 'rope'):
        runtime.run(world.sam, CategoryService.create, CategoryInput(code=code, names={'en': code}))
    runtime.run(world.sam, CategoryService.create, CategoryInput(code='oil', names={'en': 'oil'}, parent='paint'))
    runtime.run(world.sam, CategoryService.order, ['rope', 'tools', 'paint'])
    assert [row.code for row in runtime.run(world.sam, CategoryService.tree)] == ['rope', 'tools', 'paint', 'oil']
    with pytest.raises(Invalid):
        runtime.run(world.sam, CategoryService.order, ['oil', 'rope'])
    with pytest.raises(Forbidden):
        runtime.run(world.wim, CategoryService.order, ['rope'])


def test_the_first_picture_handed_in_becomes_the_main_one(runtime: Runtime, world: World) -> None:
    runtime.run(world.sam, ItemMediaService.add_pictures, 'LAMP-5', [('a.png', b'one'), ('b.png', b'two')])
    card = runtime.run(world.sam, ItemService.read, 'LAMP-5')
    assert len(card.pictures) == 2
    assert card.item.picture_id == card.pictures[0]
    assert runtime.run(world.mara, FileService.open, card.pictures[1]).data == b'two'
    with pytest.raises(Forbidden):
        runtime.run(world.wim, ItemMediaService.add_pictures, 'LAMP-5', [('c.png', b'three')])


def test_a_document_is_kept_by_its_content_and_named_by_its_file(runtime: Runtime, world: World) -> None:
    runtime.run(world.sam, ItemMediaService.add_document, 'LAMP-5', 'data_sheet.exe', PDF)
    (file_id, title), = runtime.run(world.sam, ItemService.read, 'LAMP-5').documents
    assert title == 'data sheet'
    assert runtime.run(world.mara, FileService.open, file_id).media_type == 'application/pdf'


@pytest.mark.parametrize('data', [b'', b'MZ\x90\x00', b'<html>', b'PK\x03\x04broken'])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        media_type_of(data)


def test_a_zip_of_a_later_version_is_refused_in_words() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, 'w') as archive:
        archive.writestr('a.txt', 'a')
    data = bytearray(made.getvalue())
    data[data.index(b'PK\x01\x02') + 6] = 99  # the version needed to open it
    with pytest.raises(Invalid, match='damaged'):
        media_type_of(bytes(data))


def test_the_list_names_categories_and_states(runtime: Runtime, world: World) -> None:
    runtime.run(world.sam, ItemService.activate, ['LAMP-5'], active=False)
    query = ListQuery(filters={'state': ['retired']})
    row, = runtime.run(world.sam, ItemService.page, query).rows
    assert (row['sku'], row['category_name'], row['active'], row['base_price']) == ('LAMP-5', 'Tools', False, 40)
    assert runtime.run(world.sam, ItemAboutService.counts) == (3, 2)
