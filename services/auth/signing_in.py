"""Signing in and out, changing the company one acts for, and looking at the portal through a customer's eyes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.core.words import LANGUAGES, _, current_language
from models.customers import Customer
from models.users import Membership, User, UserSession
from services.auth import passwords
from services.auth.entering import Entered, HalfWay, Opened, await_step, is_open, let_in, next_step
from services.auth.sessions import Browser, end_sessions, open_session
from services.auth.throttle import SIGN_IN_ACCOUNT, SIGN_IN_HERE, SIGN_IN_NETWORK, limit, network
from services.core.actor import SYSTEM, Actor
from services.core.errors import Forbidden, Invalid, NotFound
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.mail.addresses import spelled


@dataclass(frozen=True)
class Credentials:
    """What a person typed at the door; `language` only when he chose one there."""

    email: str
    password: str = field(repr=False)
    browser: Browser = field(default_factory=Browser)
    language: str = ''


@dataclass(frozen=True)
class Known:
    """The account behind an e-mail; `user_id` is None for a stranger."""

    user_id: uuid.UUID | None = None
    password_hash: str = field(default='', repr=False)


def at_the_door(browser: Browser, *, user_id: uuid.UUID | None = None, name: str = '') -> Actor:
    """The actor of the steps before there is a session: Portico itself, on behalf of a visitor from this address."""
    return replace(SYSTEM, user_id=user_id, name=name, ip=browser.ip, source='portal', language=current_language())


def sign_in(runtime: Runtime, given: Credentials, *, replacing: bytes | None = None) -> Entered:
    """Open a session for the right e-mail and password, and end the one it replaces; or say which step comes next.

    Raises Invalid without saying what was wrong, Throttled after too many tries, Forbidden when no company is open.
    """
    door = at_the_door(given.browser)
    known = runtime.run(door, AuthService.find, given.email)
    if not passwords.matches(known.password_hash, given.password) or known.user_id is None:
        runtime.run(door, AuthService.refuse, known.user_id)
        raise Invalid(_('The e-mail or the password is not right.'))
    fresh = passwords.hashed(given.password) if passwords.is_outdated(known.password_hash) else ''
    opened = runtime.run(door, AuthService.admit, known, browser=given.browser, language=given.language,
                         password_hash=fresh, replacing=replacing)
    if opened is None:
        raise Forbidden(_('Your access is closed. Please contact your administrator.'))
    return opened


class AuthService(Service):
    """The steps of a person coming and going."""

    @requires(Permission.SYSTEM, writes=True)
    def find(self, email: str) -> Known:
        """The account of an e-mail, with a try counted; raises Throttled."""
        email, here = spelled(email), network(self.actor.ip)
        limit(self.work, 'sign-in-network', here, SIGN_IN_NETWORK)
        limit(self.work, 'sign-in-here', f'{email} {here}', SIGN_IN_HERE)
        limit(self.work, 'sign-in-account', email, SIGN_IN_ACCOUNT)
        user = self.session.exec(select(User).where(User.email == email, col(User.active))).first()
        return Known(user.id, user.password_hash) if user else Known()

    @requires(Permission.SYSTEM, writes=True)
    def refuse(self, user_id: uuid.UUID | None) -> None:
        """Write down a sign-in that failed; what a stranger typed is not kept."""
        user = self.session.exec(select(User).where(User.id == user_id)).first() if user_id else None
        self.work.record('session.refused', user, note=user.email if user else '')

    @requires(Permission.SYSTEM, writes=True)
    def admit(self, known: Known, *, browser: Browser, language: str = '', password_hash: str = '',
              replacing: bytes | None = None) -> Entered | None:
        """Let a person into the company last used; None, and a trace of it, when he has none that is open."""
        user = self.session.exec(select(User).where(User.id == known.user_id, User.password_hash == known.password_hash,
                                                    col(User.active))).first()
        membership = _last_used(self.work.session, user.id) if user else None
        if user is None or membership is None:
            self.work.record('session.refused', user, note=user.email if user else '')
            return None
        user.password_hash = password_hash or user.password_hash
        if language in LANGUAGES:
            user.language = language
        entered = let_in(self.work, user, membership, browser=browser, replacing=replacing)
        if isinstance(entered, Opened):
            self.actor = self.work.actor = at_the_door(Browser(self.actor.ip), user_id=user.id, name=user.name)
            self.work.record('session.opened', user, customer_id=membership.customer_id)
        return entered

    @requires(Permission.SIGNED_IN, writes=True)
    def sign_out(self) -> None:
        """End this session."""
        end_sessions(self.work, col(UserSession.token_hash) == self.actor.session_id)
        self.work.record('session.closed')

    @requires(Permission.SIGNED_IN, writes=True)
    def switch(self, membership_id: uuid.UUID, *, browser: Browser) -> Entered:
        """Go on in another of the person's companies, in a new session; raises NotFound when it is not his.

        Where that company asks for two steps and he has not set them up, that comes first.
        """
        membership = self.session.exec(
            select(Membership).outerjoin(Customer, col(Customer.id) == Membership.customer_id)
            .where(*is_open(self.actor.user_id), col(Membership.id) == membership_id)).first()
        if membership is None:
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        user = self.session.exec(select(User).where(User.id == self.actor.user_id)).one()
        step = next_step(self.work, user.id, membership, second=True)
        if step is not None:
            return HalfWay(await_step(self.work, user, membership.id, step), user.language, step)
        self.work.record('session.switched', customer_id=membership.customer_id)
        return self._renewed(membership.id, browser)

    @requires(Permission.CUSTOMERS_VIEW_AS, writes=True)
    def view_as(self, account: str, *, browser: Browser) -> Opened:
        """Look at the portal as this customer sees it, without a right to change anything; it is recorded."""
        customer = self.session.exec(select(Customer).where(Customer.account == account)).first()
        if customer is None:
            raise NotFound(_('There is no such customer.'))
        self.work.record('customer.viewed_as', customer, number=customer.account, customer_id=customer.id)
        return self._renewed(self._membership_id(), browser, viewing=customer.id)

    @requires(Permission.SIGNED_IN, writes=True)
    def leave_view(self, *, browser: Browser) -> Opened:
        """Stop looking through a customer's eyes; raises Forbidden when the person was not."""
        if not self.actor.viewing_as:
            raise Forbidden(_("You are not looking through a customer's eyes."))
        self.work.record('customer.view_left', number=self.actor.account)
        return self._renewed(self._membership_id(), browser)

    def _membership_id(self) -> uuid.UUID:
        return self._own_session().membership_id

    def _own_session(self) -> UserSession:
        return self.session.exec(select(UserSession).where(UserSession.token_hash == self.actor.session_id)).one()

    def _renewed(self, membership_id: uuid.UUID, browser: Browser, *, viewing: uuid.UUID | None = None) -> Opened:
        assert self.actor.user_id is not None
        before = self._own_session()
        end_sessions(self.work, col(UserSession.token_hash) == before.token_hash)
        token = open_session(self.work, user_id=self.actor.user_id, membership_id=membership_id, browser=browser,
                             viewing=viewing, proven_at=before.reauthenticated_at)
        return Opened(token, self.actor.language)


def _last_used(session: Session, user_id: uuid.UUID) -> Membership | None:
    used = (sa.select(col(UserSession.membership_id), sa.func.max(UserSession.created_at).label('at'))
            .where(col(UserSession.user_id) == user_id).group_by(col(UserSession.membership_id)).subquery())
    return session.execute(
        sa.select(Membership).outerjoin(Customer, col(Customer.id) == Membership.customer_id)
        .outerjoin(used, used.c.membership_id == Membership.id).where(*is_open(user_id))
        .order_by(used.c.at.is_(None), used.c.at.desc(), col(Membership.created_at))).scalars().first()
