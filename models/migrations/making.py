"""Writes the first migration anew from the models: `python -m models.migrations.making`."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import UpgradeOps
from sqlalchemy.schema import sort_tables_and_constraints

from models.migrations import comparing
from models.tables import metadata

FIRST = Path(__file__).parent / 'versions' / '0001_first.py'
_TEXT = '''"""The tables of the first release; written by `make migration`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations import extras

revision = '0001_first'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    {up}
{keys}    extras.upgrade(op)


def downgrade() -> None:
    extras.downgrade(op)
{opened}    {down}
'''


def text() -> str:
    """The first migration: what an empty database needs to hold the models."""
    circle = _circle()

    def render(kind: str, thing: Any, context: Any) -> str | Literal[False]:
        if kind == 'foreign_key' and thing.name in {key.name for key in circle}:
            targets = [element.target_fullname for element in thing.elements]
            return (f'*extras.inline(op, sa.ForeignKeyConstraint({thing.column_keys!r}, {targets!r}, '
                    f'name=op.f({str(thing.name)!r})))')
        return comparing.plain_type(kind, thing, context)

    with sa.create_engine('sqlite://').connect() as connection, warnings.catch_warnings():
        context = MigrationContext.configure(connection, opts=dict(comparing.OPTIONS, render_item=render,
                                                                   target_metadata=metadata))
        warnings.simplefilter('ignore', sa.exc.SAWarning)  # the circle is dealt with here
        script = produce_migrations(context, metadata)
        up, down = (render_python_code(ops or UpgradeOps(()), render_item=render, migration_context=context)
                    for ops in (script.upgrade_ops, script.downgrade_ops))
    return _TEXT.format(up=up, down=down, keys=''.join(map(_closing, circle)), opened=''.join(map(_opening, circle)))


def _circle() -> list[sa.ForeignKeyConstraint]:
    order = sort_tables_and_constraints(metadata.tables.values())  # type: ignore[no-untyped-call]
    circles = [keys for table, keys in order if table is None]
    return sorted((key for keys in circles for key in keys), key=lambda key: str(key.name))


def _closing(key: sa.ForeignKeyConstraint) -> str:
    tables = (key.parent.name, key.referred_table.name)
    targets = [element.column.name for element in key.elements]
    return f'    extras.add_key(op, {str(key.name)!r}, {tables!r}, {list(key.column_keys)!r}, {targets!r})\n'


def _opening(key: sa.ForeignKeyConstraint) -> str:
    return f'    extras.drop_key(op, {str(key.name)!r}, {key.parent.name!r})\n'


if __name__ == '__main__':
    FIRST.write_text(text())
