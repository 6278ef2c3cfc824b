"""The rows of a PostgreSQL backup, copied into new tables in one transaction; the old ones are kept in a schema."""

from __future__ import annotations

import zipfile
from typing import Any

import sqlalchemy as sa

from models.core.database import Database
from services import schema
from services.backups.manifest import CHUNK, BackupError, Manifest, Progress
from services.backups.resting import begin_rest
from services.backups.writing import named

_KEYS = ("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
         "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace")


def restore_rows(database: Database, archive: zipfile.ZipFile, manifest: Manifest, *, kept: str,
                 progress: Progress) -> None:
    """Make the tables and fill them; with `kept`, what is there goes into a schema of this name first."""
    with database.write_engine.begin() as connection:
        connection.exec_driver_sql('SET LOCAL statement_timeout = 0')
        _make_room(connection, kept)
        schema.move(connection, manifest.revision)
        keys = connection.exec_driver_sql(_KEYS).all()
        for table, name, _definition in keys:
            connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for done, (table, columns) in enumerate(manifest.columns.items()):
            progress(done, len(manifest.columns), 'Database')
            _copy_in(connection, archive, table, named(columns))
        for table, name, definition in keys:
            connection.exec_driver_sql(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        for table, count in manifest.counts.items():
            if connection.execute(sa.select(sa.func.count()).select_from(sa.table(table))).scalar_one() != count:
                raise BackupError(f'The rows of {table} are not all there; nothing was changed.')
        begin_rest(connection, manifest.made_at)


def _make_room(connection: sa.Connection, kept: str) -> None:
    current = connection.exec_driver_sql('SELECT quote_ident(current_schema())').scalar_one()
    if kept:
        connection.exec_driver_sql(f'ALTER SCHEMA {current} RENAME TO "{kept}"')
    else:
        connection.exec_driver_sql(f'DROP SCHEMA {current} CASCADE')
    connection.exec_driver_sql(f'CREATE SCHEMA {current}')


def _copy_in(connection: sa.Connection, archive: zipfile.ZipFile, table: str, names: str) -> None:
    raw: Any = connection.connection.driver_connection
    with (archive.open(f'rows/{table}') as rows, raw.cursor() as cursor,
          cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy):
        while chunk := rows.read(CHUNK):
            copy.write(chunk)
