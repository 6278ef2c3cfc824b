"""Counters of the catalogue's changes, by which what is kept in memory knows that it is old."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from models.search import SearchMark

CHANGES = 'changes'
WORDS = 'words'
PLACES = 'places'
COLLECTIONS = 'collections'


def raise_mark(session: Session, kind: str, by: int = 1) -> int:
    """Count on by this much and return the new value; other writers of the same mark wait until the commit."""
    bump = (sa.update(SearchMark).where(col(SearchMark.kind) == kind).values(value=SearchMark.value + by)
            .returning(col(SearchMark.value)).execution_options(synchronize_session=False))
    value = session.execute(bump).scalar()
    if value is None:
        insert = postgresql.insert if session.get_bind().dialect.name == 'postgresql' else sqlite.insert
        session.execute(insert(SearchMark).values(kind=kind, value=0).on_conflict_do_nothing())
        value = session.execute(bump).scalar_one()
    return int(value)


def marks(session: Session) -> dict[str, int]:
    """All marks as they stand."""
    rows = session.connection().execute(sa.select(col(SearchMark.kind), col(SearchMark.value)))
    return {kind: value for kind, value in rows}  # noqa: C416 - rows are not pairs to a type checker
