"""What a person at work costs the server: the build of his page, his memory, and the start of all."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx

from services.core.config import Config
from tests.bench.measuring import Measured, once
from tests.bench.stand import ADMIN
from tests.demo import COOKIE, ROOT, Portico
from tests.web.wire import Wire, page_query

CONNECTED = 50
TICKS = os.sysconf('SC_CLK_TCK')


def rows(config: Config) -> list[Measured]:
    """Start, rest, and many people connected over the generated store; and the first start with the demo."""
    portico = Portico(config.data_dir)
    began = time.perf_counter()
    portico.start()
    ready = time.perf_counter() - began
    try:
        found = _connected(portico)
    finally:
        portico.stop(hard=True)
        portico.runtime.database.close()
    return [once('Start to ready, existing database', ready, 3, 's'),
            once('Start to ready, first demo', _first_demo(config.data_dir / 'first'), 15, 's'), *found]


def _first_demo(folder: Path) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, 'app.py', 'demo', '--data-dir', str(folder)], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    portico = Portico(folder)
    portico.start()
    took = time.perf_counter() - began
    portico.stop(hard=True)
    portico.runtime.database.close()
    return took


def _connected(portico: Portico) -> list[Measured]:
    token, process = portico.session(ADMIN), portico.process_id
    wires = [_page(portico, token) for _ in range(5)]
    _rested(process)
    rest, before = _memory(process), _cpu(process)
    wires += [_page(portico, token) for _ in range(CONNECTED)]
    used, most = _cpu(process) - before, _memory(process)
    for wire in wires:
        wire.close()
    return [once(f'Memory of the process with {len(wires) - CONNECTED} connected', rest, 160, 'MB'),
            once(f'… with {len(wires)} connected', most, 220, 'MB'),
            once('… for each connected client, with dashboard', (most - rest) * 1024 / CONNECTED, 250, 'KB'),
            once('CPU of a page from nothing: shell, dashboard, socket', used * 1000 / CONNECTED, 10)]


def _rested(process: int) -> None:
    """Wait until what is done once after the start is over, such as reading the catalogue into memory."""
    pause = threading.Event()
    for _ in range(60):
        before = _cpu(process)
        pause.wait(1)
        if _cpu(process) - before < 0.05:
            return


def _page(portico: Portico, token: str) -> Wire:
    """A page as a browser opens it, and its socket."""
    page = httpx.get(portico.url + '/', cookies={COOKIE: token}, timeout=30)
    client = re.search(r'[\'"]?client_id[\'"]?: ?[\'"]([0-9a-f-]{36})', page.text)
    assert client is not None, page.text[:500]
    return Wire(portico.url, token=token, origin=portico.url, **page_query(client[1]))


def _memory(process: int) -> float:
    """Its own memory; the pages of the database file it looks at belong to the system and are not counted."""
    return int(re.findall(r'RssAnon:\s+(\d+)', Path(f'/proc/{process}/status').read_text())[0]) / 1024


def _cpu(process: int) -> float:
    fields = Path(f'/proc/{process}/stat').read_text().rsplit(') ', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
