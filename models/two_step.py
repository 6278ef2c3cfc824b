"""Two-step sign-in: whose app gives codes, the recovery codes beside it, and who has a step to do."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.core.entity import Entity, choice, maybe_moment, moment, reference, text


class Authenticator(SQLModel, table=True):
    """An app that gives a person codes (RFC 6238); `last_step` is the newest time step that was used up.

    `seed` is sealed with the installation's key, which is not in the database.
    """

    __tablename__ = 'authenticator'

    user_id: uuid.UUID = Field(foreign_key='user.id', primary_key=True, sa_type=sa.Uuid)
    seed: str = text(200, default=...)
    last_step: int = Field(sa_type=sa.BigInteger)
    since: dt.datetime = moment()


class RecoveryCode(Entity, table=True):
    """A code that stands in for the phone once; only a keyed hash is kept."""

    __tablename__ = 'recovery_code'
    __table_args__ = (sa.UniqueConstraint('user_id', 'code_hash'),)

    user_id: uuid.UUID = reference('user.id')
    code_hash: str = text(64, default=...)
    used_at: dt.datetime | None = maybe_moment()


class Step(StrEnum):
    """What a person has to do next."""

    CODE = 'code'
    ENROL = 'enrol'
    OWN = 'own'


class PendingStep(SQLModel, table=True):
    """A person who gave his password and is not in yet, or who sets up his app; it opens nothing but the next step.

    `token_hash` is the SHA-256 of a token in the browser, `proof` that of the password hash it was given for, so that
    a new password voids it. `seed` is what the app to be confirmed was given, sealed.
    """

    __tablename__ = 'pending_step'

    token_hash: bytes = Field(primary_key=True, sa_type=sa.LargeBinary(32))
    user_id: uuid.UUID = reference('user.id')
    membership_id: uuid.UUID = reference('membership.id')
    step: Step = choice(Step)
    proof: bytes = Field(sa_type=sa.LargeBinary(32))
    seed: str = text(200)
    expires_at: dt.datetime = moment()
    used_at: dt.datetime | None = maybe_moment()
