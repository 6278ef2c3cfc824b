"""The backups as the owner sees them: what is there, how it was verified, when the next one comes, and taking one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from models.core.words import _
from models.reminders import JobRun
from services.auth.proof import want_proof
from services.backups.manifest import BackupError
from services.backups.nightly import Backup, folder_of, kept_here
from services.backups.sealing import passphrase_of
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.jobs.running import BoardService, Entry
from services.jobs.schedule import BACKUP

LATE = dt.timedelta(days=2)


@dataclass(frozen=True)
class Shelf:
    """The backups in the data folder, newest first, and what verifying the newest one found (`proof`, by its keys
    `file`, `verified_at`, `rows`, `files`, `findings`; empty while there is none).

    `is_late` says that none was written for two days.
    """

    backups: list[Backup]
    proof: dict[str, Any]
    job: Entry
    seals: bool
    is_late: bool


class BackupService(Service):
    """Looking at backups and taking them away."""

    @requires(Permission.BACKUPS_TAKE)
    def shelf(self) -> Shelf:
        """What is there just now."""
        there = kept_here(self.work.runtime.config)
        job = next(entry for entry in BoardService(self.work).entries() if entry.name == BACKUP)
        run = self.session.exec(select(JobRun).where(
            JobRun.name == BACKUP, col(JobRun.ended_at).is_not(None), ~col(JobRun.failed))
            .order_by(col(JobRun.started_at).desc()).limit(1)).first()
        proof = dict(run.result) if run and there and run.result.get('file') == there[0].name else {}
        late = run is None or run.ended_at is None or self.now - run.ended_at > LATE
        return Shelf(there, proof, job, self._seals(), late)

    @requires(Permission.BACKUPS_TAKE, writes=True)
    def take(self, name: str) -> Path:
        """The file of a backup, on its way out; raises NotFound, and Unproven without a recent password."""
        want_proof(self.work)
        if name not in {backup.name for backup in kept_here(self.work.runtime.config)}:
            raise NotFound(_('There is no such backup.'))
        self.work.record('backup.downloaded', note=name)
        return folder_of(self.work.runtime.config) / name

    def _seals(self) -> bool:
        try:
            return bool(passphrase_of(self.work.runtime.config))
        except BackupError:
            return False
