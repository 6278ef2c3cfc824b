"""The rest after a restore: nothing goes out by itself until a person says so, else old mails would go out again."""

from __future__ import annotations

import json

import sqlalchemy as sa

from models.core.words import _
from models.settings import Setting
from services.core.errors import Conflict
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.settings import RESTS, TOPIC, setting

_HELD_BACK = "UPDATE mail SET state = 'dead', error = 'Held back after a restore.' WHERE state IN ('queued', 'sending')"
_ENDED = 'DELETE FROM user_session'
_RESTS = sa.text('INSERT INTO setting (key, value) VALUES (:key, :value) '
                 'ON CONFLICT (key) DO UPDATE SET value = excluded.value')


def begin_rest(connection: sa.Connection, made_at: str) -> None:
    """Hold mails back, end all sessions, and let the recurring work rest, in what was just restored.

    Sessions of the backup may have been ended since it was made; whoever had one signs in again.
    """
    connection.exec_driver_sql(_HELD_BACK)
    connection.exec_driver_sql(_ENDED)
    connection.execute(_RESTS, {'key': RESTS, 'value': json.dumps({'value': made_at})})


class RestService(Service):
    """The rest, and its end."""

    @requires(Permission.SYSTEM, writes=True)
    def note(self, made_at: str, file: str) -> None:
        """Write down that a backup was restored."""
        self.work.record('backup.restored', note=file[:200], changes={'made_at': made_at}, topics=(TOPIC,))

    @requires(Permission.BACKUPS_TAKE)
    def rests(self) -> str:
        """When the backup was made that mails rest after, in ISO 8601; empty when nothing rests."""
        return str(setting(self.work, RESTS))

    @requires(Permission.BACKUPS_TAKE, writes=True)
    def resume(self) -> None:
        """Let mails and reminders go out again; raises Conflict when nothing rests."""
        made_at = setting(self.work, RESTS)
        if not made_at:
            raise Conflict(_('Nothing rests; mails and reminders go out.'))
        self.session.merge(Setting(key=RESTS, value={'value': ''}))
        self.session.flush()
        self.work.record('backup.resumed', changes={'made_at': made_at}, topics=(TOPIC,))
