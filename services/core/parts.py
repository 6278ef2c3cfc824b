"""Texts of long lists found by any part of them, through an index of trigrams on both databases (`models.search`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlmodel import SQLModel

from models.search import PARTS, parts_text

if TYPE_CHECKING:
    from services.core.work import Work

SHORTEST = 3
"""Fewer signs are in no index; the texts themselves are looked through for them."""


@dataclass(frozen=True)
class Indexed:
    """The indexed texts of an entity; where it is not the list's own, `through` makes the condition of found ids."""

    entity: type[SQLModel]
    through: Callable[[Any], Any] | None = None

    def spread(self, work: Work, word: str, most: int) -> int:
        """How many rows hold a word, counted up to `most`; 0 on PostgreSQL, which estimates it by itself."""
        if not work.runtime.database.is_sqlite or len(word) < SHORTEST:
            return 0
        kept = f'search_parts_{self.entity.__tablename__}'
        found = f'SELECT count(*) FROM (SELECT 1 FROM {kept} WHERE {kept} MATCH :phrase LIMIT :most)'
        return int(work.session.connection().execute(
            sa.text(found), {'phrase': _phrase(word), 'most': most}).scalar_one())

    def holds(self, word: str, *, wide: bool = False) -> Any:
        """The condition that one of the texts holds this word, whatever the case; `wide` when very many do.

        Those are found soonest by looking at rows in the order of the list.
        """
        table: Any = self.entity.__table__  # type: ignore[attr-defined]
        if wide or len(word) < SHORTEST:
            found = sa.or_(*(contains(table.c[name], word) for name in PARTS[table.name]))
        else:
            grams = sorted({word.lower()[place:place + 3] for place in range(len(word.lower()) - 2)})
            found = _Parts(sa.literal_column(table.name), sa.literal(_phrase(word)), _pattern(word),
                           sa.literal(grams, sa.ARRAY(sa.Text())))
        return found if self.through is None else self.through(sa.select(table.c.id).where(found))


def contains(expression: Any, word: str) -> Any:
    """The condition that a text holds this word, whatever the case."""
    return _Holds(expression, _pattern(word))


def _phrase(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _pattern(word: str) -> Any:
    escaped = word.replace('\\', r'\\').replace('%', r'\%').replace('_', r'\_')
    return sa.literal(f'%{escaped}%')


class _Holds(sa.sql.functions.FunctionElement[Any]):
    """A text holds a pattern, whatever the case; SQLite's LIKE sees to ASCII itself, so `lower` would cost twice.

    It has no type, since SQLite would be asked whether a truth value is 1, and then use no index.
    """

    type = sa.types.NullType()
    name = 'holds'
    inherit_cache = True


class _Parts(sa.sql.functions.FunctionElement[Any]):
    """A row of a table is among those whose texts hold a word: given the table, and the word as each database asks."""

    type = sa.types.NullType()
    name = 'parts'
    inherit_cache = True


@compiles(_Holds)
def _holds(element: _Holds, compiler: Any, **options: Any) -> str:
    text, pattern = element.clauses
    like = text.like(pattern, escape='\\') if compiler.dialect.name == 'sqlite' else text.ilike(pattern, escape='\\')
    return str(compiler.process(like.self_group(), **options))


@compiles(_Parts, 'sqlite')
def _through_fts5(element: _Parts, compiler: Any, **options: Any) -> str:
    table, phrase, _pattern, _grams = element.clauses
    kept = f'search_parts_{table.name}'
    asked = compiler.process(phrase, **options)
    return f'"{table.name}".rowid IN (SELECT rowid FROM {kept} WHERE {kept} MATCH {asked})'


@compiles(_Parts, 'postgresql')
def _through_gin(element: _Parts, compiler: Any, **options: Any) -> str:
    table, _phrase, *given = element.clauses
    text = parts_text(table.name, f'"{table.name}"')
    pattern, grams = (compiler.process(clause, **options) for clause in given)
    return f"(search_parts({text}) @> {grams} AND ({text}) ILIKE {pattern} ESCAPE '\\')"
