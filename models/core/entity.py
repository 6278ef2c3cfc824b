"""The base of all tables, and short words to declare their columns."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import Field, SQLModel

from models.core.types import Amount, Choice, Percent, Quantity, UtcDateTime, new_id

SQLModel.metadata.naming_convention = {
    'ix': 'ix_%(table_name)s_%(column_0_N_name)s',
    'uq': 'uq_%(table_name)s_%(column_0_N_name)s',
    'ck': 'ck_%(table_name)s_%(constraint_name)s',
    'fk': 'fk_%(table_name)s_%(column_0_N_name)s',
    'pk': 'pk_%(table_name)s',
}

_json = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


class Entity(SQLModel):
    """A row with a UUIDv7 key."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True, sa_type=sa.Uuid)


class CustomerOwned(SQLModel):
    """A row that belongs to one customer company; every query of a portal person is narrowed to his company."""

    customer_id: uuid.UUID = Field(foreign_key='customer.id', sa_type=sa.Uuid, index=True)


class Versioned(SQLModel):
    """A row changed by compare-and-set: an act carries the version its person saw."""

    version: int = Field(default=1)


def reference(target: str, *, index: bool = True, ondelete: str | None = None) -> Any:
    """A compulsory foreign key, e.g. reference('item.id')."""
    return Field(foreign_key=target, sa_type=sa.Uuid, index=index, ondelete=ondelete)  # type: ignore[call-overload]


def maybe_reference(target: str, *, index: bool = False) -> Any:
    """An optional foreign key."""
    return Field(default=None, foreign_key=target, sa_type=sa.Uuid, index=index, nullable=True)


def text(length: int = 200, *, default: Any = '', index: bool = False, unique: bool = False) -> Any:
    """A text column of bounded length; pass default=... (Ellipsis) for a compulsory one."""
    return Field(default, max_length=length, index=index, unique=unique)


def long_text(default: str | None = '') -> Any:
    """A text column without a bound."""
    return Field(default, sa_type=sa.Text, nullable=default is None)


def amount(default: Any = ..., *, nullable: bool = False) -> Any:
    """Money, exact, in the currency of the row."""
    return Field(default, sa_type=Amount, nullable=nullable)


def quantity(default: Any = ..., *, nullable: bool = False) -> Any:
    """A number of units, exact to four places."""
    return Field(default, sa_type=Quantity, nullable=nullable)


def percent(default: Any = ...) -> Any:
    """A percentage, exact to four places."""
    return Field(default, sa_type=Percent)


def moment(default: Any = ..., *, nullable: bool = False, index: bool = False) -> Any:
    """An instant in UTC; the caller gives `work.now`."""
    return Field(default, sa_type=UtcDateTime, nullable=nullable, index=index)


def maybe_moment(*, index: bool = False) -> Any:
    """An instant in UTC that may not have come yet."""
    return Field(default=None, sa_type=UtcDateTime, nullable=True, index=index)


def choice(kind: type[StrEnum], default: Any = ..., *, index: bool = False) -> Any:
    """A StrEnum kept by value."""
    return Field(default, sa_type=Choice(kind), index=index)


def document(default: Any = dict) -> Any:
    """A JSON value (JSONB on PostgreSQL), e.g. texts per language; default is a factory."""
    return Field(default_factory=default, sa_type=_json)


Moment = dt.datetime
