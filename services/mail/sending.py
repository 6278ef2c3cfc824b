"""Sending the outbox: claim a mail by a conditional update, hand it over outside of any transaction, note the end.

Delivery is at least once with a stable message id: a mail that was taken just before a crash goes out again with it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import mimetypes
import uuid
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.customers import Customer
from models.mail import Mail, MailState
from models.users import Invitation, InvitationState
from services.core.actor import SYSTEM
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.gateways.smtp import Carrier, MailFailed, MailRefused, ServerAway, connection
from services.informing import inform
from services.mail.addresses import one_line
from services.mail.attachments import RENDERERS
from services.mail.outbox import domain
from services.notifications import who_may
from services.settings import RESTS, setting

log = logging.getLogger('portico')
BACK_OFF = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
GIVE_UP = dt.timedelta(hours=72)
LEASE = dt.timedelta(minutes=10)
BATCH = 50


class SendingService(Service):
    """The steps of a try, each its own short act."""

    @requires(Permission.SYSTEM)
    def due(self) -> list[uuid.UUID]:
        """The mails to try now, oldest first: those waiting, and those whose sender did not come back.

        None after a restore, until a person lets mails go on.
        """
        if setting(self.work, RESTS):
            return []
        waiting = col(Mail.state).in_((MailState.QUEUED, MailState.SENDING))
        return list(self.session.exec(select(Mail.id).where(waiting, Mail.next_try_at <= self.now)
                                      .order_by(col(Mail.next_try_at), col(Mail.id)).limit(BATCH)))

    @requires(Permission.SYSTEM, writes=True)
    def claim(self, mail_id: uuid.UUID) -> tuple[Mail, str, str] | None:
        """Take a due mail for ten minutes; gives it with the sender's name and address, or None when another has it."""
        done: Any = self.session.execute(
            sa.update(Mail).where(col(Mail.id) == mail_id, col(Mail.next_try_at) <= self.now,
                                  col(Mail.state).in_((MailState.QUEUED, MailState.SENDING)))
            .values(state=MailState.SENDING, tries=Mail.tries + 1, next_try_at=self.now + LEASE)
            .execution_options(synchronize_session=False))
        if done.rowcount != 1:
            return None
        mail = self.session.exec(select(Mail).where(Mail.id == mail_id)).one()
        self.session.expunge(mail)
        config = self.work.runtime.config
        address = config.mail_from or setting(self.work, 'seller.email') or f'portico@{domain(config)}'
        return mail, setting(self.work, 'seller.name'), address.rpartition('<')[2].strip(' >')

    @requires(Permission.SYSTEM, writes=True)
    def sent(self, mail: Mail) -> None:
        """Write down that the server took the mail; a secret one loses its body."""
        gone: dict[str, Any] = {'html': '', 'plain': ''} if mail.secret else {}
        self._end(mail, state=MailState.SENT, sent_at=self.now, error='', **gone)

    @requires(Permission.SYSTEM, writes=True)
    def failed(self, mail: Mail, why: str) -> None:
        """Write down a try that failed: the next one comes later and later, after 72 hours it is given up."""
        if self.now - mail.created_at >= GIVE_UP:
            self._end(mail, state=MailState.DEAD, error=one_line(why, longest=500))
            self._tell(mail)
            return
        pause = BACK_OFF[min(mail.tries, len(BACK_OFF)) - 1]
        self._end(mail, state=MailState.QUEUED, next_try_at=self.now + pause, error=one_line(why, longest=500))

    @requires(Permission.SYSTEM, writes=True)
    def refused(self, mail: Mail, why: str) -> None:
        """Write down that the server will never take the mail; an invitation in it has bounced."""
        self._end(mail, state=MailState.DEAD, error=one_line(why, longest=500))
        self._tell(mail)
        if mail.document_kind == 'invitation':
            live = col(Invitation.state).in_((InvitationState.SENT, InvitationState.OPENED))
            self.session.execute(sa.update(Invitation).where(col(Invitation.id) == mail.document_id, live)
                                 .values(state=InvitationState.BOUNCED)
                                 .execution_options(synchronize_session=False))
            self.work.announce('office:customers')

    def _tell(self, mail: Mail) -> None:
        inform(self.work, 'mail_dead', who_may(self.work, Permission.OUTBOX_READ), path=f'/office/outbox/{mail.id}',
               facts={'subject': mail.subject, 'recipient': mail.recipient})
        if mail.message == 'reminder' and mail.customer_id is not None:
            customer = self.session.exec(select(Customer).where(Customer.id == mail.customer_id)).one()
            inform(self.work, 'reminder_bounced', who_may(self.work, Permission.INVOICES_WRITE),
                   facts={'customer': customer.name, 'recipient': mail.recipient},
                   path=f'/office/customers/{customer.account}')

    def _end(self, mail: Mail, **values: Any) -> None:
        self.session.execute(
            sa.update(Mail).where(col(Mail.id) == mail.id, col(Mail.state) == MailState.SENDING,
                                  col(Mail.tries) == mail.tries)
            .values(**values).execution_options(synchronize_session=False))


def send_due(runtime: Runtime) -> int:
    """Send what is due; returns how many mails the server took. Without a mail server nothing is tried."""
    if not runtime.config.smtp_url:
        return 0
    due = runtime.run(SYSTEM, SendingService.due)
    return asyncio.run(_send(runtime, due)) if due else 0


async def _send(runtime: Runtime, due: list[uuid.UUID]) -> int:
    taken = 0
    async with connection(runtime.config.smtp_url) as carrier:
        for mail_id in due:
            claimed = runtime.run(SYSTEM, SendingService.claim, mail_id)
            if claimed is None:
                continue
            try:
                taken += await _try(runtime, carrier, *claimed)
            except ServerAway as error:
                runtime.run(SYSTEM, SendingService.failed, claimed[0], str(error))
                break
    return taken


async def _try(runtime: Runtime, carrier: Carrier, mail: Mail, name: str, address: str) -> bool:
    try:
        await carrier.send(compose(runtime, mail, sender=Address(one_line(name), addr_spec=address)))
    except MailRefused as error:
        runtime.run(SYSTEM, SendingService.refused, mail, str(error))
    except ServerAway:
        raise
    except MailFailed as error:
        runtime.run(SYSTEM, SendingService.failed, mail, str(error))
    except Exception as error:
        log.exception('mail %s could not be written', mail.id)
        runtime.run(SYSTEM, SendingService.failed, mail, f'{type(error).__name__}: {error}')
    else:
        runtime.run(SYSTEM, SendingService.sent, mail)
        return True
    return False


def compose(runtime: Runtime, mail: Mail, *, sender: Address) -> EmailMessage:
    """The mail as it goes over the wire: text, HTML and, where its document has a renderer, the attachment."""
    message = EmailMessage(policy=SMTP)
    message['From'] = sender
    message['To'] = Address(mail.recipient_name, addr_spec=mail.recipient)
    message['Subject'] = one_line(mail.subject, longest=300)
    message['Date'] = format_datetime(mail.created_at)
    message['Message-ID'] = mail.message_id
    message['Auto-Submitted'] = 'auto-generated'
    if mail.unsubscribe:
        message['List-Unsubscribe'] = f'<{mail.unsubscribe}>'
        message['List-Unsubscribe-Post'] = 'List-Unsubscribe=One-Click'
    message.set_content(mail.plain)
    message.add_alternative(mail.html, subtype='html')
    renderer = RENDERERS.get(mail.document_kind)
    if renderer is not None and mail.document_id is not None:
        name, content = renderer(runtime, mail.document_id)
        kind, _slash, subtype = (mimetypes.guess_type(name)[0] or 'application/octet-stream').partition('/')
        message.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
    return message
