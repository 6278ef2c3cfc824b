"""Opening an installation: its folder, its secret, its database, and one process at a time over one SQLite file."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from models.core.database import SAFE_SQLITE, Database, sqlite_driver
from services import calendar, schema
from services.auth.resolving import resolve
from services.core.config import Config
from services.core.relay import Relay
from services.core.runtime import Runtime
from services.core.secrets import NAME, OLD

_NETWORK_FILES = ('nfs', 'nfs4', 'cifs', 'smb3', 'smbfs', 'fuse.sshfs')


class StartError(Exception):
    """Portico cannot start; the text is the one clear line."""


def open_runtime(config: Config) -> Runtime:
    """The installation these settings describe, ready to act; raises StartError when it cannot be used as it is."""
    runtime = open_any(config)
    try:
        schema.require_current(runtime.database)
    except schema.SchemaError as error:
        runtime.database.close()
        raise StartError(str(error)) from None
    calendar.follow(runtime)
    if not runtime.database.is_sqlite:
        Relay(runtime.database.write_engine, runtime.bus).start()
    return runtime


def open_any(config: Config) -> Runtime:
    """The installation whatever its tables look like, for `migrate`, `init` and `doctor`; raises StartError."""
    prepare_folder(config.data_dir)
    if config.database.startswith('sqlite'):
        _require_safe_sqlite(config)
    database = Database(config.database)
    try:
        with database.reading() as session:
            session.connection()
    except sa.exc.DBAPIError as error:
        raise StartError(f'The database cannot be opened: {str(error.orig).strip().splitlines()[0]}') from None
    return make_runtime(config, database)


def make_runtime(config: Config, database: Database, *, clock: Callable[[], dt.datetime] | None = None) -> Runtime:
    """The runtime over an open database; raises StartError when the secret in the data folder cannot be used."""
    try:
        runtime = Runtime(config, database, clock=clock, resolver=resolve)
    except ValueError as error:
        raise StartError(f'The secret in {config.data_dir} cannot be used: {error}') from None
    for secret in (config.data_dir / NAME, config.data_dir / OLD):
        if secret.exists() and secret.stat().st_mode & 0o077:
            raise StartError(f'{secret} can be read by others; run `chmod 600 {secret}`.')
    return runtime


def prepare_folder(folder: Path) -> None:
    """Make the data folder, for its owner only; raises StartError when it cannot be written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(f'The data folder {folder} cannot be made: {error.strerror}.') from None
    if not os.access(folder, os.W_OK):
        raise StartError(f'The data folder {folder} cannot be written.')


def claim(config: Config) -> IO[str] | None:
    """Hold the installation for this process while the returned file is open; PostgreSQL needs no claim (None).

    Raises StartError when another process serves the same SQLite file.
    """
    if not config.database.startswith('sqlite'):
        return None
    prepare_folder(config.data_dir)
    held = (config.data_dir / 'portico.lock').open('a+')
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise StartError(f'Another Portico is already running on {config.data_dir}.') from None
    return held


def _require_safe_sqlite(config: Config) -> None:
    found = sqlite_driver().sqlite_version_info
    if found < SAFE_SQLITE:
        raise StartError(f'SQLite {".".join(map(str, found))} can lose data; 3.51.3 or newer is needed (`make setup`).')
    if _file_system(config.data_dir) in _NETWORK_FILES:
        raise StartError(f'{config.data_dir} is on a network drive, where SQLite can lose data; use PostgreSQL there.')


def _file_system(folder: Path) -> str:
    mounts = Path('/proc/mounts')
    if not mounts.exists():
        return ''
    points = [line.split()[1:3] for line in mounts.read_text().splitlines()]
    above = [(point, kind) for point, kind in points if folder.resolve().is_relative_to(point)]
    return max(above, key=lambda pair: len(pair[0]), default=('', ''))[1]
