"""What the tests of accounts share: passwords for the cast, sign-in, and a look at the traces."""

from __future__ import annotations

import uuid
from functools import cache

from sqlmodel import col, select

from models.audit import Event
from models.mail import Mail
from models.users import Membership, User
from services.auth import passwords
from services.auth.sessions import Browser, token_hash
from services.auth.signing_in import Credentials, Opened, sign_in
from services.core.actor import SYSTEM, Actor
from services.core.runtime import Runtime, SessionKey
from tests.world import PASSWORD

HERE = Browser('192.0.2.7', 'Test browser')


@cache
def _hash() -> str:
    return passwords.hashed(PASSWORD)


def give_password(runtime: Runtime, person: Actor) -> str:
    """Let a person of the cast sign in with the usual password; returns the e-mail."""
    with runtime.work(SYSTEM, writes=True) as work:
        user = work.session.exec(select(User).where(User.id == person.user_id)).one()
        user.password_hash = _hash()
        return user.email


def enter(runtime: Runtime, person: Actor, *, browser: Browser = HERE) -> Opened:
    """Sign a person of the cast in."""
    return sign_in(runtime, Credentials(give_password(runtime, person), PASSWORD, browser))


def key(opened: Opened) -> SessionKey:
    """The key a browser with this session brings."""
    return SessionKey(token_hash(opened.token), HERE.ip)


def actions(runtime: Runtime) -> list[str]:
    """What the audit trail says, oldest first."""
    with runtime.work(SYSTEM, writes=False) as work:
        return list(work.session.exec(select(Event.action).order_by(col(Event.at), col(Event.id))))


def mails(runtime: Runtime) -> list[Mail]:
    """The outbox, oldest first."""
    with runtime.work(SYSTEM, writes=False) as work:
        return list(work.session.exec(select(Mail).order_by(col(Mail.id))))


def membership(runtime: Runtime, person: Actor) -> Membership:
    """The membership of a person of the cast."""
    with runtime.work(SYSTEM, writes=False) as work:
        return work.session.exec(select(Membership).where(Membership.user_id == person.user_id)).one()


def join(runtime: Runtime, person: Actor, customer_id: uuid.UUID | None, role: str) -> Membership:
    """Add a second membership to a person."""
    with runtime.work(SYSTEM, writes=True) as work:
        assert person.user_id
        row = Membership(user_id=person.user_id, customer_id=customer_id, role=role, created_at=work.now)
        work.session.add(row)
        return row
