"""Proving a backup: restored into a temporary place, compared with its manifest, every invariant looked at.

SQLite needs a folder for it, PostgreSQL a schema beside the installation's own, which goes away again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa

from models.core.database import Database
from services import checks
from services.backups.describing import describe
from services.backups.manifest import BackupError, Manifest, Progress, read
from services.backups.restoring import opened, place, require_fit
from services.backups.sealing import passphrase_of
from services.checks import Finding
from services.core.config import Config
from services.start import make_runtime, prepare_folder

SCRATCH = 'portico_verify'
_TAKE = "SELECT pg_try_advisory_lock(hashtextextended('portico verify ' || current_database(), 0))"


@dataclass(frozen=True)
class Verified:
    """What a backup holds, and what is wrong with it."""

    manifest: Manifest
    findings: list[Finding]


def verify(config: Config, source: Path, progress: Progress) -> Verified:
    """Restore a backup into a temporary place and look at it there; raises BackupError when it cannot be restored."""
    prepare_folder(config.data_dir)
    with opened(config, source) as archive:
        manifest = read(archive, progress)
        with tempfile.TemporaryDirectory(dir=config.data_dir, prefix='.verifying-') as folder:
            with _scratch(config, manifest) as (address, schema):
                there = Config(data_dir=Path(folder), database_url=address, backup_passphrase=passphrase_of(config))
                database = Database(there.database, schema=schema)
                try:
                    require_fit(manifest, database, replace=False)
                    place(there, database, archive, manifest, progress)
                    progress(0, 1, 'Check')
                    runtime = make_runtime(there, database)
                    return Verified(manifest, [*_differences(database, manifest), *checks.run(runtime)])
                finally:
                    database.close()


def _differences(database: Database, manifest: Manifest) -> Iterator[Finding]:
    with database.reading() as session:
        connection = session.connection()
        if not database.is_sqlite:
            connection.exec_driver_sql('SET LOCAL statement_timeout = 0')
        found = describe(connection, manifest.made)
    for table, count in manifest.counts.items():
        if table not in RESTING and found.counts.get(table) != count:
            yield Finding('backup', f'{table} has {found.counts.get(table)} rows instead of {count}')
    for what, amount in manifest.sums.items():
        if found.sums.get(what) != amount:
            yield Finding('backup', f'the sum of {what} is {found.sums.get(what)} instead of {amount}')


RESTING = ('setting', 'user_session')
"""Tables that restoring changes by itself."""


@contextmanager
def _scratch(config: Config, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """The address and schema of an empty database for this backup."""
    if manifest.database == 'sqlite':
        yield '', ''
        return
    if config.database.startswith('sqlite'):
        raise BackupError('This backup is of postgresql; name a server to try it on as PORTICO_DATABASE_URL.')
    address = sa.make_url(config.database).set(drivername='postgresql').render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        taken = connection.execute(_TAKE).fetchone()
        if taken is None or not taken[0]:
            raise BackupError('Another backup is being verified just now.')
        connection.execute(f'DROP SCHEMA IF EXISTS {SCRATCH} CASCADE')
        connection.execute(f'CREATE SCHEMA {SCRATCH}')
        try:
            yield config.database, SCRATCH
        finally:
            connection.execute(f'DROP SCHEMA IF EXISTS {SCRATCH} CASCADE')
