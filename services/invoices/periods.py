"""The periods a statement is asked for by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from models.core.words import Lazy, _l

PERIODS: Mapping[str, Lazy] = {
    'this_month': _l('This month'), 'last_month': _l('Last month'), 'quarter': _l('This quarter'),
    'year': _l('This year'), 'all': _l('Everything')}


def period(name: str, today: dt.date) -> tuple[dt.date | None, dt.date]:
    """First day (None: from the beginning) and last day of a period; what is not over yet ends today."""
    first = today.replace(day=1)
    if name == 'this_month':
        return first, today
    if name == 'last_month':
        before = first - dt.timedelta(days=1)
        return before.replace(day=1), before
    if name == 'quarter':
        return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), today
    return (today.replace(month=1, day=1) if name == 'year' else None), today
