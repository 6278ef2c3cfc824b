"""Files for imports, and imports of them in one call."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.imports import ImportRun
from services.core.actor import SYSTEM, Actor
from services.core.runtime import Runtime
from services.exports.tables import TableExport
from services.imports import running
from services.imports.runs import ImportService

HISTORY = ('InvoiceNo', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'UnitPrice', 'CustomerID', 'Country')
ROWS = ('new', 'changed', 'unchanged', 'skipped', 'wrong')


def write(folder: Path, head: Sequence[str], rows: Sequence[Sequence[object]], *, name: str = 'file.csv') -> Path:
    """A CSV file with these rows."""
    path = folder / name
    with path.open('w', newline='', encoding='utf-8') as target:
        csv.writer(target).writerows([head, *rows])
    return path


def enter(runtime: Runtime, kind: str, path: Path, *, currency: str = '', actor: Actor = SYSTEM,
          mapping: Mapping[str, str] | None = None) -> ImportRun:
    """A run that has not begun."""
    run_id = running.take_in(runtime, actor, kind, path)
    run = runtime.run(actor, ImportService.read, run_id)
    return runtime.run(actor, ImportService.map, run_id, run.mapping | dict(mapping or {}), currency=currency)


def bring_in(runtime: Runtime, kind: str, path: Path, *, currency: str = '', actor: Actor = SYSTEM) -> ImportRun:
    """The finished run of a file; every row of it is accounted for."""
    run = running.carry_out(runtime, actor, enter(runtime, kind, path, currency=currency, actor=actor).id)
    assert sum(run.counts.get(name, 0) for name in ROWS) == run.rows
    return run


def rehearse(runtime: Runtime, kind: str, path: Path) -> ImportRun:
    """The rehearsed run of a file."""
    run = running.rehearse(runtime, SYSTEM, enter(runtime, kind, path).id)
    assert sum(run.rehearsal['counts'].get(name, 0) for name in ROWS) == run.rows
    return run


def take_out(runtime: Runtime, kind: str, path: Path) -> int:
    """An export; returns its number of rows."""
    return runtime.run(SYSTEM, TableExport.write, kind, path)


def counts(run: ImportRun) -> dict[str, int]:
    """The rows of a run by verdict, without those that are none."""
    return {name: run.counts[name] for name in ROWS if run.counts.get(name)}


def invoices(number: int, *, lines: int = 3) -> list[list[str]]:
    """Invoice lines of a made-up past: every seventh invoice is a credit note, every fifth row has no customer."""
    rows = []
    for place in range(number):
        day = dt.datetime(2025, 1, 1, 8, tzinfo=dt.UTC) + dt.timedelta(hours=place)
        credit = place % 7 == 6
        for line in range(lines):
            sku = f'{21000 + (place * 3 + line) % 40}{"AB"[line % 2]}'
            customer = '' if (place + line) % 5 == 4 and place % 3 == 0 else f'{12000 + place % 11}.0'
            rows.append(
                [
                    f'{"C" if credit else ""}{536000 + place}',
                    sku,
                    f'THING {sku}',
                    str(-2 if credit else line + 1),
                    day.isoformat(' '),
                    f'{1.25 + line:.2f}',
                    customer,
                    'United Kingdom',
                ]
            )
    return rows
