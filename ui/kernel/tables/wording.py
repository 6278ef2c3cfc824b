"""The fixed words of every list, in the language of the person."""

from __future__ import annotations

from typing import Any

from models.core.words import _
from services.core import formats
from services.core.listing import ListPage


def words() -> dict[str, Any]:
    """All texts the list's element shows by itself."""
    return {
        'search': _('Search this list'), 'any': _('any'), 'several': _('{count} chosen'), 'reset': _('Clear filters'),
        'views': _('Views'), 'columns': _('Columns'), 'excel': _('Export to Excel'), 'csv': _('CSV'),
        'csvLabel': _('Export to CSV'), 'up': _('Move {column} up'), 'down': _('Move {column} down'),
        'standard': _('Standard columns'), 'all': _('Everything'), 'saveAs': _('Save what is shown as'),
        'save': _('Save view'), 'sharing': _('Share with my colleagues'), 'share': _('Share {name} with colleagues'),
        'remove': _('Delete view {name}'), 'chosen': _('{count} selected'), 'chosenLabel': _('Selected rows'),
        'unchoose': _('Clear selection'), 'chooseAll': _('Select all rows of this page'),
        'chooseRow': _('Select {row}'), 'more': _('Actions for {row}'), 'actions': _('Actions'),
        'again': _('Try again'), 'nothing': _('Nothing matches'),
        'nothingHint': _('No row has these words and filters.'), 'perPage': _('Rows'), 'previous': _('Previous page'),
        'next': _('Next page'), 'from': _('From'), 'to': _('To'), 'apply': _('Apply'), 'clear': _('Remove this filter'),
        'moreFilters': _('More filters'),
        'contains': _('Contains'), 'failed': _('The export could not be made. Please try again.'),
        'presets': {'today': _('Today'), 'last_7': _('Last 7 days'), 'last_30': _('Last 30 days'),
                    'this_month': _('This month'), 'last_month': _('Last month'), 'this_year': _('This year')},
    }


def counted(page: ListPage, asked: dict[str, Any]) -> str:
    """Which rows are shown of how many, e.g. 26–50 of 1,024."""
    first = (asked['page'] - 1) * asked['size'] + 1
    span = {'first': formats.number(first), 'last': formats.number(first + len(page.rows) - 1),
            'total': formats.number(page.total)}
    if page.capped:
        return _('{first}–{last} of more than {total}').format(**span)
    return _('{first}–{last} of {total}').format(**span)
