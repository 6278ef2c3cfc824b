"""Asking for access: the answer is the same for everybody, and nothing is seen before the e-mail is confirmed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.access import AccessRequest, AccessState
from models.core.types import new_id
from models.core.words import LANGUAGES, _, current_language
from models.users import Membership, User
from services.access.links import address, holder
from services.auth.throttle import ACCESS_ACCOUNT, ACCESS_NETWORK, limit, network
from services.core.actor import SYSTEM
from services.core.errors import Invalid, NotFound
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.customers.countries import checked_vat, countries
from services.informing import inform
from services.mail.addresses import checked, masked, one_line
from services.mail.outbox import Recipient, promise
from services.notifications import who_may
from services.settings import setting

LIFE = dt.timedelta(hours=24)
TOPIC = 'office:access'
MESSAGE = 2000


@dataclass(frozen=True)
class AskInput:
    """What a stranger typed; `trap` is a field no person sees."""

    company: str
    name: str
    email: str
    country: str
    account: str = ''
    vat_id: str = ''
    phone: str = ''
    message: str = ''
    trap: str = ''


@dataclass(frozen=True)
class Asked:
    """What a link is about, as its page shows it."""

    company: str
    email: str
    language: str
    is_confirmed: bool


class AskService(Service):
    """The stranger's side."""

    @requires(Permission.ANYONE)
    def may_ask(self) -> bool:
        """Whether the seller lets people ask."""
        return bool(setting(self.work, 'access.requests'))

    @requires(Permission.SYSTEM, writes=True)
    def ask(self, given: AskInput) -> None:
        """Keep a request and mail its link; people with access get a mail that says so. Nothing tells which it was.

        Raises NotFound when this is switched off, Throttled, and Invalid with the field for what cannot be.
        """
        if not self.may_ask():
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        limit(self.work, 'access-network', network(self.actor.ip), ACCESS_NETWORK)
        values = _checked(given)
        limit(self.work, 'access-account', values['email'], ACCESS_ACCOUNT)
        if given.trap:
            return
        known = self._known(values['email'])
        if known:
            self._mail('access_known', values, why=known, link=f'{self.work.runtime.config.url}/sign-in')
            self.work.record('access.asked', note=values['email'], changes={'known': [None, known]})
            return
        request = self._kept(values)
        self._mail('access_confirm', values, link=address(self.work, request),
                   hours=int(LIFE.total_seconds() // 3600))
        self.work.record('access.asked', request, note=request.email)

    @requires(Permission.ANYONE)
    def peek(self, token: str) -> Asked:
        """What a link is about; looking changes nothing. Raises NotFound for one that does not work (any more)."""
        request = self._live(token)
        return Asked(request.company, masked(request.email), request.language,
                     is_confirmed=request.state is not AccessState.UNCONFIRMED)

    @requires(Permission.SYSTEM, writes=True)
    def confirm(self, token: str) -> None:
        """Put a request before the office; a second time changes nothing. Raises NotFound as `peek` does."""
        request = self._live(token)
        done: Any = self.session.execute(sa.update(AccessRequest).where(
            col(AccessRequest.id) == request.id, col(AccessRequest.state) == AccessState.UNCONFIRMED).values(
            state=AccessState.WAITING, confirmed_at=self.now).execution_options(synchronize_session=False))
        if done.rowcount != 1:
            return
        inform(self.work, 'access_asked', who_may(self.work, Permission.CUSTOMERS_INVITE),
               facts={'company': request.company, 'person': request.name, 'email': request.email},
               path=f'/office/access-requests/{request.id}')
        self.work.record('access.confirmed', request, note=request.email, topics=(TOPIC,))

    @requires(Permission.SYSTEM, writes=True)
    def expire(self) -> int:
        """Forget the requests nobody confirmed in time; returns how many."""
        done: Any = self.session.execute(sa.delete(AccessRequest).where(
            col(AccessRequest.state) == AccessState.UNCONFIRMED, col(AccessRequest.expires_at) <= self.now)
            .execution_options(synchronize_session=False))
        return int(done.rowcount)

    def _known(self, email: str) -> str:
        """Why a person with this e-mail need not ask: he has access, or his request waits; else nothing."""
        has = select(Membership.id).join(User, col(User.id) == Membership.user_id).where(
            User.email == email, col(User.active), col(Membership.active))
        if self.session.exec(has).first():
            return 'access'
        waits = select(AccessRequest.id).where(
            AccessRequest.email == email, AccessRequest.state == AccessState.WAITING)
        return 'waiting' if self.session.exec(waits).first() else ''

    def _kept(self, values: dict[str, str]) -> AccessRequest:
        """The new request, or the unconfirmed one of this e-mail with what was typed now; older links work no more."""
        found = self.session.exec(select(AccessRequest).where(
            AccessRequest.email == values['email'], AccessRequest.state == AccessState.UNCONFIRMED)).first()
        request = found or AccessRequest(id=new_id(), generation=0, asked_at=self.now, expires_at=self.now,
                                         email=values['email'])
        for name, value in values.items():
            setattr(request, name, value)
        request.generation += 1
        request.asked_at, request.expires_at = self.now, self.now + LIFE
        self.session.add(request)
        self.session.flush()
        return request

    def _live(self, token: str) -> AccessRequest:
        request = holder(self.work, token)
        is_late = request is not None and request.expires_at <= self.now
        if request is None or (is_late and request.state is AccessState.UNCONFIRMED):
            raise NotFound(_('This link does not work any more.'))
        return request

    def _mail(self, message: str, values: dict[str, str], **facts: Any) -> None:
        """What a stranger typed is not in it, so that nobody can send his words to others in our name."""
        promise(self.work, message=message, secret=True, facts=facts | {'name': ''},
                to=Recipient(values['email'], '', values['language']))


def _checked(given: AskInput) -> dict[str, str]:
    """What is kept of a form; raises Invalid with the field that is wrong."""
    values = {'company': one_line(given.company), 'name': one_line(given.name), 'account': one_line(given.account)[:40],
              'phone': one_line(given.phone)[:60], 'message': given.message.strip()[:MESSAGE]}
    for name in ('company', 'name'):
        if not values[name]:
            raise Invalid(_('Please fill this in.'), field=name)
    if given.country not in countries():
        raise Invalid(_('Please choose a country.'), field='country')
    code = current_language()
    return values | {'email': checked(given.email), 'country': given.country,
                     'vat_id': checked_vat(given.vat_id, given.country),
                     'language': code if code in LANGUAGES else 'en'}


def expire(runtime: Runtime) -> None:
    """The recurring piece of work that forgets requests nobody confirmed."""
    runtime.run(SYSTEM, AskService.expire)
