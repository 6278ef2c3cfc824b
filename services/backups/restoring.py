"""Reading a backup back: verified first, then put in place as a whole; what was there before is kept or rolled back."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from models.core.database import Database
from services import schema
from services.backups.manifest import CHUNK, SQLITE, BackupError, Manifest, Progress, kept_files, read
from services.backups.writing import named, sqlite_file
from services.core.config import Config
from services.start import prepare_folder

_HELD_BACK = "UPDATE mail SET state = 'dead', error = 'Held back after a restore.' WHERE state IN ('queued', 'sending')"
_KEYS = ("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
         "WHERE contype = 'f' AND connamespace = 'public'::regnamespace")


def restore(config: Config, source: Path, *, replace: bool, progress: Progress) -> Path | None:
    """Put a backup in place; returns the folder that keeps what was there before, None when there was nothing.

    Raises BackupError, with nothing changed, when the file is damaged, of another kind of database or of a newer
    Portico, and when there is data already and `replace` was not said.
    """
    if not source.exists():
        raise BackupError(f'There is no file {source}.')
    prepare_folder(config.data_dir)
    database = Database(config.database)
    try:
        with _opened(source) as archive:
            manifest = read(archive, progress)
            was_empty = _require_fit(manifest, database, replace)
            with tempfile.TemporaryDirectory(dir=config.data_dir, prefix='.restoring-') as folder:
                archive.extractall(folder, [n for n in manifest.entries if n.startswith(('files/', SQLITE))])
                if not database.is_sqlite:
                    _restore_rows(database, archive, manifest, progress)
                database.close()
                kept = _exchange(config, Path(folder), was_empty=was_empty)
        with database.write_engine.begin() as connection:
            connection.exec_driver_sql(_HELD_BACK)
    finally:
        database.close()
    return kept


def _opened(source: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except zipfile.BadZipFile:
        raise BackupError(f'{source} is not a backup, or not all of it.') from None


def _require_fit(manifest: Manifest, database: Database, replace: bool) -> bool:
    if manifest.database != ('sqlite' if database.is_sqlite else 'postgresql'):
        raise BackupError(f'This backup is of {manifest.database}, but PORTICO_DATABASE_URL names another database.')
    if not schema.is_known(manifest.revision):
        raise BackupError('This backup was made by a newer Portico.')
    is_empty = schema.state(database) is schema.SchemaState.EMPTY
    if not replace and not is_empty:
        raise BackupError('There is data here already; say --replace to put the backup in its place.')
    return is_empty


def _exchange(config: Config, folder: Path, *, was_empty: bool) -> Path | None:
    own = sqlite_file(config.database) if config.database.startswith('sqlite') else None
    old = list(kept_files(config.data_dir, own))
    if own and was_empty:
        own.unlink(missing_ok=True)
    elif own:
        old += own.parent.glob(f'{own.name}*')
    kept = config.data_dir / f'replaced-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}'
    for path in old:
        inside = path.relative_to(config.data_dir) if path.is_relative_to(config.data_dir) else Path(path.name)
        (kept / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, kept / inside)
    if own:
        shutil.move(folder / SQLITE, own)
        own.chmod(0o600)
    for path in sorted((folder / 'files').rglob('*')):
        if path.is_file():
            target = config.data_dir / path.relative_to(folder / 'files')
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
            target.chmod(0o600)
    return kept if old else None


def _restore_rows(database: Database, archive: zipfile.ZipFile, manifest: Manifest, progress: Progress) -> None:
    with database.write_engine.begin() as connection:
        connection.exec_driver_sql('SET LOCAL statement_timeout = 0')
        connection.exec_driver_sql('DROP SCHEMA public CASCADE')
        connection.exec_driver_sql('CREATE SCHEMA public')
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


def _copy_in(connection: sa.Connection, archive: zipfile.ZipFile, table: str, names: str) -> None:
    raw: Any = connection.connection.driver_connection
    with (archive.open(f'rows/{table}') as rows, raw.cursor() as cursor,
          cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy):
        while chunk := rows.read(CHUNK):
            copy.write(chunk)
