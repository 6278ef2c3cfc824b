"""The hash chain of the audit trail: each event's hash covers the one before it in its company."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from models.audit import AuditHead, Event

NIL = uuid.UUID(int=0)
_heads: Any = AuditHead.__table__  # type: ignore[attr-defined]
_events: Any = Event.__table__  # type: ignore[attr-defined]
_COLUMNS = tuple(_events.columns.keys())
# Written out once: every act that writes comes by here.
_HEAD = sa.select(_heads.c.sequence, _heads.c.hash).where(_heads.c.chain == sa.bindparam('of')).with_for_update()
_MOVE = (sa.update(_heads).where(_heads.c.chain == sa.bindparam('of'))
         .values(sequence=sa.bindparam('last'), hash=sa.bindparam('newest')))


def append(session: Session, events: Sequence[Event]) -> None:
    """Store events as the next links of their companies' chains, in order of company so that writers never cross."""
    session.flush()
    connection = session.connection()
    for chain in sorted({event.customer_id or NIL for event in events}, key=str):
        head = connection.execute(_HEAD, {'of': chain}).first()
        sequence, newest = head or (0, '')
        for event in events:
            if (event.customer_id or NIL) == chain:
                sequence += 1
                event.sequence = sequence
                event.hash = newest = link(newest, event)
        if head is None:
            connection.execute(_heads.insert(), {'chain': chain, 'sequence': sequence, 'hash': newest})
        else:
            connection.execute(_MOVE, {'of': chain, 'last': sequence, 'newest': newest})
    connection.execute(_events.insert(), [{name: getattr(event, name) for name in _COLUMNS} for event in events])


def link(previous: str, event: Event) -> str:
    """The SHA-256 over the previous hash and everything this event says."""
    said = [previous, event.sequence, str(event.id), event.at.isoformat(), event.action, str(event.actor_id or ''),
            event.actor_name, str(event.real_actor_id or ''), event.subject_type, str(event.subject_id or ''),
            event.number, event.note, event.changes, event.source, event.ip]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
