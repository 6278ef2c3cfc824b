"""The backups in the data folder: written every night or when asked, verified at once, of which 7 days, 4 weeks and 12
months are kept."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.backups.manifest import BackupError
from services.backups.sealing import is_sealed, passphrase_of
from services.backups.writing import back_up
from services.core.children import ask_child
from services.core.config import Config
from services.core.runtime import Runtime

FOLDER = 'backups'
DAYS, WEEKS, MONTHS = 7, 4, 12
PATIENCE = 3600
MOST_FINDINGS = 200
_NAME = re.compile(r'portico-(\d{4}-\d{2}-\d{2})-(\d{6})\.(?:zip|sealed)')
_Key = Callable[[dt.datetime], tuple[int, ...]]


@dataclass(frozen=True)
class Backup:
    """A backup in the folder; `at` is the seller's time when it was begun."""

    name: str
    at: dt.datetime
    size: int
    is_sealed: bool


def back_up_here(runtime: Runtime, local: dt.datetime) -> dict[str, Any]:
    """Write a backup into the folder, verify it in a process of its own, and let go of old ones; `local` names it.

    Returns what is known of it: file, size, rows, files, findings, when it was verified. Raises BackupError when it
    cannot be restored; then it is not kept, and neither is an old one let go.
    """
    folder = folder_of(runtime.config)
    folder.mkdir(mode=0o700, exist_ok=True)
    for half in folder.glob('.portico-*'):
        half.unlink(missing_ok=True)
    ending = 'sealed' if passphrase_of(runtime.config) else 'zip'
    target = folder / f'portico-{local:%Y-%m-%d-%H%M%S}.{ending}'
    back_up(runtime, target, lambda _done, _total, _what: None)
    found = _verified(runtime, target)
    for name in {backup.name for backup in kept_here(runtime.config)} - kept(kept_here(runtime.config)):
        (folder / name).unlink(missing_ok=True)
    return {'file': target.name, 'size': target.stat().st_size, 'verified_at': runtime.now().isoformat(), **found}


def folder_of(config: Config) -> Path:
    """Where the backups of an installation lie."""
    return config.data_dir / FOLDER


def kept_here(config: Config) -> list[Backup]:
    """The backups in the folder, newest first."""
    folder = folder_of(config)
    named = [(path, match) for path in (folder.iterdir() if folder.is_dir() else ())
             if (match := _NAME.fullmatch(path.name)) and path.is_file()]
    found = [Backup(path.name, dt.datetime.strptime(f'{match[1]} {match[2]}', '%Y-%m-%d %H%M%S'),  # noqa: DTZ007
                    path.stat().st_size, is_sealed(path)) for path, match in named]
    return sorted(found, key=lambda backup: backup.at, reverse=True)


def kept(backups: Iterable[Backup]) -> set[str]:
    """The names of those to keep: all of the newest day, the newest of each day, and the first day of weeks, months."""
    newest = sorted(backups, key=lambda backup: backup.at, reverse=True)
    days = list({backup.at.date(): backup for backup in reversed(newest)}.values())[::-1]
    found = {*days[:DAYS], *_firsts(days, lambda at: tuple(at.isocalendar())[:2], WEEKS),
             *_firsts(days, lambda at: (at.year, at.month), MONTHS),
             *(backup for backup in newest if backup.at.date() == newest[0].at.date())}
    return {backup.name for backup in found}


def _firsts(newest: list[Backup], period: _Key, count: int) -> list[Backup]:
    found = {period(backup.at): backup for backup in newest}
    return list(found.values())[:count]


def _verified(runtime: Runtime, target: Path) -> dict[str, Any]:
    job = {'file': str(target.resolve()), 'data_dir': str(runtime.config.data_dir.resolve()),
           'database': runtime.config.database, 'passphrase': passphrase_of(runtime.config)}
    found = ask_child('services.backups.child', job, patience=PATIENCE)
    if 'useless' in found:
        target.unlink(missing_ok=True)
        raise BackupError(found['useless'])
    return {**found, 'findings': found['findings'][:MOST_FINDINGS]}
