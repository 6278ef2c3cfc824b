"""Commands that bring tables in and take them out: import, export."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from sqlmodel import select

from models.imports import ImportRemark, ImportRun, ImportState
from services.cli.bars import Bar
from services.cli.line import Arguments, Command, CommandError, claimed, say
from services.core.actor import SYSTEM
from services.core.config import Config
from services.core.runtime import Runtime
from services.exports.tables import TableExport
from services.imports import running
from services.imports.faults import write_faults
from services.imports.kinds import KINDS
from services.imports.runs import ImportService
from services.start import open_runtime

MADE = ('customers', 'items', 'orders', 'categories', 'price_lists', 'warehouses')
SHOWN = 10


def bring_in(arguments: Arguments, config: Config) -> int:
    """Import a file, or rehearse it; returns 1 when rows are wrong."""
    source = Path(arguments.file)
    if not source.is_file():
        raise CommandError(f'There is no file {source}.')
    with claimed(config):
        runtime = open_runtime(config)
        run = _entered(runtime, arguments, source)
        act = running.rehearse if arguments.rehearse else running.carry_out
        with Bar('Rehearsal' if arguments.rehearse else 'Import', 'rows') as bar:
            run = act(runtime, SYSTEM, run.id, bar)
    counts = run.rehearsal['counts'] | run.rehearsal['made'] if arguments.rehearse else run.counts
    _tell(run, counts, rehearsed=arguments.rehearse)
    _tell_reasons(runtime, run)
    for what, before, after in run.rehearsal.get('changes', []) if arguments.rehearse else []:
        say(f'  {what}: {before} → {after}')
    if arguments.errors:
        count = write_faults(runtime, SYSTEM, run.id, Path(arguments.errors))
        say(f'{arguments.errors}: {count} rows that were left out, with the reason.')
    return 1 if counts.get('wrong') else 0


def _entered(runtime: Runtime, arguments: Arguments, source: Path) -> ImportRun:
    """The run that was cut off over this very file, else a new one."""
    run_id = running.take_in(runtime, SYSTEM, arguments.kind, source)
    run = runtime.run(SYSTEM, ImportService.read, run_id)
    given = dict(_pair(text) for text in arguments.mapping)
    run = runtime.run(SYSTEM, ImportService.map, run_id, run.mapping | given, currency=arguments.currency.upper(),
                      paid=False if arguments.unpaid else None)
    say('Columns: ' + ', '.join(f'{name} = {header}' for name, header in run.mapping.items()))
    before = None if arguments.rehearse else runtime.run(SYSTEM, ImportService.taken_up, run_id)
    if before is None:
        return run
    say(f'Going on behind row {before.position} of {before.rows}, where the last import of this file was cut off.')
    return before


def _pair(text: str) -> tuple[str, str]:
    name, mark, header = text.partition('=')
    if not mark:
        raise CommandError(f'A mapping is FIELD=COLUMN, not “{text}”.')
    return name.strip(), header.strip()


def _tell(run: ImportRun, counts: dict[str, int], *, rehearsed: bool) -> None:
    left = {name: counts.get(name, 0) for name in ('new', 'changed', 'unchanged', 'skipped', 'wrong')}
    say(f'{run.rows:,} rows {"would be" if rehearsed else "were"}: '
        + ', '.join(f'{count:,} {name}' for name, count in left.items()) + '.')
    made = ', '.join(f'{counts[name]:,} {name.replace("_", " ")}' for name in MADE if counts.get(name))
    if made:
        say(f'{"To be made" if rehearsed else "Made"}: {made}.')
    if run.state is ImportState.DONE and not any(left[name] for name in ('new', 'changed')):
        say('Nothing was changed.')


def _tell_reasons(runtime: Runtime, run: ImportRun) -> None:
    reasons: Counter[tuple[str, str]] = Counter()
    with runtime.database.reading() as session:
        for remark in session.exec(select(ImportRemark).where(ImportRemark.run_id == run.id)):
            reasons[remark.verdict, remark.reason] += len(remark.rows)
    for (verdict, reason), count in reasons.most_common(SHOWN):
        say(f'  {count:,} {verdict}: {reason}')
    if len(reasons) > SHOWN:
        say(f'  and {len(reasons) - SHOWN:,} further reasons; --errors FILE writes them all.')


def take_out(arguments: Arguments, config: Config) -> None:
    """Export a kind of rows into a file."""
    runtime = open_runtime(config)
    target = Path(arguments.file)
    with Bar('Export', 'rows') as bar:
        count = runtime.run(SYSTEM, TableExport.write, arguments.kind, target, lambda done, total: bar(done))
    runtime.run(SYSTEM, TableExport.note, arguments.kind, count, target.name)
    say(f'{target}: {count:,} rows.')


def _kind(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('kind', metavar='KIND', choices=list(KINDS), help=', '.join(KINDS))
    parser.add_argument('file', metavar='FILE', help='a .csv or .xlsx file')


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    _kind(parser)
    parser.add_argument('--rehearse', action='store_true', help='only say what would become of each row')
    parser.add_argument('--unpaid', action='store_true',
                        help='sales history: leave its invoices open (default: they are paid)')
    parser.add_argument('--currency', default='', help="the currency of prices that name none (default: the seller's)")
    parser.add_argument('--mapping', action='append', default=[], metavar='FIELD=COLUMN',
                        help='which column holds a field, where it is not guessed from its header; may be repeated')
    parser.add_argument('--errors', metavar='FILE', help='write the rows that were left out to this CSV file')


COMMANDS = (
    Command('import', 'Bring a CSV or XLSX file in; cut off, it goes on where it was.', bring_in, _import_arguments),
    Command('export', 'Write all rows of a kind to a CSV or XLSX file that `import` reads.', take_out, _kind),
)
