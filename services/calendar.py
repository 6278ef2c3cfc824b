"""The seller's calendar: due dates and promised dates are days in his time zone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from services.core import formats
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.core.work import Work
from services.settings import TOPIC, SettingService, setting

KEY = 'seller.time_zone'


def zone(work: Work) -> ZoneInfo:
    """The seller's time zone."""
    return ZoneInfo(setting(work, KEY))


def today(work: Work) -> dt.date:
    """The day it is at the seller's, at the moment of this unit of work."""
    return work.now.astimezone(zone(work)).date()


def zone_of(runtime: Runtime) -> ZoneInfo:
    """The seller's time zone, outside of any act."""
    return ZoneInfo(runtime.run(SYSTEM, SettingService.get, KEY))


def follow(runtime: Runtime) -> None:
    """Show moments in the seller's time zone from now on, also when he changes it."""
    def look(news: frozenset[str]) -> None:
        if TOPIC in news:
            formats.set_zone(runtime.run(SYSTEM, SettingService.get, KEY))
    look(frozenset({TOPIC}))
    runtime.bus.listen(look)
