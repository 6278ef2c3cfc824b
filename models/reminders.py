"""What is reminded of, when recurring work ran, and by which ways each person wants to hear of what."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.core.entity import Entity, amount, choice, document, maybe_moment, maybe_reference, moment, reference, text


class Reminder(Entity, table=True):
    """One reminder that went out: exactly one for each kind, thing, level and cycle, whatever restarts.

    What it charges, `fee` and `interest`, is an invoice of its own that names this row.
    """

    __tablename__ = 'reminder'
    __table_args__ = (sa.UniqueConstraint('kind', 'subject_id', 'level', 'cycle'),)

    kind: str = text(40)
    subject_id: uuid.UUID = Field(sa_type=sa.Uuid)
    level: int = 0
    cycle: str = text(20)
    customer_id: uuid.UUID | None = maybe_reference('customer.id', index=True)
    mail_id: uuid.UUID | None = maybe_reference('mail.id')
    fee: Decimal = amount(Decimal(0))
    interest: Decimal = amount(Decimal(0))
    on: dt.date
    at: dt.datetime = moment()


class JobRun(Entity, table=True):
    """One run of a piece of recurring work; `result` is what it found, where it keeps more than a note."""

    __tablename__ = 'job_run'
    __table_args__ = (sa.Index('ix_job_run_name', 'name', 'started_at'),)

    name: str = text(60)
    started_at: dt.datetime = moment()
    ended_at: dt.datetime | None = maybe_moment()
    failed: bool = False
    note: str = text(500)
    asked_by_name: str = text(200)
    result: dict[str, Any] = document()


class JobSwitch(SQLModel, table=True):
    """Whether a piece of recurring work is paused by the office."""

    __tablename__ = 'job_switch'

    name: str = Field(primary_key=True, max_length=60)
    paused: bool = False


class MailWay(StrEnum):
    """How a person gets news by mail."""

    AT_ONCE = 'at_once'
    DIGEST = 'digest'
    NEVER = 'never'


class NewsWish(Entity, table=True):
    """How one person wants to hear of one kind of event in one company; what has no row goes the usual way."""

    __tablename__ = 'news_wish'
    __table_args__ = (sa.UniqueConstraint('user_id', 'customer_id', 'event'),)

    user_id: uuid.UUID = reference('user.id', index=False)
    customer_id: uuid.UUID | None = maybe_reference('customer.id')
    event: str = text(60)
    bell: bool = True
    mail: MailWay = choice(MailWay, MailWay.AT_ONCE)


class DigestLine(Entity, table=True):
    """A piece of news that waits for a person's next digest."""

    __tablename__ = 'digest_line'
    __table_args__ = (sa.Index('ix_digest_line_waiting', 'user_id', 'sent_at'),)

    user_id: uuid.UUID = reference('user.id', index=False)
    customer_id: uuid.UUID | None = maybe_reference('customer.id')
    notification_id: uuid.UUID = reference('notification.id')
    sent_at: dt.datetime | None = maybe_moment()
