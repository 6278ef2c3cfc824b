"""Writing a backup while Portico goes on: a consistent copy of the database first, then the files it speaks of."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from sqlalchemy.engine import make_url

from models.core.database import sqlite_driver
from models.orders import Order
from models.tables import metadata
from services.backups.manifest import CHUNK, NAME, SQLITE, BackupError, Manifest, Progress, kept_files
from services.core.runtime import Runtime

PAGES = 2000


def back_up(runtime: Runtime, target: Path, progress: Progress) -> Manifest:
    """Write everything but the secret into one new file, complete or not at all; raises BackupError if it exists."""
    if target.exists():
        raise BackupError(f'{target} exists already; name another file.')
    partial = target.with_name(f'.{target.name}.{os.getpid()}')
    descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, 'w+b') as stream:
            with zipfile.ZipFile(stream, 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                manifest = _fill(archive, runtime, progress)
            stream.flush()
            os.fsync(stream.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def sqlite_file(address: str) -> Path:
    """The file of an SQLite address."""
    return Path(str(make_url(address).database))


def named(columns: Iterable[str]) -> str:
    """Column names as SQL writes them."""
    return ', '.join(f'"{name}"' for name in columns)


def _fill(archive: zipfile.ZipFile, runtime: Runtime, progress: Progress) -> Manifest:
    database = runtime.database
    with tempfile.TemporaryDirectory(dir=runtime.config.data_dir, prefix='.backup-') as folder:
        if database.is_sqlite:
            copy = Path(folder) / SQLITE
            _copy_sqlite(sqlite_file(database.url), copy, progress)
            engine = sa.create_engine(f'sqlite:///{copy}', module=sqlite_driver())
            with engine.connect() as connection:
                manifest = _describe(connection, runtime)
            engine.dispose()
            _add(archive, manifest, SQLITE, _chunks(copy))
        else:
            with database.reading() as session:
                connection = session.connection()
                connection.exec_driver_sql('SET LOCAL statement_timeout = 0')
                manifest = _describe(connection, runtime)
                _copy_rows(connection, archive, manifest, progress)
    own = sqlite_file(database.url) if database.is_sqlite else None
    files = list(kept_files(runtime.config.data_dir, own))
    for done, path in enumerate(files):
        progress(done, len(files), 'Files')
        _add(archive, manifest, f'files/{path.relative_to(runtime.config.data_dir).as_posix()}', _chunks(path))
    archive.writestr(NAME, manifest.to_json())
    return manifest


def _describe(connection: sa.Connection, runtime: Runtime) -> Manifest:
    revision = MigrationContext.configure(connection).get_current_revision() or ''
    manifest = Manifest(database=connection.dialect.name, revision=revision, made_at=runtime.now().isoformat())
    inspector = sa.inspect(connection)
    for table in sorted(set(inspector.get_table_names()) - {'alembic_version'}):
        manifest.columns[table] = [c['name'] for c in inspector.get_columns(table) if 'computed' not in c]
        manifest.counts[table] = connection.execute(
            sa.select(sa.func.count()).select_from(sa.table(table))).scalar_one()
    orders: Any = metadata.tables[str(Order.__tablename__)]
    gross = sa.func.sum(orders.c.gross, type_=orders.c.gross.type)
    for currency, amount in connection.execute(sa.select(orders.c.currency, gross).group_by(orders.c.currency)):
        manifest.sums[currency] = str(amount)
    return manifest


def _copy_sqlite(source: Path, target: Path, progress: Progress) -> None:
    driver = sqlite_driver()
    reading, writing = driver.connect(str(source)), driver.connect(str(target))
    try:
        reading.backup(writing, pages=PAGES, sleep=0.01,
                       progress=lambda status, left, total: progress(total - left, total, 'Database'))
    finally:
        writing.close()
        reading.close()


def _copy_rows(connection: sa.Connection, archive: zipfile.ZipFile, manifest: Manifest, progress: Progress) -> None:
    raw: Any = connection.connection.driver_connection
    for done, (table, columns) in enumerate(manifest.columns.items()):
        progress(done, len(manifest.columns), 'Database')
        with raw.cursor() as cursor, cursor.copy(f'COPY "{table}" ({named(columns)}) TO STDOUT') as rows:
            _add(archive, manifest, f'rows/{table}', (bytes(chunk) for chunk in rows))


def _add(archive: zipfile.ZipFile, manifest: Manifest, name: str, chunks: Iterable[bytes]) -> None:
    checksum = hashlib.sha256()
    with archive.open(name, 'w', force_zip64=True) as entry:
        for chunk in chunks:
            checksum.update(chunk)
            entry.write(chunk)
    manifest.entries[name] = checksum.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open('rb') as source:
        while chunk := source.read(CHUNK):
            yield chunk
