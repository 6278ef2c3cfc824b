"""Somebody without an account asks for access to the portal."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

from models.core.entity import Entity, choice, long_text, maybe_moment, maybe_reference, moment, text
from models.core.states import Transition as T
from models.core.states import TransitionTable


class AccessState(StrEnum):
    """Where a request stands; nobody sees it before its e-mail is confirmed."""

    UNCONFIRMED = 'unconfirmed'
    WAITING = 'waiting'
    APPROVED = 'approved'
    REJECTED = 'rejected'


TRANSITIONS = TransitionTable(
    T(AccessState.UNCONFIRMED, 'confirm', AccessState.WAITING, 'anyone'),
    T(AccessState.WAITING, 'approve', AccessState.APPROVED, 'customers.invite'),
    T(AccessState.WAITING, 'reject', AccessState.REJECTED, 'customers.invite'),
)


class AccessRequest(Entity, table=True):
    """What a stranger says about himself; its link is signed over id and generation, never stored."""

    __tablename__ = 'access_request'

    email: str = text(254, default=..., index=True)
    name: str = text(200)
    company: str = text(200)
    account: str = text(40)
    vat_id: str = text(40)
    phone: str = text(60)
    country: str = text(2)
    message: str = long_text()
    language: str = text(2, default='en')
    state: AccessState = choice(AccessState, AccessState.UNCONFIRMED, index=True)
    generation: int = 1
    asked_at: dt.datetime = moment()
    expires_at: dt.datetime = moment()
    confirmed_at: dt.datetime | None = maybe_moment()
    decided_at: dt.datetime | None = maybe_moment()
    decided_by_id: uuid.UUID | None = maybe_reference('user.id')
    decided_by_name: str = text(200)
    reason: str = text(300)
    customer_id: uuid.UUID | None = maybe_reference('customer.id', index=True)
