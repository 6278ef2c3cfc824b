"""Each kind: what is new, what changes, what stays, what is wrong; a rehearsal says the same and writes nothing."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import func, select

from models.catalogue import Category, Item
from models.customers import Address, Customer
from models.imports import ImportRun, ImportState
from models.orders import Order
from models.pricing import Price, PriceList
from models.stock import Reservation, StockLevel, StockMovement, Warehouse
from services import checks
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden
from services.core.numbering import ORDER, next_number
from services.core.runtime import Runtime
from services.imports.faults import FaultService, write_faults
from services.imports.runs import ImportService
from services.stock.reserving import reserve
from tests.services.imports.files import bring_in, counts, enter, rehearse, write
from tests.services.stock.test_reserving import add_line
from tests.world import World

ITEMS = ('SKU', 'Name', 'name_de', 'EAN', 'Brand', 'Category', 'Pack size', 'Successor', 'Specification', 'Active')


def reasons(runtime: Runtime, run: ImportRun) -> dict[int, str]:
    return runtime.run(SYSTEM, FaultService.rows, run.id)


def test_items(world: World, runtime: Runtime, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        ITEMS,
        [
            ['LAMP-5', 'Work lamp', '', '', 'Nordwerk', '', '', '', '', ''],
            ['glove-9', 'Gloves', '', '', '', 'tools', '', 'NEW-1', '', 'no'],
            [
                'NEW-1',
                'New thing',
                'Neues Ding',
                '4006381333986',
                'Acme',
                'Tools / Hand tools',
                '10',
                '',
                'Size: 5; Hue: red',
                '',
            ],
            ['NEW-1', 'Twice', '', '', '', '', '', '', '', ''],
            ['NEW-2', '', '', '', '', '', '', '', '', ''],
            ['NEW-3', 'Bad', '', '4006381333930', '', '', '-1', '', '', ''],
        ],
    )
    run = bring_in(runtime, 'items', path)
    assert counts(run) == {'new': 1, 'changed': 1, 'unchanged': 1, 'wrong': 3}
    assert sorted(reasons(runtime, run)) == [5, 6, 7]
    with runtime.database.reading() as session:
        items = {row.sku: row for row in session.exec(select(Item))}
        made = session.exec(select(Category).where(Category.code == 'hand-tools')).one()
    new, gloves = items['NEW-1'], items['GLOVE-9']
    assert (new.name, new.names, new.pack_size, new.brand) == (
        'New thing', {'en': 'New thing', 'de': 'Neues Ding'}, 10, 'Acme')
    assert (new.category_id, made.path, new.specification) == (
        made.id,
        'tools/hand-tools/',
        {'Size': '5', 'Hue': 'red'},
    )
    assert new.place is not None
    assert (gloves.active, gloves.name, gloves.names['de'], gloves.successor_id) == (
        False, 'Gloves', 'Handschuhe Größe 9', new.id)
    assert counts(bring_in(runtime, 'items', path)) == {'unchanged': 3, 'wrong': 3}


def test_customers(world: World, runtime: Runtime, tmp_path: Path) -> None:
    head = ('Kundennummer', 'Firma', 'Straße', 'PLZ', 'Ort', 'Land', 'Kreditlimit', 'Währung', 'USt-IdNr')
    path = write(tmp_path, head, [
        ['C-10001', 'Harbour Joinery', 'Kai 2', '', '', '', '', '', 'DE123456788'],
        ['C-20001', 'Neu GmbH', 'Weg 1', '10115', 'Berlin', 'Deutschland', '1.500,50', 'EUR', ''],
        ['C-20002', 'Falsch', '', '', '', 'Atlantis', '', '', ''],
        ['C-10002', 'Atelier Bois', '', '', '', '', '', 'USD', ''],
        ['C-20003', '', '', '', '', '', '', '', ''],
        ['C-20004', 'Bad VAT', '', '', '', 'DE', '', '', 'DE123456789'],
    ])
    run = bring_in(runtime, 'customers', path)
    assert counts(run) == {'new': 1, 'changed': 1, 'wrong': 4}
    with runtime.database.reading() as session:
        new = session.exec(select(Customer).where(Customer.account == 'C-20001')).one()
        addresses = session.exec(select(Address).where(Address.customer_id == new.id)).all()
        street = session.exec(select(Customer.street).where(Customer.account == 'C-10001')).one()
    assert (new.country, new.credit_limit, new.postcode) == ('DE', Decimal('1500.5'), '10115')
    assert {(row.kind.value, row.city, row.is_default) for row in addresses} == {
        ('shipping', 'Berlin', True), ('billing', 'Berlin', True)}
    assert street == 'Kai 2'
    assert counts(bring_in(runtime, 'customers', path)) == {'unchanged': 2, 'wrong': 4}


def test_prices_and_their_biggest_changes(world: World, runtime: Runtime, tmp_path: Path) -> None:
    head = ('Price list', 'Kind', 'Customer', 'SKU', 'From quantity', 'Price')
    path = write(
        tmp_path,
        head,
        [
            ['', '', '', 'LAMP-5', '', '400'],
            ['', '', '', 'BOLT-M8', 500, '0.21'],
            ['BASE', '', '', 'GLOVE-9', '', '4.90'],
            ['', '', '', 'GLOVE-9', 100, '4.10'],
            ['ATELIER', 'contract', 'C-10002', 'LAMP-5', '', '31'],
            ['OTHER', '', '', 'LAMP-5', '', '1'],
            ['', '', '', 'GHOST', '', '1'],
            ['', '', '', 'LAMP-5', 5, '-1'],
        ],
    )
    planned = rehearse(runtime, 'prices', path)
    assert planned.state is ImportState.REHEARSED
    assert planned.rehearsal['counts'] == {'new': 2, 'changed': 2, 'unchanged': 1, 'wrong': 3}
    assert planned.rehearsal['changes'] == [['LAMP-5 · BASE', '40', '400'], ['BOLT-M8 · BASE', '0.2', '0.21']]
    with runtime.database.reading() as session:
        assert session.exec(select(func.count()).select_from(Price)).one() == 5
        version = session.exec(select(PriceList.version).where(PriceList.code == 'BASE')).one()
    run = bring_in(runtime, 'prices', path)
    assert counts(run) == {'new': 2, 'changed': 2, 'unchanged': 1, 'wrong': 3}
    with runtime.database.reading() as session:
        made = session.exec(select(PriceList).where(PriceList.code == 'ATELIER')).one()
        assert session.exec(select(PriceList.version).where(PriceList.code == 'BASE')).one() > version
    assert (made.kind.value, made.customer_id) == ('contract', world.atelier.id)
    assert counts(bring_in(runtime, 'prices', path)) == {'unchanged': 5, 'wrong': 3}


def test_stock(world: World, runtime: Runtime, tmp_path: Path) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        reserve(work, add_line(work, world, 'T-1', Decimal(2)).id, world.items['LAMP-5'], Decimal(2))
    path = write(
        tmp_path,
        ('SKU', 'Warehouse', 'On hand'),
        [
            ['BOLT-M8', 'MAIN', 9000],
            ['LAMP-5', 'MAIN', 1],
            ['GLOVE-9', 'NORTH', 12],
            ['GHOST', 'MAIN', 1],
            ['bolt-m8', 'main', 1],
        ],
    )
    run = bring_in(runtime, 'stock', path)
    assert counts(run) == {'new': 1, 'changed': 1, 'wrong': 3}
    with runtime.database.reading() as session:
        levels = {(sku, code): hand for sku, code, hand in session.execute(
            select(Item.sku, Warehouse.code, StockLevel.on_hand).join(Item, Item.id == StockLevel.item_id)
            .join(Warehouse, Warehouse.id == StockLevel.warehouse_id))}
        moved = session.exec(select(StockMovement.quantity).where(StockMovement.reason == 'import')).all()
    assert levels == {('BOLT-M8', 'MAIN'): 9000, ('LAMP-5', 'MAIN'): 5, ('GLOVE-9', 'NORTH'): 12}
    assert sorted(moved) == [-1000, 12]
    assert counts(bring_in(runtime, 'stock', path)) == {'unchanged': 2, 'wrong': 3}
    assert [found for found in checks.run(runtime) if found.check == 'stock'] == []


def test_orders(world: World, runtime: Runtime, tmp_path: Path) -> None:
    head = ('Order number', 'Customer', 'Date', 'Status', 'SKU', 'Description', 'Quantity', 'Unit price', 'VAT %')
    path = write(tmp_path, head, [
        ['SO-2026-000041', 'C-10001', '2026-02-01', 'confirmed', 'LAMP-5', '', 3, '35', 19],
        ['SO-2026-000041', 'C-10001', '2026-02-01', 'confirmed', 'OLD-1', 'Gone', 1, '0.05', 19],
        ['A-2', 'C-10002', '2026-01-01', '', 'GLOVE-9', '', 10, '4.90', ''],
        ['A-3', 'C-99999', '2026-01-01', '', 'GLOVE-9', '', 10, '4.90', ''],
        ['A-4', 'C-10002', '2026-01-01', '', 'OLD-1', '', 10, '4.90', ''],
        ['A-4', 'C-10002', '2026-01-01', '', 'GLOVE-9', '', 1, '4.90', ''],
    ])
    run = bring_in(runtime, 'orders', path)
    assert counts(run) == {'new': 3, 'wrong': 3}
    with runtime.database.reading() as session:
        orders = {row.number: row for row in session.exec(select(Order))}
        promised = session.exec(select(Reservation.quantity)).all()
    assert {number: (row.status.value, row.net, row.tax) for number, row in orders.items()} == {
        'SO-2026-000041': ('confirmed', Decimal('105.05'), Decimal('19.96')), 'A-2': ('completed', 49, 0)}
    assert orders['A-2'].ship_to['city'] == 'Lyon'
    assert promised == [3]
    assert counts(bring_in(runtime, 'orders', path)) == {'unchanged': 3, 'wrong': 3}
    with runtime.work(SYSTEM, writes=True) as work:
        assert next_number(work.session, ORDER, 2026) == 'SO-2026-000042'
    assert checks.run(runtime) == []


def test_wrong_rows_come_back_with_their_reasons(world: World, runtime: Runtime, tmp_path: Path) -> None:
    run = bring_in(runtime, 'stock', write(tmp_path, ('SKU', 'On hand'), [
        ['LAMP-5', 6], ['=GHOST()', 1], ['', 'x']]))
    target = tmp_path / 'left out.csv'
    assert write_faults(runtime, SYSTEM, run.id, target) == 2
    with target.open(encoding='utf-8-sig', newline='') as source:
        rows = list(csv.reader(source))
    assert rows[0] == ['SKU', 'On hand', 'Row', 'Reason']
    assert [row[:3] for row in rows[1:]] == [["'=GHOST()", '1', '3'], ['', 'x', '4']]
    assert all(row[3] for row in rows[1:])
    mended = bring_in(runtime, 'stock', target)
    assert counts(mended) == {'wrong': 2}


def test_only_those_with_all_rights_may(world: World, runtime: Runtime, tmp_path: Path) -> None:
    path = write(tmp_path, ('SKU', 'On hand'), [['LAMP-5', 6]])
    assert [kind.name for kind in runtime.run(world.sam, ImportService.kinds)] == [
        'items', 'customers', 'prices', 'orders', 'sales-history']
    assert [kind.name for kind in runtime.run(world.wim, ImportService.kinds)] == ['stock', 'tracking']
    for person in (world.sam, world.mara, world.vera):
        with pytest.raises(Forbidden):
            bring_in(runtime, 'stock', path, actor=person)
    run = bring_in(runtime, 'stock', path, actor=world.wim)
    for person in (world.sam, world.mara):
        with pytest.raises(Forbidden):
            runtime.run(person, ImportService.read, run.id)


def test_a_run_is_done_once(world: World, runtime: Runtime, tmp_path: Path) -> None:
    path = write(tmp_path, ('SKU', 'On hand'), [['LAMP-5', 6]])
    run = enter(runtime, 'stock', path)
    begun = runtime.run(SYSTEM, ImportService.begin, run.id, rehearse=False)
    assert begun.state is ImportState.RUNNING
    with pytest.raises(Conflict):
        runtime.run(SYSTEM, ImportService.begin, run.id, rehearse=False)
    done = bring_in(runtime, 'stock', path)
    with pytest.raises(Conflict):
        runtime.run(SYSTEM, ImportService.begin, done.id, rehearse=False)


def test_news_reach_the_pages(world: World, runtime: Runtime, tmp_path: Path) -> None:
    heard: set[str] = set()
    runtime.bus.listen(heard.update)
    run = bring_in(runtime, 'stock', write(tmp_path, ('SKU', 'On hand'), [['LAMP-5', 6]]))
    assert {f'import:{run.id}', 'imports', 'stock:LAMP-5'} <= heard


