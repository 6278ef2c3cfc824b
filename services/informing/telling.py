"""Telling an event: one call for bell, mail and digest, by the wishes of each person concerned."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import language
from models.mail import Mail
from models.notifications import Notification
from models.reminders import DigestLine, MailWay, NewsWish
from models.users import User
from services.core.work import Work
from services.informing import unsubscribing
from services.informing.events import EVENTS, UNLISTED, Event, Ways
from services.mail.outbox import Recipient, promise
from services.mail.templates import FOLDER
from services.notifications import MESSAGES, worded

GENERAL = 'news'


@dataclass(frozen=True)
class _Telling:
    """What is told, the same for everybody."""

    event: str
    facts: Mapping[str, Any]
    path: str
    customer_id: uuid.UUID | None
    words: Callable[[], Mapping[str, Any]] | None
    document: tuple[str, uuid.UUID] | None

    @property
    def declared(self) -> Event:
        return EVENTS.get(self.event, UNLISTED)


def inform(work: Work, event: str, people: Iterable[uuid.UUID], *, facts: Mapping[str, Any],  # noqa: PLR0913
           path: str, customer_id: uuid.UUID | None = None, words: Callable[[], Mapping[str, Any]] | None = None,
           document: tuple[str, uuid.UUID] | None = None) -> list[Mail]:
    """Tell these people of an event, within the act, each by the ways he wishes; returns the mails that were promised.

    `facts` fill the bell's sentence (`MESSAGES[event]`) and the mail; `words` gives further facts of the mail and is
    called in each person's language; `customer_id` is the company it is about for its people, None for the office's.
    The person who acts is told nothing he did himself, but for the mail of an event that is a `receipt`.
    """
    if event not in MESSAGES:
        raise ValueError(f'there is no notification {event}')
    telling = _Telling(event, facts, path, customer_id, words, document)
    ids = list(dict.fromkeys(people))
    usual = telling.declared.ways(office=customer_id is None)
    if usual is None or not ids:
        return []
    wishes = _wishes(work, telling, ids)
    found = work.session.exec(select(User).where(col(User.id).in_(ids), col(User.active)).order_by(col(User.id)))
    mails = [_tell(work, telling, user, wishes.get(user.id, usual)) for user in found]
    return [mail for mail in mails if mail is not None]


def _wishes(work: Work, telling: _Telling, ids: list[uuid.UUID]) -> dict[uuid.UUID, Ways]:
    company = col(NewsWish.customer_id)
    rows = work.session.exec(select(NewsWish).where(
        col(NewsWish.user_id).in_(ids), NewsWish.event == telling.event,
        company == telling.customer_id if telling.customer_id else company.is_(None)))
    return {row.user_id: Ways(row.bell, row.mail) for row in rows}


def _tell(work: Work, telling: _Telling, user: User, ways: Ways) -> Mail | None:
    own = user.id == work.actor.user_id
    event = telling.declared
    mail = MailWay.AT_ONCE if event.compulsory else ways.mail
    if own and not event.receipt:
        return None
    bell = ways.bell and not own
    if bell or (mail is MailWay.DIGEST and not own):
        note = Notification(id=new_id(), user_id=user.id, customer_id=telling.customer_id, message=telling.event,
                            facts=dict(telling.facts), path=telling.path, created_at=work.now,
                            read_at=None if bell else work.now)
        work.session.add(note)
        work.announce(f'person:{user.id}')
        if mail is MailWay.DIGEST:
            work.session.flush()
            work.session.add(DigestLine(id=new_id(), user_id=user.id, customer_id=telling.customer_id,
                                        notification_id=note.id))
    return _mail(work, telling, user) if mail is MailWay.AT_ONCE else None


def _mail(work: Work, telling: _Telling, user: User) -> Mail:
    config = work.runtime.config
    facts: dict[str, Any] = dict(telling.facts) | {'name': user.name, 'link': f'{config.url}{telling.path}'}
    is_own = telling.customer_id is not None and (FOLDER / f'{telling.event}.txt').is_file()
    with language(user.language):
        facts['text'] = worded(telling.event, telling.facts)
        if telling.words is not None and is_own:
            facts |= telling.words()
    if not telling.declared.compulsory:
        facts['unsubscribe'] = unsubscribing.address(work, user.id, telling.customer_id, telling.event)
    return promise(work, message=telling.event if is_own else GENERAL, facts=facts,
                   to=Recipient(user.email, user.name, user.language), customer_id=telling.customer_id,
                   document=telling.document if telling.customer_id else None)
