"""How the house is: version, database, mail queue, disk, clockwork, and what the last check found."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from models.core.database import sqlite_driver
from models.mail import Mail, MailState
from models.reminders import JobRun
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.version import version
from services.jobs.runs import LastRun, RunService
from services.jobs.schedule import CHECK
from services.presence import LEAST_SPACE, MAIL_PATIENCE

RECENT = dt.timedelta(days=1)


@dataclass(frozen=True)
class House:
    """What an operator wants to know at a glance."""

    version: str
    database: str
    database_size: int
    mails: dict[str, int]
    mail_waits: dt.timedelta
    sends_mail: bool
    free_space: int
    failed_runs: int
    check: LastRun | None

    @property
    def is_mail_well(self) -> bool:
        """Whether no mail has waited too long; without a mail server all wait."""
        return not self.sends_mail or self.mail_waits < MAIL_PATIENCE

    @property
    def is_space_well(self) -> bool:
        """Whether there is room on the disk."""
        return self.free_space >= LEAST_SPACE


class HouseService(Service):
    """The state of the installation for those who keep it."""

    @requires(Permission.SETTINGS_WRITE)
    def look(self) -> House:
        """The state just now."""
        runtime = self.work.runtime
        counts = self.session.execute(sa.select(col(Mail.state), sa.func.count()).group_by(col(Mail.state)))
        oldest = self.session.execute(sa.select(sa.func.min(col(Mail.next_try_at))).where(
            col(Mail.state) == MailState.QUEUED)).scalar()
        failed = self.session.execute(sa.select(sa.func.count()).select_from(JobRun).where(
            col(JobRun.failed), col(JobRun.started_at) > self.now - RECENT)).scalar_one()
        return House(
            version=version(), database=self._database(), database_size=self._size(),
            mails={str(state.value): int(count) for state, count in counts},
            mail_waits=max(self.now - oldest, dt.timedelta(0)) if oldest else dt.timedelta(0),
            sends_mail=bool(runtime.config.smtp_url), free_space=shutil.disk_usage(runtime.config.data_dir).free,
            failed_runs=int(failed), check=RunService(self.work).last().get(CHECK))

    def _database(self) -> str:
        if self.work.runtime.database.is_sqlite:
            return f'SQLite {sqlite_driver().sqlite_version}'
        found = self.session.execute(sa.text('SHOW server_version')).scalar_one()
        return f'PostgreSQL {str(found).split()[0]}'

    def _size(self) -> int:
        if self.work.runtime.database.is_sqlite:
            pages = self.session.execute(sa.text('PRAGMA page_count')).scalar_one()
            return int(pages) * int(self.session.execute(sa.text('PRAGMA page_size')).scalar_one())
        return int(self.session.execute(sa.text('SELECT pg_database_size(current_database())')).scalar_one())

