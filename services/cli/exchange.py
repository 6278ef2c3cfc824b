"""Commands that bring tables in and out: import, export; the same code as in the office."""

from __future__ import annotations

import argparse
import csv
import hashlib
import uuid
from pathlib import Path

from sqlmodel import col, select

from models.imports import ImportRemark, ImportRun
from services.cli.bars import Bar
from services.cli.line import Arguments, Command, CommandError, say
from services.core.actor import SYSTEM
from services.core.config import Config
from services.core.runtime import Runtime
from services.imports import running
from services.imports.kinds import KINDS, kind_of
from services.imports.runs import ImportService
from services.start import open_runtime

SHOWN = 5


def bring_in(arguments: Arguments, config: Config) -> int:
    """Rehearse or carry out an import, going on where the same file was cut off; returns 1 when rows are wrong."""
    runtime, path = open_runtime(config), Path(arguments.file)
    if not path.is_file():
        raise CommandError(f'There is no file {path}.')
    run_id = _entered(runtime, arguments, path)
    act = running.rehearse if arguments.rehearse else running.carry_out
    with Bar('Rehearse' if arguments.rehearse else 'Import', 'rows') as bar:
        run = act(runtime, SYSTEM, run_id, bar)
    _tell(runtime, run)
    return 1 if run.counts.get('wrong') else 0


def bring_out(arguments: Arguments, config: Config) -> None:
    """Write everything of a kind as CSV that the import reads back."""
    runtime, kind, target, count = open_runtime(config), kind_of(arguments.kind), Path(arguments.file), 0
    with (runtime.work(SYSTEM, writes=False) as work, target.open('x', encoding='utf-8', newline='') as out,
          Bar('Export', 'rows') as bar):
        writer = csv.writer(out)
        writer.writerow(field.name for field in kind.fields)
        for row in kind.rows(work):
            writer.writerow(row)
            count += 1
            if count % 1000 == 0:
                bar(count)
    say(f'{target}: {count} rows.')


def _entered(runtime: Runtime, arguments: Arguments, path: Path) -> uuid.UUID:
    with path.open('rb') as source:
        sha256 = hashlib.file_digest(source, 'sha256').hexdigest()
    started = None if arguments.rehearse else runtime.run(SYSTEM, ImportService.unfinished, arguments.kind, sha256)
    if started is not None:
        say(f'Going on after row {started.position} of {started.rows}, where this file was cut off.')
        return started.id
    run_id = running.take_in(runtime, SYSTEM, arguments.kind, path)
    if arguments.map or arguments.currency:
        mapping = dict(runtime.run(SYSTEM, ImportService.read, run_id).mapping)
        mapping |= dict(pair.split('=', 1) for pair in arguments.map)
        runtime.run(SYSTEM, ImportService.map, run_id, mapping, currency=arguments.currency or '')
    return run_id


def _tell(runtime: Runtime, run: ImportRun) -> None:
    say(', '.join(f'{count} {verdict}' for verdict, count in run.counts.items()) + f' of {run.rows} rows.')
    remarks: dict[tuple[str, str], list[int]] = {}
    with runtime.database.reading() as session:
        query = select(ImportRemark).where(ImportRemark.run_id == run.id).order_by(col(ImportRemark.id))
        for remark in session.exec(query):
            remarks.setdefault((remark.verdict, remark.reason), []).extend(remark.rows)
    for (verdict, reason), rows in remarks.items():
        first = ', '.join(map(str, rows[:SHOWN])) + (', …' if len(rows) > SHOWN else '')
        say(f'  {verdict}: {reason} ({len(rows)} rows: {first})')


def _pair(value: str) -> str:
    if '=' not in value:
        raise argparse.ArgumentTypeError('must be FIELD=HEADER')
    return value


def _kind_and_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('kind', metavar='KIND', choices=list(KINDS), help=', '.join(KINDS))
    parser.add_argument('file', metavar='FILE')


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    _kind_and_file(parser)
    parser.add_argument('--rehearse', action='store_true', help='say what would happen and change nothing')
    parser.add_argument('--map', metavar='FIELD=HEADER', action='append', type=_pair, default=[],
                        help='which column means what, where the guess is wrong; may be repeated')
    parser.add_argument('--currency', help='the currency of prices that name none')


COMMANDS = (Command('import', 'Bring in a CSV or XLSX file.', bring_in, _import_arguments),
            Command('export', 'Write everything of a kind as CSV.', bring_out, _kind_and_file))
