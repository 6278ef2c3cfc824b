"""What a migration does beyond tables: search structures by plain DDL, and keys that close a circle."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa


def statements(kind: str, dialect: str) -> Sequence[str]:
    """The plain DDL of models.search for one dialect; kind is CREATE or DROP."""
    if importlib.util.find_spec('models.search') is None:
        return ()
    found: dict[str, Sequence[str]] = getattr(importlib.import_module('models.search'), kind)
    return found[dialect]


def upgrade(op: Any) -> None:
    """Make the search tables, indexes and triggers of this dialect."""
    for statement in statements('CREATE', op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)


def downgrade(op: Any) -> None:
    """Take the search structures away again."""
    for statement in statements('DROP', op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)


def inline(op: Any, constraint: sa.ForeignKeyConstraint) -> tuple[sa.ForeignKeyConstraint, ...]:
    """A key of a circle of tables, within CREATE TABLE on SQLite only, which cannot add one later."""
    return (constraint,) if op.get_bind().dialect.name == 'sqlite' else ()


def add_key(op: Any, name: str, tables: tuple[str, str], columns: Sequence[str], targets: Sequence[str]) -> None:
    """Add a key of a circle of tables on PostgreSQL, once all of them exist."""
    if op.get_bind().dialect.name == 'postgresql':
        op.create_foreign_key(name, *tables, list(columns), list(targets))


def drop_key(op: Any, name: str, table: str) -> None:
    """Open a circle of tables on PostgreSQL, so that they can be dropped."""
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint(name, table, type_='foreignkey')
