"""What a person's workplace remembers: tabs, pane state, favourites, recent documents."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlmodel import col, delete, select

from models.core.types import new_id
from models.core.words import _
from models.customers import Customer
from models.users import Membership
from models.workstation import Favourite, PaneState, RecentDocument, Workstation
from services.core.actor import Actor
from services.core.errors import Forbidden, Invalid
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.settings import RESTS, setting

MOST_TABS = 40
MOST_CLOSED = 10
MOST_RECENT = 20
LARGEST_STATE = 200_000


@dataclass(frozen=True)
class Company:
    """A company the person belongs to; the seller's own staff has no name here."""

    membership_id: uuid.UUID
    name: str
    account: str
    is_current: bool


@dataclass(frozen=True)
class Link:
    """A pinned or recently opened place."""

    path: str
    title: str


@dataclass(frozen=True)
class Frame:
    """What the frame round the panes shows for a person; `rests` says since which backup nothing goes out by itself."""

    actor: Actor
    seller: str = ''
    logo: str = ''
    companies: tuple[Company, ...] = ()
    favourites: tuple[Link, ...] = ()
    recent: tuple[Link, ...] = ()
    colour: str = ''
    rests: str = ''


@dataclass(frozen=True)
class Desk:
    """The tabs of one browser tab: paths in order, the active one, those closed last, and what the panes held."""

    paths: tuple[str, ...] = ()
    active: str = ''
    closed: tuple[str, ...] = ()
    states: Mapping[str, dict[str, Any]] = field(default_factory=dict)


class WorkstationService(Service):
    """The workplace of the person who acts; nobody reaches another's."""

    @requires(Permission.SIGNED_IN)
    def me(self) -> Actor:
        """The person as he stands just now: role, rights, language."""
        return self.actor

    @requires(Permission.SIGNED_IN)
    def frame(self) -> Frame:
        """Everything the menu and the top bar need, in one reading."""
        return Frame(self.actor, setting(self.work, 'seller.name'), setting(self.work, 'brand.logo'),
                     self._companies(), self._favourites(), self._recent(), setting(self.work, 'brand.colour'),
                     setting(self.work, RESTS) if self.actor.may(Permission.BACKUPS_TAKE) else '')

    @requires(Permission.SIGNED_IN)
    def recall(self, browser_tab: str, *, inherit: bool = False) -> Desk:
        """What was open in this browser tab; with `inherit` and nothing kept, what was open last elsewhere."""
        row = self._row(browser_tab)
        if row is None and inherit and not self.actor.viewing_as:
            row = self.session.exec(self._own(select(Workstation))
                                    .order_by(col(Workstation.changed_at).desc()).limit(1)).first()
        if row is None:
            return Desk()
        panes = self.session.exec(select(PaneState).where(PaneState.workstation_id == row.id)).all()
        return Desk(tuple(row.paths), row.active, tuple(row.closed), {pane.path: pane.state for pane in panes})

    @requires(Permission.SIGNED_IN, writes=True)
    def keep(self, browser_tab: str, *, paths: Sequence[str], active: str, closed: Sequence[str] = ()) -> None:
        """Remember the open tabs; states of panes that are neither open nor lately closed are forgotten."""
        if self.actor.viewing_as:
            return
        row = self._made(browser_tab)
        row.paths, row.closed = list(paths)[:MOST_TABS], list(closed)[-MOST_CLOSED:]
        row.active, row.changed_at = active, self.now
        self.session.add(row)
        self.session.exec(delete(PaneState).where(col(PaneState.workstation_id) == row.id,
                                                  col(PaneState.path).not_in(row.paths + row.closed)))

    @requires(Permission.SIGNED_IN, writes=True)
    def remember(self, browser_tab: str, path: str, state: dict[str, Any]) -> None:
        """Keep what a pane holds: filters, sort, half-typed input; raises Invalid when it is too much."""
        if self.actor.viewing_as:
            return
        if len(repr(state)) > LARGEST_STATE:
            raise Invalid(_('This page holds too much to be remembered.'))
        row = self._made(browser_tab)
        pane = self.session.exec(select(PaneState).where(PaneState.workstation_id == row.id,
                                                         PaneState.path == path)).first()
        pane = pane or PaneState(id=new_id(), workstation_id=row.id, path=path, changed_at=self.now)
        pane.state, pane.changed_at = dict(state), self.now
        self.session.add(pane)

    @requires(Permission.SIGNED_IN, writes=True)
    def pin(self, path: str, title: str) -> tuple[Link, ...]:
        """Put a module or document to the end of the favourites; returns all of them."""
        self._refuse_looking()
        if self._favourite(path) is None:
            position = len(self._favourites())
            self.session.add(Favourite(id=new_id(), user_id=self._user_id, path=path, title=title[:200],
                                       position=position))
            self.session.flush()
        return self._favourites()

    @requires(Permission.SIGNED_IN, writes=True)
    def unpin(self, path: str) -> tuple[Link, ...]:
        """Take it out of the favourites; returns those left."""
        self._refuse_looking()
        row = self._favourite(path)
        if row is not None:
            self.session.delete(row)
            self.session.flush()
        return self._favourites()

    @requires(Permission.SIGNED_IN, writes=True)
    def visit(self, path: str, title: str) -> tuple[Link, ...]:
        """Note that a document was opened; returns the recent ones, newest first."""
        membership_id = self._membership_id
        if self.actor.viewing_as or membership_id is None:
            return ()
        row = self.session.exec(self._own(select(RecentDocument), RecentDocument)
                                .where(RecentDocument.path == path)).first()
        row = row or RecentDocument(id=new_id(), user_id=self._user_id, membership_id=membership_id, path=path)
        row.title, row.opened_at = title[:200], self.now
        self.session.add(row)
        self.session.flush()
        for old in self.session.exec(self._own(select(RecentDocument), RecentDocument)
                                     .order_by(col(RecentDocument.opened_at).desc()).offset(MOST_RECENT)).all():
            self.session.delete(old)
        return self._recent()

    @requires(Permission.SIGNED_IN)
    def counts(self, acts: Mapping[str, Callable[..., Any]]) -> dict[str, Any]:
        """What each of these acts says of what waits, by name; one the person may not call counts nothing."""
        found: dict[str, Any] = {}
        for name, act in acts.items():
            try:
                found[name] = act(act.service(self.work))  # type: ignore[attr-defined]
            except Forbidden:
                found[name] = 0
        return found

    @property
    def _user_id(self) -> uuid.UUID:
        return self.actor.real_user_id or self.actor.user_id or uuid.UUID(int=0)

    def _refuse_looking(self) -> None:
        if self.actor.viewing_as:
            raise Forbidden(_("You are looking through a customer's eyes; nothing can be changed here."))

    @cached_property
    def _membership_id(self) -> uuid.UUID | None:
        company = None if self.actor.viewing_as else self.actor.customer_id
        return self.session.exec(select(Membership.id).where(
            Membership.user_id == self._user_id, col(Membership.customer_id).is_not_distinct_from(company))).first()

    def _own(self, statement: Any, table: Any = Workstation) -> Any:
        return statement.where(table.user_id == self._user_id, table.membership_id == self._membership_id)

    def _row(self, browser_tab: str) -> Workstation | None:
        if self.actor.viewing_as:
            return None
        row: Workstation | None = self.session.exec(
            self._own(select(Workstation)).where(Workstation.browser_tab == browser_tab[:64])).first()
        return row

    def _made(self, browser_tab: str) -> Workstation:
        row = self._row(browser_tab)
        if row is None:
            membership_id = self._membership_id
            if membership_id is None:
                raise Forbidden(_('You no longer belong to this company.'))
            row = Workstation(id=new_id(), user_id=self._user_id, membership_id=membership_id,
                              browser_tab=browser_tab[:64], changed_at=self.now)
            self.session.add(row)
            self.session.flush()
            self._forget_old()
        return row

    def _forget_old(self) -> None:
        for old in self.session.exec(self._own(select(Workstation)).where(
                Workstation.changed_at < self.now - dt.timedelta(days=60))).all():
            self.session.delete(old)

    def _favourite(self, path: str) -> Favourite | None:
        return self.session.exec(select(Favourite).where(Favourite.user_id == self._user_id,
                                                         Favourite.path == path)).first()

    def _favourites(self) -> tuple[Link, ...]:
        rows = self.session.exec(select(Favourite).where(Favourite.user_id == self._user_id)
                                 .order_by(col(Favourite.position), col(Favourite.id))).all()
        return tuple(Link(row.path, row.title) for row in rows)

    def _recent(self) -> tuple[Link, ...]:
        if self.actor.viewing_as:
            return ()
        rows = self.session.exec(self._own(select(RecentDocument), RecentDocument)
                                 .order_by(col(RecentDocument.opened_at).desc()).limit(MOST_RECENT)).all()
        return tuple(Link(row.path, row.title) for row in rows)

    def _companies(self) -> tuple[Company, ...]:
        if self.actor.viewing_as:
            return ()
        rows = self.session.exec(
            select(Membership.id, Membership.customer_id, Customer.name, Customer.account)
            .join(Customer, col(Customer.id) == Membership.customer_id, isouter=True)
            .where(Membership.user_id == self._user_id, Membership.active)).all()
        return tuple(Company(key, name or '', account or '', customer == self.actor.customer_id)
                     for key, customer, name, account in rows)
