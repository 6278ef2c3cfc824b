"""Tables people hand in: CSV of any usual delimiter and encoding, and XLSX; cells come out as plain text."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import os
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from models.core.words import _
from services.core.errors import Invalid
from services.core.formulas import is_formula

DELIMITERS = ';\t,|'
SHEETS = ('.csv', '.txt', '.tsv', '.xlsx')
MOST_ENTRIES = 1_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 1_048_576
MOST_COLUMNS = 2_048
_BOMS = ((codecs.BOM_UTF8, 'utf-8-sig'), (codecs.BOM_UTF16_LE, 'utf-16'), (codecs.BOM_UTF16_BE, 'utf-16'))
_FOREIGN = (b'%PDF', b'\xd0\xcf\x11\xe0', b'{\\rtf', b'\x89PNG', b'\xff\xd8\xff', b'GIF8')
_BLANKS = re.compile(r'\s{2,}|(?<=\S)\s+(?=\d[\d.,]*$)')
_NEGATIVE = re.compile(r'-\d+(?:[.,]\d+)?')

Row = tuple[int, list[str]]


def rows_of(path: Path, name: str = '') -> Iterator[Row]:
    """The rows of a CSV or XLSX file as (row number in the file, cells), blank rows left out.

    Raises Invalid when the file is neither, or is a workbook that unpacks to more than 100 MB.
    """
    with path.open('rb') as source:
        start = source.read(4096)
    if start.startswith(b'PK'):
        yield from _workbook_rows(path)
    elif (name or path.name).lower().endswith(('.xls', '.ods', '.pdf')) or start.startswith(_FOREIGN) or (
            b'\x00' in start and not _marked(start)):
        raise Invalid(_('This is not a CSV or XLSX file.'), field='file')
    else:
        yield from _csv_rows(path)


def text_rows(text: str) -> Iterator[Row]:
    """The rows of a block pasted from a spreadsheet or typed: tabs, semicolons, commas or wide blanks divide cells."""
    lines = text.replace('\r\n', '\n').replace('\r', '\n').split('\n')
    mark = delimiter_of(lines[:50])
    for number, line in enumerate(lines, 1):
        cells = _split(line, mark) if mark else _BLANKS.split(line)
        cells = [cell.strip() for cell in cells]
        if any(cells):
            yield number, cells


def delimiter_of(lines: list[str]) -> str:
    """The character that divides the cells of most of these lines alike; empty when none does."""
    best, score = '', 0
    for mark in DELIMITERS:
        counts = [len(_split(line, mark)) for line in lines if line.strip()]
        common = max(set(counts), key=counts.count) if counts else 1
        alike = counts.count(common) * (common - 1)
        if alike > score:
            best, score = mark, alike
    return best


def _split(line: str, mark: str) -> list[str]:
    """The cells of a line; one with a cell longer than the reader takes stays whole, so that nothing of it is lost."""
    try:
        return next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return [line]


def encoding_of(path: Path) -> str:
    """The encoding of a text file: by its byte order mark, else UTF-8 where it is valid, else cp1252."""
    with path.open('rb') as source:
        start = source.read(4)
        for mark, name in _BOMS:
            if start.startswith(mark):
                return name
        source.seek(0)
        decoder = codecs.getincrementaldecoder('utf-8')()
        try:
            while block := source.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b'', final=True)
        except UnicodeDecodeError:
            return 'cp1252'
    return 'utf-8'


def _marked(start: bytes) -> bool:
    return any(start.startswith(mark) for mark, _name in _BOMS)


def delimiter_of_file(path: Path) -> str:
    """The character that divides the cells of a text file; a comma when nothing tells."""
    with path.open(encoding=encoding_of(path), newline='', errors='replace') as source:
        return delimiter_of([line for _n, line in zip(range(50), source, strict=False)]) or ','


def _csv_rows(path: Path) -> Iterator[Row]:
    with path.open(encoding=encoding_of(path), newline='', errors='replace') as source:
        reader = csv.reader(source, delimiter=delimiter_of_file(path))
        last = 0
        try:
            for cells in reader:
                number, last = last + 1, reader.line_num
                if any(cells):
                    yield number, cells
        except csv.Error:
            raise Invalid(_('Row {number} of the file cannot be read.').format(number=last + 1), field='file') from None


def _workbook_rows(path: Path) -> Iterator[Row]:
    from openpyxl import load_workbook  # late: most never read one, and it takes 5 MB
    _check_size(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception:
        raise Invalid(_('This is not a CSV or XLSX file.'), field='file') from None
    try:
        yield from _sheet_rows(book.worksheets[0])
    except Invalid:
        raise
    except Exception:
        raise Invalid(_('This is not a CSV or XLSX file.'), field='file') from None
    finally:
        book.close()


def _sheet_rows(sheet: Any) -> Iterator[Row]:
    # the size a workbook claims is what its maker wrote: believed, a file of 2 kB is filled up to 17 billion cells
    sheet.reset_dimensions()
    width = 0
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise Invalid(_('This workbook is too large.'), field='file')
        texts = [cell_text(value) for value in cells]
        if any(texts):
            width = width or len(texts)
            yield number, texts + [''] * (width - len(texts))


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise Invalid(_('This is not a CSV or XLSX file.'), field='file') from None
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Invalid(_('This workbook is too large.'), field='file')


def cell_text(value: Any) -> str:
    """A workbook's cell as text: whole numbers without a decimal point, dates in ISO form."""
    if value is None:
        return ''
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(' ') if value.time() != dt.time() else value.date().isoformat()
    return str(value).strip()


def number_of(text: str, *, decimal_comma: bool | None = None) -> Decimal | None:
    """The number a cell means, with decimal point or comma and any usual grouping; None when it is not one.

    Without `decimal_comma` the mark that comes last divides: '1.234,5' and '1,234.5' are both 1234.5, '1,5' is 1.5.
    """
    text = text.strip().replace('\u00a0', '').replace('\u202f', '').replace("'", '').replace(' ', '')
    text = text.strip('€$£')
    if decimal_comma is None:
        decimal_comma = text.rfind(',') > text.rfind('.')
    text = text.replace('.', '').replace(',', '.') if decimal_comma else text.replace(',', '')
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def open_csv(path: Path) -> Any:
    """A new CSV file for writing, readable by its owner only: UTF-8 with byte order mark."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w', encoding='utf-8-sig', newline='')


def csv_bytes(rows: list[list[str]]) -> bytes:
    """Rows as a CSV file every spreadsheet opens: UTF-8 with byte order mark, cells that look like formulas quoted."""
    target = io.StringIO()
    csv.writer(target).writerows([[harmless(cell) for cell in row] for row in rows])
    return target.getvalue().encode('utf-8-sig')


def harmless(text: str) -> str:
    """A text no spreadsheet takes for a formula.

    A negative number stays a number.
    """
    if _NEGATIVE.fullmatch(text):
        return text
    return "'" + text if is_formula(text) else text


def unharmed(text: str) -> str:
    """The text behind what `harmless` wrote, so that a file we wrote reads back as it was."""
    return text[1:] if text.startswith("'") and harmless(text[1:]) != text[1:] else text
