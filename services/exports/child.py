"""A process of its own for a large export, so that nobody else waits for it: `python -m services.exports.child`.

Asked by `services.exports.running`; it reads the database and writes one file.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib
import uuid
from pathlib import Path
from typing import Any

from models.core.database import Database
from models.core.words import language
from models.users import Role
from services.core import formats
from services.core.actor import Actor
from services.core.children import answer
from services.core.config import Config
from services.core.listing import LISTINGS, ListQuery
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.exports.tables import TableExport
from services.exports.writing import write_list

MOST_SECONDS = 120


def packed(actor: Actor) -> dict[str, Any]:
    """An actor as JSON."""
    whole = dataclasses.asdict(actor)
    whole.pop('session_id')
    whole |= {'permissions': sorted(actor.permissions), 'off': sorted(actor.off)}
    return {name: str(value) if isinstance(value, uuid.UUID) else value for name, value in whole.items()}


def unpacked(given: dict[str, Any]) -> Actor:
    """The actor again."""
    for name in ('user_id', 'customer_id', 'real_user_id'):
        given[name] = uuid.UUID(given[name]) if given[name] else None
    given['role'] = Role(given['role']) if given['role'] else None
    for name in ('permissions', 'off'):
        given[name] = frozenset(map(Permission, given[name]))
    return Actor(**given)


def carry_out(job: dict[str, Any]) -> dict[str, Any]:
    """Write the file of a list or of a whole table; the answer is its number of rows."""
    formats.set_zone(job['zone'])
    now = dt.datetime.fromisoformat(job['now'])
    config = Config(data_dir=Path(job['data_dir']), database_url=job['database'])
    runtime = Runtime(config, Database(job['database'], pool_size=1), clock=lambda: now)
    actor, path = unpacked(job['actor']), Path(job['path'])
    with language(actor.language), runtime.work(actor, writes=False) as work:
        if 'table' in job:
            return {'rows': TableExport(work).write(job['table'], path)}
        importlib.import_module(job['module'])
        query = ListQuery(**{**job['query'], 'columns': tuple(job['query']['columns'])})
        return {'rows': write_list(work, LISTINGS[job['listing']], query, job['kind'], path)}


if __name__ == '__main__':
    answer(carry_out, seconds=MOST_SECONDS)
