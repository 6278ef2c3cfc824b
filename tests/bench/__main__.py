"""`make bench`: runs every benchmark module of this package over one generated store and prints all budgets."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import tempfile
from pathlib import Path

import tests.bench
from services.core.config import Config
from services.start import prepare_folder
from tests.bench.measuring import Measured, calibrate, table

_NO_BENCHMARKS = {'__main__', 'measuring', 'store'}


def main() -> int:
    """Measure; returns 1 when a budget is missed. A benchmark module has `rows(config) -> list[Measured]`."""
    parser = argparse.ArgumentParser(prog='make bench')
    parser.add_argument('--only', help='the one module to run')
    parser.add_argument('--data-dir', type=Path, help='keep the generated store here for the next time')
    chosen = parser.parse_args()
    names = [m.name for m in pkgutil.iter_modules(tests.bench.__path__) if m.name not in _NO_BENCHMARKS]
    scale, rows = calibrate(), list[Measured]()
    with tempfile.TemporaryDirectory(prefix='portico-bench-') as folder:
        config = Config(data_dir=chosen.data_dir or Path(folder))
        prepare_folder(config.data_dir)
        for name in names:
            if chosen.only in (None, name):
                rows += importlib.import_module(f'tests.bench.{name}').rows(config)
    sys.stdout.write(table(rows, scale) + '\n')
    return int(any(row.ratio(scale) > 1 for row in rows))


if __name__ == '__main__':
    sys.exit(main())
