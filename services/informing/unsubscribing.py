"""The link at the foot of a mail by which a person wants no more of its kind: signed, so that nothing is stored."""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass

from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _, _l
from models.customers import Customer
from models.reminders import MailWay, NewsWish
from models.users import User
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.informing.events import EVENTS, GROUPS, Event
from services.mail.addresses import masked

PURPOSE = 'unsubscribe'
DIGEST = 'digest'
NOBODY = uuid.UUID(int=0)


@dataclass(frozen=True)
class Subscribed:
    """What a link would end: the event in words, whose mails, and the company they are about."""

    label: str
    email: str
    company: str
    language: str


def address(work: Work, user_id: uuid.UUID, customer_id: uuid.UUID | None, event: str) -> str:
    """The link that ends the mails of one event to one person."""
    who = base64.urlsafe_b64encode(user_id.bytes + (customer_id or NOBODY).bytes).rstrip(b'=').decode()
    return f'{work.runtime.config.url}/unsubscribe/{who}.{event}.{work.runtime.secrets.sign(PURPOSE, f"{who}.{event}")}'


class UnsubscribeService(Service):
    """Ending mails by a link, without signing in."""

    @requires(Permission.ANYONE)
    def look(self, token: str) -> Subscribed:
        """What this link would end; changes nothing. Raises NotFound for a link that is not ours."""
        user, customer_id, event = self._meant(token)
        customer = self.session.exec(select(Customer).where(Customer.id == customer_id)).first()
        return Subscribed(label(event), masked(user.email), customer.name if customer else '', user.language)

    @requires(Permission.ANYONE, writes=True)
    def end(self, token: str) -> None:
        """Send this person no more mails of this kind; doing it twice does no harm."""
        user, customer_id, event = self._meant(token)
        if event == DIGEST:
            for wish in self.session.exec(select(NewsWish).where(
                    NewsWish.user_id == user.id, NewsWish.mail == MailWay.DIGEST)):
                wish.mail = MailWay.NEVER
                self.session.add(wish)
        else:
            self._wish_none(user.id, customer_id, event)
        self.work.record('news.unsubscribed', user, customer_id=customer_id, note=event)

    def _wish_none(self, user_id: uuid.UUID, customer_id: uuid.UUID | None, event: str) -> None:
        company = col(NewsWish.customer_id)
        wish = self.session.exec(select(NewsWish).where(
            NewsWish.user_id == user_id, NewsWish.event == event,
            company == customer_id if customer_id else company.is_(None))).first()
        if wish is None:
            usual = EVENTS[event].ways(office=customer_id is None)
            wish = NewsWish(id=new_id(), user_id=user_id, customer_id=customer_id, event=event,
                            bell=usual.bell if usual else True)
        wish.mail = MailWay.NEVER
        self.session.add(wish)

    def _meant(self, token: str) -> tuple[User, uuid.UUID | None, str]:
        who, _dot, rest = token.partition('.')
        event, _dot, signature = rest.partition('.')
        known: Event | None = EVENTS.get(event)
        if self.work.runtime.secrets.verify(PURPOSE, f'{who}.{event}', signature) and (known or event == DIGEST):
            ids = _ids(who)
            user = self.session.exec(select(User).where(User.id == ids[0])).first() if ids else None
            if user is not None and ids is not None:
                return user, ids[1] if ids[1] != NOBODY else None, event
        raise NotFound(_('There is nothing here, or it is not yours to see.'))


def label(event: str) -> str:
    """What a person calls this kind of mail."""
    if event == DIGEST:
        return str(_l('Daily summary'))
    return f'{GROUPS[EVENTS[event].group]}: {EVENTS[event].label}'


def _ids(who: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    try:
        both = base64.urlsafe_b64decode(who + '=' * (-len(who) % 4))
        return uuid.UUID(bytes=both[:16]), uuid.UUID(bytes=both[16:])
    except (ValueError, binascii.Error):
        return None
