"""Accounts as who runs the machine keeps them: no mail, no invitation, no question."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from sqlmodel import col, select

from models.core.words import _
from models.customers import Customer
from models.users import CUSTOMER_ROLES, STAFF_ROLES, Membership, Role, User, UserSession
from services.auth import passwords
from services.auth.authenticators import has_app, take_away
from services.auth.sessions import end_sessions
from services.core.errors import Conflict, Invalid, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires

_EMAIL = re.compile(r'[^@\s]+@[^@\s]+')


@dataclass(frozen=True)
class NewAccount:
    """A person to be added, in the office or, with an account number, in a customer company."""

    email: str
    name: str
    role: Role
    password: str
    account: str = ''

    def hashed(self) -> str:
        """The hash of the password; raises Invalid unless e-mail, role and password fit."""
        if not _EMAIL.fullmatch(self.email):
            raise Invalid(_('This is not an e-mail address.'), field='email')
        if self.role not in (CUSTOMER_ROLES if self.account else STAFF_ROLES):
            raise Invalid(_('This role does not exist there.'), field='role')
        passwords.check(self.password, words=(self.email, self.name))
        return passwords.hashed(self.password)


@dataclass(frozen=True)
class Account:
    """A person's place in one company."""

    email: str
    name: str
    role: Role
    company: str
    active: bool


class AccountService(Service):
    """Adding, disabling and listing people from the command line."""

    @requires(Permission.SYSTEM, writes=True)
    def add(self, new: NewAccount, password_hash: str) -> None:
        """Add a person, or a further place for one who is known; raises Conflict or NotFound.

        The hash is made before, since hashing takes longer than a transaction may.
        """
        company = self._company(new.account) if new.account else None
        user = self.session.exec(select(User).where(User.email == new.email.lower())).first()
        if user is None:
            user = User(email=new.email.lower(), name=new.name, created_at=self.now,
                        password_hash=password_hash)
            self.session.add(user)
            self.session.flush()
        place = company.id if company else None
        if self._membership(user.id, place) is not None:
            raise Conflict(_('This person is there already.'), field='email')
        self.session.add(Membership(user_id=user.id, customer_id=place, role=new.role, created_at=self.now))
        self.work.record('user.added', user, number=user.email, customer_id=place, changes={'role': new.role.value})

    @requires(Permission.SYSTEM, writes=True)
    def set_password(self, email: str, password_hash: str) -> None:
        """Give a person a new password and end all of his sessions; raises NotFound."""
        user = self._user(email)
        user.password_hash = password_hash
        self.session.add(user)
        end_sessions(self.work, col(UserSession.user_id) == user.id)
        self.work.record('user.password_set', user, number=user.email)

    @requires(Permission.SYSTEM, writes=True)
    def reset_two_step(self, email: str) -> None:
        """Forget the app of a person who lost his phone, and end all of his sessions; raises NotFound, Conflict."""
        user = self._user(email)
        if not has_app(self.work, [user.id]):
            raise Conflict(_('Two-step sign-in of this person is off.'))
        take_away(self.work, user, 'reset')
        self.work.record('two_step.reset', user, number=user.email)

    @requires(Permission.SYSTEM, writes=True)
    def set_active(self, email: str, active: bool) -> None:
        """Let a person in again, or keep him out and end all of his sessions; raises NotFound."""
        user = self._user(email)
        user.active = active
        self.session.add(user)
        if not active:
            end_sessions(self.work, col(UserSession.user_id) == user.id)
        self.work.record('user.enabled' if active else 'user.disabled', user, number=user.email)

    @requires(Permission.SYSTEM)
    def listed(self) -> list[Account]:
        """Everybody with every place, by company and e-mail."""
        rows = self.session.execute(
            select(User, Membership, Customer.name).join(Membership, col(Membership.user_id) == User.id)
            .outerjoin(Customer, col(Customer.id) == Membership.customer_id)
            .order_by(col(Customer.name), col(User.email)))
        return [Account(user.email, user.name, membership.role, company or '', user.active and membership.active)
                for user, membership, company in rows]

    def _company(self, account: str) -> Customer:
        company = self.session.exec(select(Customer).where(Customer.account == account)).first()
        if company is None:
            raise NotFound(_('There is no customer {account}.').format(account=account), field='account')
        return company

    def _user(self, email: str) -> User:
        user = self.session.exec(select(User).where(User.email == email.lower())).first()
        if user is None:
            raise NotFound(_('There is nobody with the e-mail {email}.').format(email=email), field='email')
        return user

    def _membership(self, user_id: uuid.UUID, customer_id: uuid.UUID | None) -> Membership | None:
        return self.session.exec(select(Membership).where(
            Membership.user_id == user_id, col(Membership.customer_id).is_not_distinct_from(customer_id))).first()
