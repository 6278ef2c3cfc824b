"""People: users, their memberships, sessions, invitations, reset tokens and rate buckets."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.core.entity import Entity, choice, maybe_moment, maybe_reference, moment, reference, text


class Role(StrEnum):
    """What a person is in a customer company, or on the seller's staff."""

    ADMIN = 'admin'
    BUYER = 'buyer'
    VIEWER = 'viewer'
    FINANCE = 'finance'
    APPROVER = 'approver'
    OWNER = 'owner'
    SALES = 'sales'
    OFFICE_FINANCE = 'office_finance'
    WAREHOUSE = 'warehouse'
    SUPPORT = 'support'

    @property
    def is_staff(self) -> bool:
        """Whether this is a role of the seller's office."""
        return self in STAFF_ROLES


STAFF_ROLES = frozenset({Role.OWNER, Role.SALES, Role.OFFICE_FINANCE, Role.WAREHOUSE, Role.SUPPORT})
CUSTOMER_ROLES = (Role.ADMIN, Role.BUYER, Role.VIEWER, Role.FINANCE, Role.APPROVER)


class User(Entity, table=True):
    """A person with one e-mail and one password, in one or several companies."""

    __tablename__ = 'user'

    email: str = text(254, default=..., unique=True)
    name: str = text(200, default=...)
    password_hash: str = text(200)
    language: str = text(2, default='en')
    theme: str = text(8, default='system')
    picture_id: uuid.UUID | None = maybe_reference('stored_file.id')
    active: bool = True
    created_at: dt.datetime = moment()
    terms_version: str = text(20)
    terms_accepted_at: dt.datetime | None = maybe_moment()


class Membership(Entity, table=True):
    """A person's role in one customer company; without a company it is a role on the seller's staff."""

    __tablename__ = 'membership'
    __table_args__ = (sa.UniqueConstraint('user_id', 'customer_id'),)

    user_id: uuid.UUID = reference('user.id')
    customer_id: uuid.UUID | None = maybe_reference('customer.id', index=True)
    role: Role = choice(Role)
    active: bool = True
    created_at: dt.datetime = moment()


class UserSession(SQLModel, table=True):
    """A signed-in browser; the cookie holds a random token, this row its SHA-256."""

    __tablename__ = 'user_session'

    token_hash: bytes = Field(primary_key=True, sa_type=sa.LargeBinary(32))
    user_id: uuid.UUID = reference('user.id')
    membership_id: uuid.UUID = reference('membership.id')
    viewing_customer_id: uuid.UUID | None = maybe_reference('customer.id')
    created_at: dt.datetime = moment()
    last_seen_at: dt.datetime = moment()
    reauthenticated_at: dt.datetime = moment()
    ended_at: dt.datetime | None = maybe_moment()
    ip: str = text(45)
    user_agent: str = text(300)


class InvitationState(StrEnum):
    """Where an invitation stands; expiry is computed from its date."""

    SENT = 'sent'
    OPENED = 'opened'
    ACCEPTED = 'accepted'
    EXPIRED = 'expired'
    REVOKED = 'revoked'
    BOUNCED = 'bounced'


class Invitation(Entity, table=True):
    """A link by which one person may join one company; its token is signed over id and generation, never stored."""

    __tablename__ = 'invitation'

    customer_id: uuid.UUID | None = maybe_reference('customer.id', index=True)
    email: str = text(254, default=..., index=True)
    name: str = text(200)
    role: Role = choice(Role)
    state: InvitationState = choice(InvitationState, InvitationState.SENT)
    generation: int = 1
    sent_at: dt.datetime = moment()
    expires_at: dt.datetime = moment()
    opened_at: dt.datetime | None = maybe_moment()
    accepted_at: dt.datetime | None = maybe_moment()
    invited_by_id: uuid.UUID | None = maybe_reference('user.id')
    accepted_by_id: uuid.UUID | None = maybe_reference('user.id')


class ResetToken(SQLModel, table=True):
    """A mailed permission to set a new password once; only the token's SHA-256 is kept."""

    __tablename__ = 'reset_token'

    token_hash: bytes = Field(primary_key=True, sa_type=sa.LargeBinary(32))
    user_id: uuid.UUID = reference('user.id')
    created_at: dt.datetime = moment()
    expires_at: dt.datetime = moment()
    used_at: dt.datetime | None = maybe_moment()


class RateBucket(SQLModel, table=True):
    """A token bucket, shared by all processes; `tokens` are thousandths."""

    __tablename__ = 'rate_bucket'

    key: str = Field(primary_key=True, max_length=120)
    tokens: int = 0
    at: dt.datetime = moment()
