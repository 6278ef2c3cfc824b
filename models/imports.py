"""Imports: runs that can be taken up again, what was said about their rows, and the column mappings people taught."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from models.core.entity import Entity, choice, document, maybe_moment, maybe_reference, moment, reference, text


class ImportState(StrEnum):
    """Where a run stands; REHEARSING and RUNNING go on in the background and can be cut off."""

    NEW = 'new'
    REHEARSING = 'rehearsing'
    REHEARSED = 'rehearsed'
    RUNNING = 'running'
    DONE = 'done'
    FAILED = 'failed'


class ImportRun(Entity, table=True):
    """One file on its way in; `position` rows are settled, and a run that was cut off goes on from there.

    `mapping` is field → header, `options` what the file does not say (currency), `counts` rows by verdict, `rehearsal`
    what a rehearsal found, `touched_at` the last sign of life of who runs it.
    """

    __tablename__ = 'import_run'

    kind: str = text(40)
    file_name: str = text(200)
    sha256: str = text(64, index=True)
    state: ImportState = choice(ImportState)
    mapping: dict[str, str] = document()
    options: dict[str, str] = document()
    counts: dict[str, int] = document()
    rehearsal: dict[str, Any] = document()
    position: int = 0
    rows: int = 0
    message: str = text(300)
    by_id: uuid.UUID | None = maybe_reference('user.id')
    started_at: dt.datetime = moment(index=True)
    touched_at: dt.datetime | None = maybe_moment()
    finished_at: dt.datetime | None = maybe_moment()


class ImportRemark(Entity, table=True):
    """One reason why rows of a chunk were skipped or are wrong, with their numbers in the file."""

    __tablename__ = 'import_remark'

    run_id: uuid.UUID = reference('import_run.id')
    verdict: str = text(20)
    reason: str = text(300)
    rows: list[int] = document(list)


class ImportMapping(Entity, table=True):
    """Which column of a file with these headers means what."""

    __tablename__ = 'import_mapping'
    __table_args__ = (sa.UniqueConstraint('kind', 'headers'),)

    kind: str = text(40)
    headers: str = text(64)
    mapping: dict[str, Any] = document()
