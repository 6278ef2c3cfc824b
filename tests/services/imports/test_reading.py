"""Files as people hand them in: encodings, delimiters, decimal commas, dates, headers in any of our languages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from services.core.errors import Invalid
from services.core.runtime import Runtime
from services.imports import intake
from services.imports import values as v
from services.imports.countries import country_code
from services.imports.kinds import KINDS
from services.imports.mapping import guess
from services.imports.values import Reading, Wrong
from tests.services.imports.files import enter, write

TEXT = 'SKU;Preis;Datum\nÄ-1;1.234,50;31.12.2025\n\nÄ-2;0,5;1.2.2026\n'


def read(path: Path) -> tuple[intake.Taken, list[tuple[int, list[str]]]]:
    target = path.with_suffix('.taken')
    taken = intake.take_in(path, path.name, target)
    return taken, list(intake.rows_of(target))


@pytest.mark.parametrize('encoding', ['utf-8', 'utf-8-sig', 'cp1252', 'utf-16'])
def test_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / 'file.csv'
    path.write_bytes(TEXT.encode(encoding))
    taken, rows = read(path)
    assert (taken.headers, taken.rows, taken.delimiter) == (('SKU', 'Preis', 'Datum'), 2, ';')
    assert rows == [(2, ['Ä-1', '1.234,50', '31.12.2025']), (4, ['Ä-2', '0,5', '1.2.2026'])]


def test_a_workbook_reads_like_a_text(tmp_path: Path) -> None:
    book = Workbook()
    for row in (
        ['SKU', 'On hand', 'When'],
        ['A-1', 5, dt.date(2026, 1, 2)],
        [None, None, None],
        ['A-2', 2.5, None],
    ):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / 'file.xlsx')
    taken, rows = read(tmp_path / 'file.xlsx')
    assert taken.rows == 2
    assert rows == [(2, ['A-1', '5', '2026-01-02']), (4, ['A-2', '2.5', ''])]


@pytest.mark.parametrize('content', [b'', b'\n\n', b'%PDF-1.7\x00\x01', b'PK\x03\x04 not a workbook'])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / 'file.csv'
    path.write_bytes(content)
    with pytest.raises(Invalid):
        intake.take_in(path, path.name, tmp_path / 'out.csv')
    assert not (tmp_path / 'out.csv').exists()
    assert not (tmp_path / 'out.part').exists()


@pytest.mark.parametrize(
    ('cells', 'expected'),
    [
        (('1.234,50', '12'), True),
        (('1,234.50', '1,234'), False),
        (('1,234', '2,345'), False),
        (('1,5', '1.5'), None),
        (('5', '7'), None),
        (('0,5', '1.234'), True),
        (('2.55', '1,000'), False),
    ],
)
def test_the_whole_column_says_what_a_comma_means(tmp_path: Path, cells: tuple[str, ...],
                                                  expected: bool | None) -> None:
    path = write(tmp_path, ('sku', 'price'), [['A', cell] for cell in cells])
    intake.take_in(path, path.name, tmp_path / 'in.csv')
    found = intake.reading_of(tmp_path / 'in.csv', KINDS['prices'], {'sku': 'sku', 'price': 'price'}, delimiter=',',
                              zone=dt.UTC)
    assert found.decimal_comma is expected


def test_one_date_says_which_comes_first(tmp_path: Path) -> None:
    for cells, first in ((('1/2/2026', '1/13/2026'), False), (('1/2/2026', '13/1/2026'), True), (('1/2/2026',), True)):
        path = write(tmp_path, ('number', 'date'), [['A', cell] for cell in cells])
        intake.take_in(path, path.name, tmp_path / 'in.csv')
        found = intake.reading_of(
            tmp_path / 'in.csv', KINDS['orders'], {'placed_at': 'date'}, delimiter=',', zone=dt.UTC
        )
        assert found.day_first is first


def test_dates_and_times() -> None:
    civil, american = Reading(), Reading(day_first=False)
    assert v.moment('12/1/2010 8:26', american) == dt.datetime(2010, 12, 1, 8, 26, tzinfo=dt.UTC)
    assert v.moment('12/1/2010 8:26 PM', civil) == dt.datetime(2010, 1, 12, 20, 26, tzinfo=dt.UTC)
    assert v.moment('2010-12-01T08:26:00+01:00', civil) == dt.datetime(2010, 12, 1, 7, 26, tzinfo=dt.UTC)
    assert v.date('1.12.10', american) == dt.date(2010, 12, 1)
    for bad in ('31.2.2026', 'soon', '2026-13-01', '1.2.2026 25:00'):
        with pytest.raises(Wrong):
            v.moment(bad, civil)


def test_numbers_flags_and_texts() -> None:
    reading = Reading()
    assert v.number('1.234,5', reading) == Decimal('1234.5')
    assert v.number('€ 12.50', reading) == Decimal('12.5')
    assert (v.flag('Ja', reading), v.flag('non', reading)) == (True, False)
    assert v.code(10)('17850.0', reading) == '17850'
    assert v.pairs('Length: 60 mm; Note: a; b', reading) == {'Length': '60 mm', 'Note': 'a; b'}
    for convert, bad in ((v.number, '1.23456'), (v.number, 'NaN'), (v.number, '1e99'), (v.positive, '0'),
                         (v.not_negative, '-1'), (v.flag, 'maybe'), (v.identifier(9), 'a/b'), (v.text(2), 'abc'),
                         (v.website, 'javascript:alert(1)'), (v.email, 'nobody'), (v.currency, 'XXZ'),
                         (v.country, 'Atlantis'), (v.whole(0, 4), '5')):
        with pytest.raises(Wrong):
            convert(bad, reading)


def test_countries_by_any_name() -> None:
    named = {
        'EIRE': 'IE',
        'RSA': 'ZA',
        'Channel Islands': 'JE',
        'Unspecified': '',
        'United Kingdom': 'GB',
        'de': 'DE',
        'Deutschland': 'DE',
        'Pays-Bas': 'NL',
        'Alemania': 'DE',
        'Polska': 'PL',
        'USA': 'US',
        'Czech Republic': 'CZ',
        'European Community': '',
        'فرنسا': 'FR',
        'Nowhere': None,
    }
    assert {name: country_code(name) for name in named} == named


@pytest.mark.parametrize('headers', [
    ('Stock code', 'Warehouse', 'Qty'), ('Artikelnummer', 'Lager', 'Bestand'), ('Référence', 'Entrepôt', 'Quantité'),
    ('Referencia', 'Almacén', 'Existencias'), ('Artikelcode', 'Magazijn', 'Voorraad'), ('Indeks', 'Magazyn', 'Ilość'),
    ('رقم الصنف', 'المستودع', 'الكمية'), ('ARTIKEL-NR.', 'Lagerort ', 'Lagerbestnad')])
def test_headers_in_every_language(headers: tuple[str, ...]) -> None:
    assert guess(KINDS['stock'], headers) == {'sku': headers[0], 'warehouse': headers[1], 'on_hand': headers[2]}


def test_names_of_fields_are_headers_too() -> None:
    for kind in KINDS.values():
        names = [field.name for field in kind.fields]
        assert guess(kind, names) == {name: name for name in names}


@pytest.mark.parametrize('store', ['sqlite'], indirect=True)
def test_a_mapping_is_checked_and_remembered(runtime: Runtime, tmp_path: Path) -> None:
    path = write(tmp_path, ('Thing', 'There'), [['A-1', 5]])
    with pytest.raises(Invalid):
        enter(runtime, 'stock', path)
    for wrong in ({'sku': 'Thing', 'on_hand': 'Thing'}, {'sku': 'Nothing', 'on_hand': 'There'},
                  {'colour': 'Thing', 'sku': 'Thing', 'on_hand': 'There'}):
        with pytest.raises(Invalid):
            enter(runtime, 'stock', path, mapping=wrong)
    taught = {'sku': 'Thing', 'on_hand': 'There'}
    enter(runtime, 'stock', path, mapping=taught)
    assert enter(runtime, 'stock', write(tmp_path, ('thing', 'there'), [['A-2', 1]], name='second.csv'), mapping={
        'sku': 'thing', 'on_hand': 'there'}).mapping == {'sku': 'thing', 'on_hand': 'there'}
    assert enter(runtime, 'stock', path).mapping == taught
