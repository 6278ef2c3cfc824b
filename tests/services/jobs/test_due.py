"""When recurring work is due: once on each local date, whatever the clocks do."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from services.jobs.declaring import A_DAY, Past, Recurring, is_due, next_run

BERLIN = ZoneInfo('Europe/Berlin')
SETTINGS = {'seller.time_zone': 'Europe/Berlin', 'at': '08:00', 'on': True}
OFTEN = Recurring('often', dt.timedelta(minutes=1), lambda _: None)
DAILY = Recurring('daily', A_DAY, lambda _: None, at='at', is_on='on')
NIGHTLY = Recurring('nightly', A_DAY, lambda _: None, at='02:30', catches_up=False)


def at(text: str) -> dt.datetime:
    """An instant given in Berlin's time."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(dt.UTC)


def test_a_frequent_piece_is_due_when_its_time_has_passed() -> None:
    now = at('2026-03-02T09:00')
    assert is_due(OFTEN, Past(), now, SETTINGS)
    assert not is_due(OFTEN, Past(now - dt.timedelta(seconds=30)), now, SETTINGS)
    assert is_due(OFTEN, Past(now - dt.timedelta(seconds=50)), now, SETTINGS)
    assert not is_due(OFTEN, Past(paused=True), now, SETTINGS)
    assert next_run(OFTEN, Past(now), now, SETTINGS) == now + dt.timedelta(minutes=1)


def test_a_daily_piece_runs_once_on_each_date() -> None:
    ran = at('2026-03-02T08:00:10')
    assert not is_due(DAILY, Past(), at('2026-03-02T07:59'), SETTINGS)
    assert is_due(DAILY, Past(), at('2026-03-02T23:59'), SETTINGS)
    assert not is_due(DAILY, Past(ran, ran), at('2026-03-02T23:59'), SETTINGS)
    assert not is_due(DAILY, Past(ran, ran), at('2026-03-03T07:59'), SETTINGS)
    assert is_due(DAILY, Past(ran, ran), at('2026-03-03T08:00'), SETTINGS)
    assert next_run(DAILY, Past(ran, ran), at('2026-03-02T12:00'), SETTINGS) == at('2026-03-03T08:00')
    assert not is_due(DAILY, Past(), at('2026-03-02T12:00'), SETTINGS | {'on': False})
    assert next_run(DAILY, Past(paused=True), at('2026-03-02T12:00'), SETTINGS) is None


def test_a_failed_run_is_tried_again_after_a_while_and_an_early_one_does_not_count() -> None:
    failed = at('2026-03-02T08:00')
    assert not is_due(DAILY, Past(failed), at('2026-03-02T08:09'), SETTINGS)
    assert is_due(DAILY, Past(failed), at('2026-03-02T08:10'), SETTINGS)
    early = at('2026-03-02T05:00')
    assert is_due(DAILY, Past(early, early), at('2026-03-02T08:00'), SETTINGS)


def test_a_nightly_piece_does_not_burst_in_on_the_first_day() -> None:
    assert not is_due(NIGHTLY, Past(), at('2026-03-02T09:00'), SETTINGS)
    assert is_due(NIGHTLY, Past(), at('2026-03-02T02:45'), SETTINGS)
    before = at('2026-03-01T02:30')
    assert is_due(NIGHTLY, Past(before, before), at('2026-03-02T09:00'), SETTINGS)


@pytest.mark.parametrize('day', ['2027-03-28', '2027-10-31', '2027-12-31', '2028-02-29'])
def test_it_runs_once_on_days_when_clocks_change_and_years_end(day: str) -> None:
    start = at(f'{day}T00:00')
    ran: list[dt.datetime] = []
    past = Past(start - A_DAY, start - A_DAY)
    for minute in range(0, 25 * 60):
        now = start + dt.timedelta(minutes=minute)
        if now.astimezone(BERLIN).date().isoformat() == day and is_due(NIGHTLY, past, now, SETTINGS):
            ran.append(now.astimezone(BERLIN))
            past = Past(now, now)
    assert len(ran) == 1 and ran[0].hour in (2, 3)


def test_a_clock_that_steps_back_repeats_nothing() -> None:
    ran = at('2026-03-02T08:00:10')
    assert not is_due(DAILY, Past(ran, ran), at('2026-03-02T07:00'), SETTINGS)
    assert not is_due(DAILY, Past(ran, ran), at('2026-03-02T08:00:05'), SETTINGS)
