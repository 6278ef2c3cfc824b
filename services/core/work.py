"""The unit of work: one act, one transaction, one moment, one actor; news and effects leave only after the commit."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlmodel import Session, SQLModel, select

from models.audit import Event
from models.core.entity import CustomerOwned
from models.core.types import new_id
from models.core.words import _
from services.core.actor import Actor
from services.core.errors import Conflict, NotFound
from services.core.permissions import Permission
from services.core.refusals import denial

if TYPE_CHECKING:
    from services.core.runtime import Runtime

E = TypeVar('E', bound=SQLModel)


class Work:
    """What a service method works with: `session`, `actor`, frozen `now`, and what is promised for after the commit."""

    def __init__(self, session: Session, actor: Actor, now: dt.datetime, runtime: Runtime) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self.runtime = runtime
        self.events: list[Event] = []
        self.topics: set[str] = set()
        self.effects: list[Callable[[], None]] = []
        if actor.customer_id is not None and not actor.system:
            _narrow(session, actor.customer_id)

    def require(self, permission: Permission) -> None:
        """Raise Forbidden without this right, NotFound where its module is switched off, SignedOut for a visitor."""
        if not self.actor.may(permission):
            raise denial(self.actor, permission.value, permission)

    def reach(self, entity: type[E]) -> Any:
        """A select of the rows of a customer-owned entity that this actor may see: his company's, or only his own.

        An entity says `__reach__ = (own column, right to see the whole company's)` where colleagues may be hidden.
        """
        return within(select(entity), entity, self.actor)

    def one(self, entity: type[E], *conditions: Any) -> E:
        """The one row within reach that meets the conditions; raises NotFound, the same for absent and foreign ones."""
        row: E | None = self.session.exec(self.reach(entity).where(*conditions)).first()
        if row is None:
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        return row

    def rows(self, statement: Any, known: Mapping[str, Any]) -> Sequence[Any]:
        """The rows of a statement written out once, past the object mapper, which would cost more than the query.

        What is unsaved is written first. A statement over rows of customers must name the company itself: the net
        under `reach` does not hold here.
        """
        found: Sequence[Any] = self.carry_out(statement, known).fetchall()
        return found

    def carry_out(self, statement: Any, known: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Any:
        """The same for any statement, once or for many rows; objects in hand do not learn of what it changes."""
        self.session.flush()
        return self.session.connection().execute(statement, known)

    def change(self, row: E, *, expect: dict[str, Any] | None = None, **values: Any) -> E:
        """Set values by compare-and-set on the row's version and the `expect`ed columns; Conflict if it changed.

        The row in hand is refreshed with what now stands in the database.
        """
        entity = type(row)
        state: Any = row
        conditions = [sa.inspect(entity).primary_key[0] == state.id]
        if 'version' in entity.model_fields:
            conditions.append(entity.version == state.version)  # type: ignore[attr-defined]
            values['version'] = state.version + 1
        conditions += [getattr(entity, name) == value for name, value in (expect or {}).items()]
        statement = sa.update(entity).where(*conditions).values(**values)
        self.session.flush()
        done: Any = self.session.execute(statement.execution_options(synchronize_session=False))
        if done.rowcount != 1:
            raise Conflict(_('This was changed by someone else meanwhile. Please look again.'))
        self.session.refresh(row)
        return row

    def record(self, action: str, subject: Any = None, *, number: str = '', customer_id: uuid.UUID | None = None,
               note: str = '', changes: dict[str, Any] | None = None, topics: Iterable[str] = ()) -> None:
        """Write who did what to what in this transaction, and announce it on these topics after the commit."""
        actor = self.actor
        self.events.append(Event(
            id=new_id(), at=self.now, action=action, actor_id=actor.user_id, actor_name=actor.name,
            real_actor_id=actor.real_user_id, source=actor.source, ip=actor.ip, note=note, changes=changes or {},
            customer_id=customer_id or getattr(subject, 'customer_id', None) or actor.customer_id,
            subject_type=type(subject).__tablename__ if subject is not None else '',
            subject_id=getattr(subject, 'id', None), number=number or getattr(subject, 'number', '') or ''))
        self.announce(*topics)

    def announce(self, *topics: str) -> None:
        """Tell the open pages that follow these topics to look again, after the commit."""
        self.topics.update(topics)

    def after(self, effect: Callable[[], None]) -> None:
        """Do this after the commit; it must be harmless to lose (the row behind it is the promise)."""
        self.effects.append(effect)


def within(statement: Any, entity: type[SQLModel], actor: Actor) -> Any:
    """Narrow a select over an entity to what this actor may see of it."""
    if actor.system or actor.customer_id is None:
        return statement
    if issubclass(entity, CustomerOwned):
        statement = statement.where(entity.customer_id == actor.customer_id)
    own = getattr(entity, '__reach__', None)
    if own and not actor.may(Permission(own[1])):
        statement = statement.where(getattr(entity, own[0]) == actor.user_id)
    return statement


@lru_cache(maxsize=1024)
def _only(customer_id: uuid.UUID) -> Any:
    """What narrows a statement to a company; kept, since making it takes longer than many an act's reads."""
    return with_loader_criteria(
        CustomerOwned, lambda cls: getattr(cls, 'customer_id', sa.null()) == customer_id, include_aliases=True)


def _narrow(session: Session, customer_id: uuid.UUID) -> None:
    """The net under `reach`: whatever a portal person's act selects, updates or deletes is narrowed to his company."""
    own = _only(customer_id)

    @sa.event.listens_for(session, 'do_orm_execute')
    def _add(state: ORMExecuteState) -> None:
        if not state.is_column_load and not state.is_relationship_load:
            state.statement = state.statement.options(own)
