"""One's own two-step sign-in: set up, look at, new recovery codes, switch off."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlmodel import col, select

from models.core.words import _
from models.two_step import Step
from models.users import User, UserSession
from services.auth import codes, passwords
from services.auth.authenticators import (
    Offer,
    left,
    offer,
    renewed_codes,
    set_up,
    take_away,
    tell,
    waiting,
)
from services.auth.entering import Opened, authenticator, await_step, demanding
from services.auth.proof import want_proof
from services.auth.resetting import PasswordService
from services.auth.second_step import Enrolled, wrong_code
from services.auth.sessions import Browser, open_session
from services.auth.throttle import SECOND_STEP, limit
from services.core.errors import Conflict, Forbidden, Invalid
from services.core.permissions import Permission
from services.core.runtime import Runtime, Who
from services.core.service import Service, requires
from services.settings import setting


@dataclass(frozen=True)
class TwoStep:
    """How a person signs in: since when in two steps, recovery codes left, and who asks for it."""

    since: dt.datetime | None
    left: int
    asked_by: tuple[str, ...]


def confirm(runtime: Runtime, who: Who, typed: str, *, browser: Browser) -> Enrolled:
    """Set up the app that was offered; raises Invalid for a wrong code, Throttled after too many."""
    runtime.run(who, TwoStepService.count)
    enrolled = runtime.run(who, TwoStepService.confirm, typed, browser=browser)
    if enrolled is None:
        raise wrong_code()
    return enrolled


def switch_off(runtime: Runtime, who: Who, password: str, *, browser: Browser) -> Opened:
    """Go back to the password alone by giving it; all sessions end and a new one begins.

    Raises Invalid for a wrong password, Conflict when it is off or somebody asks for it, Throttled.
    """
    holder = runtime.run(who, PasswordService.own)
    if not passwords.matches(holder.password_hash, password):
        runtime.run(who, PasswordService.refuse)
        raise Invalid(_('This is not your password.'), field='password')
    return runtime.run(who, TwoStepService.switch_off, browser=browser)


class TwoStepService(Service):
    """A person's own app and recovery codes."""

    @requires(Permission.SIGNED_IN)
    def own(self) -> TwoStep:
        """How one signs in."""
        app = authenticator(self.session, self.actor.user_id)
        return TwoStep(app.since if app else None, left(self.work, self.actor.user_id) if app else 0, self._asked_by())

    @requires(Permission.SIGNED_IN, writes=True)
    def begin(self) -> None:
        """Make an offer for a new app; raises Conflict when there is one, Unproven without a recent password."""
        user = self._user()
        want_proof(self.work)
        if authenticator(self.session, user.id) is not None:
            raise Conflict(_('Two-step sign-in is on already.'))
        await_step(self.work, user, self._session().membership_id, Step.OWN, token=self._token())

    @requires(Permission.SIGNED_IN)
    def offer(self) -> Offer:
        """What one's app is to be given; raises NotFound when nothing was begun, or too long ago."""
        self._user()
        return offer(self.work, waiting(self.work, self._token(), Step.OWN))

    @requires(Permission.SIGNED_IN, writes=True)
    def count(self) -> None:
        """Count one try; raises Throttled after five in five minutes."""
        limit(self.work, 'second-step', str(self._user().id), SECOND_STEP)

    @requires(Permission.SIGNED_IN, writes=True)
    def confirm(self, typed: str, *, browser: Browser) -> Enrolled | None:
        """Take the app when this is its code and begin a new session; None, and a trace of it, when it is not."""
        user, before = self._user(), self._session()
        recovery = set_up(self.work, waiting(self.work, self._token(), Step.OWN), codes.digits(typed))
        if recovery is None:
            self.work.record('two_step.refused', user)
            return None
        return Enrolled(self._renewed(user, before, browser), recovery)

    @requires(Permission.SIGNED_IN, writes=True)
    def renew_codes(self) -> tuple[str, ...]:
        """New recovery codes; the earlier ones are void. Raises Conflict when it is off, Unproven."""
        user = self._enrolled()
        want_proof(self.work)
        tell(self.work, user, 'codes')
        self.work.record('two_step.codes_renewed', user, number=user.email)
        return renewed_codes(self.work, user.id)

    @requires(Permission.SIGNED_IN, writes=True)
    def switch_off(self, *, browser: Browser) -> Opened:
        """Forget the app, end all sessions and begin a new one; raises Conflict when somebody asks for two steps."""
        user, before = self._enrolled(), self._session()
        if self._asked_by():
            raise Conflict(_('{company} asks for two-step sign-in; it cannot be switched off.').format(
                company=self._asked_by()[0]))
        take_away(self.work, user, 'off')
        self.work.record('two_step.off', user, number=user.email)
        return self._renewed(user, before, browser)

    def _asked_by(self) -> tuple[str, ...]:
        return tuple(name or setting(self.work, 'seller.name')
                     for name in demanding(self.session, self.actor.user_id))

    def _enrolled(self) -> User:
        user = self._user()
        if authenticator(self.session, user.id) is None:
            raise Conflict(_('Two-step sign-in is off.'))
        return user

    def _user(self) -> User:
        if self.actor.viewing_as:
            raise Forbidden(_("You are looking through a customer's eyes; nothing can be changed here."))
        return self.session.exec(select(User).where(User.id == self.actor.user_id)).one()

    def _session(self) -> UserSession:
        return self.session.exec(select(UserSession).where(
            col(UserSession.token_hash) == self.actor.session_id)).one()

    def _token(self) -> str:
        return f'own {(self.actor.session_id or b"").hex()}'

    def _renewed(self, user: User, before: UserSession, browser: Browser) -> Opened:
        token = open_session(self.work, user_id=user.id, membership_id=before.membership_id, browser=browser,
                             proven_at=before.reauthenticated_at)
        return Opened(token, user.language)
