"""Token buckets in the database: how often one may try something, counted over all processes."""

from __future__ import annotations

import datetime as dt
import math

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from models.users import RateBucket

WHOLE = 1000
TRIES = 5


def take(session: Session, key: str, capacity: int, refill_per_second: float, now: dt.datetime) -> float:
    """Take one token from a bucket of this capacity; the seconds to wait for the next one, 0 when it was granted.

    Must run in a transaction that is committed even when the act behind it is refused, else the try is not counted.
    """
    _make(session, key, capacity, now)
    for _try in range(TRIES):
        tokens, at = session.execute(
            sa.select(RateBucket.tokens, RateBucket.at).where(col(RateBucket.key) == key)).one()  # type: ignore[call-overload]
        gained = max((now - at).total_seconds(), 0) * refill_per_second * WHOLE
        filled = min(capacity * WHOLE, tokens + int(gained))
        if filled < WHOLE:
            return (WHOLE - filled) / (refill_per_second * WHOLE) if refill_per_second > 0 else math.inf
        done = session.execute(
            sa.update(RateBucket).where(col(RateBucket.key) == key, col(RateBucket.tokens) == tokens,
                                        col(RateBucket.at) == at)
            .values(tokens=filled - WHOLE, at=max(now, at)).execution_options(synchronize_session=False))
        if done.rowcount == 1:  # type: ignore[attr-defined]
            return 0.0
    return 1.0


def _make(session: Session, key: str, capacity: int, now: dt.datetime) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == 'postgresql' else sqlite.insert
    statement = insert(RateBucket).values(key=key, tokens=capacity * WHOLE, at=now)
    session.execute(statement.on_conflict_do_nothing(index_elements=['key']))
