"""Rows that are only ever added: triggers that refuse to change, delete or empty them, on both databases.

They stop our own mistakes and whoever got hold of a statement, not the owner of the database, who may drop them; what
he changes then is found by `services.checks`.
"""

from __future__ import annotations

import sqlalchemy as sa

TABLES = ('event', 'ledger_entry')
Statements = dict[str, tuple[str, ...]]


def create(table: str, refused: str) -> Statements:
    """The DDL that keeps the rows of a table as they are, by dialect; `refused` is what an attempt is told."""
    return {
        'sqlite': tuple(
            f'CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} '
            f"BEGIN SELECT RAISE(ABORT, '{refused}'); END" for act in ('UPDATE', 'DELETE')),
        'postgresql': (
            f'CREATE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS '
            f"$$ BEGIN RAISE EXCEPTION '{refused}' USING ERRCODE = 'restrict_violation'; END $$",
            f'CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} '
            f'FOR EACH ROW EXECUTE FUNCTION {table}_stays()',
            f'CREATE TRIGGER {table}_stays_full BEFORE TRUNCATE ON {table} '
            f'FOR EACH STATEMENT EXECUTE FUNCTION {table}_stays()'),
    }


def drop(table: str) -> Statements:
    """The DDL that lets the rows go again, by dialect."""
    return {
        'sqlite': tuple(f'DROP TRIGGER IF EXISTS {table}_{act}' for act in ('update', 'delete')),
        'postgresql': (f'DROP TRIGGER IF EXISTS {table}_stays_full ON {table}',
                       f'DROP TRIGGER IF EXISTS {table}_stays ON {table}',
                       f'DROP FUNCTION IF EXISTS {table}_stays()'),
    }


_TRIGGERS = {
    'sqlite': "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' "
              "AND name IN (:of || '_update', :of || '_delete')",
    'postgresql': "SELECT count(*) FROM pg_trigger WHERE tgrelid = to_regclass(:of) AND tgenabled IN ('O', 'A') "
                  "AND tgname IN (:of || '_stays', :of || '_stays_full')",
}


def is_kept(connection: sa.Connection, table: str) -> bool:
    """Whether all triggers that keep the rows of a table are there and at work."""
    return bool(connection.execute(sa.text(_TRIGGERS[connection.dialect.name]), {'of': table}).scalar_one() == 2)
