"""The database: SQLite in one file, or PostgreSQL; the same sessions over both."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

SAFE_SQLITE = (3, 51, 3)
_PRAGMAS = ('journal_mode=WAL', 'synchronous=FULL', 'foreign_keys=ON', 'busy_timeout=5000', 'trusted_schema=OFF',
            'temp_store=MEMORY', 'cache_size=-8000', 'mmap_size=2147418112')


def sqlite_driver() -> Any:
    """The SQLite module to use: the interpreter's own unless it has the WAL-reset fault (older than 3.51.3)."""
    if sqlite3.sqlite_version_info >= SAFE_SQLITE:
        return sqlite3
    from pysqlite3 import dbapi2
    return dbapi2


class FairLock:
    """A lock that serves writers in the order they came, which SQLite's own busy handler does not."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False


class Database:
    """Reading and writing sessions over one database; `url` is an SQLAlchemy address.

    `schema` is one of PostgreSQL that is not the usual one.
    """

    def __init__(self, url: str, *, pool_size: int = 10, schema: str = '') -> None:
        self.url = url
        self.is_sqlite = url.startswith('sqlite')
        self._writer = FairLock()
        if self.is_sqlite:
            self.write_engine = _sqlite_engine(url, begin='BEGIN IMMEDIATE', size=2)
            self.read_engine = _sqlite_engine(url, begin='BEGIN', size=pool_size, read_only=True)
        else:
            self.write_engine = self.read_engine = _postgres_engine(url, pool_size, schema)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session for one act: commits when the block ends well, rolls back when it raises."""
        if self.is_sqlite:
            with self._writer, _session(self.write_engine) as session, session.begin():
                yield session
        else:
            with _session(self.write_engine) as session, session.begin():
                yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent state and can write nothing."""
        with _session(self.read_engine) as session:
            if not self.is_sqlite:
                session.connection(execution_options={'postgresql_readonly': True,
                                                      'isolation_level': 'REPEATABLE READ'})
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.write_engine.dispose()
        self.read_engine.dispose()


def _session(engine: sa.Engine) -> Session:
    return Session(engine, expire_on_commit=False, autoflush=True)


def _sqlite_engine(url: str, *, begin: str, size: int, read_only: bool = False) -> sa.Engine:
    engine = sa.create_engine(url, module=sqlite_driver(), poolclass=QueuePool, pool_size=size, max_overflow=0,
                              pool_timeout=30, connect_args={'check_same_thread': False})

    @sa.event.listens_for(engine, 'connect')
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f'PRAGMA {pragma}')
        if read_only:
            connection.execute('PRAGMA query_only=ON')

    @sa.event.listens_for(engine, 'begin')
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgres_engine(url: str, size: int, schema: str) -> sa.Engine:
    limits = '-c lock_timeout=3s -c statement_timeout=10s -c idle_in_transaction_session_timeout=15s -c timezone=UTC'
    limits += f' -c search_path={schema}' if schema else ''
    return sa.create_engine(url, pool_size=size, max_overflow=size, pool_pre_ping=True,
                            connect_args={'options': limits})
