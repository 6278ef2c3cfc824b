"""Lists declared once: columns, search, filters, sort and paging for page, export, API and tests alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from models.core.types import LARGEST
from models.core.words import Lazy, _
from services.core import formats
from services.core.errors import Invalid
from services.core.parts import Indexed, contains
from services.core.permissions import Permission

if TYPE_CHECKING:
    from services.core.work import Work

COUNTED = 10_000
WIDE = 5_000
FEWEST, LARGEST_PAGE = 16, 100
"""A page has at most so many rows, and at least FEWEST are asked for: below 10, SQLite (3.53) sorts all rows anew
instead of following the index of the order, which takes 80 ms instead of 0.2 ms in 100,000 rows."""
LAST_PAGE = 1_000_000
FIRST_YEAR, LAST_YEAR = 1900, 9000

LISTINGS: dict[str, Listing] = {}
"""Every declared list by its name, for exports and saved views."""


class Kind(StrEnum):
    """How a column's values are shown, filtered and exported."""

    TEXT = 'text'
    NUMBER = 'number'
    QUANTITY = 'quantity'
    MONEY = 'money'
    DATE = 'date'
    MOMENT = 'moment'
    STATUS = 'status'
    FLAG = 'flag'


_DAYS = (Kind.DATE, Kind.MOMENT)


@dataclass(frozen=True)
class Column:
    """One column: `value` is the SQL expression, `link` a path pattern over row names, `currency` the row name of it.

    `filter` is '' (none), 'choice', 'range', 'text' or 'exact' (only by a page, one value or from–to; no pill);
    `choices` gives value → label for choice filters and statuses;
    `tones` gives value → ok, warn, bad, info or mute for status chips; `note` names a row value shown small below,
    `shown` one that a page shows in words instead of the value.
    """

    name: str
    label: Lazy
    value: Any
    kind: Kind = Kind.TEXT
    sortable: bool = True
    filter: str = ''
    choices: Callable[[], Mapping[str, Lazy]] | None = None
    tones: Mapping[str, str] = field(default_factory=dict)
    default: bool = True
    exportable: bool = True
    link: str = ''
    currency: str = ''
    note: str = ''
    shown: str = ''

    def word(self, value: Any) -> str:
        """The label of one of the choices in the current language; the value itself where it has none."""
        if value is None:
            return ''
        if self.kind is Kind.FLAG and not self.choices:
            return _('Yes') if value else _('No')
        known = self.choices() if self.choices else {}
        key = str(value).lower() if isinstance(value, bool) else str(value)
        return str(known.get(key, key))


@dataclass(frozen=True)
class ListQuery:
    """What a person asked of a list: words, filters by column name, sort ('-placed_at' is descending), page from 1."""

    search: str = ''
    filters: Mapping[str, Any] = field(default_factory=dict)
    sort: str = ''
    page: int = 1
    size: int = 25
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListPage:
    """One page of rows as plain values by column name; `total` is exact unless `capped` (then it is at least that)."""

    rows: list[dict[str, Any]]
    total: int
    capped: bool = False


@dataclass(frozen=True)
class Listing:
    """A list. `source(work)` is a select within reach whose columns are replaced by the declared ones; `extra` are
    further row values (keys, currencies, notes) that are not columns; `search` are expressions the words look in,
    or `Indexed` texts of a long list, `hint` says in the search field what they are."""

    name: str
    title: Lazy
    needs: Permission
    columns: tuple[Column, ...]
    source: Callable[[Work], Any]
    key: str
    order: str
    extra: Mapping[str, Any] = field(default_factory=dict)
    search: Sequence[Any] = ()
    hint: Lazy | str = ''

    def __post_init__(self) -> None:
        LISTINGS[self.name] = self

    def column(self, name: str) -> Column:
        """The column of this name; raises Invalid for one the list does not have."""
        for column in self.columns:
            if column.name == name:
                return column
        raise Invalid(_('There is no such column in this list.'), field=name)

    def page(self, work: Work, query: ListQuery) -> ListPage:
        """The asked page within the actor's reach; raises Forbidden, or Invalid for a bad filter or sort."""
        work.require(self.needs)
        size = min(max(query.size, 1), LARGEST_PAGE)
        spread = self._spread(work, query)
        base = self._narrowed(work, query, spread)
        statement = self._sorted(base, query).limit(max(size, FEWEST)).offset(
            (min(max(query.page, 1), LAST_PAGE) - 1) * size)
        rows = [dict(row._mapping) for row in work.session.execute(statement)][:size]
        counted = self._counted(work, query, base, spread)
        return ListPage(rows, min(counted, COUNTED), counted > COUNTED)

    def stream(self, work: Work, query: ListQuery, *, batch: int = 2000) -> Iterator[dict[str, Any]]:
        """All rows of the query in its order, for exports."""
        work.require(self.needs)
        statement = self._sorted(self._narrowed(work, query, self._spread(work, query)), query)
        found = work.session.execute(statement.execution_options(yield_per=batch))
        names = tuple(found.keys())
        for row in found:
            yield dict(zip(names, row, strict=True))

    def _spread(self, work: Work, query: ListQuery) -> dict[str, int]:
        """How many of the list's own rows hold each word, as far as an index knows."""
        own = [where for where in self.search if isinstance(where, Indexed) and where.through is None]
        return {word: sum(where.spread(work, word, COUNTED + 1) for where in own) for word in _words(query)}

    def _counted(self, work: Work, query: ListQuery, base: Any, spread: Mapping[str, int]) -> int:
        """How many rows there are, counted to one above COUNTED; a list of everything by one wide word has enough."""
        if len(spread) == 1 and not query.filters and self.source(work).whereclause is None \
                and min(spread.values()) > COUNTED:
            return COUNTED + 1
        narrow = base.with_only_columns(sa.literal(1), maintain_column_froms=True).order_by(None).limit(COUNTED + 1)
        return int(work.session.execute(sa.select(sa.func.count()).select_from(narrow.subquery())).scalar_one())

    def _narrowed(self, work: Work, query: ListQuery, spread: Mapping[str, int]) -> Any:
        statement = self.source(work)
        for word in _words(query):
            found = (_found(where, word, wide=spread[word] > WIDE) for where in self.search)
            statement = statement.where(sa.or_(sa.false(), *found))
        today = work.now.astimezone(formats.zone()).date()
        for name, wanted in query.filters.items():
            if wanted not in (None, '', [], {}):
                statement = statement.where(_condition(self.column(name), wanted, today))
        return statement

    def _sorted(self, statement: Any, query: ListQuery) -> Any:
        asked = query.sort or self.order
        column = self.column(asked.lstrip('-'))
        if not column.sortable:
            raise Invalid(_('This list cannot be sorted by that column.'), field=column.name)
        values = {c.name: c.value for c in self.columns} | dict(self.extra)
        statement = statement.with_only_columns(*(v.label(n) for n, v in values.items()), maintain_column_froms=True)
        first = column.value.desc() if asked.startswith('-') else column.value.asc()
        return statement.order_by(first, values[self.key].desc() if asked.startswith('-') else values[self.key])


def _words(query: ListQuery) -> list[str]:
    return query.search.replace('\0', ' ').split()[:8]


def _found(where: Any, word: str, *, wide: bool) -> Any:
    return where.holds(word, wide=wide) if isinstance(where, Indexed) else contains(where, word)


def _condition(column: Column, wanted: Any, today: dt.date) -> Any:
    if column.filter == 'choice':
        values = wanted if isinstance(wanted, list | tuple) else [wanted]
        known = column.choices() if column.choices else {}
        if any(str(value) not in known for value in values):
            raise Invalid(_('This filter has no such choice.'), field=column.name)
        if column.kind is Kind.FLAG:
            return column.value.in_([value in (True, 'true', '1') for value in values])
        return column.value.in_(values)
    spans = column.filter == 'range' or (column.filter == 'exact' and column.kind in _DAYS)
    if spans and isinstance(wanted, Mapping):
        if wanted.get('preset'):
            wanted = _preset(str(wanted['preset']), today, column)
        low, high = (_bound(column, wanted.get(end)) for end in ('from', 'to'))
        return sa.and_(*([column.value >= low] if low is not None else []),
                       *([column.value <= _end(high)] if high is not None else []), sa.true())
    if column.filter == 'text':
        return contains(column.value, str(wanted).replace('\0', ''))
    if column.filter == 'exact' and isinstance(wanted, str):
        return column.value == wanted
    raise Invalid(_('This list cannot be filtered by that column.'), field=column.name)


def _preset(name: str, today: dt.date, column: Column) -> dict[str, dt.date]:
    first = today.replace(day=1)
    before = first - dt.timedelta(days=1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    spans = {
        'today': (today, today), 'last_7': (today - dt.timedelta(days=6), today),
        'last_30': (today - dt.timedelta(days=29), today), 'this_month': (first, last),
        'last_month': (before.replace(day=1), before),
        'this_year': (today.replace(month=1, day=1), today.replace(month=12, day=31)),
    }
    if name not in spans or column.kind not in _DAYS:
        raise Invalid(_('This filter has no such choice.'), field=column.name)
    return dict(zip(('from', 'to'), spans[name], strict=True))


def _bound(column: Column, given: Any) -> Any:
    if given in (None, ''):
        return None
    try:
        if column.kind is Kind.DATE:
            return _day(given)
        if column.kind is Kind.MOMENT:
            return dt.datetime.combine(_day(given), dt.time(), formats.zone())
        value = Decimal(str(given))
        if not value.is_finite() or abs(value) > LARGEST:
            raise InvalidOperation
        return value.quantize(Decimal('0.0001'))
    except (ValueError, InvalidOperation):
        raise Invalid(_('This is not a value this column can be compared with.'), field=column.name) from None


def _day(given: Any) -> dt.date:
    day = dt.date.fromisoformat(str(given))
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError
    return day


def _end(high: Any) -> Any:
    return high + dt.timedelta(days=1) - dt.timedelta(microseconds=1) if isinstance(high, dt.datetime) else high
