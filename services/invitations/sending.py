"""Inviting a person: send, send again, revoke, copy the link."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import LANGUAGES, _
from models.customers import Customer
from models.users import Invitation, InvitationState, Membership, Role, User
from services.auth.proof import want_proof
from services.auth.throttle import INVITE_COMPANY, limit
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Invalid, NotFound
from services.core.listing import ListPage, ListQuery
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.core.work import Work
from services.invitations.links import address
from services.invitations.listing import INVITATIONS, LIVE, reach
from services.mail.addresses import checked, one_line
from services.mail.outbox import Recipient, promise
from services.roles import check_givable
from services.settings import setting

AGAIN = (*LIVE, InvitationState.EXPIRED, InvitationState.BOUNCED)
TOPIC = 'office:customers'


@dataclass(frozen=True)
class InviteInput:
    """Whom to invite as what; `account` is the company's number, empty for one's own company or the staff."""

    email: str
    role: Role
    account: str = ''
    name: str = ''


class InvitationService(Service):
    """The inviting side: staff for every customer, a company's Admin for his own."""

    @requires(Permission.CUSTOMERS_INVITE, Permission.COMPANY_MANAGE, writes=True)
    def send(self, given: InviteInput) -> Invitation:
        """Mail a link to a person; a live invitation of the same person to the same company is renewed instead.

        Raises Invalid for a bad address or a company that has no portal, Forbidden for a role above one's own,
        Conflict when the person is in already, Throttled after 30 a day, Unproven without a recent password for staff.
        """
        customer = self._company(given.account, locked=True)
        email = checked(given.email)
        check_givable(self.actor, given.role, staff=customer is None)
        customer_id = customer.id if customer else None
        if customer is not None and not customer.is_portal_user:
            raise Invalid(_('This customer is not a portal user yet.'), field='is_portal_user')
        self._refuse_member(email, customer_id)
        if customer is None:
            want_proof(self.work)
        limit(self.work, 'invite', str(customer_id), INVITE_COMPANY)
        found = self.session.exec(select(Invitation).where(
            Invitation.email == email, _same(customer_id), col(Invitation.state).in_(AGAIN))
            .order_by(col(Invitation.sent_at).desc())).first()
        if found is None:
            found = Invitation(id=new_id(), customer_id=customer_id, email=email, role=given.role, generation=0,
                               sent_at=self.now, expires_at=self.now)
        found.role, found.name = given.role, one_line(given.name) or found.name
        deliver(self.work, found, customer)
        self.work.record('invitation.sent', found, note=email, changes={'role': [None, given.role.value]},
                         topics=(TOPIC,))
        return found

    @requires(Permission.CUSTOMERS_INVITE, Permission.COMPANY_MANAGE, writes=True)
    def resend(self, invitation_id: uuid.UUID) -> None:
        """Mail a new link; the same person's old one stops working. Raises Conflict for an accepted or revoked one."""
        found = self._one(invitation_id)
        if found.state not in AGAIN:
            raise Conflict(_('This invitation cannot be sent again.'))
        check_givable(self.actor, found.role, staff=found.customer_id is None)
        self._refuse_member(found.email, found.customer_id)
        limit(self.work, 'invite', str(found.customer_id), INVITE_COMPANY)
        deliver(self.work, found, company_of(self.work, found))
        self.work.record('invitation.sent', found, note=found.email, topics=(TOPIC,))

    @requires(Permission.CUSTOMERS_INVITE, Permission.COMPANY_MANAGE, writes=True)
    def revoke(self, invitation_id: uuid.UUID) -> None:
        """Make a link worthless; raises Conflict when it was used or revoked already."""
        found = self._one(invitation_id)
        done: Any = self.session.execute(
            sa.update(Invitation).where(col(Invitation.id) == found.id, col(Invitation.state).in_(AGAIN))
            .values(state=InvitationState.REVOKED).execution_options(synchronize_session=False))
        if done.rowcount != 1:
            raise Conflict(_('This invitation cannot be revoked any more.'))
        self.work.record('invitation.revoked', found, note=found.email, topics=(TOPIC,))

    @requires(Permission.CUSTOMERS_INVITE, Permission.COMPANY_MANAGE)
    def link(self, invitation_id: uuid.UUID) -> str:
        """The link of a live invitation, to copy; raises Conflict when it would not work."""
        found = self._one(invitation_id)
        if found.state not in LIVE or found.expires_at <= self.now:
            raise Conflict(_('This link does not work any more. Send the invitation again.'))
        return address(self.work, found)

    @requires(Permission.CUSTOMERS_INVITE)
    def page(self, query: ListQuery) -> ListPage:
        """One page of Portal links."""
        return INVITATIONS.page(self.work, query)

    @requires(Permission.CUSTOMERS_INVITE, Permission.COMPANY_MANAGE)
    def counts(self) -> dict[str, int]:
        """How many invitations are in each state, within reach."""
        rows = self.session.execute(reach(self.work, sa.select(col(Invitation.state), sa.func.count()))
                                    .group_by(col(Invitation.state)))
        return {state.value: int(count) for state, count in rows}

    @requires(Permission.CUSTOMERS_INVITE)
    def count_live(self) -> int:
        """How many invitations still wait to be accepted."""
        return sum(count for state, count in self.counts().items() if state in LIVE)

    @requires(Permission.CUSTOMERS_INVITE, Permission.COMPANY_MANAGE, Permission.CUSTOMERS_READ)
    def of_company(self, account: str = '') -> list[Invitation]:
        """The invitations to one company that were not accepted, newest first; empty means one's own company."""
        customer = self._company(account)
        customer_id = customer.id if customer else None
        return list(self.session.exec(reach(self.work, select(Invitation)).where(
            _same(customer_id), Invitation.state != InvitationState.ACCEPTED).order_by(col(Invitation.sent_at).desc())))

    @requires(Permission.SYSTEM, writes=True)
    def expire(self) -> int:
        """Mark the invitations whose time is over; returns how many."""
        done: Any = self.session.execute(
            sa.update(Invitation).where(col(Invitation.state).in_(LIVE), col(Invitation.expires_at) <= self.now)
            .values(state=InvitationState.EXPIRED).execution_options(synchronize_session=False))
        if done.rowcount:
            self.work.announce(TOPIC)
        return int(done.rowcount)

    def _company(self, account: str, *, locked: bool = False) -> Customer | None:
        """The company meant, `locked` against a second invitation at the same time; None is the staff."""
        own = self.actor.customer_id
        if own is None and not account:
            return None
        wanted = select(Customer).where(Customer.id == own if own else Customer.account == account)
        found = self.session.exec(wanted.with_for_update() if locked else wanted).first()
        if found is None or (account and found.account != account):
            raise NotFound(_('There is no such customer.'))
        return found

    def _one(self, invitation_id: uuid.UUID) -> Invitation:
        found: Invitation | None = self.session.exec(
            reach(self.work, select(Invitation).where(Invitation.id == invitation_id))).first()
        if found is None:
            raise NotFound(_('There is no such invitation.'))
        return found

    def _refuse_member(self, email: str, customer_id: uuid.UUID | None) -> None:
        company = Membership.customer_id == customer_id if customer_id else col(Membership.customer_id).is_(None)
        if self.session.exec(select(Membership.id).join(User, col(User.id) == Membership.user_id).where(
                company, User.email == email, col(Membership.active))).first():
            raise Conflict(_('This person already has access.'), field='email')


def _same(customer_id: uuid.UUID | None) -> Any:
    own = col(Invitation.customer_id)
    return own == customer_id if customer_id else own.is_(None)


def company_of(work: Work, invitation: Invitation) -> Customer | None:
    """The company an invitation is for; None is the staff."""
    if invitation.customer_id is None:
        return None
    return work.session.exec(select(Customer).where(Customer.id == invitation.customer_id)).one()


def deliver(work: Work, invitation: Invitation, customer: Customer | None) -> None:
    """Begin the next generation of an invitation and promise its mail."""
    invitation.generation += 1
    invitation.state = InvitationState.SENT
    invitation.sent_at, invitation.opened_at = work.now, None
    invitation.expires_at = work.now + dt.timedelta(days=setting(work, 'invitations.days'))
    invitation.invited_by_id = work.actor.user_id or invitation.invited_by_id
    work.session.add(invitation)
    work.session.flush()
    code = work.session.exec(select(User.language).where(User.email == invitation.email)).first()
    if code is None:
        code = customer.language if customer and customer.language in LANGUAGES else setting(work, 'seller.language')
    promise(work, message='invitation', secret=True, customer_id=invitation.customer_id,
            to=Recipient(invitation.email, invitation.name, code), document=('invitation', invitation.id),
            facts={'name': invitation.name, 'company': customer.name if customer else setting(work, 'seller.name'),
                   'inviter': work.actor.name if work.actor.user_id else '', 'link': address(work, invitation),
                   'days': setting(work, 'invitations.days')})


def expire(runtime: Runtime) -> None:
    """The recurring piece of work that marks expired invitations."""
    runtime.run(SYSTEM, InvitationService.expire)
