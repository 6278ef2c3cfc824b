"""Where an export is carried out: a short one here, a long one in a process of its own."""

from __future__ import annotations

import dataclasses
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from models.core.words import _
from services.core import formats
from services.core.actor import Actor
from services.core.children import ask_child
from services.core.errors import Throttled
from services.core.listing import Listing, ListQuery
from services.core.runtime import Runtime
from services.exports.child import packed
from services.exports.writing import write_list

SHORT = 1_000
PATIENCE = 90
_busy: set[uuid.UUID | None] = set()
_guard = threading.Lock()


@contextmanager
def one_at_a_time(actor: Actor) -> Iterator[None]:
    """Let each person run one export at a time; raises Throttled for a second one."""
    with _guard:
        if actor.user_id in _busy:
            raise Throttled(_('What you asked for last is still being made.'), details=5)
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
    job = {'module': listing.source.__module__, 'listing': listing.name, 'kind': kind,
           'query': dataclasses.asdict(query)}
    return _elsewhere(runtime, actor, job, path)


def write_table(runtime: Runtime, actor: Actor, kind: str, path: Path) -> int:
    """Write all rows of a kind that imports read, as this person may, and return how many; raises as `write_file`."""
    return _elsewhere(runtime, actor, {'table': kind}, path)


def _elsewhere(runtime: Runtime, actor: Actor, job: dict[str, Any], path: Path) -> int:
    common = {'path': str(path), 'actor': packed(actor), 'zone': formats.zone().key, 'now': runtime.now().isoformat(),
              'data_dir': str(runtime.config.data_dir.resolve()), 'database': runtime.config.database}
    return int(ask_child('services.exports.child', {**job, **common}, patience=PATIENCE)['rows'])
