"""The same kinds as imports, written out: CSV or XLSX that reads back unchanged."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import xlsxwriter

from models.core.words import _
from services import sheets
from services.auth.throttle import limit
from services.core.actor import Actor
from services.core.errors import Invalid
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.exports import OFTEN
from services.imports.declaring import Kind
from services.imports.kinds import KINDS, kind_of

Progress = Callable[[int, int], None]
TOLD_EVERY = 1000
MOST_ROWS_OF_A_SHEET = 1_048_575


class TableExport(Service):
    """Writing whole tables into files."""

    @requires(Permission.OFFICE)
    def kinds(self) -> list[Kind]:
        """The kinds this person may export."""
        return [kind for kind in KINDS.values() if all(self.actor.may(need) for need in kind.reads)]

    @requires(Permission.OFFICE, writes=True)
    def begin(self, kind: str) -> Actor:
        """Count the try and return who takes it out; raises NotFound, Forbidden, Throttled."""
        for need in kind_of(kind).reads:
            self.work.require(need)
        limit(self.work, 'export', str(self.actor.user_id), OFTEN)
        return self.actor

    @requires(Permission.OFFICE, writes=True)
    def note(self, kind: str, rows: int, name: str) -> None:
        """Write into the audit trail who took what out."""
        self.work.record('export.done', note=kind_of(kind).name, number=name[:60], changes={'rows': rows})

    @requires(Permission.OFFICE)
    def write(self, kind: str, target: Path, progress: Progress = lambda done, total: None) -> int:
        """Write all rows of a kind into a new .csv or .xlsx file and return how many there were.

        Raises NotFound for an unknown kind, Forbidden without its rights, Invalid for another kind of file or when a
        sheet cannot hold the rows.
        """
        found = kind_of(kind)
        for need in found.reads:
            self.work.require(need)
        if target.suffix.lower() not in ('.csv', '.xlsx'):
            raise Invalid(_('The file must end in .csv or .xlsx.'), field='file')
        write = _write_csv if target.suffix.lower() == '.csv' else _write_workbook
        return write(target, [field.name for field in found.fields], _counted(found, self.work, progress))


def _counted(kind: Kind, work: Work, progress: Progress) -> Iterable[Sequence[Any]]:
    for number, row in enumerate(kind.rows(work), 1):
        yield row
        if number % TOLD_EVERY == 0:
            progress(number, 0)


def _write_csv(target: Path, head: list[str], rows: Iterable[Sequence[Any]]) -> int:
    count = 0
    with sheets.open_csv(target) as out:
        writer = csv.writer(out)
        writer.writerow(head)
        for row in rows:
            writer.writerow([sheets.harmless(cell(value)) for value in row])
            count += 1
    return count


def _write_workbook(target: Path, head: list[str], rows: Iterable[Sequence[Any]]) -> int:
    count = 0
    target.touch(mode=0o600)
    book = xlsxwriter.Workbook(str(target), {'constant_memory': True, 'strings_to_formulas': False,
                                             'strings_to_urls': False, 'strings_to_numbers': False})
    sheet = book.add_worksheet()
    bold = book.add_format({'bold': True})
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(head):
        sheet.write_string(0, place, name, bold)
    for row in rows:
        count += 1
        if count > MOST_ROWS_OF_A_SHEET:
            raise Invalid(_('A sheet cannot hold so many rows; please export a CSV file.'), field='file')
        for place, value in enumerate(row):
            if isinstance(value, Decimal | int) and not isinstance(value, bool):
                sheet.write_number(count, place, value)
            elif text := cell(value):
                sheet.write_string(count, place, sheets.harmless(text))
    book.close()
    return count


def cell(value: Any) -> str:
    """A value as the imports read it."""
    if value is None or isinstance(value, bool):
        return {None: '', True: 'yes', False: 'no'}[value]
    if isinstance(value, Decimal):
        return format(value.normalize(), 'f')
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return '; '.join(f'{name}: {text}' for name, text in value.items())
    return str(value)
