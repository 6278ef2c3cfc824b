"""The one writer of exported lists: rows in, a file out, a row at a time so that memory stays small."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from models.core.money import digits
from models.core.words import RIGHT_TO_LEFT, _, current_language
from services.core import formats
from services.core.errors import Invalid
from services.core.listing import Column, Kind, Listing, ListQuery
from services.core.work import Work
from services.exports.cells import Value, reader_of, safe_text

MOST_ROWS = 200_000
Row = dict[str, Any]


def columns_of(listing: Listing, query: ListQuery) -> list[Column]:
    """The columns to export, each once, in the order they are shown."""
    names = dict.fromkeys(query.columns) or [column.name for column in listing.columns if column.default]
    return [column for column in map(listing.column, names) if column.exportable]


def write_list(work: Work, listing: Listing, query: ListQuery, kind: str, path: Path) -> int:
    """Write exactly what is shown to a file ('xlsx' or 'csv') and return its rows; raises Invalid if too many."""
    columns = columns_of(listing, query)
    rows = _capped(listing.stream(work, query))
    return (_workbook if kind == 'xlsx' else _csv)(path, str(listing.title), columns, rows)


def _capped(rows: Iterator[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if count >= MOST_ROWS:
            raise Invalid(_('An export holds at most {count} rows. Please narrow the list by its filters.').format(
                count=formats.number(MOST_ROWS)))
        yield row


def _csv(path: Path, _title: str, columns: list[Column], rows: Iterator[Row]) -> int:
    comma = formats.plain_number(Decimal('1.5'))[1] == ','
    count = 0
    with path.open('w', encoding='utf-8-sig', newline='') as target:
        out = csv.writer(target, delimiter=';' if comma else ',')
        out.writerow([safe_text(str(column.label)) for column in columns])
        readers = [reader_of(column) for column in columns]
        for row in rows:
            out.writerow([_plain(read(row), comma=comma) for read in readers])
            count += 1
    return count


def _plain(value: Value, *, comma: bool) -> str:
    if value is None:
        return ''
    if isinstance(value, Decimal):
        text = f'{value.normalize():f}' if value == value.to_integral() else f'{value:f}'.rstrip('0')
        return text.replace('.', ',') if comma else text
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=' ', timespec='minutes')
    return value.isoformat() if isinstance(value, dt.date) else safe_text(value)


def _workbook(path: Path, title: str, columns: list[Column], rows: Iterator[Row]) -> int:
    book = xlsxwriter.Workbook(str(path), {
        'constant_memory': True, 'strings_to_formulas': False, 'strings_to_urls': False, 'strings_to_numbers': False,
        'tmpdir': str(path.parent)})
    sheet = book.add_worksheet(_sheet_name(title))
    if current_language() in RIGHT_TO_LEFT:
        sheet.right_to_left()
    looks = _Looks(book)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, {Kind.TEXT: 26, Kind.MOMENT: 18}.get(column.kind, 14))
    for place, column in enumerate(columns):
        sheet.write_string(0, place, safe_text(str(column.label)), looks.head)
    readers = [(place, column, reader_of(column)) for place, column in enumerate(columns)]
    count = 0
    for row in rows:
        count += 1
        for place, column, read in readers:
            value = read(row)
            _put(sheet, count, place, value, None if isinstance(value, str) else looks.of(column, row))
    if columns:
        sheet.autofilter(0, 0, count, len(columns) - 1)
    book.close()
    return count


def _put(sheet: Any, line: int, place: int, value: Value, look: Any) -> None:
    if value is None:
        return
    if isinstance(value, Decimal):
        sheet.write_number(line, place, value, look)
    elif isinstance(value, dt.date):
        sheet.write_datetime(line, place, value, look)
    else:
        sheet.write_string(line, place, safe_text(value))


class _Looks:
    """The cell formats of one workbook, made when first needed."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}
        self._known: dict[tuple[str, Any], Any] = {}
        self.head = book.add_format({'bold': True, 'bottom': 1})

    def of(self, column: Column, row: Row) -> Any:
        """The format of one cell: its currency's digits and code, a quantity's decimals, a day, a moment."""
        key = column.name, row.get(column.currency)
        if key not in self._known:
            self._known[key] = self._new(column, row)
        return self._known[key]

    def _new(self, column: Column, row: Row) -> Any:
        if column.kind is Kind.MONEY:
            currency = str(row.get(column.currency) or 'EUR')[:3]
            places = digits(currency) if currency.isalpha() else 2
            return self._look('#,##0' + ('.' + '0' * places if places else '') + f' "{currency}"')
        return self._look({Kind.DATE: 'yyyy-mm-dd', Kind.MOMENT: 'yyyy-mm-dd hh:mm'}.get(column.kind, 'General'))

    def _look(self, pattern: str) -> Any:
        if pattern not in self._made:
            self._made[pattern] = self._book.add_format({'num_format': pattern})
        return self._made[pattern]


def _sheet_name(title: str) -> str:
    return ''.join(' ' if mark in "[]:*?/\\'" else mark for mark in title).strip()[:31] or 'List'
