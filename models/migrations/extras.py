"""What a migration does beyond tables: search structures and triggers by plain DDL, keys that close a circle."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

DECLARING = ('models.search', 'models.ledger', 'models.audit')
"""The modules with plain DDL as CREATE and DROP by dialect."""


def statements(kind: str, dialect: str) -> Sequence[str]:
    """The plain DDL of the declaring modules for one dialect; kind is CREATE or DROP."""
    found: list[str] = []
    for name in DECLARING:
        if importlib.util.find_spec(name) is not None:
            found += getattr(importlib.import_module(name), kind)[dialect]
    return found


def upgrade(op: Any) -> None:
    """Make the search tables, indexes and triggers of this dialect."""
    for statement in statements('CREATE', op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)


def downgrade(op: Any) -> None:
    """Take the search structures and triggers away again."""
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
