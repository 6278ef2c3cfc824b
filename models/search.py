"""The text index of the catalogue: one document of folded words per item, found by prefix on both databases.

The words are folded and cut by `services.search.words`, never by the database, so that both databases find alike.
SQLite keeps them in an FTS5 table whose rowid is `item.place`; PostgreSQL in a tsvector of the same words.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

_BEGINNINGS = (('item', 'sku'), ('part_number', 'folded'), ('order', 'number'), ('order', 'po_number'),
               ('customer', 'account'), ('customer', 'vat_id'))

CREATE: dict[str, tuple[str, ...]] = {
    'sqlite': (
        "CREATE VIRTUAL TABLE search_item USING fts5(words, prefix = '2 3 4 5', columnsize = 0, "
        "tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\")",
    ),
    'postgresql': (
        'CREATE TABLE search_item (place BIGINT PRIMARY KEY, words TEXT NOT NULL, '
        "document TSVECTOR GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED)",
        'CREATE INDEX search_item_document ON search_item USING gin (document) WITH (fastupdate = off)',
        *(f'CREATE INDEX search_{table}_{column} ON "{table}" ({column} text_pattern_ops)'
          for table, column in _BEGINNINGS),
    ),
}
DROP: dict[str, tuple[str, ...]] = {
    'sqlite': ('DROP TABLE IF EXISTS search_item',),
    'postgresql': ('DROP TABLE IF EXISTS search_item',
                   *(f'DROP INDEX IF EXISTS search_{table}_{column}' for table, column in _BEGINNINGS)),
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
