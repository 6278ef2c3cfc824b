"""Exports: exactly what is shown, no cell a formula, long ones elsewhere, and all of it in the audit trail."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import select

from models.audit import Event
from models.core.words import _, language
from services.core.errors import Forbidden, Invalid, NotFound, Throttled
from services.core.listing import ListQuery
from services.core.runtime import Runtime
from services.exports import ExportService, running
from services.exports.cells import safe_text
from services.exports.running import one_at_a_time, write_file
from tests.ui.tables.lists import ORDERS
from tests.ui.tables.stand import orders
from tests.world import World

QUERY = ListQuery(search='000', filters={'line_count': {'to': '9'}}, sort='gross',
                  columns=('gross', 'number', 'po_number', 'placed_at', 'status'))


@pytest.mark.parametrize('text', [
    '=1+1', '+1', '-1', '@sum', '|cmd', '\t=1', '\r=1', '\n=1', ' =1', '\u00a0=1', '\u200b=1', '\ufeff=1', '\x00=1',
    '＝1', '＋1', '－1', '＠x', '\u202e=1', '\u2003\u200d =1'])
def test_what_could_be_a_formula_is_text(text: str) -> None:
    assert safe_text(text).startswith("'")


def test_ordinary_text_stays_as_it_is() -> None:
    for text in ('Oak panel', 'a=b', '1-2', 'größer', ''):
        assert safe_text(text) == text


def test_csv_follows_the_language(runtime: Runtime, world: World, tmp_path: Path) -> None:
    orders(runtime, world)
    for code, mark, amount in (('en', ',', '120'), ('de', ';', '120'), ('de', ';', '121,2')):
        with language(code):
            heads = [_('Total'), _('Order'), _('Reference'), _('Placed'), _('Status')]
            target = tmp_path / f'{code}.csv'
            assert write_file(runtime, _speaking(world, code), ORDERS, QUERY, kind='csv', rows=10, path=target) == 10
        with target.open(encoding='utf-8-sig', newline='') as source:
            rows = list(csv.reader(source, delimiter=mark))
        assert rows[0] == heads
        assert amount in [row[0] for row in rows]
        assert rows[4][2] == "'=2+3" and rows[1][3] == '2026-01-05 10:30'


@pytest.mark.parametrize('short', [1_000, 0])
def test_workbook_here_and_in_a_process_of_its_own(runtime: Runtime, world: World, tmp_path: Path, short: int,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    orders(runtime, world)
    monkeypatch.setattr(running, 'SHORT', short)
    target = tmp_path / 'list.xlsx'
    assert write_file(runtime, world.mara, ORDERS, QUERY, kind='xlsx', rows=10, path=target) == 10
    sheet = openpyxl.load_workbook(target).active
    cells = list(sheet.iter_rows(values_only=True))
    assert cells[0] == ('Total', 'Order', 'Reference', 'Placed', 'Status')
    assert Decimal(str(cells[2][0])) == Decimal('121.2') and cells[4][2] == "'=2+3"
    assert all(cell.data_type != 'f' for row in sheet.iter_rows() for cell in row)
    assert write_file(runtime, world.luc, ORDERS, QUERY, kind='xlsx', rows=10, path=target) == 0


def test_the_act_checks_counts_and_is_recorded(runtime: Runtime, world: World) -> None:
    orders(runtime, world)
    found = runtime.run(world.mara, ExportService.begin, ORDERS.name, QUERY, kind='xlsx')
    assert (found.rows, found.listing) == (10, ORDERS)
    runtime.run(world.mara, ExportService.record, ORDERS.name, QUERY, kind='xlsx', rows=10)
    with runtime.work(world.mara, writes=False) as work:
        event = work.session.exec(select(Event).where(Event.action == 'list.exported')).one()
    assert event.changes['rows'] == 10 and event.actor_id == world.mara.user_id


def test_what_is_not_offered_is_refused(runtime: Runtime, world: World) -> None:
    for name, kind in (('nothing', 'xlsx'), (ORDERS.name, 'exe')):
        with pytest.raises(NotFound):
            runtime.run(world.mara, ExportService.begin, name, ListQuery(), kind=kind)
    with pytest.raises(Invalid):
        runtime.run(world.mara, ExportService.begin, ORDERS.name, ListQuery(columns=('password',)), kind='csv')
    bare = type(world.mara)(user_id=world.mara.user_id, customer_id=world.mara.customer_id,
                            permissions=frozenset({'signed_in'}))
    with pytest.raises(Forbidden):
        runtime.run(bare, ExportService.begin, ORDERS.name, ListQuery(), kind='csv')


def test_one_export_at_a_time_and_ten_a_minute(runtime: Runtime, world: World) -> None:
    with one_at_a_time(world.mara), pytest.raises(Throttled), one_at_a_time(world.mara):
        pass
    for _turn in range(10):
        runtime.run(world.mara, ExportService.begin, ORDERS.name, ListQuery(), kind='csv')
    with pytest.raises(Throttled):
        runtime.run(world.mara, ExportService.begin, ORDERS.name, ListQuery(), kind='csv')


def _speaking(world: World, code: str) -> object:
    from dataclasses import replace
    return replace(world.mara, language=code)
