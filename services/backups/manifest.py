"""What a backup says about itself, and which files of the data folder belong into one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

NAME = 'manifest.json'
SQLITE = 'portico.sqlite'
FORMAT = 1
CHUNK = 1024 * 1024
SECRETS = ('secret.key', 'secret.key.old')
OWN_FILES = ('portico.lock', 'backups', 'backup.passphrase')
Progress = Callable[[int, int, str], None]


class BackupError(Exception):
    """The backup cannot be made or read; the text is the one clear line."""


@dataclass
class Manifest:
    """What a backup holds: rows and columns per table, sums of money, SHA-256 per entry; `version` of the Portico that
    wrote it, `revision` of its migration.
    """

    database: str
    revision: str
    made_at: str
    version: str = ''
    counts: dict[str, int] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def made(self) -> dt.datetime:
        """When it was made."""
        return dt.datetime.fromisoformat(self.made_at)

    @property
    def files(self) -> int:
        """How many files of the data folder it holds."""
        return sum(name.startswith('files/') for name in self.entries)

    def to_json(self) -> str:
        """The text of manifest.json."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)


def read(archive: zipfile.ZipFile, progress: Progress) -> Manifest:
    """The manifest of a backup whose every entry is whole; raises BackupError."""
    try:
        manifest = Manifest(**json.loads(archive.read(NAME)))
    except (KeyError, ValueError, TypeError):
        raise BackupError('This is not a backup of Portico.') from None
    if manifest.format > FORMAT:
        raise BackupError('This backup was made by a newer Portico.')
    names = set(archive.namelist()) - {NAME}
    if names != set(manifest.entries) or any(_escapes(name) for name in names):
        raise BackupError('This backup is damaged: its entries are not those of its manifest.')
    for done, (name, checksum) in enumerate(sorted(manifest.entries.items())):
        progress(done, len(names), 'Verify')
        with archive.open(name) as source:
            if digest(iter(lambda source=source: source.read(CHUNK), b'')) != checksum:  # type: ignore[misc]
                raise BackupError(f'This backup is damaged: {name} has changed.')
    return manifest


def digest(chunks: Iterator[bytes]) -> str:
    """The SHA-256 over chunks of bytes."""
    total = hashlib.sha256()
    for chunk in chunks:
        total.update(chunk)
    return total.hexdigest()


def kept_files(folder: Path, database: Path | None, *, secret: bool) -> Iterator[Path]:
    """The files of the data folder that are data: not lock, backups, database, halves, or what was replaced.

    The secrets are among them only when asked for.
    """
    own = OWN_FILES if secret else (*OWN_FILES, *SECRETS)
    for path in sorted(folder.rglob('*')):
        first = path.relative_to(folder).parts[0]
        is_database = database is not None and path.name.startswith(database.name) and path.parent == database.parent
        is_data = first not in own and not first.startswith(('replaced-', '.')) and path.suffix != '.part'
        if path.is_file() and is_data and not is_database:
            yield path


def _escapes(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or '..' in path.parts or '\\' in name
