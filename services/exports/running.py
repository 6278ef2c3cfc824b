"""Where an export is carried out: a short one here, a long one in a process of its own."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.core.words import _
from services.core import formats
from services.core.actor import Actor
from services.core.errors import Invalid, Throttled, Unavailable
from services.core.listing import Listing, ListQuery
from services.core.runtime import Runtime
from services.exports.child import packed
from services.exports.writing import write_list

SHORT = 1_000
PATIENCE = 90
_ROOT = Path(__file__).resolve().parents[2]
_busy: set[uuid.UUID | None] = set()
_guard = threading.Lock()


@contextmanager
def one_at_a_time(actor: Actor) -> Iterator[None]:
    """Let each person run one export at a time; raises Throttled for a second one."""
    with _guard:
        if actor.user_id in _busy:
            raise Throttled(_('Your last export is still being made.'), details=5)
        _busy.add(actor.user_id)
    try:
        yield
    finally:
        with _guard:
            _busy.discard(actor.user_id)


def write_file(runtime: Runtime, actor: Actor, listing: Listing, query: ListQuery, *, path: Path,
               kind: str = 'xlsx', rows: int = 0) -> int:
    """Write the list as this person sees it and return its rows; `rows` is how many to expect.

    Call it outside the event loop and outside any unit of work. Raises Invalid for too many rows, Unavailable when it
    takes too long.
    """
    if rows <= SHORT:
        with runtime.work(actor, writes=False) as work:
            return write_list(work, listing, query, kind, path)
    job = {
        'module': listing.source.__module__, 'listing': listing.name, 'kind': kind, 'path': str(path),
        'query': dataclasses.asdict(query), 'actor': packed(actor), 'zone': formats.zone().key,
        'now': runtime.now().isoformat(), 'data_dir': str(runtime.config.data_dir.resolve()),
        'database': runtime.config.database,
    }
    try:
        done = subprocess.run([sys.executable, '-m', 'services.exports.child'], input=json.dumps(job), check=False,
                              capture_output=True, text=True, timeout=PATIENCE, cwd=_ROOT,
                              env={**os.environ, 'PYTHONPATH': str(_ROOT)})
    except subprocess.TimeoutExpired:
        raise Unavailable(_('The export took too long. Please narrow the list by its filters.')) from None
    if done.returncode != 0:
        raise RuntimeError(f'the export process ended with {done.returncode}: {done.stderr[-2000:]}')
    answer = json.loads(done.stdout)
    if 'refused' in answer:
        raise Invalid(answer['refused'])
    return int(answer['rows'])
