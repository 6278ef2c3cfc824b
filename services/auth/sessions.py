"""Sessions: a random token in the browser, its SHA-256 in the database; opened, seen, listed, ended, purged."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.words import _
from models.customers import Customer
from models.two_step import PendingStep
from models.users import Membership, RateBucket, ResetToken, UserSession
from services.auth.resolving import CUSTOMER_IDLE, LONGEST, STAFF_IDLE
from services.core.actor import SYSTEM
from services.core.errors import Forbidden, NotFound
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.core.work import Work
from services.mail.addresses import one_line

TOUCH = dt.timedelta(minutes=1)
KEPT = dt.timedelta(days=30)


@dataclass(frozen=True)
class Browser:
    """Where a person comes from: address and user agent, shown to him in the list of his sessions."""

    ip: str = ''
    agent: str = ''


@dataclass(frozen=True)
class OwnSession:
    """A live session as its person sees it; `id` names it without giving away its token."""

    id: str
    company: str
    ip: str
    agent: str
    created_at: dt.datetime
    last_seen_at: dt.datetime
    current: bool


def token_hash(token: str) -> bytes:
    """What is stored of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()


def new_token() -> str:
    """32 random bytes, URL-safe."""
    return secrets.token_urlsafe(32)


def open_session(work: Work, *, user_id: uuid.UUID, membership_id: uuid.UUID, browser: Browser,
                 viewing: uuid.UUID | None = None, proven_at: dt.datetime | None = None) -> str:
    """Begin a session within an act; returns the token for the cookie, which is kept nowhere else.

    `proven_at` is when the person last gave his password, if that was not in this act.
    """
    token = new_token()
    work.session.add(UserSession(
        token_hash=token_hash(token), user_id=user_id, membership_id=membership_id, viewing_customer_id=viewing,
        created_at=work.now, last_seen_at=work.now, reauthenticated_at=proven_at or work.now, ip=browser.ip[:45],
        user_agent=one_line(browser.agent, longest=300)))
    return token


def end_sessions(work: Work, *conditions: Any) -> int:
    """End the live sessions that meet the conditions, and tell their open pages; returns how many there were."""
    live = select(UserSession.token_hash).where(col(UserSession.ended_at).is_(None), *conditions)
    hashes = list(work.session.exec(live))
    if hashes:
        work.session.execute(sa.update(UserSession).where(col(UserSession.token_hash).in_(hashes))
                             .values(ended_at=work.now).execution_options(synchronize_session=False))
        work.announce(*(f'session:{value.hex()}' for value in hashes))
    return len(hashes)


class SessionService(Service):
    """A person's own sessions."""

    @requires(Permission.SIGNED_IN, writes=True)
    def touch(self) -> None:
        """Note that the person is there, at most once a minute."""
        self.session.execute(
            sa.update(UserSession).where(col(UserSession.token_hash) == self.actor.session_id,
                                         col(UserSession.last_seen_at) <= self.now - TOUCH)
            .values(last_seen_at=self.now).execution_options(synchronize_session=False))

    @requires(Permission.SIGNED_IN)
    def own(self) -> list[OwnSession]:
        """The person's live sessions, the last used first."""
        idle = sa.case((col(Membership.customer_id).is_(None), self.now - STAFF_IDLE), else_=self.now - CUSTOMER_IDLE)
        rows = self.session.execute(
            sa.select(UserSession, col(Customer.name)).join(Membership, col(Membership.id) == UserSession.membership_id)
            .outerjoin(Customer, col(Customer.id) == Membership.customer_id)
            .where(col(UserSession.user_id) == self.actor.user_id, col(UserSession.ended_at).is_(None),
                   col(UserSession.created_at) > self.now - LONGEST, col(UserSession.last_seen_at) > idle)
            .order_by(col(UserSession.last_seen_at).desc()))
        return [OwnSession(_public_id(row.token_hash), company or '', row.ip, row.user_agent, row.created_at,
                           row.last_seen_at, row.token_hash == self.actor.session_id) for row, company in rows]

    @requires(Permission.SIGNED_IN, writes=True)
    def end(self, session_id: str) -> None:
        """End one of the person's sessions; raises NotFound when it is not his or over."""
        self._refuse_viewing()
        mine = self.session.exec(select(UserSession.token_hash).where(
            UserSession.user_id == self.actor.user_id, col(UserSession.ended_at).is_(None)))
        ended = next((value for value in mine if _public_id(value) == session_id), None)
        if ended is None:
            raise NotFound(_('This session has ended already.'))
        end_sessions(self.work, col(UserSession.token_hash) == ended)
        self.work.record('session.ended')

    @requires(Permission.SIGNED_IN, writes=True)
    def end_others(self) -> int:
        """End all of the person's sessions but this one; returns how many there were."""
        self._refuse_viewing()
        count = end_sessions(self.work, col(UserSession.user_id) == self.actor.user_id,
                             col(UserSession.token_hash) != self.actor.session_id)
        self.work.record('session.others_ended', note=str(count))
        return count

    @requires(Permission.SYSTEM, writes=True)
    def purge(self) -> None:
        """Forget sessions and tokens that have long been over, and rate buckets that are full again."""
        old = self.now - KEPT
        for statement in (
                sa.delete(UserSession).where(col(UserSession.created_at) < old - LONGEST),
                sa.delete(PendingStep).where(col(PendingStep.expires_at) < self.now),
                sa.delete(ResetToken).where(col(ResetToken.expires_at) < old),
                sa.delete(RateBucket).where(col(RateBucket.at) < self.now - dt.timedelta(days=2))):
            self.session.execute(statement.execution_options(synchronize_session=False))

    def _refuse_viewing(self) -> None:
        if self.actor.viewing_as:
            raise Forbidden(_("You are looking through a customer's eyes; nothing can be changed here."))


def purge(runtime: Runtime) -> None:
    """The recurring piece of work that forgets old sessions."""
    runtime.run(SYSTEM, SessionService.purge)


def _public_id(value: bytes) -> str:
    return hashlib.sha256(b'session' + value).hexdigest()[:24]
