"""Reading a backup back: verified first, then put in place as a whole; what was there before is kept."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import sqlalchemy as sa

from models.core.database import Database, sqlite_driver
from services import schema
from services.backups.manifest import SQLITE, BackupError, Manifest, Progress, kept_files, read
from services.backups.resting import RestService, begin_rest
from services.backups.rows import restore_rows
from services.backups.sealing import Unsealer, is_sealed, passphrase_of
from services.backups.writing import flush_folder, sqlite_file
from services.core.actor import SYSTEM
from services.core.config import Config
from services.jobs.leading import Leader
from services.start import make_runtime, prepare_folder


@dataclass(frozen=True)
class Kept:
    """Where what was there before is kept: a folder, and on PostgreSQL a schema; empty when there was nothing."""

    folder: Path | None = None
    schema: str = ''

    def __str__(self) -> str:
        return ' and '.join(part for part in (str(self.folder or ''), self.schema and f'schema {self.schema}') if part)


def restore(config: Config, source: Path, *, replace: bool, progress: Progress) -> Kept:
    """Put a backup in place and let mails and reminders rest; returns where what was there before is kept.

    Raises BackupError, with nothing changed, when the file is damaged, sealed with another passphrase, of another kind
    of database or of a newer Portico, when there is data already and `replace` was not said, and when Portico runs.
    """
    prepare_folder(config.data_dir)
    database = Database(config.database)
    try:
        with alone(database), opened(config, source) as archive:
            manifest = read(archive, progress)
            require_fit(manifest, database, replace)
            kept = place(config, database, archive, manifest, progress)
        if schema.state(database) is schema.SchemaState.CURRENT:
            runtime = make_runtime(config, database)
            runtime.run(SYSTEM, RestService.note, manifest.made_at, source.name)
    finally:
        database.close()
    return kept


def place(config: Config, database: Database, archive: zipfile.ZipFile, manifest: Manifest,
          progress: Progress) -> Kept:
    """Put what was verified into this database and folder, in the place of what is there."""
    was_empty = schema.state(database) is schema.SchemaState.EMPTY
    stamp = f'{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}'
    kept_schema = ''
    with tempfile.TemporaryDirectory(dir=config.data_dir, prefix='.restoring-') as folder:
        archive.extractall(folder, [n for n in manifest.entries if n.startswith(('files/', SQLITE))])
        if database.is_sqlite:
            _rest_file(Path(folder) / SQLITE, manifest)
        else:
            kept_schema = '' if was_empty else f'replaced_{stamp.replace("-", "_")}'
            restore_rows(database, archive, manifest, kept=kept_schema, progress=progress)
        database.close()
        return Kept(_exchange(config, Path(folder), stamp, was_empty=was_empty), kept_schema)


@contextmanager
def opened(config: Config, source: Path) -> Iterator[zipfile.ZipFile]:
    """The archive of a backup, unsealed where it is sealed; raises BackupError."""
    if not source.exists():
        raise BackupError(f'There is no file {source}.')
    with source.open('rb') as raw:
        stream: BinaryIO = raw
        if is_sealed(source):
            passphrase = passphrase_of(config)
            if not passphrase:
                raise BackupError('This backup is sealed; give its passphrase as PORTICO_BACKUP_PASSPHRASE.')
            stream = cast(BinaryIO, Unsealer(raw, passphrase))
        try:
            archive = zipfile.ZipFile(stream)
        except zipfile.BadZipFile:
            raise BackupError(f'{source} is not a backup, or not all of it.') from None
        with archive:
            yield archive


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """Hold the recurring work of this database, so that no Portico does it; raises BackupError when one runs."""
    leader = Leader(database)
    if not leader.leads():
        raise BackupError('Portico is running on this database; stop it first.')
    try:
        yield
    finally:
        leader.resign()


def require_fit(manifest: Manifest, database: Database, replace: bool) -> None:
    """Raise BackupError unless a backup may go into this database."""
    if manifest.database != ('sqlite' if database.is_sqlite else 'postgresql'):
        raise BackupError(f'This backup is of {manifest.database}, but PORTICO_DATABASE_URL names another database.')
    if not schema.is_known(manifest.revision):
        raise BackupError('This backup was made by a newer Portico.')
    if not replace and schema.state(database) is not schema.SchemaState.EMPTY:
        raise BackupError('There is data here already; say --replace to put the backup in its place.')


def _rest_file(copy: Path, manifest: Manifest) -> None:
    """Let mails rest in the copy, before it is the database, and have it on the disk."""
    engine = sa.create_engine(f'sqlite:///{copy}', module=sqlite_driver())
    with engine.begin() as connection:
        begin_rest(connection, manifest.made_at)
    engine.dispose()
    with copy.open('rb+') as written:
        os.fsync(written.fileno())


def _exchange(config: Config, folder: Path, stamp: str, *, was_empty: bool) -> Path | None:
    own = sqlite_file(config.database) if config.database.startswith('sqlite') else None
    new = sorted(path for path in (folder / 'files').rglob('*') if path.is_file())
    secret = (folder / 'files' / 'secret.key').is_file()
    old = list(kept_files(config.data_dir, own, secret=secret))
    if own and was_empty:
        own.unlink(missing_ok=True)
    elif own:
        old += own.parent.glob(f'{own.name}*')
    kept = config.data_dir / f'replaced-{stamp}'
    for path in old:
        inside = path.relative_to(config.data_dir) if path.is_relative_to(config.data_dir) else Path(path.name)
        _move(path, kept / inside)
    if own:
        _move(folder / SQLITE, own)
    for path in new:
        _move(path, config.data_dir / path.relative_to(folder / 'files'))
    flush_folder(config.data_dir)
    return kept if old else None


def _move(path: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.move(path, target)
    target.chmod(0o600)
