"""Imports: runs that can be taken up again, and the column mappings people taught us."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from models.core.entity import Entity, choice, document, maybe_moment, maybe_reference, moment, text


class ImportState(StrEnum):
    """Where a run stands."""

    REHEARSED = 'rehearsed'
    RUNNING = 'running'
    DONE = 'done'
    FAILED = 'failed'


class ImportRun(Entity, table=True):
    """One file on its way in; `position` rows are settled, and a run that was cut off goes on from there."""

    __tablename__ = 'import_run'

    kind: str = text(40)
    file_name: str = text(200)
    sha256: str = text(64, index=True)
    state: ImportState = choice(ImportState)
    mapping: dict[str, str] = document()
    counts: dict[str, int] = document()
    position: int = 0
    rows: int = 0
    by_id: uuid.UUID | None = maybe_reference('user.id')
    started_at: dt.datetime = moment()
    finished_at: dt.datetime | None = maybe_moment()


class ImportMapping(Entity, table=True):
    """Which column of a file with these headers means what."""

    __tablename__ = 'import_mapping'
    __table_args__ = (sa.UniqueConstraint('kind', 'headers'),)

    kind: str = text(40)
    headers: str = text(64)
    mapping: dict[str, Any] = document()
