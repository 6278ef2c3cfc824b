"""Acts refused for want of a right: each is a line in the log, and once an hour an event of the audit trail."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from models.core.words import _
from services.core.actor import Actor
from services.core.errors import DomainError, Forbidden, NotFound, SignedOut
from services.core.limits import take
from services.core.permissions import Permission

if TYPE_CHECKING:
    from services.core.runtime import Runtime, SessionKey

log = logging.getLogger('portico')
HOUR = 3600.0
AFTER_A_FAULT = 60.0
MOST = 10_000
LONGEST = 60


@dataclass(frozen=True)
class Denied:
    """Who was refused what: the name of a service method, or the right an act asked for on its way."""

    actor: Actor
    what: str


def denial(actor: Actor, what: str, *needs: Permission) -> DomainError:
    """The refusal of an act that wants one of these rights, for the caller to raise.

    SignedOut for a visitor, NotFound where the right belongs to a module switched off for his company, else Forbidden.
    """
    error: DomainError
    if actor.user_id is None:
        error = SignedOut(_('Please sign in.'))
    elif actor.misses(*needs):
        error = NotFound(_('There is nothing here, or it is not yours to see.'))
    else:
        error = Forbidden(_('You do not have the right to do this.'))
    error.denied = Denied(actor, what[:LONGEST])
    return error


class Refusals:
    """What one process remembers of them, so that trying again and again costs neither rows nor writes.

    The bucket behind each event is in the database, so that all processes together write one an hour. Visitors leave
    a line an hour for each address and act, and no event: they are too many, and who they are is not known.
    """

    def __init__(self) -> None:
        self._rests: dict[tuple[str, str], dt.datetime] = {}

    def note(self, runtime: Runtime, key: SessionKey, act: str, error: DomainError) -> None:
        """Write down what a browser's session was refused; other errors are none of ours."""
        denied: Denied | None = error.denied
        if denied is not None and denied.actor.user_id is not None:
            actor = denied.actor
            _tell(denied.what, user=str(actor.user_id), company=str(actor.customer_id or ''), status=error.status)
            if self._is_due(runtime, str(actor.user_id), denied.what):
                self._rest(runtime, str(actor.user_id), denied.what, _keep(runtime, denied))
        elif isinstance(error, SignedOut) and self._is_due(runtime, key.ip, act):
            self._rest(runtime, key.ip, act, HOUR)
            _tell(act, user=None, status=error.status)

    def _is_due(self, runtime: Runtime, who: str, what: str) -> bool:
        until = self._rests.get((who, what))
        return until is None or runtime.now() >= until

    def _rest(self, runtime: Runtime, who: str, what: str, seconds: float) -> None:
        if len(self._rests) >= MOST:
            self._rests.clear()
        self._rests[who, what] = runtime.now() + dt.timedelta(seconds=seconds)


def _tell(act: str, **facts: str | int | None) -> None:
    log.warning('act refused', extra={'act': act, **facts})


def _keep(runtime: Runtime, denied: Denied) -> float:
    """Store the event, in a transaction of its own, as that of the act was rolled back; the seconds to the next one."""
    try:
        with runtime.work(denied.actor, writes=True) as work:
            wait = take(work.session, f'refused:{denied.actor.user_id}:{denied.what}', 1, 1 / HOUR, work.now)
            if not wait:
                work.record('act.refused', note=denied.what)
        return wait or HOUR
    except sa.exc.SQLAlchemyError:
        # the person shall read why he was refused, not that it could not be written down
        log.exception('a refused act could not be written down')
        return AFTER_A_FAULT
