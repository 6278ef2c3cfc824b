"""Files in the data folder under random names: written whole before their row, read only by those who may."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import logging
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _
from models.files import StoredFile
from services.core.actor import SYSTEM
from services.core.errors import NotFound, Unavailable
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.core.work import Work

log = logging.getLogger('portico')
ORPHAN_AGE = dt.timedelta(hours=24)
TEMPORARY_AGE = dt.timedelta(hours=1)
LONGEST_NAME = 200


@dataclass(frozen=True)
class FileContent:
    """A stored file as it is sent to a browser."""

    name: str
    media_type: str
    data: bytes
    sha256: str


def store(work: Work, data: bytes, *, kind: str, name: str, media_type: str,
          customer_id: uuid.UUID | None = None) -> StoredFile:
    """Keep a file as part of an act: written, flushed and renamed first, its row afterwards in the act's transaction.

    Without a customer it is the seller's, and open to everybody who is signed in.
    """
    row = StoredFile(id=new_id(), kind=kind, name=clean_name(name), media_type=media_type, size=len(data),
                     sha256=hashlib.sha256(data).hexdigest(), customer_id=customer_id, owner_id=work.actor.user_id,
                     created_at=work.now)
    _write(_path(work, row.id), data)
    work.session.add(row)
    work.session.flush()
    return row


def discard(work: Work, file_id: uuid.UUID | None) -> None:
    """Forget a file as part of an act; what lies on the disk goes after the commit."""
    row = work.session.get(StoredFile, file_id) if file_id else None
    if row is None:
        return
    path = _path(work, row.id)
    work.session.delete(row)
    work.session.flush()
    work.after(lambda: path.unlink(missing_ok=True))


def clean_name(name: str) -> str:
    """A file name without folders and without characters that steer a screen or a header."""
    last = name.replace('\\', '/').rsplit('/', 1)[-1]
    shown = ''.join(c for c in last if c.isprintable()).strip(' .')
    return shown[-LONGEST_NAME:] or 'file'


class FileService(Service):
    """Reading stored files."""

    @requires(Permission.SIGNED_IN)
    def open(self, file_id: uuid.UUID) -> FileContent:
        """A file with its content; raises NotFound when absent or another company's, Unavailable when it is damaged."""
        row = self.session.get(StoredFile, file_id)
        if row is None or not self._may_read(row):
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        path = _path(self.work, row.id)
        data = path.read_bytes() if path.is_file() else b''
        if hashlib.sha256(data).hexdigest() != row.sha256:
            log.error('stored file %s is missing or damaged', row.id)
            raise Unavailable(_('This file is damaged and cannot be opened.'))
        return FileContent(row.name, row.media_type, data, row.sha256)

    @requires(Permission.SYSTEM)
    def sweep(self) -> int:
        """Remove what lies in the folder without a row for a day, and halves an hour old; returns how many went."""
        folder = _folder(self.work)
        known = {str(found) for found in self.session.exec(select(col(StoredFile.id)))}
        gone = 0
        for path in folder.glob('*/*') if folder.is_dir() else ():
            is_half = path.suffix == '.part'
            age = self.now - dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
            if path.name not in known and age > (TEMPORARY_AGE if is_half else ORPHAN_AGE):
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _may_read(self, row: StoredFile) -> bool:
        actor = self.actor
        return row.customer_id is None or actor.system or actor.is_staff or row.customer_id == actor.customer_id


def sweep(runtime: Runtime) -> None:
    """The recurring piece of work that removes files nobody knows."""
    runtime.run(SYSTEM, FileService.sweep)


def _folder(work: Work) -> Path:
    return work.runtime.config.data_dir / 'files'


def _path(work: Work, file_id: uuid.UUID) -> Path:
    return _folder(work) / file_id.hex[-2:] / str(file_id)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_suffix('.part')
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'wb') as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
        half.rename(path)
        _flush_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)
        log.exception('a file could not be stored')
        raise Unavailable(_('The file cannot be stored just now. Please try again later.')) from error


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
