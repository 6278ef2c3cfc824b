"""The press: short papers here, long ones and many in a process with bounds, and the same bytes' words either way."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from services import press
from services.core import children
from services.core.children import ask_child
from services.core.errors import Invalid, Throttled, Unavailable
from services.core.runtime import Runtime
from services.documents.page import Letterhead
from services.documents.statement import Ageing, StatementLine, StatementPaper
from services.exports.running import write_table
from services.press import making, pressing
from services.press.kinds import KINDS
from tests.conftest import Clock
from tests.documents.invoices import invoice, line
from tests.documents.reading import pages
from tests.world import World

ONE = Decimal('12.50')


def statement(lines: int, *, note: str = 'Invoice') -> StatementPaper:
    """A statement of so many movements."""
    rows = tuple(StatementLine(dt.date(2026, 1, 1), note, f'IN-{place:06d}', ONE, None, ONE * (place + 1))
                 for place in range(lines))
    return StatementPaper(Letterhead('Nordwerk', logo=b'\x89\xff\x00'), 'Hafen', 'C-1', ('Hafen',), None,
                          dt.date(2026, 2, 2), Decimal(0), ONE * lines, rows, Ageing(current=ONE * lines),
                          language='de')


@pytest.mark.parametrize(('kind', 'paper'), [('statement_pdf', statement(3)), ('invoice', invoice([line()] * 3))])
def test_facts_survive_the_way(kind: str, paper: object) -> None:
    assert KINDS[kind].unpacked(KINDS[kind].packed(paper)) == paper


def test_every_paper_that_is_downloaded_has_a_kind() -> None:
    assert {'order', 'invoice', 'invoice_xml', 'receipt', 'delivery_note', 'pick_list', 'statement_pdf',
            'statement_csv', 'statement_xlsx'} == set(KINDS)


@pytest.mark.parametrize('kind', ['statement_pdf', 'statement_xlsx', 'statement_csv'])
def test_a_long_one_is_the_same_as_a_short_one(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = StatementPaper(**{**vars(statement(101)), 'seller': Letterhead('Nordwerk')})
    name, there = press.make(kind, paper)
    monkeypatch.setattr(making, 'SHORT', 1000)
    assert (name, words(kind, there)) == (press.make(kind, paper)[0], words(kind, press.make(kind, paper)[1]))


def words(kind: str, data: bytes) -> object:
    if kind == 'statement_csv':
        return data
    if kind == 'statement_pdf':
        return pages(data)
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(data)).active]


def test_many_are_packed_elsewhere(tmp_path: Path) -> None:
    papers = [invoice([line()], number=f'IN-2026-{place:06d}') for place in (1, 2)]
    press.pack('invoice', papers, tmp_path / 'all.zip')
    with zipfile.ZipFile(tmp_path / 'all.zip') as archive:
        assert archive.namelist() == ['IN-2026-000001.pdf', 'IN-2026-000002.pdf']
        assert all(archive.read(name).startswith(b'%PDF-') for name in archive.namelist())


@pytest.mark.parametrize(('job', 'kind'), [('refuse', Invalid), ('burn', Unavailable), ('fill', Unavailable),
                                          ('wait', Unavailable), ('break', RuntimeError)])
def test_bounds_are_told_in_a_sentence(job: str, kind: type[Exception]) -> None:
    with pytest.raises(kind) as told:
        ask_child('tests.services.press.hog', {'do': job}, patience=3 if job == 'wait' else 30)
    if kind is not RuntimeError:
        assert told.value.message.endswith('.')  # type: ignore[attr-defined]


def test_each_person_has_so_many_a_minute(runtime: Runtime, world: World, clock: Clock) -> None:
    for _turn in range(pressing.PAPERS.tries):
        assert runtime.run(world.mara, press.PressService.admit).user_id == world.mara.user_id
    with pytest.raises(Throttled, match='many papers'):
        runtime.run(world.mara, press.PressService.admit)
    runtime.run(world.luc, press.PressService.admit)
    clock.advance(minutes=1)
    runtime.run(world.mara, press.PressService.admit)


def test_a_whole_table_is_written_elsewhere(runtime: Runtime, world: World, tmp_path: Path) -> None:
    rows = write_table(runtime, world.olga, 'items', tmp_path / 'items.csv')
    assert rows == len((tmp_path / 'items.csv').read_text(encoding='utf-8-sig').splitlines()) - 1 > 0
    assert children.MEMORY == 512 * 1024 * 1024
