"""A process of its own for a large export, so that nobody else waits: a job as JSON comes in, an answer goes out.

Started by `services.exports.running` as `python -m services.exports.child`; it reads the database and writes one file.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib
import json
import os
import resource
import sys
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from models.core.database import Database
from models.users import Role
from services.core import formats
from services.core.actor import Actor
from services.core.config import Config
from services.core.errors import DomainError
from services.core.listing import LISTINGS, ListQuery
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.exports.writing import write_list

MOST_MEMORY = 512 * 1024 * 1024
MOST_SECONDS = 120


def packed(actor: Actor) -> dict[str, Any]:
    """An actor as JSON."""
    whole = dataclasses.asdict(actor)
    whole.pop('session_id')
    whole['permissions'] = sorted(actor.permissions)
    return {name: str(value) if isinstance(value, uuid.UUID) else value for name, value in whole.items()}


def unpacked(given: dict[str, Any]) -> Actor:
    """The actor again."""
    for name in ('user_id', 'customer_id', 'real_user_id'):
        given[name] = uuid.UUID(given[name]) if given[name] else None
    given['role'] = Role(given['role']) if given['role'] else None
    given['permissions'] = frozenset(map(Permission, given['permissions']))
    return Actor(**given)


def carry_out(job: dict[str, Any]) -> int:
    """Write the file of a job and return its number of rows."""
    importlib.import_module(job['module'])
    formats.set_zone(job['zone'])
    now = dt.datetime.fromisoformat(job['now'])
    config = Config(data_dir=Path(job['data_dir']), database_url=job['database'])
    runtime = Runtime(config, Database(job['database'], pool_size=1), clock=lambda: now)
    query = ListQuery(**{**job['query'], 'columns': tuple(job['query']['columns'])})
    with runtime.work(unpacked(job['actor']), writes=False) as work:
        return write_list(work, LISTINGS[job['listing']], query, job['kind'], Path(job['path']))


def main() -> None:
    """Read the job, keep within bounds, answer with the rows or the refusal."""
    os.nice(10)
    with suppress(ValueError, OSError):  # macOS has no such bound on memory
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    for key in [key for key in os.environ if key.startswith('PORTICO_')]:
        del os.environ[key]
    try:
        answer: dict[str, Any] = {'rows': carry_out(json.load(sys.stdin))}
    except DomainError as error:
        answer = {'refused': error.message}
    sys.stdout.write(json.dumps(answer))


if __name__ == '__main__':
    main()
