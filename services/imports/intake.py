"""Taking a file in: whatever it is, it becomes one numbered CSV in the data folder, and is read only from there."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.core.words import _
from services import sheets
from services.core.errors import Invalid
from services.imports.declaring import Field, Kind, Record
from services.imports.values import Reading, Wrong, parts_of_date

MOST_COLUMNS = 200
REMEMBERED_CELLS = 50_000
Row = sheets.Row


@dataclass(frozen=True)
class Taken:
    """A file that was taken in: its fingerprint, how many rows it has below its headers, and the mark between cells."""

    sha256: str
    headers: tuple[str, ...]
    rows: int
    delimiter: str


def take_in(source: Path, name: str, target: Path) -> Taken:
    """Copy the rows of a CSV or XLSX file to `target`, numbered as in the file; raises Invalid for any other file."""
    half = target.with_suffix('.part')
    try:
        with _private(half) as out:
            taken = _copy(source, name, csv.writer(out))
            out.flush()
            os.fsync(out.fileno())
        half.rename(target)
    finally:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)
    return taken


def _private(path: Path) -> Any:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w', encoding='utf-8', newline='')


def _copy(source: Path, name: str, out: Any) -> Taken:
    rows = sheets.rows_of(source, name)
    number, cells = next(rows, (0, []))
    headers = [cell.strip().lstrip('\ufeff') for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise Invalid(_('This file is empty.'), field='file')
    if len(headers) > MOST_COLUMNS:
        raise Invalid(_('This file has more than {count} columns.').format(count=MOST_COLUMNS), field='file')
    out.writerow([number, *_distinct(headers)])
    count = 0
    for number, cells in rows:
        out.writerow([number, *cells])
        count += 1
    with source.open('rb') as binary:
        digest = hashlib.file_digest(binary, 'sha256').hexdigest()
        binary.seek(0)
        is_text = not binary.read(2).startswith(b'PK')
    return Taken(digest, tuple(_distinct(headers)), count, sheets.delimiter_of_file(source) if is_text else '')


def _distinct(headers: Sequence[str]) -> list[str]:
    """Headers of which no two are alike: the second 'Price' becomes 'Price 2', a blank one its place."""
    seen: dict[str, int] = {}
    found = []
    for place, given in enumerate(headers, 1):
        header = given or str(place)
        seen[header] = seen.get(header, 0) + 1
        found.append(header if seen[header] == 1 else f'{header} {seen[header]}')
    return found


def headers_of(path: Path) -> list[str]:
    """The headers of a file that was taken in."""
    with path.open(encoding='utf-8', newline='') as source:
        return next(csv.reader(source))[1:]


def rows_of(path: Path) -> Iterator[Row]:
    """Its rows below the headers, with their numbers in the original."""
    with path.open(encoding='utf-8', newline='') as source:
        reader = csv.reader(source)
        next(reader)
        for cells in reader:
            yield int(cells[0]), cells[1:]


def reading_of(path: Path, kind: Kind, mapping: Mapping[str, str], *, delimiter: str, zone: Any) -> Reading:
    """How this file writes numbers and dates, judged by all of its cells: one '13/02' says that days come first."""
    headers = headers_of(path)
    fields = [(headers.index(header), kind.field(name)) for name, header in mapping.items()]
    numeric = [place for place, one in fields if one is not None and one.numeric]
    dated = [place for place, one in fields if one is not None and one.dated]
    numbers: set[str] = set()
    dates: set[str] = set()
    for _number, cells in rows_of(path) if numeric or dated else ():
        numbers.update(cells[place] for place in numeric if place < len(cells))
        dates.update(cells[place][:8] for place in dated if place < len(cells))
        if len(numbers) > REMEMBERED_CELLS:
            break
    parts = [found for found in map(parts_of_date, dates) if found]
    months_first = any(second > 12 for _first, second in parts) and not any(first > 12 for first, _second in parts)
    return Reading(_decimal_comma(numbers, delimiter), not months_first, zone)


def _decimal_comma(cells: set[str], delimiter: str) -> bool | None:
    """Whether commas divide decimals; None where each cell speaks for itself."""
    commas = points = only_groups = False
    for cell in cells:
        comma, point = cell.rfind(','), cell.rfind('.')
        if comma < 0 and point < 0:
            continue
        mark = max(comma, point)
        alone = min(comma, point) < 0 and cell.count(cell[mark]) == 1
        if alone and len(cell.strip()) - mark == 4 and mark <= 3:
            only_groups = only_groups or comma >= 0
        elif alone or min(comma, point) >= 0:
            commas, points = commas or comma > point, points or point > comma
    if commas and points:
        return None
    if commas or points:
        return commas
    return delimiter == ';' if only_groups else None


class Converter:
    """Turns the rows of a file into records by its mapping; equal cells are read once."""

    def __init__(self, kind: Kind, headers: Sequence[str], mapping: Mapping[str, str], reading: Reading) -> None:
        self._reading = reading
        self._columns: list[tuple[int, Field, dict[str, Any]]] = [
            (headers.index(mapping[one.name]), one, {}) for one in kind.fields if one.name in mapping]

    def records(self, rows: Iterator[Row]) -> Iterator[Record]:
        """The records of these rows."""
        for number, cells in rows:
            yield self._record(number, cells)

    def _record(self, number: int, cells: list[str]) -> Record:
        values: dict[str, Any] = {}
        wrong = ''
        for place, one, known in self._columns:
            cell = cells[place] if place < len(cells) else ''
            value = known.get(cell, known)
            if value is known:
                value = self._read(one, cell)
                if len(known) >= REMEMBERED_CELLS:
                    known.clear()
                known[cell] = value
            if isinstance(value, Wrong):
                wrong = f'{wrong} {one.label}: {value}'.lstrip()
            elif value is not None:
                values[one.name] = value
        return Record(number, values, wrong)

    def _read(self, one: Field, cell: str) -> Any:
        cell = sheets.unharmed(cell.strip().replace('\x00', ''))
        if not cell:
            return Wrong(_('is missing.')) if one.required and not one.may_be_empty else None
        try:
            return one.convert(cell, self._reading)
        except Wrong as wrong:
            return wrong
