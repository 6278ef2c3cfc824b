"""The text indexes: words of the catalogue found by their beginning, and texts of long lists found by any part.

The words of an item are folded and cut by `services.search.words`, never by the database, so that both databases find
alike. SQLite keeps them in an FTS5 table whose rowid is `item.place`; PostgreSQL in a tsvector of the same words.

`PARTS` names the texts of rows that lists find by any three or more signs in a row (`services.core.parts`). SQLite
keeps them in FTS5 tables of trigrams, whose rowid is that of the row, in step by triggers; VACUUM gives rows new ones,
so nothing here does that. PostgreSQL keeps a GIN index over the trigrams, which it works out itself.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

_BEGINNINGS = (('item', 'sku'), ('part_number', 'folded'), ('order', 'number'), ('order', 'po_number'),
               ('customer', 'account'), ('customer', 'vat_id'))

PARTS: dict[str, tuple[str, ...]] = {
    'item': ('sku', 'name', 'ean', 'manufacturer_no', 'brand'),
    'order': ('number', 'po_number'),
    'customer': ('account', 'name', 'portal_email', 'vat_id', 'city', 'phone'),
    'user': ('email',),
}


def parts_text(table: str, row: str) -> str:
    """The SQL of all texts of a row, `row` being what it is called there."""
    return " || ' ' || ".join(f'{row}.{column}' for column in PARTS[table])


def _sqlite_parts(table: str) -> tuple[str, ...]:
    kept = f'search_parts_{table}'
    add = f'INSERT INTO {kept} (rowid, words) VALUES (new.rowid, {parts_text(table, "new")});'
    drop = f'DELETE FROM {kept} WHERE rowid = old.rowid;'
    return (
        f"CREATE VIRTUAL TABLE {kept} USING fts5(words, content = '', contentless_delete = 1, tokenize = 'trigram')",
        f'CREATE TRIGGER {kept}_add AFTER INSERT ON "{table}" BEGIN {add} END',
        f'CREATE TRIGGER {kept}_drop AFTER DELETE ON "{table}" BEGIN {drop} END',
        f'CREATE TRIGGER {kept}_change AFTER UPDATE OF {", ".join(PARTS[table])} ON "{table}" BEGIN {drop} {add} END')


def _postgresql_parts(table: str) -> str:
    return (f'CREATE INDEX search_parts_{table} ON "{table}" USING gin '
            f'(search_parts({parts_text(table, chr(34) + table + chr(34))})) WITH (fastupdate = off)')


CREATE: dict[str, tuple[str, ...]] = {
    'sqlite': (
        "CREATE VIRTUAL TABLE search_item USING fts5(words, prefix = '2 3 4 5', columnsize = 0, "
        "tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\")",
        *(statement for table in PARTS for statement in _sqlite_parts(table)),
    ),
    'postgresql': (
        'CREATE TABLE search_item (place BIGINT PRIMARY KEY, words TEXT NOT NULL, '
        "document TSVECTOR GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED)",
        'CREATE INDEX search_item_document ON search_item USING gin (document) WITH (fastupdate = off)',
        *(f'CREATE INDEX search_{table}_{column} ON "{table}" ({column} text_pattern_ops)'
          for table, column in _BEGINNINGS),
        'CREATE FUNCTION search_parts(said TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS '
        "$$ SELECT coalesce(array_agg(DISTINCT substr(lower(said), n, 3)), '{}') "
        'FROM generate_series(1, length(said) - 2) AS n $$',
        *(_postgresql_parts(table) for table in PARTS),
    ),
}
DROP: dict[str, tuple[str, ...]] = {
    'sqlite': ('DROP TABLE IF EXISTS search_item',
               *(f'DROP TRIGGER IF EXISTS search_parts_{table}_{act}' for table in PARTS
                 for act in ('add', 'drop', 'change')),
               *(f'DROP TABLE IF EXISTS search_parts_{table}' for table in PARTS)),
    'postgresql': ('DROP TABLE IF EXISTS search_item',
                   *(f'DROP INDEX IF EXISTS search_{table}_{column}' for table, column in _BEGINNINGS),
                   *(f'DROP INDEX IF EXISTS search_parts_{table}' for table in PARTS),
                   'DROP FUNCTION IF EXISTS search_parts(TEXT)'),
}


class SearchMark(SQLModel, table=True):
    """A counter that rises with every change of the catalogue, so that what is kept in memory knows when it is old."""

    __tablename__ = 'search_mark'

    kind: str = Field(primary_key=True, max_length=20)
    value: int = 0


def create(connection: sa.Connection) -> None:
    """Make the index in an empty database."""
    for statement in CREATE[connection.dialect.name]:
        connection.execute(sa.text(statement))


def drop(connection: sa.Connection) -> None:
    """Take the index away."""
    for statement in DROP[connection.dialect.name]:
        connection.execute(sa.text(statement))
