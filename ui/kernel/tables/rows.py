"""Rows as the browser shows them: texts in the person's language, made in the thread that read them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from services.core import formats
from services.core.listing import Column, Kind, Listing, ListPage, ListQuery
from services.views import ViewRow, ViewService
from ui.kernel.acts import Act

END = frozenset({Kind.MONEY, Kind.NUMBER, Kind.QUANTITY})
Row = Mapping[str, Any]


def fill(pattern: str, row: Row) -> str:
    """A path with the row's values in its placeholders, quoted; '' when a value is missing."""
    values = {name: quote(str(value), safe='') for name, value in row.items() if value not in (None, '')}
    try:
        return pattern.format_map(values)
    except KeyError:
        return ''


SHOW: dict[Kind, Callable[[Column, Row, Any], str]] = {
    Kind.MONEY: lambda column, row, value: formats.money(value, str(row.get(column.currency) or 'EUR')),
    Kind.NUMBER: lambda column, row, value: formats.number(value),
    Kind.QUANTITY: lambda column, row, value: formats.number(value),
    Kind.DATE: lambda column, row, value: formats.date(value),
    Kind.MOMENT: lambda column, row, value: formats.moment(value),
    Kind.STATUS: lambda column, row, value: column.word(value),
    Kind.FLAG: lambda column, row, value: column.word(value),
    Kind.TEXT: lambda column, row, value: column.word(value) if column.choices else str(value),
}


def text_of(column: Column, row: Row) -> str:
    """One value of a row as a person reads it."""
    value = row.get(column.name)
    if column.shown and row.get(column.shown):
        return str(row[column.shown])
    return '' if value in (None, '') else SHOW[column.kind](column, row, value)


def cell(column: Column, row: Row, href: Callable[[str], str], leads: Callable[[str], bool]) -> dict[str, str]:
    """What one cell shows: t text, n note below, p path and h address of a link, tone of a chip."""
    shown = {'t': text_of(column, row)}
    if column.note and row.get(column.note) not in (None, ''):
        shown['n'] = str(row[column.note])
    if column.kind is Kind.STATUS and shown['t']:
        shown['tone'] = column.tones.get(str(row[column.name]), 'mute')
    path = fill(column.link, row) if column.link and shown['t'] else ''
    if path and leads(path):
        shown |= {'p': path, 'h': href(path)}
    return shown


class Presenter:
    """Turns the pages of one list into rows for the browser; free of the page, so it may run in any thread."""

    def __init__(self, listing: Listing, *, row_path: str, context: Sequence[Act], href: Callable[[str], str],
                 card: Sequence[str] = (), leads: Callable[[str], bool] = bool) -> None:
        self.listing = listing
        self.row_path = row_path
        self.context = context
        self.href = href
        self.card = card
        self.leads = leads

    def columns(self, query: ListQuery) -> list[Column]:
        """The columns to send: the chosen or default ones, and those the phone's card shows."""
        chosen = query.columns or tuple(c.name for c in self.listing.columns if c.default)
        return [c for c in self.listing.columns if c.name in chosen or c.name in self.card]

    def rows(self, page: ListPage, query: ListQuery) -> list[dict[str, Any]]:
        """All rows of a page with their cells, addresses and what can be done with each."""
        columns = self.columns(query)
        return [self._row(row, columns) for row in page.rows]

    def _row(self, row: Row, columns: Sequence[Column]) -> dict[str, Any]:
        path = fill(self.row_path, row) if self.row_path else ''
        path = path if self.leads(path) else ''
        cells = {column.name: cell(column, row, self.href, self.leads) for column in columns}
        head = self.card[0] if self.card else ''
        if path and head in cells and all(shown.get('p') != path for shown in cells.values()):
            cells[head] |= {'p': path, 'h': self.href(path)}
        verdicts = {index: act.when(row) for index, act in enumerate(self.context) if act.when is not None}
        return {
            'key': str(row[self.listing.key]), 'cells': cells, 'path': path, 'href': self.href(path) if path else '',
            'name': next(iter(cells.values()))['t'] if cells else '',
            'off': {index: str(verdict) for index, verdict in verdicts.items() if not isinstance(verdict, bool)},
            'hide': [index for index, verdict in verdicts.items() if verdict is False],
        }

    def around(self, load: Callable[..., ListPage], given: Mapping[str, Any]) -> Callable[..., Any]:
        """The service method `load` as one that also makes the rows, within the same unit of work and language.

        Asked `with_views` it reads the person's saved views of this list too.
        """
        @functools.wraps(load)
        def shown(service: Any, query: ListQuery, *, with_views: bool) -> tuple[
                ListPage, list[dict[str, Any]], Sequence[ViewRow]]:
            page = load(service, query, **given)
            views = ViewService(service.work).list(self.listing.name) if with_views else ()
            return page, self.rows(page, query), views

        shown.service = load.service  # type: ignore[attr-defined]
        return shown
