"""What a browser asks of a list, taken with suspicion, and kept in the view's state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.core.listing import Listing, ListQuery

SIZES = (25, 50, 100)


def clean(listing: Listing, asked: Mapping[str, Any], *, size: int = 25) -> dict[str, Any]:
    """The asked words, filters, sort, page, size and columns, without what this list does not have."""
    columns = {column.name: column for column in listing.columns}
    filters = asked.get('filters')
    names = asked.get('columns')
    sort = str(asked.get('sort') or '')
    wanted = columns.get(sort.lstrip('-'))
    return {
        'search': str(asked.get('search') or '')[:200],
        'filters': {name: value for name, value in (filters.items() if isinstance(filters, Mapping) else ())
                    if name in columns and columns[name].filter not in ('', 'exact') and value},
        'sort': sort if wanted is not None and wanted.sortable else listing.order,
        'page': _whole(asked.get('page'), 1),
        'size': chosen if (chosen := _whole(asked.get('size'), size)) in SIZES else size,
        'columns': [name for name in (names if isinstance(names, list) else ()) if name in columns],
    }


def query_of(asked: Mapping[str, Any], *, fixed: Mapping[str, Any]) -> ListQuery:
    """The query for the service; `fixed` are the filters the page itself sets and no one can lift."""
    return ListQuery(search=asked['search'], filters={**asked['filters'], **fixed}, sort=asked['sort'],
                     page=asked['page'], size=asked['size'], columns=tuple(asked['columns']))


def _whole(value: Any, fallback: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1_000_000 else fallback
