"""Ringing a bell as `inform` does, whatever its owner wishes, for tests of what comes after."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from models.core.types import new_id
from models.notifications import Notification
from services.core.work import Work


def ring(work: Work, user_ids: Iterable[uuid.UUID], message: str, *, facts: Mapping[str, Any], path: str,
         customer_id: uuid.UUID | None = None) -> None:
    """Put a piece of news into the bell of each of these people."""
    for user_id in dict.fromkeys(user_ids):
        work.session.add(Notification(id=new_id(), user_id=user_id, customer_id=customer_id, message=message,
                                      facts=dict(facts), path=path, created_at=work.now))
        work.announce(f'person:{user_id}')
    work.session.flush()
