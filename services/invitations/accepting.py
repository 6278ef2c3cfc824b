"""Answering an invitation: look at it without changing anything, accept it, join with an account, ask for a new one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import LANGUAGES, _
from models.customers import Customer, CustomerStatus
from models.users import Invitation, InvitationState, Membership, User
from services.auth import passwords
from services.auth.entering import Entered, let_in
from services.auth.sessions import Browser
from services.auth.signing_in import at_the_door
from services.auth.throttle import RENEW_INVITATION, TOKEN_NETWORK, limit, network
from services.core.errors import Conflict, Forbidden, Invalid, NotFound
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.informing import inform
from services.invitations.links import holder
from services.invitations.listing import LIVE
from services.invitations.sending import TOPIC, company_of, deliver
from services.mail.addresses import masked, one_line
from services.settings import setting


@dataclass(frozen=True)
class Invited:
    """What the holder of a link may see; `state` is live, expired or gone."""

    state: str
    company: str
    email: str
    name: str
    language: str
    has_account: bool


@dataclass(frozen=True)
class AcceptInput:
    """What a new person fills in."""

    name: str
    password: str = field(repr=False)
    language: str
    terms: bool


def accept(runtime: Runtime, token: str, given: AcceptInput, *, browser: Browser) -> Entered:
    """Make the person's account and membership and let him in for the first time.

    Raises Invalid with the field that is wrong, NotFound or Conflict when the link does not work any more.
    """
    door = at_the_door(browser)
    words = runtime.run(door, AcceptService.opened, token)
    if not one_line(given.name):
        raise Invalid(_('Please enter your name.'), field='name')
    if not given.terms:
        raise Invalid(_('Please accept the terms of use.'), field='terms')
    passwords.check(given.password, words=(*words, given.name))
    return runtime.run(door, AcceptService.accept, token, given, passwords.hashed(given.password), browser=browser)


class AcceptService(Service):
    """The invited person's side."""

    @requires(Permission.ANYONE)
    def peek(self, token: str) -> Invited:
        """The invitation behind a link; looking changes nothing. Raises NotFound for a link that is not ours."""
        found = self._found(token)
        company = company_of(self.work, found)
        account = self.session.exec(select(User.id).where(User.email == found.email)).first()
        state = 'gone'
        if found.state in LIVE and found.expires_at > self.now:
            state = 'live'
        elif found.state in (*LIVE, InvitationState.EXPIRED):
            state = 'expired'
        return Invited(state, company.name if company else setting(self.work, 'seller.name'), masked(found.email),
                       found.name, company.language if company else setting(self.work, 'seller.language'),
                       account is not None)

    @requires(Permission.SYSTEM, writes=True)
    def opened(self, token: str) -> tuple[str, ...]:
        """Note that the person, not a mail scanner, has the page open; gives words his password must not be made of."""
        limit(self.work, 'invite-token', network(self.actor.ip), TOKEN_NETWORK)
        found = self._live(token)
        if found.state is InvitationState.SENT:
            self.session.execute(
                sa.update(Invitation).where(col(Invitation.id) == found.id,
                                            col(Invitation.state) == InvitationState.SENT)
                .values(state=InvitationState.OPENED, opened_at=self.now)
                .execution_options(synchronize_session=False))
            self.work.announce(TOPIC)
        company = company_of(self.work, found)
        return found.email, company.name if company else '', setting(self.work, 'seller.name')

    @requires(Permission.SYSTEM, writes=True)
    def accept(self, token: str, given: AcceptInput, password_hash: str, *, browser: Browser) -> Entered:
        """Use the link up for a new person; raises Conflict when the e-mail has an account already."""
        found = self._live(token)
        if self.session.exec(select(User.id).where(User.email == found.email)).first():
            raise Conflict(_('There is an account with this e-mail already. Please sign in first.'))
        user = User(id=new_id(), email=found.email, name=one_line(given.name), password_hash=password_hash,
                    language=given.language if given.language in LANGUAGES else 'en', created_at=self.now,
                    terms_version=setting(self.work, 'auth.terms_version'), terms_accepted_at=self.now)
        self.session.add(user)
        self.session.flush()
        membership = self._used(found, user)
        return let_in(self.work, user, membership, browser=browser)

    @requires(Permission.SIGNED_IN, writes=True)
    def join(self, token: str, *, browser: Browser) -> Entered:
        """Add the membership to the signed-in person's account and go on in that company, in a new session.

        Raises Forbidden when the invitation is for another e-mail.
        """
        found = self._live(token)
        user = self.session.exec(select(User).where(User.id == self.actor.user_id)).one()
        if user.email != found.email or self.actor.viewing_as:
            raise Forbidden(_('This invitation is for another e-mail. Sign out, then sign in with that one.'))
        before = self.actor.session_id
        return let_in(self.work, user, self._used(found, user), browser=browser, second=True, replacing=before)

    @requires(Permission.SYSTEM, writes=True)
    def renew(self, token: str) -> None:
        """Mail a new link to the same address when this one has expired, and tell the inviter.

        Raises Conflict when it has not expired, Throttled after three an hour.
        """
        limit(self.work, 'invite-token', network(self.actor.ip), TOKEN_NETWORK)
        found = self._found(token)
        limit(self.work, 'invite-renew', str(found.id), RENEW_INVITATION)
        over = found.state in LIVE and found.expires_at <= self.now
        if not over and found.state is not InvitationState.EXPIRED:
            raise Conflict(_('This link does not work any more. Ask the person who invited you.'))
        customer = company_of(self.work, found)
        deliver(self.work, found, customer)
        self._tell_inviter(found, 'invitation_asked', customer, email=found.email)
        self.work.record('invitation.renewed', found, note=found.email, topics=(TOPIC,))

    def _used(self, found: Invitation, user: User) -> Membership:
        done: Any = self.session.execute(
            sa.update(Invitation).where(col(Invitation.id) == found.id, col(Invitation.state).in_(LIVE),
                                        col(Invitation.generation) == found.generation)
            .values(state=InvitationState.ACCEPTED, accepted_at=self.now, accepted_by_id=user.id)
            .execution_options(synchronize_session=False))
        if done.rowcount != 1:
            raise Conflict(_('This invitation was used already.'))
        membership = self._membership(found, user.id)
        customer = company_of(self.work, found)
        self.actor = self.work.actor = at_the_door(Browser(self.actor.ip), user_id=user.id, name=user.name)
        self._tell_inviter(found, 'invitation_accepted', customer, person=user.name)
        self.work.record('invitation.accepted', found, note=found.email, topics=(TOPIC,))
        return membership

    def _membership(self, found: Invitation, user_id: uuid.UUID) -> Membership:
        company = col(Membership.customer_id)
        same = company == found.customer_id if found.customer_id else company.is_(None)
        membership = self.session.exec(select(Membership).where(Membership.user_id == user_id, same)).first()
        if membership is None:
            membership = Membership(id=new_id(), user_id=user_id, customer_id=found.customer_id, role=found.role,
                                    created_at=self.now)
        if not membership.active:
            membership.role, membership.active = found.role, True
        self.session.add(membership)
        self.session.flush()
        return membership

    def _tell_inviter(self, found: Invitation, message: str, customer: Customer | None, **facts: str) -> None:
        if found.invited_by_id is None:
            return
        staff = self.session.exec(select(Membership.id).where(
            Membership.user_id == found.invited_by_id, col(Membership.customer_id).is_(None))).first()
        path = '/office/portal-links' if staff else '/account'
        inform(self.work, message, [found.invited_by_id], path=path, customer_id=None if staff else found.customer_id,
               facts={'company': customer.name if customer else setting(self.work, 'seller.name'), **facts})

    def _found(self, token: str) -> Invitation:
        found = holder(self.work, token)
        if found is None:
            raise NotFound(_('This link is not valid any more.'))
        return found

    def _live(self, token: str) -> Invitation:
        found = self._found(token)
        company = company_of(self.work, found)
        if found.state not in LIVE or found.expires_at <= self.now:
            raise Conflict(_('This link does not work any more.'))
        if company is not None and company.status is CustomerStatus.BLOCKED:
            raise Forbidden(_('Access for this company is closed.'))
        return found
