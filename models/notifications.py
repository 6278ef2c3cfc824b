"""What the bell tells a person."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa

from models.core.entity import Entity, document, maybe_moment, maybe_reference, moment, reference, text


class Notification(Entity, table=True):
    """One piece of news for one person; its words are made from `message` and `facts` when he reads it."""

    __tablename__ = 'notification'
    __table_args__ = (sa.Index('ix_notification_person', 'user_id', 'read_at', 'created_at'),)

    user_id: uuid.UUID = reference('user.id', index=False)
    customer_id: uuid.UUID | None = maybe_reference('customer.id')
    message: str = text(60)
    facts: dict[str, Any] = document()
    path: str = text(300)
    created_at: dt.datetime = moment()
    read_at: dt.datetime | None = maybe_moment()
