"""Reminders of the last weeks in the demo, by the same acts that remind every day, each as of its day."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlmodel import col

from models.notifications import Notification
from services.core.actor import SYSTEM
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.reminders.sending import run_reminders

DAYS = 40
EVERY = 2


class RemindingDemo(Service):
    """What is left to do once people were reminded."""

    @requires(Permission.SYSTEM, writes=True)
    def read(self) -> None:
        """What the bell said of it was read long ago."""
        self.session.execute(sa.update(Notification).where(
            col(Notification.message) == 'reminder_sent', col(Notification.read_at).is_(None))
            .values(read_at=col(Notification.created_at)))


def remind(runtime: Runtime) -> None:
    """Remind as every second day of the last weeks, so that levels have risen and fees were charged."""
    now = runtime.now()
    for days in range(DAYS, 0, -EVERY):
        then = (now - dt.timedelta(days=days)).replace(hour=8, minute=0, second=0, microsecond=0)
        run_reminders(Runtime(runtime.config, runtime.database, clock=lambda then=then: then))  # type: ignore[misc]
    runtime.run(SYSTEM, RemindingDemo.read)
