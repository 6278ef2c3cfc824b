"""The mail outbox: rows written with the act, sent after it."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from models.core.entity import Entity, choice, long_text, maybe_moment, maybe_reference, moment, text


class MailState(StrEnum):
    """Where a mail stands."""

    QUEUED = 'queued'
    SENDING = 'sending'
    SENT = 'sent'
    DEAD = 'dead'


class Mail(Entity, table=True):
    """One mail to one person; `message_id` stays the same over all tries."""

    __tablename__ = 'mail'
    __table_args__ = (sa.Index('ix_mail_due', 'state', 'next_try_at'),)

    message: str = text(60)
    recipient: str = text(254, default=...)
    recipient_name: str = text(200)
    subject: str = text(300)
    html: str = long_text()
    plain: str = long_text()
    message_id: str = text(120)
    customer_id: uuid.UUID | None = maybe_reference('customer.id', index=True)
    document_kind: str = text(40)
    document_id: uuid.UUID | None = Field(default=None, sa_type=sa.Uuid)
    secret: bool = False
    unsubscribe: str = text(300)
    state: MailState = choice(MailState, MailState.QUEUED)
    tries: int = 0
    error: str = text(500)
    created_at: dt.datetime = moment()
    next_try_at: dt.datetime = moment()
    sent_at: dt.datetime | None = maybe_moment()
