"""The seller's calendar: due dates and promised dates are days in his time zone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from services.core.work import Work
from services.settings import setting


def zone(work: Work) -> ZoneInfo:
    """The seller's time zone."""
    return ZoneInfo(setting(work, 'seller.time_zone'))


def today(work: Work) -> dt.date:
    """The day it is at the seller's, at the moment of this unit of work."""
    return work.now.astimezone(zone(work)).date()
