"""The running installation: settings, database, clock and bus, and the one way to carry out an act."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

from models.core.database import Database
from models.core.words import _, language
from services.core.actor import Actor
from services.core.bus import Bus
from services.core.chain import append
from services.core.config import Config
from services.core.errors import Conflict, DomainError, Invalid, SignedOut, Unavailable
from services.core.refusals import Refusals
from services.core.secrets import Secrets
from services.core.work import Work

A = ParamSpec('A')
R = TypeVar('R')
log = logging.getLogger('portico')
TRIES = 3
_PASSING = {'40001', '40P01', '55P03'}


@dataclass(frozen=True)
class SessionKey:
    """The proof a browser brings: the SHA-256 of its session token, and where it called from."""

    token_hash: bytes
    ip: str = ''


Who = Actor | SessionKey
Resolver = Callable[[Session, SessionKey, dt.datetime], Actor | None]


class Runtime:
    """Everything an act needs; one per process."""

    def __init__(self, config: Config, database: Database, *, clock: Callable[[], dt.datetime] | None = None,
                 resolver: Resolver | None = None) -> None:
        self.config = config
        self.database = database
        self.secrets = Secrets(config.data_dir)
        self.bus = Bus()
        self._refusals = Refusals()
        self._clock = clock or (lambda: dt.datetime.now(dt.UTC))
        self._resolver = resolver

    def now(self) -> dt.datetime:
        """This instant in UTC."""
        return self._clock()

    def run(self, who: Who, act: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        """Carry out one service method, e.g. run(actor, OrderService.confirm, number), as one unit of work.

        Passing faults of the database, and rows that another act put in first, are tried again with the whole
        transaction, three times at most. Raises what the act raises; Unavailable when the database stays busy,
        Conflict when a rule of the database stays broken, Invalid for text no database keeps.
        """
        for attempt in range(1, TRIES + 1):
            try:
                with self.work(who, writes=act.writes) as work:  # type: ignore[attr-defined]
                    result = act(act.service(work), *args, **kwargs)  # type: ignore[attr-defined]
                break
            except DomainError as error:
                # an actor in hand is Portico itself or a test; people come with a session
                if isinstance(who, SessionKey):
                    self._refusals.note(self, who, act.__qualname__, error)
                raise
            except sa.exc.OperationalError as error:
                if attempt == TRIES or not _is_passing(error):
                    log.exception('database')
                    raise Unavailable(_('This cannot be done just now. Please try again in a moment.')) from error
            except (sa.exc.DataError, UnicodeEncodeError) as error:
                # NUL and halves of characters come from programs, never from a keyboard
                log.warning('the database takes no such value')
                raise Invalid(
                    _('The browser sent something Portico does not understand or does not accept.')) from error
            except sa.exc.IntegrityError as error:
                if attempt == TRIES:
                    log.exception('database')
                    raise Conflict(_('This was changed by someone else meanwhile. Please look again.')) from error
        self._settle(work)
        return result

    @contextmanager
    def work(self, who: Who, *, writes: bool) -> Iterator[Work]:
        """An open unit of work as this person; its events are chained and stored just before the commit."""
        database = self.database
        with database.writing() if writes else database.reading() as session:
            now = self.now()
            actor = who if isinstance(who, Actor) else self._resolve(session, who, now)
            with language(actor.language):
                work = Work(session, actor, now, self)
                yield work
                if work.events:
                    append(session, work.events)

    def _resolve(self, session: Session, key: SessionKey, now: dt.datetime) -> Actor:
        actor = self._resolver(session, key, now) if self._resolver else None
        if actor is None:
            raise SignedOut(_('Your session has ended. Please sign in again.'))
        return actor

    def _settle(self, work: Work) -> None:
        if work.topics:
            self.bus.publish(work.topics)
        for effect in work.effects:
            try:
                effect()
            except Exception:
                log.exception('an effect after the commit failed')


def _is_passing(error: sa.exc.OperationalError) -> bool:
    return getattr(error.orig, 'sqlstate', None) in _PASSING or 'database is locked' in str(error.orig)
