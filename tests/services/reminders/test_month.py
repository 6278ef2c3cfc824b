"""A month of reminders with a restart every hour and three days' sleep, over changing clocks and the year's end."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from models.customers import Customer
from services.core.runtime import Runtime
from services.jobs import runner as clockwork
from services.jobs.schedule import SCHEDULE
from tests.conftest import Clock
from tests.services.people import mails
from tests.services.reminders.conftest import at_home, change, due, sent
from tests.world import World

BERLIN = ZoneInfo('Europe/Berlin')
ASLEEP = range(16, 19)
SPANS = ('2027-03-12', '2027-10-15', '2027-12-15')
"""First days of spans of 36 days: over 28 March and 31 October, when clocks change, and over the new year."""
EXPECTED = {
    'IN-1': [(7, 'soon', 0), (10, 'due', 0), (19, 'overdue', 1), (24, 'overdue', 2)],
    'IN-2': [(9, 'soon', 0), (12, 'due', 0), (19, 'overdue', 1), (26, 'overdue', 2)],
    'IN-3': [(14, 'soon', 0), (19, 'due', 0), (24, 'overdue', 1), (31, 'overdue', 2)],
    'IN-4': [(15, 'soon', 0), (19, 'due', 0), (25, 'overdue', 1), (32, 'overdue', 2)],
    'IN-5': [(0, 'overdue', 1), (3, 'overdue', 2), (6, 'overdue', 3)],
    'IN-6': [(19, 'soon', 0), (21, 'due', 0), (28, 'overdue', 1), (35, 'overdue', 2)],
    'IN-7': [(26, 'overdue', 1), (29, 'overdue', 2)],
}
DUE_ON = {'IN-1': 10, 'IN-2': 12, 'IN-3': 17, 'IN-4': 18, 'IN-5': -60, 'IN-6': 21, 'IN-7': 13}
"""Days of the span by invoice. What fell due while Portico slept is said once on waking; the fifth came late and has
one level after the other with a rest between; the seventh is promised, which pauses it up to the 25th day."""


@pytest.mark.parametrize('start', SPANS)
def test_each_due_reminder_goes_out_exactly_once(runtime: Runtime, world: World, clock: Clock, start: str,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clockwork, 'SCHEDULE', [work for work in SCHEDULE if work.name == 'reminders'])
    first = dt.date.fromisoformat(start)
    clock.now = dt.datetime.combine(first, dt.time(), BERLIN).astimezone(dt.UTC)
    at_home(runtime, world)
    owners: dict[str, Customer] = {number: world.harbour if number != 'IN-2' else world.atelier for number in DUE_ON}
    for number, day in DUE_ON.items():
        found = due(runtime, owners[number], first + dt.timedelta(days=day), number=number)
        if number == 'IN-7':
            change(runtime, found, paused_until=first + dt.timedelta(days=25))
    for hour in range(36 * 24):
        day = (clock.now.astimezone(BERLIN).date() - first).days
        if day not in ASLEEP:
            runner = clockwork.Runner(runtime)
            runner.tick()
            runner.leader.resign()
        clock.advance(hours=1, minutes=hour % 3)
    found_days: dict[str, list[tuple[int, str, int]]] = {}
    for number, kind, level, on in sent(runtime):
        found_days.setdefault(number, []).append(((on - first).days, kind, level))
    assert found_days == EXPECTED
    posts = Counter((mail.recipient, mail.created_at.astimezone(BERLIN).date())
                    for mail in mails(runtime) if mail.message == 'reminder')
    assert set(posts.values()) == {1}
    assert {to for to, _day in posts} == {'fin@harbour.test', 'luc@atelier.test'}
    days = {(owners[number].id, step[0]) for number, steps in EXPECTED.items() for step in steps}
    assert len(posts) == len(days)
    hours = {mail.created_at.astimezone(BERLIN).hour for mail in mails(runtime) if mail.message == 'reminder'}
    assert min(hours) >= 8
