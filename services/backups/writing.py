"""Writing a backup while Portico goes on: a consistent copy of the database, and the files it speaks of."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from models.core.database import sqlite_driver
from services.backups.describing import describe
from services.backups.manifest import CHUNK, NAME, SQLITE, BackupError, Manifest, Progress, kept_files
from services.backups.sealing import Sealer, passphrase_of
from services.core.runtime import Runtime

PAGES = 2000


def back_up(runtime: Runtime, target: Path, progress: Progress) -> Manifest:
    """Write everything into one new file, complete or not at all; raises BackupError if it exists.

    With a passphrase the file is sealed and holds the secret too; without one it is a plain .zip without it.
    """
    if target.exists():
        raise BackupError(f'{target} exists already; name another file.')
    passphrase = passphrase_of(runtime.config)
    partial = target.with_name(f'.{target.name}.{os.getpid()}')
    descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, 'w+b') as stream:
            manifest = _write(stream, runtime, passphrase, progress)
            stream.flush()
            os.fsync(stream.fileno())
        partial.rename(target)
        flush_folder(target.parent)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def sqlite_file(address: str) -> Path:
    """The file of an SQLite address."""
    return Path(str(make_url(address).database))


def named(columns: Iterable[str]) -> str:
    """Column names as SQL writes them."""
    return ', '.join(f'"{name}"' for name in columns)


def flush_folder(folder: Path) -> None:
    """Let a new name in a folder outlive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(stream: BinaryIO, runtime: Runtime, passphrase: str, progress: Progress) -> Manifest:
    sealer = Sealer(stream, passphrase) if passphrase else None
    with zipfile.ZipFile(sealer or stream, 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        manifest = _fill(archive, runtime, progress, secret=sealer is not None)
    if sealer is not None:
        sealer.finish()
    return manifest


def _fill(archive: zipfile.ZipFile, runtime: Runtime, progress: Progress, *, secret: bool) -> Manifest:
    """Files are held before and after the database is read, so that what one of its rows names is there even when it
    is discarded meanwhile."""
    database = runtime.database
    data = runtime.config.data_dir
    own = sqlite_file(database.url) if database.is_sqlite else None
    with tempfile.TemporaryDirectory(dir=data, prefix='.backup-') as folder:
        held = Path(folder) / 'held'
        _hold(kept_files(data, own, secret=secret), data, held)
        if database.is_sqlite:
            manifest = _add_sqlite(archive, runtime, Path(folder) / SQLITE, progress)
        else:
            with database.reading() as session:
                connection = session.connection()
                connection.exec_driver_sql('SET LOCAL statement_timeout = 0')
                manifest = describe(connection, runtime.now())
                _copy_rows(connection, archive, manifest, progress)
        _hold(kept_files(data, own, secret=secret), data, held)
        files = sorted(path for path in held.rglob('*') if path.is_file())
        for done, path in enumerate(files):
            progress(done, len(files), 'Files')
            _add(archive, manifest, f'files/{path.relative_to(held).as_posix()}', _chunks(path))
    archive.writestr(NAME, manifest.to_json())
    return manifest


def _hold(files: Iterable[Path], data: Path, held: Path) -> None:
    """Give each file a second name; files are never written in place, so it stays as it is."""
    for path in files:
        second = held / path.relative_to(data)
        second.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError, FileNotFoundError):
            os.link(path, second)


def _add_sqlite(archive: zipfile.ZipFile, runtime: Runtime, copy: Path, progress: Progress) -> Manifest:
    _copy_sqlite(sqlite_file(runtime.database.url), copy, progress)
    engine = sa.create_engine(f'sqlite:///{copy}', module=sqlite_driver())
    with engine.connect() as connection:
        manifest = describe(connection, runtime.now())
    engine.dispose()
    _add(archive, manifest, SQLITE, _chunks(copy))
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
