"""The audit trail: append-only events, chained by hash per company."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.core import lasting
from models.core.entity import Entity, document, long_text, moment, text


class Event(Entity, table=True):
    """Who did what to what and when; never changed, never deleted."""

    __tablename__ = 'event'
    __table_args__ = (sa.Index('ix_event_subject', 'subject_id', 'at'),
                      sa.Index('ix_event_customer', 'customer_id', 'at'),
                      sa.Index('ix_event_at', 'at'), sa.Index('ix_event_actor', 'actor_id', 'at'))

    at: dt.datetime = moment()
    action: str = text(60)
    actor_id: uuid.UUID | None = Field(default=None, sa_type=sa.Uuid)
    actor_name: str = text(200)
    real_actor_id: uuid.UUID | None = Field(default=None, sa_type=sa.Uuid)
    customer_id: uuid.UUID | None = Field(default=None, sa_type=sa.Uuid)
    subject_type: str = text(40)
    subject_id: uuid.UUID | None = Field(default=None, sa_type=sa.Uuid)
    number: str = text(60)
    note: str = long_text()
    changes: dict[str, Any] = document()
    source: str = text(20)
    ip: str = text(45)
    sequence: int = Field(default=0)
    hash: str = text(64)


class AuditHead(SQLModel, table=True):
    """The newest link of one company's chain; the nil UUID is the seller's own."""

    __tablename__ = 'audit_head'

    chain: uuid.UUID = Field(primary_key=True, sa_type=sa.Uuid)
    sequence: int = 0
    hash: str = text(64)


CREATE = lasting.create('event', 'what happened is never changed')
"""Triggers that keep what happened (security.md 14), by dialect."""
DROP = lasting.drop('event')
