"""The clockwork: runs are written down, asked for, paused; one process leads and another takes over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlmodel import col, select

from models.reminders import JobRun
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, NotFound
from services.core.listing import ListQuery
from services.core.runtime import Runtime
from services.jobs import runner as clockwork
from services.jobs import running
from services.jobs.declaring import A_DAY, Outcome, Recurring
from services.jobs.leading import Leader
from services.jobs.running import BoardService, wait_for_asked
from services.jobs.runs import RunService
from services.notifications import NotificationService
from tests.conftest import Clock
from tests.services.people import actions
from tests.world import World


class Piece:
    """Work that counts its runs and does as told."""

    def __init__(self) -> None:
        self.runs = 0
        self.answer: object = None
        self.fails = False

    def __call__(self, runtime: Runtime) -> object:
        """Run."""
        self.runs += 1
        if self.fails:
            raise OSError('the disk is full')
        return self.answer


@pytest.fixture
def daily() -> Piece:
    """A piece that runs once a day at 08:00 in Amsterdam, which is 07:00 UTC."""
    return Piece()


@pytest.fixture
def often() -> Piece:
    """A piece that runs every minute."""
    return Piece()


@pytest.fixture
def scheduled(monkeypatch: pytest.MonkeyPatch, daily: Piece, often: Piece) -> None:
    """A schedule of these two."""
    table = (Recurring('daily', A_DAY, daily, at='reminders.at'),
             Recurring('often', dt.timedelta(minutes=1), often))
    for place in (clockwork, running):
        monkeypatch.setattr(place, 'SCHEDULE', table)


@pytest.fixture
def tick(runtime: Runtime, scheduled: None) -> Callable[[], None]:
    """One tick of a process that is started anew for it."""
    def once() -> None:
        runner = clockwork.Runner(runtime)
        runner.tick()
        runner.leader.resign()
    return once


def runs(runtime: Runtime) -> list[tuple[str, bool, str, str]]:
    """Name, failed, note and asker of all runs, in order."""
    with runtime.work(SYSTEM, writes=False) as work:
        return [(run.name, run.failed, run.note, run.asked_by_name)
                for run in work.session.exec(select(JobRun).order_by(col(JobRun.id)))]


def test_a_daily_piece_runs_once_whatever_restarts(runtime: Runtime, world: World, clock: Clock, daily: Piece,
                                                   tick: Callable[[], None]) -> None:
    daily.answer = 3
    for _ in range(5):
        tick()
        clock.advance(minutes=30)
    assert daily.runs == 1 and runs(runtime) == [('daily', False, '3', '')]
    clock.advance(days=1)
    tick()
    assert daily.runs == 2


def test_a_frequent_piece_leaves_a_row_only_when_it_did_something(runtime: Runtime, world: World, clock: Clock,
                                                                  often: Piece, scheduled: None) -> None:
    runner = clockwork.Runner(runtime)
    for answer in (None, 0, 2, 0):
        often.answer = answer
        runner.tick()
        runner.tick()
        clock.advance(minutes=1)
    assert often.runs == 4 and [run for run in runs(runtime) if run[0] == 'often'] == [('often', False, '2', '')]
    runner.leader.resign()


def test_a_failure_is_written_down_told_once_and_tried_again(runtime: Runtime, world: World, clock: Clock,
                                                            daily: Piece, often: Piece,
                                                            tick: Callable[[], None]) -> None:
    daily.fails = True
    for _ in range(3):
        tick()
        clock.advance(minutes=5)
    assert daily.runs == 2 and often.runs == 3
    assert runs(runtime) == [('daily', True, 'OSError: the disk is full', '')] * 2
    assert [n.message for n in runtime.run(world.olga, NotificationService.latest)] == ['job_failed']
    daily.fails = False
    clock.advance(minutes=10)
    tick()
    assert runs(runtime)[-1] == ('daily', False, '', '')


def test_a_paused_piece_rests_until_it_is_resumed(runtime: Runtime, world: World, daily: Piece,
                                                  tick: Callable[[], None]) -> None:
    runtime.run(world.olga, RunService.pause, 'daily')
    tick()
    assert daily.runs == 0
    entry = next(e for e in runtime.run(world.olga, BoardService.entries) if e.name == 'daily')
    assert entry.paused and entry.next_at is None and entry.last is None
    runtime.run(world.olga, RunService.resume, 'daily')
    tick()
    assert daily.runs == 1 and {'job.paused', 'job.resumed'} <= set(actions(runtime))
    entry = next(e for e in runtime.run(world.olga, BoardService.entries) if e.name == 'daily')
    assert entry.last and entry.last.state == 'done' and entry.next_at == dt.datetime(2026, 3, 3, 7, tzinfo=dt.UTC)


def test_a_person_runs_it_now(runtime: Runtime, world: World, daily: Piece, scheduled: None) -> None:
    daily.answer = Outcome('done', {'checks': ['a'], 'findings': []})
    runtime.run(world.olga, BoardService.run_now, 'daily')
    wait_for_asked()
    assert runs(runtime) == [('daily', False, 'done', 'Olga')] and 'job.asked' in actions(runtime)
    assert runtime.run(world.olga, RunService.last)['daily'].result == {'checks': ['a'], 'findings': []}
    page = runtime.run(world.olga, RunService.page, ListQuery(filters={'state': ['done']}))
    assert page.total == 1 and page.rows[0]['state'] == 'done'


def test_not_twice_at_once_not_unknown_and_not_by_everybody(runtime: Runtime, world: World, clock: Clock,
                                                            daily: Piece, scheduled: None) -> None:
    runtime.run(SYSTEM, RunService.begin, 'daily')
    with pytest.raises(Conflict):
        runtime.run(world.olga, BoardService.run_now, 'daily')
    with pytest.raises(NotFound):
        runtime.run(world.olga, BoardService.run_now, 'nothing')
    for person in (world.sam, world.wim, world.mara):
        for act in (BoardService.run_now, RunService.pause, RunService.resume):
            with pytest.raises(Forbidden):
                runtime.run(person, act, 'daily')
    assert daily.runs == 0 and actions(runtime) == []
    assert runtime.run(world.olga, RunService.last)['daily'].state == 'running'
    clock.advance(hours=3)
    assert runtime.run(world.olga, RunService.last)['daily'].state == 'lost'
    runtime.run(world.olga, BoardService.run_now, 'daily')
    wait_for_asked()
    assert daily.runs == 1


def test_one_process_leads_and_another_takes_over(runtime: Runtime, world: World, daily: Piece,
                                                  scheduled: None) -> None:
    first, second = Leader(runtime.database), Leader(runtime.database)
    assert first.leads() and first.leads()
    if runtime.database.is_sqlite:
        return
    try:
        assert not second.leads()
        assert first._connection is not None
        first._connection.close()
        assert not first.leads(), 'it knows that it lost the lock'
        assert second.leads() and not first.leads()
        runner = clockwork.Runner(runtime)
        runner.tick()
        assert daily.runs == 0, 'who does not lead runs nothing'
        second.resign()
        runner.tick()
        assert daily.runs == 1
        runner.leader.resign()
    finally:
        first.resign()
        second.resign()
