"""Telling an event: one call for bell, mail and digest, by the wishes of each person concerned."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.types import new_id
from models.core.words import language
from models.customers import Customer
from models.mail import Mail
from models.notifications import Notification
from models.reminders import DigestLine, MailWay, NewsWish
from models.users import User
from services.core.permissions import right_behind, switched_off
from services.core.work import Work
from services.informing import unsubscribing
from services.informing.events import EVENTS, Event, Ways
from services.mail.outbox import Recipient, promise
from services.mail.templates import FOLDER
from services.notifications import worded
from services.settings import setting

GENERAL = 'news'


_notes: Any = Notification.__table__  # type: ignore[attr-defined]
_lines: Any = DigestLine.__table__  # type: ignore[attr-defined]


def _people(of: Any, switches: Any) -> Any:
    """The active ones of some people with what each wishes; written out once, since every order comes by here."""
    wish = sa.and_(col(NewsWish.user_id) == col(User.id), col(NewsWish.event) == sa.bindparam('event'), of)
    return sa.select(col(User.id), col(User.name), col(User.email), col(User.language), col(NewsWish.bell),
                     col(NewsWish.mail), switches).outerjoin(NewsWish, wish).where(
        col(User.id).in_(sa.bindparam('people', expanding=True)), col(User.active)).order_by(col(User.id))


_OF_OFFICE = _people(col(NewsWish.customer_id).is_(None), sa.null())
_OF_COMPANY = _people(
    col(NewsWish.customer_id) == sa.bindparam('customer'),
    sa.select(col(Customer.portal_switches)).where(col(Customer.id) == sa.bindparam('customer')).scalar_subquery())


@dataclass(frozen=True)
class _Person:
    """Who is told, and what he wishes, None where he has not said; `switches` are his company's."""

    id: uuid.UUID
    name: str
    email: str
    language: str
    bell: bool | None
    mail: MailWay | None
    switches: dict[str, bool] | None

    @property
    def ways(self) -> Ways | None:
        return None if self.bell is None or self.mail is None else Ways(self.bell, self.mail)


@dataclass(frozen=True)
class _Telling:
    """What is told, the same for everybody; `is_gone`: the page it leads to is switched off for the company."""

    event: str
    facts: Mapping[str, Any]
    path: str
    customer_id: uuid.UUID | None
    words: Callable[[], Mapping[str, Any]] | None
    document: tuple[str, uuid.UUID] | None
    by_mail: bool
    is_gone: bool = False

    @property
    def declared(self) -> Event:
        return EVENTS[self.event]


def inform(work: Work, event: str, people: Iterable[uuid.UUID], *, facts: Mapping[str, Any],  # noqa: PLR0913
           path: str, customer_id: uuid.UUID | None = None, words: Callable[[], Mapping[str, Any]] | None = None,
           document: tuple[str, uuid.UUID] | None = None, by_mail: bool = True) -> list[Mail]:
    """Tell these people of an event, within the act, each by the ways he wishes; returns the mails that were promised.

    `facts` fill the bell's sentence (`MESSAGES[event]`) and the mail; `words` gives further facts of the mail and is
    called in each person's language; `customer_id` is the company it is about for its people, None for the office's.
    Where the mail goes to somebody else, as to a company's own address, `by_mail` is False.
    The person who acts is told nothing he did himself, but for the mail of an event that is a `receipt`.
    """
    if event not in EVENTS:
        raise ValueError(f'there is no event {event}')
    telling = _Telling(event, facts, path, customer_id, words, document, by_mail)
    ids = list(dict.fromkeys(people))
    usual = telling.declared.ways(office=customer_id is None)
    if usual is None or not ids:
        return []
    asked = {'people': ids, 'event': event} | ({'customer': customer_id} if customer_id else {})
    found = [_Person(*row) for row in work.rows(_OF_COMPANY if customer_id else _OF_OFFICE, asked)]
    telling = replace(telling, is_gone=bool(customer_id and found) and _is_gone(work, path, found[0].switches))
    mails = [_tell(work, telling, person, person.ways or usual) for person in found]
    return [mail for mail in mails if mail is not None]


def _tell(work: Work, telling: _Telling, person: _Person, ways: Ways) -> Mail | None:
    own = person.id == work.actor.user_id
    event = telling.declared
    mail = MailWay.NEVER if not telling.by_mail else MailWay.AT_ONCE if event.compulsory else ways.mail
    if own and not event.receipt:
        return None
    told = not own and not telling.is_gone
    bell, later = ways.bell and told, mail is MailWay.DIGEST and told
    if bell or later:
        note = {'id': new_id(), 'user_id': person.id, 'customer_id': telling.customer_id, 'message': telling.event,
                'facts': dict(telling.facts), 'path': telling.path, 'created_at': work.now,
                'read_at': None if bell else work.now}
        work.carry_out(_notes.insert(), [note])
        work.announce(f'person:{person.id}')
        if later:
            work.carry_out(_lines.insert(), [{'id': new_id(), 'user_id': person.id, 'notification_id': note['id'],
                                              'customer_id': telling.customer_id}])
    return _mail(work, telling, person) if mail is MailWay.AT_ONCE else None


def _mail(work: Work, telling: _Telling, person: _Person) -> Mail:
    config = work.runtime.config
    path = '/' if telling.is_gone else telling.path
    facts: dict[str, Any] = dict(telling.facts) | {'name': person.name, 'link': f'{config.url}{path}'}
    is_own = telling.customer_id is not None and _has_template(telling.event)
    with language(person.language):
        facts['text'] = worded(telling.event, telling.facts)
        if telling.words is not None and is_own:
            facts |= telling.words()
    if not telling.declared.compulsory:
        facts['unsubscribe'] = unsubscribing.address(work, person.id, telling.customer_id, telling.event)
    return promise(work, message=telling.event if is_own else GENERAL, facts=facts,
                   to=Recipient(person.email, person.name, person.language), customer_id=telling.customer_id,
                   document=telling.document if telling.customer_id else None)


def _is_gone(work: Work, path: str, own: dict[str, bool] | None) -> bool:
    right = right_behind(path)
    return right is not None and right in switched_off(setting(work, 'portal.off'), own)


@cache
def _has_template(event: str) -> bool:
    return (FOLDER / f'{event}.txt').is_file()
