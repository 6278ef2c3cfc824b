"""The nightly backup: one file a day in the data folder, of which 7 days, 4 weeks and 12 months are kept."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from services.backups.writing import back_up
from services.core.runtime import Runtime

FOLDER = 'backups'
DAYS, WEEKS, MONTHS = 7, 4, 12
_NAME = re.compile(r'portico-(\d{4}-\d{2}-\d{2})\.zip')


def back_up_nightly(runtime: Runtime, day: dt.date) -> str:
    """Write the backup of this day unless it is there, and let go of old ones; returns what was done."""
    folder = runtime.config.data_dir / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f'portico-{day.isoformat()}.zip'
    if not target.exists():
        back_up(runtime, target, lambda _done, _total, _what: None)
    there = {found: path for path in folder.iterdir() if (found := _day(path)) is not None}
    for old in set(there) - kept(there):
        there[old].unlink(missing_ok=True)
    return f'{target.name}, {target.stat().st_size // 1024:,} kB'


def kept(days: Iterable[dt.date]) -> set[dt.date]:
    """Of the days there is a backup of, those to keep: the newest, and the first of each of the last weeks, months."""
    newest = sorted(days, reverse=True)
    return {*newest[:DAYS], *_firsts(newest, lambda day: (day.isocalendar().year, day.isocalendar().week), WEEKS),
            *_firsts(newest, lambda day: (day.year, day.month), MONTHS)}


def _firsts(newest: list[dt.date], period: Callable[[dt.date], tuple[int, int]], count: int) -> list[dt.date]:
    found = {period(day): day for day in newest}
    return list(found.values())[:count]


def _day(path: Path) -> dt.date | None:
    match = _NAME.fullmatch(path.name)
    return dt.date.fromisoformat(match[1]) if match else None
