"""On which days reminders go out: not on weekends and public holidays of the seller's country."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import holidays

from services.core.work import Work
from services.settings import setting


def is_working_day(work: Work, day: dt.date) -> bool:
    """Whether reminders go out on this day; always, where the seller does not care for weekends and holidays.

    Of a country whose holidays the library does not know, only the weekends are kept.
    """
    if not setting(work, 'reminders.working_days'):
        return True
    return day.weekday() < 5 and day not in _holidays(setting(work, 'seller.country'), day.year)


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[dt.date]:
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
