"""Forgetting what nobody needs any more: read notifications, sent summaries, old runs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.notifications import Notification
from models.reminders import DigestLine, JobRun
from services.core.actor import SYSTEM
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires

READ = dt.timedelta(days=90)
UNREAD = dt.timedelta(days=365)
SUMMARIES = dt.timedelta(days=7)
RUNS = 50


class CleaningService(Service):
    """What a night's cleaning takes away."""

    @requires(Permission.SYSTEM, writes=True)
    def clean(self) -> int:
        """Delete it; returns how many rows went."""
        gone = self._delete(DigestLine, col(DigestLine.sent_at) < self.now - SUMMARIES)
        waits = sa.exists().where(col(DigestLine.notification_id) == col(Notification.id))
        gone += self._delete(Notification, sa.not_(waits), sa.or_(
            col(Notification.read_at) < self.now - READ, col(Notification.created_at) < self.now - UNREAD))
        return gone + self._old_runs()

    def _old_runs(self) -> int:
        place = sa.func.row_number().over(partition_by=col(JobRun.name), order_by=col(JobRun.started_at).desc())
        ranked = select(JobRun.id, place.label('place')).subquery()
        return self._delete(JobRun, col(JobRun.id).in_(sa.select(ranked.c.id).where(ranked.c.place > RUNS)))

    def _delete(self, entity: Any, *conditions: Any) -> int:
        done: Any = self.session.execute(
            sa.delete(entity).where(*conditions).execution_options(synchronize_session=False))
        return int(done.rowcount)


def clean(runtime: Runtime) -> int:
    """The recurring piece of work that cleans."""
    return runtime.run(SYSTEM, CleaningService.clean)
