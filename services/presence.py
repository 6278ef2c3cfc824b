"""Whether sessions are alive and the installation is well: what the HTTP edge asks before it lets anything in."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select

from models.customers import Customer
from models.mail import Mail, MailState
from models.users import Membership, User, UserSession
from services.core.actor import Actor
from services.core.limits import take
from services.core.permissions import Permission
from services.core.service import Service, requires

LEAST_SPACE = 200 * 1024 * 1024
ONLINE = dt.timedelta(minutes=5)
MAIL_PATIENCE = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Health:
    """How the installation is: seconds the oldest due mail waits, and bytes free in the data folder."""

    mail_waits: float
    free_space: int

    @property
    def is_well(self) -> bool:
        """Whether nothing needs the operator's attention."""
        return self.mail_waits < MAIL_PATIENCE.total_seconds() and self.free_space >= LEAST_SPACE


@dataclass(frozen=True)
class Online:
    """A person who is there just now; company and account number are empty for staff."""

    name: str
    email: str
    company: str
    account: str
    agent: str
    last_seen_at: dt.datetime


class PresenceService(Service):
    """Who is there, and how the house is."""

    @requires(Permission.SIGNED_IN)
    def me(self) -> Actor:
        """The person behind the session, as read just now; raises SignedOut when it is over."""
        return self.actor

    @requires(Permission.ACTIVITY_READ)
    def online(self) -> list[Online]:
        """Who was seen within the last five minutes, the last one first; a person counts once in each company."""
        rows = self.session.execute(
            sa.select(col(User.name), col(User.email), col(Customer.name), col(Customer.account),
                      col(UserSession.user_agent), col(UserSession.last_seen_at))
            .join(User, col(User.id) == col(UserSession.user_id))
            .join(Membership, col(Membership.id) == col(UserSession.membership_id))
            .outerjoin(Customer, col(Customer.id) == col(Membership.customer_id))
            .where(col(UserSession.ended_at).is_(None), col(UserSession.last_seen_at) >= self.now - ONLINE)
            .order_by(col(UserSession.last_seen_at).desc()))
        found: dict[tuple[str, str], Online] = {}
        for name, email, company, account, agent, seen in rows:
            found.setdefault((email, account or ''), Online(name, email, company or '', account or '', agent, seen))
        return list(found.values())

    @requires(Permission.SYSTEM)
    def alive(self, hashes: Iterable[bytes]) -> set[bytes]:
        """Those of these sessions that have not been ended, and whose person and membership are still active."""
        found = self.session.exec(
            select(UserSession.token_hash).join(User, col(User.id) == col(UserSession.user_id))
            .join(Membership, col(Membership.id) == col(UserSession.membership_id))
            .where(col(UserSession.token_hash).in_(list(hashes)), col(UserSession.ended_at).is_(None),
                   col(User.active), col(Membership.active)))
        return set(found)

    @requires(Permission.SYSTEM, writes=True)
    def probe(self) -> Health:
        """Write a row, so that a full disk or a lost database shows, and look at the outbox and the disk."""
        take(self.session, 'probe', 1_000_000, 1_000_000, self.now)
        oldest = self.session.execute(sa.select(sa.func.min(col(Mail.next_try_at))).where(
            col(Mail.state) == MailState.QUEUED)).scalar()
        waits = max((self.now - oldest).total_seconds(), 0.0) if oldest else 0.0
        return Health(waits, shutil.disk_usage(self.work.runtime.config.data_dir).free)
