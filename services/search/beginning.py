"""Values that begin so, found through an index on both databases."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from services.core.work import Work


def begins(work: Work, column: Any, start: str) -> sa.ColumnElement[bool]:
    """The condition that a text column begins so, in this very case."""
    if work.runtime.database.is_sqlite:
        return sa.and_(column >= start, column < start + '\U0010ffff')
    escaped = start.replace('\\', r'\\').replace('%', r'\%').replace('_', r'\_')
    return sa.and_(column.like(escaped + '%'))
