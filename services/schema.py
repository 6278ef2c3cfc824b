"""The shape of the database: which migration it stands at, and moving it up or down."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import models.migrations
from models.core.database import Database
from models.migrations import comparing
from models.tables import metadata


class SchemaState(StrEnum):
    """How the tables of a database stand to this Portico."""

    EMPTY = 'empty'
    OLDER = 'older'
    CURRENT = 'current'
    NEWER = 'newer'


class SchemaError(Exception):
    """The tables do not fit this Portico; the text is the one clear line."""


def state(database: Database) -> SchemaState:
    """How the tables of this database stand to the migrations that came with this Portico."""
    with database.write_engine.connect() as connection:
        if not set(sa.inspect(connection).get_table_names()) - {'alembic_version'}:
            return SchemaState.EMPTY
        return _state(MigrationContext.configure(connection).get_current_revision())


def require_current(database: Database) -> None:
    """Raise SchemaError with what to do unless the tables are those of this Portico."""
    told = {SchemaState.EMPTY: 'The database is empty; run `python app.py init` or `python app.py demo` first.',
            SchemaState.OLDER: 'The database is of an older Portico; run `python app.py backup`, then `migrate`.',
            SchemaState.NEWER: 'The database is of a newer Portico; start that one, or restore a backup of this one.'}
    found = state(database)
    if found is not SchemaState.CURRENT:
        raise SchemaError(told[found])


def upgrade(database: Database, revision: str = 'head') -> SchemaState:
    """Bring the tables up to this Portico in one transaction; returns how they stood, refuses a newer database."""
    before = state(database)
    if before is SchemaState.NEWER:
        require_current(database)
    if before is not SchemaState.CURRENT:
        _move(database, command.upgrade, revision)
    return before


def downgrade(database: Database, revision: str = 'base') -> None:
    """Take migrations back in one transaction, down to this revision."""
    _move(database, command.downgrade, revision)


def differences(database: Database) -> list[str]:
    """Where the tables of the database are not what the models say; empty when all is well."""
    with database.write_engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter('ignore', sa.exc.SAWarning)  # customer and price_list refer to each other
        context = MigrationContext.configure(connection, opts={**comparing.OPTIONS, 'target_metadata': metadata})
        return [str(difference) for difference in compare_metadata(context, metadata)]


def is_known(revision: str) -> bool:
    """Whether this migration came with this Portico."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_scripts()).walk_revisions()}


def move(connection: sa.Connection, revision: str, act: Callable[[Config, str], None] = command.upgrade) -> None:
    """Migrate within the transaction of an open connection, up unless told otherwise."""
    if connection.dialect.name == 'sqlite':
        connection.exec_driver_sql('PRAGMA defer_foreign_keys=ON')
    else:
        connection.exec_driver_sql('SET LOCAL statement_timeout = 0')
    config = _scripts()
    config.attributes['connection'] = connection
    act(config, revision)


def _scripts() -> Config:
    config = Config()
    config.set_main_option('script_location', str(Path(models.migrations.__path__[0])).replace('%', '%%'))
    config.set_main_option('path_separator', 'os')
    return config


def _state(revision: str | None) -> SchemaState:
    scripts = ScriptDirectory.from_config(_scripts())
    if revision == scripts.get_current_head():
        return SchemaState.CURRENT
    return SchemaState.OLDER if revision is None or is_known(revision) else SchemaState.NEWER


def _move(database: Database, act: Callable[[Config, str], None], revision: str) -> None:
    with database.write_engine.begin() as connection:
        move(connection, revision, act)
