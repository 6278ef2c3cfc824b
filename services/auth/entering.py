"""Letting a person in: with a session, or first with a token that is good for the second step and nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.customers import Customer, CustomerStatus
from models.settings import Setting
from models.two_step import Authenticator, PendingStep, Step
from models.users import Membership, User, UserSession
from services.auth.codes import new_seed
from services.auth.resolving import STAFF_RULE
from services.auth.sessions import Browser, end_sessions, new_token, open_session, token_hash
from services.core.work import Work

SEED = 'authenticator'
PATIENCE = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Opened:
    """A session that has just begun: the token for the cookie and the person's language."""

    token: str = field(repr=False)
    language: str


@dataclass(frozen=True)
class HalfWay:
    """A person who proved his password and has a step to do before he is in; the token is no session's."""

    token: str = field(repr=False)
    language: str
    step: Step


Entered = Opened | HalfWay


def let_in(work: Work, user: User, membership: Membership, *, browser: Browser, second: bool = False,
           replacing: bytes | None = None) -> Entered:
    """Open a session and end the one it replaces, or say which step comes first.

    `second`: the person did the second step already, in this act or in the session he comes from.
    """
    step = next_step(work, user.id, membership, second=second)
    if step is not None:
        return HalfWay(await_step(work, user, membership.id, step), user.language, step)
    if replacing is not None:
        end_sessions(work, col(UserSession.token_hash) == replacing)
    return Opened(open_session(work, user_id=user.id, membership_id=membership.id, browser=browser), user.language)


def await_step(work: Work, user: User, membership_id: uuid.UUID, step: Step, *, token: str = '') -> str:
    """Remember for ten minutes that a person has this step to do; the token that stands for it."""
    token = token or new_token()
    seed = '' if step is Step.CODE else work.runtime.secrets.seal(SEED, new_seed(), bound=str(user.id))
    work.session.merge(PendingStep(
        token_hash=token_hash(token), user_id=user.id, membership_id=membership_id, step=step, seed=seed,
        proof=proof_of(user), expires_at=work.now + PATIENCE, used_at=None))
    return token


def proof_of(user: User) -> bytes:
    """What changes with the person's password."""
    return hashlib.sha256(user.password_hash.encode()).digest()


def authenticator(session: Session, user_id: uuid.UUID | None) -> Authenticator | None:
    """The person's app, if he has set one up."""
    return session.exec(select(Authenticator).where(Authenticator.user_id == user_id)).first()


def is_open(user_id: Any) -> tuple[Any, ...]:
    """Conditions on memberships, with their customers joined: this person's, active, of a company that is not blocked.
    """
    not_blocked = sa.or_(col(Membership.customer_id).is_(None), col(Customer.status) != CustomerStatus.BLOCKED)
    return col(Membership.user_id) == user_id, col(Membership.active), not_blocked


def demanding(session: Session, user_id: uuid.UUID | None) -> list[str]:
    """The names of the companies of a person that ask for two steps; empty text stands for the seller's office."""
    rows = session.execute(
        sa.select(Membership, Customer).outerjoin(Customer, col(Customer.id) == col(Membership.customer_id))
        .where(col(Membership.user_id) == user_id, col(Membership.active)))
    return [customer.name if customer else '' for membership, customer in rows
            if _is_demanded(session, membership, customer)]


def next_step(work: Work, user_id: uuid.UUID, membership: Membership, *, second: bool) -> Step | None:
    """What a person has to do before he gets a session in this company, if anything."""
    if authenticator(work.session, user_id) is not None:
        return None if second else Step.CODE
    customer = work.session.exec(select(Customer).where(Customer.id == membership.customer_id)).first()
    return Step.ENROL if _is_demanded(work.session, membership, customer) else None


def _is_demanded(session: Session, membership: Membership, customer: Customer | None) -> bool:
    if customer is not None:
        return customer.two_step_by_seller or customer.two_step_by_company
    found = session.exec(select(Setting).where(Setting.key == STAFF_RULE)).first()
    return membership.customer_id is None and found is not None and bool(found.value.get('value'))
