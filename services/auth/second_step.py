"""The second step at the door: a code after the password, or the app that a company asks for set up first."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.core.words import _
from models.two_step import Step
from services.auth import codes
from services.auth.authenticators import (
    Offer,
    Waiting,
    left,
    offer,
    set_up,
    take_code,
    take_recovery_code,
    use_up,
    waiting,
)
from services.auth.entering import Opened, authenticator, let_in
from services.auth.sessions import Browser
from services.auth.signing_in import at_the_door
from services.auth.throttle import SECOND_STEP, limit
from services.core.errors import Invalid
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires


@dataclass(frozen=True)
class Passed:
    """A person who did the second step; `left` counts his recovery codes when he used one of them."""

    opened: Opened
    left: int | None = None


@dataclass(frozen=True)
class Enrolled:
    """A person whose app is set up: his new session, and his recovery codes, which are shown this once."""

    opened: Opened
    recovery: tuple[str, ...] = field(repr=False)


def pass_code(runtime: Runtime, token: str, typed: str, *, browser: Browser, replacing: bytes | None = None) -> Passed:
    """Open a session for a code of the person's app or a recovery code.

    Raises Invalid for a wrong code, Throttled after too many, NotFound when the token is not good (any more).
    """
    door = at_the_door(browser)
    runtime.run(door, SecondStepService.count, token)
    passed = runtime.run(door, SecondStepService.pass_code, token, typed, browser=browser, replacing=replacing)
    if passed is None:
        raise wrong_code()
    return passed


def enrol(runtime: Runtime, token: str, typed: str, *, browser: Browser) -> Enrolled:
    """Set up the app and open a session; raises as `pass_code` does."""
    door = at_the_door(browser)
    runtime.run(door, SecondStepService.count, token)
    enrolled = runtime.run(door, SecondStepService.enrol, token, typed, browser=browser)
    if enrolled is None:
        raise wrong_code()
    return enrolled


def wrong_code() -> Invalid:
    """What a person reads about a code that was not right."""
    return Invalid(_('This code is not right, or was used already. Wait for the next one.'), field='code')


class SecondStepService(Service):
    """People who gave their password and are not in yet."""

    @requires(Permission.SYSTEM)
    def step(self, token: str) -> Step:
        """What the holder of the token has to do; raises NotFound when it is not good (any more)."""
        return waiting(self.work, token, Step.CODE, Step.ENROL).row.step

    @requires(Permission.SYSTEM, writes=True)
    def count(self, token: str) -> None:
        """Count one try; raises Throttled after five in five minutes, of whatever token."""
        found = waiting(self.work, token, Step.CODE, Step.ENROL)
        limit(self.work, 'second-step', str(found.user.id), SECOND_STEP)

    @requires(Permission.SYSTEM)
    def offer(self, token: str) -> Offer:
        """What the person's app is to be given."""
        return offer(self.work, waiting(self.work, token, Step.ENROL))

    @requires(Permission.SYSTEM, writes=True)
    def pass_code(self, token: str, typed: str, *, browser: Browser, replacing: bytes | None = None) -> Passed | None:
        """Use the code and the token up and open a session; None, and a trace of it, for a code that is not right."""
        found = waiting(self.work, token, Step.CODE)
        app = authenticator(self.session, found.user.id)
        assert app is not None
        self._as(found)
        code, count = codes.digits(typed), None
        if len(code) == codes.RECOVERY_DIGITS and take_recovery_code(self.work, found.user.id, code):
            count = left(self.work, found.user.id)
            self._record('two_step.recovery_used', found, note=str(count))
        elif len(code) != codes.DIGITS or not take_code(self.work, app, code):
            self._record('two_step.refused', found)
            return None
        use_up(self.work, found.row)
        return Passed(self._opened(found, browser, replacing), count)

    @requires(Permission.SYSTEM, writes=True)
    def enrol(self, token: str, typed: str, *, browser: Browser) -> Enrolled | None:
        """Set the offered app up and open a session; None, and a trace of it, for a code that is not right."""
        found = waiting(self.work, token, Step.ENROL)
        self._as(found)
        recovery = set_up(self.work, found, codes.digits(typed))
        if recovery is None:
            self._record('two_step.refused', found)
            return None
        return Enrolled(self._opened(found, browser), recovery)

    def _opened(self, found: Waiting, browser: Browser, replacing: bytes | None = None) -> Opened:
        entered = let_in(self.work, found.user, found.membership, browser=browser, second=True, replacing=replacing)
        assert isinstance(entered, Opened)
        self._record('session.opened', found)
        return entered

    def _as(self, found: Waiting) -> None:
        self.actor = self.work.actor = at_the_door(Browser(self.actor.ip), user_id=found.user.id, name=found.user.name)

    def _record(self, action: str, found: Waiting, *, note: str = '') -> None:
        self.work.record(action, found.user, note=note, customer_id=found.membership.customer_id)
