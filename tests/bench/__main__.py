"""`make bench`, or `python -m tests.bench GROUP…`: measures the budgets of speed over the generated store."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import os
import pkgutil
import platform
import sys
import tempfile
import time
import traceback
from pathlib import Path

import tests.bench
from tests.bench.measuring import Measured, calibrate, line, table
from tests.bench.stand import copied
from tests.bench.store import ROOT

_NO_GROUPS = {'__main__', 'measuring', 'store', 'stand', 'browsing'}
REPORT = ROOT / 'docs' / 'speed.md'


def groups() -> list[str]:
    """The benchmark modules; each has `rows(config) -> list[Measured]`."""
    return [module.name for module in pkgutil.iter_modules(tests.bench.__path__) if module.name not in _NO_GROUPS]


def main() -> int:
    """Measure and print; returns 1 when a budget is missed. `--write` puts the table into docs/speed.md."""
    parser = argparse.ArgumentParser(prog='python -m tests.bench', description=f'Groups: {", ".join(groups())}.')
    parser.add_argument('group', nargs='*', help='what to measure; everything when not given')
    parser.add_argument('--write', action='store_true', help='write the result into docs/speed.md')
    chosen = parser.parse_args()
    before, rows = calibrate(), list[Measured]()
    with tempfile.TemporaryDirectory(prefix='portico-bench-') as folder:
        config = copied(Path(folder))
        for name in chosen.group or groups():
            began = time.perf_counter()
            try:
                rows += importlib.import_module(f'tests.bench.{name}').rows(config)
            except Exception:
                traceback.print_exc()
            sys.stderr.write(f'{name}: {time.perf_counter() - began:.0f} s\n')
    scale = (before + calibrate()) / 2
    sys.stdout.write(table(rows, scale) + '\n')
    if chosen.write:
        write(rows, scale)
    return int(any(row.ratio(scale) > 1 for row in rows))


def write(rows: list[Measured], scale: float) -> None:
    """Put the measurements into the report, between its two marks."""
    text = REPORT.read_text(encoding='utf-8')
    head, rest = text.split('<!-- measured -->\n')[0], text.split('<!-- end -->\n')[1]
    busy = os.getloadavg()[2]
    lines = [f'Measured on {dt.datetime.now(dt.UTC):%d %B %Y} with Python {platform.python_version()} on '
             f'{os.cpu_count()} cores, shared by server, browser, load and other work (load average {busy:.1f}). '
             f'The calibration loop took {scale * 0.7:.2f} s, {scale:.2f} × the reference; budgets of time '
             'below are scaled by that.', '', '| What | p50 | p95 | Budget | Ratio |', '|---|--:|--:|--:|--:|']
    lines += ['| ' + ' | '.join(line(row, scale)) + ' |' for row in rows]
    REPORT.write_text(f'{head}<!-- measured -->\n' + '\n'.join(lines) + f'\n<!-- end -->\n{rest}', encoding='utf-8')


if __name__ == '__main__':
    sys.exit(main())
