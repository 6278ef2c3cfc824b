"""What a person's workplace remembers: open tabs, what each pane held, favourites, recent documents, saved views."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa

from models.core.entity import Entity, document, maybe_reference, moment, reference, text


class Workstation(Entity, table=True):
    """The open tabs of one person in one company in one browser tab: paths in order, and those closed last."""

    __tablename__ = 'workstation'
    __table_args__ = (sa.UniqueConstraint('user_id', 'membership_id', 'browser_tab'),)

    user_id: uuid.UUID = reference('user.id', index=False)
    membership_id: uuid.UUID = reference('membership.id')
    browser_tab: str = text(64)
    paths: list[str] = document(list)
    closed: list[str] = document(list)
    active: str = text(300)
    changed_at: dt.datetime = moment()


class PaneState(Entity, table=True):
    """What one open pane held: filters, sort, scroll, half-typed input."""

    __tablename__ = 'pane_state'
    __table_args__ = (sa.UniqueConstraint('workstation_id', 'path'),)

    workstation_id: uuid.UUID = reference('workstation.id', index=False, ondelete='CASCADE')
    path: str = text(300)
    state: dict[str, Any] = document()
    changed_at: dt.datetime = moment()


class Favourite(Entity, table=True):
    """A module or document a person pinned to the top of his menu."""

    __tablename__ = 'favourite'
    __table_args__ = (sa.UniqueConstraint('user_id', 'path'),)

    user_id: uuid.UUID = reference('user.id', index=False)
    path: str = text(300)
    title: str = text(200)
    position: int = 0


class RecentDocument(Entity, table=True):
    """A document a person opened lately."""

    __tablename__ = 'recent_document'
    __table_args__ = (sa.UniqueConstraint('user_id', 'membership_id', 'path'),)

    user_id: uuid.UUID = reference('user.id', index=False)
    membership_id: uuid.UUID = reference('membership.id')
    path: str = text(300)
    title: str = text(200)
    opened_at: dt.datetime = moment()


class SavedView(Entity, table=True):
    """A named set of columns, filters and sort of one list; shared ones belong to the company (or to the staff)."""

    __tablename__ = 'saved_view'
    __table_args__ = (sa.UniqueConstraint('user_id', 'listing', 'name'),)

    user_id: uuid.UUID = reference('user.id', index=False)
    customer_id: uuid.UUID | None = maybe_reference('customer.id')
    listing: str = text(60)
    name: str = text(80)
    shared: bool = False
    query: dict[str, Any] = document()
