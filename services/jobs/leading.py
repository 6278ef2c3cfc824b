"""Which process of an installation does the recurring work: the one that holds a lock of the database.

On SQLite there is one process. On PostgreSQL it is a session's advisory lock on a connection of its own, which the
server gives free when the process dies; another takes over at its next tick. A process that was asleep and does not
know yet that it lost the lock can do no harm: every act of the recurring work is unique by a key of the database.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

import psycopg
import sqlalchemy as sa

from models.core.database import Database

log = logging.getLogger('portico')
_TAKE = "SELECT pg_try_advisory_lock(hashtextextended('portico ' || current_database() || current_schema(), 0))"
_KEEP_ALIVE: dict[str, Any] = {'keepalives': 1, 'keepalives_idle': 10, 'keepalives_interval': 5, 'keepalives_count': 3}


class Leader:
    """The wish of this process to lead."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: psycopg.Connection[tuple[bool]] | None = None

    def leads(self) -> bool:
        """Whether this process does the recurring work just now; takes over when nobody does."""
        if self._database.is_sqlite:
            return True
        try:
            if self._connection is not None:
                self._connection.execute('SELECT 1')
                return True
            return self._take()
        except psycopg.Error:
            log.warning('the lock for recurring work was lost')
            self.resign()
            return False

    def resign(self) -> None:
        """Let another process lead."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(psycopg.Error), connection:
            connection.execute('SELECT pg_advisory_unlock_all()')

    def _take(self) -> bool:
        address = sa.make_url(self._database.url).set(drivername='postgresql')
        connection: psycopg.Connection[tuple[bool]] = psycopg.connect(
            address.render_as_string(hide_password=False), autocommit=True, **_KEEP_ALIVE)
        row = connection.execute(_TAKE).fetchone()
        if row is not None and row[0]:
            self._connection = connection
            log.info('this process does the recurring work')
            return True
        connection.close()
        return False
