"""The hash chain of the audit trail: each event's hash covers the one before it in its company."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence

from sqlmodel import Session, select

from models.audit import AuditHead, Event

NIL = uuid.UUID(int=0)


def append(session: Session, events: Sequence[Event]) -> None:
    """Store events as the next links of their companies' chains, in order of company so that writers never cross."""
    for event in sorted(events, key=lambda e: (str(e.customer_id or NIL), events.index(e))):
        chain = event.customer_id or NIL
        head = session.exec(select(AuditHead).where(AuditHead.chain == chain).with_for_update()).first()
        if head is None:
            head = AuditHead(chain=chain)
        head.sequence += 1
        event.sequence = head.sequence
        event.hash = head.hash = link(head.hash, event)
        session.add_all((head, event))
        session.flush()


def link(previous: str, event: Event) -> str:
    """The SHA-256 over the previous hash and everything this event says."""
    said = [previous, event.sequence, str(event.id), event.at.isoformat(), event.action, str(event.actor_id or ''),
            event.actor_name, str(event.real_actor_id or ''), event.subject_type, str(event.subject_id or ''),
            event.number, event.note, event.changes, event.source, event.ip]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
