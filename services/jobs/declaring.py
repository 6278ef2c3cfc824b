"""What a piece of recurring work is, and when it is due: by the time since its last run, or by the local date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from models.core.words import Lazy
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.settings import RESTS

SLACK = dt.timedelta(seconds=15)
AGAIN = dt.timedelta(minutes=10)
FRESH = dt.timedelta(hours=1)
A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Outcome:
    """What a run says about itself; `result` is what it keeps to be shown, `wrong` tells the office by the bell."""

    note: str = ''
    result: Mapping[str, Any] = field(default_factory=dict)
    wrong: int = 0


@dataclass(frozen=True)
class Recurring:
    """One piece of work. `every` is the least time between two runs; with `at`, the setting that holds a time of day
    in the seller's zone (or that time), it runs once on each local date after it.

    `title` is its name for people. `everywhere`: each process needs its own run. `is_on` is a setting that switches it.
    `catches_up`: it also runs when its time passed before Portico ever ran it. `rests`: it speaks to customers or ends
    what is theirs, so it rests after a restore. `needs`: the right to start it by hand.
    """

    name: str
    every: dt.timedelta
    act: Callable[[Runtime], object]
    _: KW_ONLY
    title: Lazy | None = None
    at: str = ''
    everywhere: bool = False
    is_on: str = ''
    catches_up: bool = True
    rests: bool = False
    needs: Permission = Permission.JOBS_RUN

    @property
    def label(self) -> str:
        """Its name in the current language."""
        return str(self.title or self.name.capitalize())


@dataclass(frozen=True)
class Past:
    """What is known of the runs of one piece: its last begin, its last begin that ended well, whether it is paused."""

    begun: dt.datetime | None = None
    done: dt.datetime | None = None
    paused: bool = False


def time_of(at: str, settings: Mapping[str, Any]) -> dt.time:
    """The time of day of an `at`."""
    return dt.time.fromisoformat(str(settings.get(at, at)))


def scheduled(now: dt.datetime, at: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The instant of a time of day on today's local date; one that the clock leaves out comes when it is past it, one
    that it shows twice is the first."""
    local = dt.datetime.combine(now.astimezone(zone).date(), at, zone)
    return local.astimezone(dt.UTC)


def is_off(work: Recurring, past: Past, settings: Mapping[str, Any]) -> bool:
    """Whether it is paused, switched off, or rests after a restore."""
    return past.paused or bool(work.is_on and not settings[work.is_on]) or bool(work.rests and settings.get(RESTS))


def is_due(work: Recurring, past: Past, now: dt.datetime, settings: Mapping[str, Any]) -> bool:
    """Whether to run it now. The rows it works on decide what it does, so a run too much does no harm."""
    if is_off(work, past, settings):
        return False
    if not work.at:
        return past.begun is None or now - past.begun >= work.every - SLACK
    moment = scheduled(now, time_of(work.at, settings), ZoneInfo(settings['seller.time_zone']))
    if now < moment or (past.done is not None and past.done >= moment):
        return False
    if past.begun is not None and past.begun >= moment and now - past.begun < AGAIN:
        return False
    return work.catches_up or past.begun is not None or now - moment < FRESH


def next_run(work: Recurring, past: Past, now: dt.datetime, settings: Mapping[str, Any]) -> dt.datetime | None:
    """When it is due next; None while it is paused or switched off."""
    if is_off(work, past, settings):
        return None
    if is_due(work, past, now, settings):
        return now
    if not work.at:
        return past.begun + work.every if past.begun else now
    zone = ZoneInfo(settings['seller.time_zone'])
    moment = scheduled(now, time_of(work.at, settings), zone)
    if now < moment:
        return moment
    tomorrow = dt.datetime.combine(now.astimezone(zone).date() + A_DAY, time_of(work.at, settings), zone)
    return tomorrow.astimezone(dt.UTC)
