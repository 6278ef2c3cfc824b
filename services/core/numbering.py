"""Document numbers such as SO-2026-000123, given by one conditional update as the last step of an act."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from models.numbering import NumberSeries

# Written out once: every document comes by here.
_series: Any = NumberSeries.__table__  # type: ignore[attr-defined]
_BUMP = (sa.update(_series).where(_series.c.kind == sa.bindparam('of'), _series.c.year == sa.bindparam('on'))
         .values(last=_series.c.last + 1).returning(_series.c.last))
ORDER = 'SO'
SHIPMENT = 'SH'
INVOICE = 'IN'
CREDIT_NOTE = 'CN'
PAYMENT = 'PA'
REFUND = 'RF'
REMINDER_CHARGE = 'RC'
HISTORY = 'H-'
"""What stands before the number of an imported invoice, so that no own number can be like it."""


def next_number(session: Session, kind: str, year: int) -> str:
    """The next number of this series; two acts never get the same one."""
    session.flush()
    connection, asked = session.connection(), {'of': kind, 'on': year}
    last = connection.execute(_BUMP, asked).scalar()
    if last is None:
        connection.execute(_insert_missing(session, kind, year))
        last = connection.execute(_BUMP, asked).scalar_one()
    return f'{kind}-{year}-{last:06d}'


def _insert_missing(session: Session, kind: str, year: int) -> sa.Insert:
    from sqlalchemy.dialects import postgresql, sqlite
    insert = postgresql.insert if session.get_bind().dialect.name == 'postgresql' else sqlite.insert
    return insert(NumberSeries).values(kind=kind, year=year, last=0).on_conflict_do_nothing()
