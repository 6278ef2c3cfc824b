"""The summary of a day: one mail to each person with all news that waited for it."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.words import language
from models.notifications import Notification
from models.reminders import DigestLine
from models.users import User
from services.core.actor import SYSTEM
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.informing import unsubscribing
from services.mail.outbox import Recipient, promise
from services.notifications import worded
from services.switches import address_of

MOST = 100


class DigestService(Service):
    """The steps of a run, each its own short act."""

    @requires(Permission.SYSTEM)
    def waiting(self) -> list[uuid.UUID]:
        """The people news wait for."""
        return list(self.session.exec(select(DigestLine.user_id).where(
            col(DigestLine.sent_at).is_(None)).distinct().order_by(col(DigestLine.user_id))))

    @requires(Permission.SYSTEM, writes=True)
    def send(self, user_id: uuid.UUID) -> int:
        """Put all that waits for a person into one mail; returns how much it was. Once for each piece of news."""
        lines = self.session.exec(select(DigestLine).where(
            DigestLine.user_id == user_id, col(DigestLine.sent_at).is_(None)).order_by(col(DigestLine.id))).all()
        done: Any = self.session.execute(sa.update(DigestLine).where(
            col(DigestLine.id).in_([line.id for line in lines]), col(DigestLine.sent_at).is_(None))
            .values(sent_at=self.now).execution_options(synchronize_session=False))
        user = self.session.exec(select(User).where(User.id == user_id)).one()
        if not lines or done.rowcount != len(lines) or not user.active:
            return 0
        news = self.session.exec(select(Notification).where(col(Notification.id).in_(
            [line.notification_id for line in lines[:MOST]])).order_by(col(Notification.created_at))).all()
        url = self.work.runtime.config.url
        with language(user.language):
            told = [{'text': worded(one.message, one.facts), 'link': address_of(
                self.work, one.path, one.customer_id) if one.customer_id else f'{url}{one.path}'} for one in news]
        promise(self.work, message='digest', to=Recipient(user.email, user.name, user.language), facts={
            'name': user.name, 'news': told, 'more': len(lines) - len(told), 'link': f'{url}/notifications',
            'unsubscribe': unsubscribing.address(self.work, user.id, None, unsubscribing.DIGEST)})
        return len(lines)


def send_digests(runtime: Runtime) -> int:
    """The recurring piece of work: send every person his summary; returns how much news went out."""
    return sum(runtime.run(SYSTEM, DigestService.send, user_id)
               for user_id in runtime.run(SYSTEM, DigestService.waiting))
