"""The outbox: a mail is a row written with the act that causes it, so that neither happens without the other."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _, _l
from models.mail import Mail, MailState
from services.core.config import Config
from services.core.errors import Conflict, NotFound
from services.core.listing import Column, Kind, Listing, ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.mail.addresses import one_line
from services.mail.templates import worded
from services.settings import setting

TOPIC = 'outbox'
STATES = {'queued': _l('Waiting'), 'sending': _l('Being sent'), 'sent': _l('Sent'), 'dead': _l('Given up')}


@dataclass(frozen=True)
class Recipient:
    """To whom a mail goes, and in which language he reads."""

    email: str
    name: str
    language: str


def promise(work: Work, *, message: str, to: Recipient, facts: Mapping[str, Any], customer_id: uuid.UUID | None = None,
            document: tuple[str, uuid.UUID] | None = None, secret: bool = False) -> Mail:
    """Put a mail into the outbox within this act; it is sent after the commit.

    `message` names the templates, `document` a kind and id whose renderer makes the attachment when it is sent,
    `secret` hides the body from the office as soon as real mails are sent; a fact `unsubscribe` is the link that ends
    such mails, which then stands at the foot and in the header.
    """
    config = work.runtime.config
    words = worded(message, facts, code=to.language, seller=_seller(work))
    kind, document_id = document or ('', None)
    mail_id = new_id()
    mail = Mail(id=mail_id, message=message, recipient=to.email, recipient_name=one_line(to.name),
                subject=words.subject, html=words.html, plain=words.plain, message_id=f'<{mail_id}@{domain(config)}>',
                customer_id=customer_id, document_kind=kind, document_id=document_id, secret=secret,
                unsubscribe=str(facts.get('unsubscribe', '')),
                created_at=work.now, next_try_at=work.now)
    work.session.add(mail)
    work.announce(TOPIC)
    return mail


def domain(config: Config) -> str:
    """The domain our message ids belong to."""
    sender = config.mail_from.rpartition('@')[2].strip(' >')
    return sender or urlsplit(config.url).hostname or 'localhost'


def _seller(work: Work) -> dict[str, str]:
    lines = (setting(work, 'seller.street'),
             f'{setting(work, "seller.postcode")} {setting(work, "seller.city")}'.strip())
    return {'name': setting(work, 'seller.name'), 'colour': setting(work, 'brand.colour'),
            'address': ', '.join(line for line in lines if line), 'email': setting(work, 'seller.email'),
            'phone': setting(work, 'seller.phone'), 'url': work.runtime.config.url}


OUTBOX = Listing(
    name='outbox', title=_l('Outbox'), needs=Permission.OUTBOX_READ, key='id', order='-created_at',
    columns=(
        Column('created_at', _l('Written'), Mail.created_at, Kind.MOMENT, filter='range'),
        Column('recipient', _l('Recipient'), Mail.recipient, filter='text', note='recipient_name'),
        Column('subject', _l('Subject'), Mail.subject, filter='text'),
        Column('state', _l('Status'), Mail.state, Kind.STATUS, filter='choice', choices=lambda: STATES,
               tones={'queued': 'info', 'sending': 'info', 'sent': 'ok', 'dead': 'bad'}),
        Column('tries', _l('Tries'), Mail.tries, Kind.NUMBER),
        Column('sent_at', _l('Sent'), Mail.sent_at, Kind.MOMENT),
        Column('error', _l('Last fault'), Mail.error, sortable=False),
    ),
    source=lambda work: sa.select(Mail),
    extra={'id': Mail.id, 'recipient_name': Mail.recipient_name, 'secret': Mail.secret},
    search=(Mail.recipient, Mail.recipient_name, Mail.subject),
)


class OutboxService(Service):
    """The office's view of the mails."""

    @requires(Permission.OUTBOX_READ)
    def page(self, query: ListQuery) -> ListPage:
        """One page of the outbox."""
        return OUTBOX.page(self.work, query)

    @requires(Permission.OUTBOX_READ)
    def open(self, mail_id: uuid.UUID) -> Mail:
        """One mail; the body of a secret one is empty once real mails are sent. Raises NotFound."""
        mail = self.session.exec(select(Mail).where(Mail.id == mail_id)).first()
        if mail is None:
            raise NotFound(_('There is no such mail.'))
        self.session.expunge(mail)
        if mail.secret and self.work.runtime.config.smtp_url:
            mail.html = mail.plain = ''
        return mail

    @requires(Permission.OUTBOX_READ)
    def counts(self) -> dict[str, int]:
        """How many mails are in each state."""
        rows = self.session.execute(sa.select(col(Mail.state), sa.func.count()).group_by(col(Mail.state)))
        return {str(state.value): int(count) for state, count in rows}

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def try_again(self, mail_id: uuid.UUID) -> None:
        """Send a mail that was given up once more; raises Conflict unless it was given up."""
        done: Any = self.session.execute(
            sa.update(Mail).where(col(Mail.id) == mail_id, col(Mail.state) == MailState.DEAD)
            .values(state=MailState.QUEUED, next_try_at=self.now, created_at=self.now, tries=0)
            .execution_options(synchronize_session=False))
        if done.rowcount != 1:
            raise Conflict(_('Only a mail that was given up can be tried again.'))
        self.work.record('mail.tried_again', note=str(mail_id), topics=(TOPIC,))
