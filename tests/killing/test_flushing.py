"""An order is on the disk before anybody is told: what the kernel was asked for, in order (T-DUR-2).

A killed process cannot tell a flush from none, since the kernel still has the data; only the order of its calls can.
With `synchronous=NORMAL` the same test must find answers that were not flushed, else it proves nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from services.core.runtime import Runtime
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
ORDERS = 8
_CALL = re.compile(r'^(?:\d+ +)?(?P<call>\w+)\((?P<fd>\d+)<(?P<path>[^>]*)>(?P<rest>.*)')

pytestmark = [pytest.mark.parametrize('store', ['sqlite'], indirect=True),
              pytest.mark.skipif(shutil.which('strace') is None, reason='strace is not on this machine')]


def watched(runtime: Runtime, folder: Path, mode: str) -> list[str]:
    """The calls of a process that places orders, one a line."""
    config, record = runtime.config, folder / f'calls-{mode}'
    environment = {**os.environ, 'PORTICO_DATA_DIR': str(config.data_dir), 'PORTICO_BASE_URL': config.base_url,
                   'PORTICO_DATABASE_URL': config.database_url, 'PORTICO_LOG_LEVEL': 'ERROR'}
    done = subprocess.run(
        ['strace', '-f', '-y', '-s', '32', '-e', 'trace=pwrite64,write,fdatasync,fsync', '-o', str(record),
         sys.executable, '-m', 'tests.killing.placer', 'ben@harbour.test', str(ORDERS), mode],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
    if 'ptrace' in done.stderr and done.returncode:
        pytest.skip('this machine lets no process be watched')
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('ordered') == ORDERS
    return record.read_text(errors='replace').splitlines()


def unflushed(calls: list[str]) -> list[int]:
    """The answers before which something was written to the log of the database and not flushed; by their place."""
    found, answers, is_flushed, has_written = [], 0, True, False
    for line in calls:
        match = _CALL.match(line)
        if match is None:
            continue
        if match['path'].endswith('-wal'):
            is_flushed = match['call'] in ('fdatasync', 'fsync')
            has_written = has_written or not is_flushed
        elif match['call'] == 'write' and match['fd'] == '1' and '"ordered ' in match['rest']:
            if not is_flushed or not has_written:
                found.append(answers)
            answers, has_written = answers + 1, False
    assert answers == ORDERS
    return found


def test_no_order_is_confirmed_before_it_is_on_the_disk(runtime: Runtime, world: World, tmp_path: Path) -> None:
    assert unflushed(watched(runtime, tmp_path, 'FULL')) == []
    assert len(unflushed(watched(runtime, tmp_path, 'NORMAL'))) > ORDERS // 2
