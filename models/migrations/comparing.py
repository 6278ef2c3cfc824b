"""How Alembic compares the models with a database and writes their columns down."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from models.core.types import UtcDateTime
from models.tables import metadata


def plain_type(kind: str, thing: Any, context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as the plain ones they are kept as, so that old migrations never import new code."""
    if kind == 'type' and isinstance(thing, sa.JSON):
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    if kind != 'type' or not isinstance(thing, TypeDecorator):
        return False
    if isinstance(thing, UtcDateTime):
        return 'sa.DateTime(timezone=True)'
    length = getattr(thing, 'length', None) or getattr(thing.impl, 'length', None)
    name = 'String' if type(thing.impl).__name__ == 'AutoString' else type(thing.impl).__name__
    return f'sa.{name}({f"length={length}" if length else ""})'


def is_ours(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Whether a thing found in the database is kept by the models; what plain DDL made is not."""
    if not reflected or compare_to is not None:
        return True
    if kind == 'table':
        return name in metadata.tables
    return kind != 'index' or not str(name).startswith('search_')


def same_type(context: Any, inspected: Any, column: Any, found: Any, wanted: Any) -> bool | None:
    """Leave the comparison of types to Alembic, but for scaled integers and instants compare what they are kept as."""
    return False if isinstance(wanted, UtcDateTime) else None


OPTIONS: dict[str, Any] = {'render_item': plain_type, 'include_object': is_ours, 'compare_type': same_type}
