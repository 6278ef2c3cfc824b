"""The people of a company, or of the staff: see, change role, disable, enable."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.words import _
from models.customers import Customer
from models.users import Membership, Role, User, UserSession
from services.auth.authenticators import has_app, take_away
from services.auth.proof import want_proof
from services.auth.sessions import end_sessions
from services.core.errors import Conflict, Forbidden, NotFound
from services.core.permissions import ROLES, Permission
from services.core.service import Service, requires
from services.informing import inform
from services.roles import ROLE_NAMES, check_givable
from services.settings import setting

P = Permission


@dataclass(frozen=True)
class Person:
    """A member as others see him: whether the reader may change his role or access, or reset his two-step sign-in."""

    membership_id: uuid.UUID
    user_id: uuid.UUID
    name: str
    email: str
    role: Role
    active: bool
    picture: str | None
    last_seen_at: dt.datetime | None
    may_change: bool
    two_step: bool
    may_reset: bool


class MemberService(Service):
    """Who belongs to a company: staff see every customer's people, an Admin his own company's."""

    @requires(P.CUSTOMERS_READ, P.COMPANY_MANAGE)
    def people(self, account: str = '') -> list[Person]:
        """The members of a company by name; empty means one's own company or, for staff, the staff."""
        customer = self._company(account)
        seen = (sa.select(col(UserSession.membership_id), sa.func.max(UserSession.last_seen_at).label('at'))
                .group_by(col(UserSession.membership_id)).subquery())
        rows = self.session.execute(
            sa.select(Membership, User, seen.c.at).join(User, col(User.id) == Membership.user_id)
            .outerjoin(seen, seen.c.membership_id == Membership.id)
            .where(_of(customer.id if customer else None)).order_by(col(User.name), col(User.id))).all()
        with_app = has_app(self.work, [u.id for _m, u, _at in rows])
        return [Person(m.id, u.id, u.name, u.email, m.role, m.active and u.active, _picture(u), at, self._may_change(m),
                       u.id in with_app, u.id in with_app and self._may_reset(m)) for m, u, at in rows]

    @requires(P.CUSTOMERS_WRITE, P.COMPANY_MANAGE, P.SETTINGS_WRITE, writes=True)
    def change_role(self, membership_id: uuid.UUID, role: Role) -> None:
        """Give a member another role.

        Raises Forbidden for a role with more rights than one's own and for one's own membership, Conflict when the
        last active Admin (or Owner) would be lost, NotFound out of reach, Unproven without a recent password.
        """
        membership = self._changeable(membership_id)
        check_givable(self.actor, role, staff=membership.customer_id is None)
        before = membership.role
        if before is role:
            return
        want_proof(self.work)
        self._keep_a_head(membership)
        self.work.change(membership, expect={'role': before, 'active': membership.active}, role=role)
        company = self.session.exec(select(Customer.name).where(Customer.id == membership.customer_id)).first()
        inform(self.work, 'role_changed', [membership.user_id], path='/account' if company else '/office',
               customer_id=membership.customer_id,
               facts={'company': company or setting(self.work, 'seller.name'), 'role': ROLE_NAMES[role].message})
        self.work.record('user.role_changed', membership, note=self._name(membership),
                         changes={'role': [before.value, role.value]}, topics=self._topics(membership))

    @requires(P.CUSTOMERS_WRITE, P.COMPANY_MANAGE, P.SETTINGS_WRITE, writes=True)
    def disable(self, membership_id: uuid.UUID) -> None:
        """Take a member's access away at once; his sessions in this company end. Raises as change_role does."""
        membership = self._changeable(membership_id)
        if not membership.active:
            raise Conflict(_('This person has no access already.'))
        self._keep_a_head(membership)
        self.work.change(membership, expect={'active': True}, active=False)
        end_sessions(self.work, col(UserSession.membership_id) == membership.id)
        self.work.record('user.disabled', membership, note=self._name(membership), topics=self._topics(membership))

    @requires(P.CUSTOMERS_WRITE, P.COMPANY_MANAGE, P.SETTINGS_WRITE, writes=True)
    def enable(self, membership_id: uuid.UUID) -> None:
        """Give a member his access back; raises as change_role does."""
        membership = self._changeable(membership_id)
        check_givable(self.actor, membership.role, staff=membership.customer_id is None)
        if membership.active:
            raise Conflict(_('This person has access already.'))
        self.work.change(membership, expect={'active': False}, active=True)
        self.work.record('user.enabled', membership, note=self._name(membership), topics=self._topics(membership))

    @requires(P.CUSTOMERS_WRITE, P.COMPANY_MANAGE, P.SETTINGS_WRITE, writes=True)
    def end_sessions(self, membership_id: uuid.UUID) -> int:
        """Sign a member out everywhere in this company; returns how many sessions ended. Raises as change_role does."""
        membership = self._changeable(membership_id)
        ended = end_sessions(self.work, col(UserSession.membership_id) == membership.id)
        self.work.record('session.others_ended', membership, note=self._name(membership),
                         topics=self._topics(membership))
        return ended

    @requires(P.COMPANY_MANAGE, P.SETTINGS_WRITE, writes=True)
    def reset_two_step(self, membership_id: uuid.UUID) -> None:
        """Forget the app of a member who lost his phone, end all his sessions and tell him by mail.

        Raises Forbidden for somebody who belongs to other companies too, as that is theirs to guard; Conflict when he
        has no app; Unproven without a recent password.
        """
        membership = self._changeable(membership_id)
        if not self._may_reset(membership):
            raise Forbidden(_('This person belongs to other companies too. Ask your supplier to reset it.'))
        if not has_app(self.work, [membership.user_id]):
            raise Conflict(_('Two-step sign-in of this person is off.'))
        want_proof(self.work)
        user = self.session.exec(select(User).where(User.id == membership.user_id)).one()
        take_away(self.work, user, 'reset')
        self.work.record('two_step.reset', membership, note=user.email, topics=self._topics(membership))

    def _company(self, account: str) -> Customer | None:
        own = self.actor.customer_id
        if own is None and not account:
            return None
        found = self.session.exec(select(Customer).where(
            Customer.id == own if own else Customer.account == account)).first()
        if found is None or (account and found.account != account):
            raise NotFound(_('There is no such customer.'))
        return found

    def _may_change(self, membership: Membership) -> bool:
        if membership.user_id == self.actor.user_id:
            return False
        if membership.customer_id is None:
            return self.actor.may(P.SETTINGS_WRITE)
        if self.actor.customer_id is None:
            return self.actor.may(P.CUSTOMERS_WRITE)
        return self.actor.may(P.COMPANY_MANAGE) and ROLES[membership.role] - self.actor.off <= self.actor.permissions

    def _may_reset(self, membership: Membership) -> bool:
        if self.actor.customer_id is None:
            return self.actor.may(P.SETTINGS_WRITE) and membership.user_id != self.actor.user_id
        others = self.session.exec(select(Membership.id).where(
            Membership.user_id == membership.user_id, col(Membership.customer_id).is_distinct_from(
                membership.customer_id))).first()
        return self._may_change(membership) and others is None

    def _changeable(self, membership_id: uuid.UUID) -> Membership:
        statement = select(Membership).where(Membership.id == membership_id)
        if self.actor.customer_id is not None:
            statement = statement.where(Membership.customer_id == self.actor.customer_id)
        found = self.session.exec(statement).first()
        if found is None:
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        if found.user_id == self.actor.user_id:
            raise Forbidden(_('Nobody changes his own role or access. Ask a colleague.'))
        if not self._may_change(found):
            raise Forbidden(_('You do not have the right to do this.'))
        return found

    def _keep_a_head(self, membership: Membership) -> None:
        """Raise Conflict when this is the last active Admin of its company, or the last Owner."""
        if membership.role not in (Role.ADMIN, Role.OWNER) or not membership.active:
            return
        # all heads are locked, in order of id, so that two of them cannot take each other's place at once
        heads = self.session.exec(
            select(Membership).join(User, col(User.id) == Membership.user_id)
            .where(_of(membership.customer_id), col(Membership.role) == membership.role, col(Membership.active),
                   col(User.active)).order_by(col(Membership.id)).with_for_update(of=Membership)).all()
        if [head.id for head in heads if head.id != membership.id]:
            return
        raise Conflict(_('This is the last active Admin; make somebody else Admin first.')
                       if membership.customer_id else
                       _('This is the last active Owner; make somebody else Owner first.'))

    def _name(self, membership: Membership) -> str:
        return self.session.exec(select(User.email).where(User.id == membership.user_id)).one()

    def _topics(self, membership: Membership) -> tuple[str, ...]:
        company = f'company:{membership.customer_id}' if membership.customer_id else 'office:staff'
        return f'person:{membership.user_id}', company


def _picture(user: User) -> str | None:
    return f'/picture/{user.picture_id}' if user.picture_id else None


def _of(customer_id: uuid.UUID | None) -> Any:
    company = col(Membership.customer_id)
    return company == customer_id if customer_id else company.is_(None)
