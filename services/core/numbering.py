"""Document numbers such as SO-2026-000123, given by one conditional update as the last step of an act."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col

from models.numbering import NumberSeries

ORDER = 'SO'
HISTORY = 'H-'
"""What stands before the number of an imported invoice, so that no own number can be like it."""


def next_number(session: Session, kind: str, year: int) -> str:
    """The next number of this series; two acts never get the same one."""
    bump = (sa.update(NumberSeries).where(sa.column('kind') == kind, sa.column('year') == year)
            .values(last=NumberSeries.last + 1).returning(col(NumberSeries.last))
            .execution_options(synchronize_session=False))
    last = session.execute(bump).scalar()
    if last is None:
        session.execute(_insert_missing(session, kind, year))
        last = session.execute(bump).scalar_one()
    return f'{kind}-{year}-{last:06d}'


def _insert_missing(session: Session, kind: str, year: int) -> sa.Insert:
    from sqlalchemy.dialects import postgresql, sqlite
    insert = postgresql.insert if session.get_bind().dialect.name == 'postgresql' else sqlite.insert
    return insert(NumberSeries).values(kind=kind, year=year, last=0).on_conflict_do_nothing()
