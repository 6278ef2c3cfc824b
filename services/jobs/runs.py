"""The runs of recurring work: written down, shown, asked for, paused."""

from __future__ import annotations

import datetime as dt
import uuid
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.types import UtcDateTime, new_id
from models.core.words import Lazy, _, _l
from models.reminders import JobRun, JobSwitch
from services.core.errors import Conflict
from services.core.listing import Column, Kind, Listing, ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.informing import inform
from services.jobs.declaring import Outcome, Past
from services.jobs.schedule import SCHEDULE
from services.mail.addresses import one_line
from services.notifications import who_may
from services.settings import SettingService

TOPIC = 'office:jobs'
LOST = dt.timedelta(hours=2)
TONES = {'running': 'info', 'done': 'ok', 'failed': 'bad', 'lost': 'warn'}
STATES = {'running': _l('Running'), 'done': _l('Done'), 'failed': _l('Failed'), 'lost': _l('Broken off')}


@dataclass(frozen=True)
class LastRun:
    """The last run of a piece of work."""

    started_at: dt.datetime
    ended_at: dt.datetime | None
    state: str
    note: str
    asked_by: str
    result: dict[str, Any]


_now: ContextVar[dt.datetime] = ContextVar('the moment of the list')
_before = sa.bindparam('lost_before', type_=UtcDateTime, callable_=lambda: _now.get() - LOST)
_standing: Any = sa.case(
    (col(JobRun.failed), 'failed'), (col(JobRun.ended_at).is_not(None), 'done'),
    (col(JobRun.started_at) < _before, 'lost'), else_='running')


def _runs(work: Work) -> Any:
    _now.set(work.now)
    return sa.select(JobRun)


RUNS = Listing(
    name='job_runs', title=_l('Runs'), needs=Permission.JOBS_RUN, key='id', order='-started_at',
    columns=(
        Column('started_at', _l('Started'), JobRun.started_at, Kind.MOMENT, filter='range'),
        Column('name', _l('Work'), JobRun.name, filter='choice',
               choices=lambda: {work.name: work.title or Lazy(work.name) for work in SCHEDULE}),
        Column('ended_at', _l('Ended'), JobRun.ended_at, Kind.MOMENT),
        Column('state', _l('Status'), _standing, Kind.STATUS, filter='choice', choices=lambda: STATES, tones=TONES),
        Column('note', _l('Result'), JobRun.note, sortable=False),
        Column('asked_by_name', _l('Asked for by'), JobRun.asked_by_name),
    ),
    source=_runs, extra={'id': JobRun.id})


def past(work: Work) -> tuple[dict[str, Past], dict[str, Any]]:
    """What is known of every piece by name, and the settings that say when it is due."""
    ended_well = sa.case((sa.and_(sa.not_(col(JobRun.failed)), col(JobRun.ended_at).is_not(None)),
                          col(JobRun.started_at)))
    rows = work.session.execute(sa.select(col(JobRun.name), sa.func.max(col(JobRun.started_at)),
                                          sa.func.max(ended_well)).group_by(col(JobRun.name)))
    found = {name: Past(begun, done) for name, begun, done in rows}
    for name in work.session.exec(select(JobSwitch.name).where(col(JobSwitch.paused))):
        known = found.get(name, Past())
        found[name] = Past(known.begun, known.done, paused=True)
    return found, SettingService(work).all()


class RunService(Service):
    """Runs as rows."""

    @requires(Permission.SYSTEM)
    def past(self) -> tuple[dict[str, Past], dict[str, Any]]:
        """What is known of every piece by name, and the settings that say when it is due."""
        return past(self.work)

    @requires(Permission.SYSTEM, writes=True)
    def begin(self, name: str) -> uuid.UUID:
        """Write down that a piece begins; returns the run."""
        return self._begin(name)

    @requires(Permission.SYSTEM, writes=True)
    def end(self, run_id: uuid.UUID, outcome: Outcome, *, failed: bool = False, title: str = '') -> None:
        """Write down how a run ended; the first failure after a success, and findings, go to the office's bell."""
        run = self.session.exec(select(JobRun).where(JobRun.id == run_id)).one()
        before = self.session.exec(select(JobRun.failed).where(JobRun.name == run.name, JobRun.id != run_id).order_by(
            col(JobRun.started_at).desc())).first()
        self.work.change(run, expect={'ended_at': None}, ended_at=self.now, failed=failed,
                         note=one_line(outcome.note, longest=500), result=dict(outcome.result))
        self.work.announce(TOPIC)
        people = who_may(self.work, Permission.SETTINGS_WRITE)
        if failed and not before:
            inform(self.work, 'job_failed', people, facts={'job': title or run.name}, path='/office/reminders')
        if outcome.wrong:
            inform(self.work, 'check_failed', people, facts={'count': outcome.wrong}, path='/office/settings')

    @requires(Permission.JOBS_RUN)
    def page(self, query: ListQuery) -> ListPage:
        """One page of all runs."""
        return RUNS.page(self.work, query)

    @requires(Permission.JOBS_RUN, Permission.SETTINGS_WRITE)
    def last(self) -> dict[str, LastRun]:
        """The last run of every piece by name."""
        newest = sa.select(col(JobRun.name), sa.func.max(col(JobRun.started_at)).label('at')).group_by(
            col(JobRun.name)).subquery()
        rows = self.session.exec(select(JobRun).join(newest, sa.and_(
            newest.c.name == col(JobRun.name), newest.c.at == col(JobRun.started_at))))
        return {run.name: LastRun(run.started_at, run.ended_at, _state(run, self.now), run.note, run.asked_by_name,
                                  run.result) for run in rows}

    @requires(Permission.JOBS_RUN, writes=True)
    def pause(self, name: str) -> None:
        """Let a piece rest until it is resumed."""
        self._switch(name, paused=True)

    @requires(Permission.JOBS_RUN, writes=True)
    def resume(self, name: str) -> None:
        """Let a paused piece run again."""
        self._switch(name, paused=False)

    @requires(Permission.JOBS_RUN, Permission.SETTINGS_WRITE, writes=True)
    def ask(self, name: str) -> uuid.UUID:
        """Write down that a person wants a run now; raises Conflict while one is under way."""
        running = self.session.exec(select(JobRun.id).where(
            JobRun.name == name, col(JobRun.ended_at).is_(None), col(JobRun.started_at) > self.now - LOST)).first()
        if running is not None:
            raise Conflict(_('This is running already.'))
        self.work.record('job.asked', note=name)
        return self._begin(name, asked_by=self.actor.name)

    def _begin(self, name: str, *, asked_by: str = '') -> uuid.UUID:
        run = JobRun(id=new_id(), name=name, started_at=self.now, asked_by_name=asked_by)
        self.session.add(run)
        self.work.announce(TOPIC)
        return run.id

    def _switch(self, name: str, *, paused: bool) -> None:
        self.session.merge(JobSwitch(name=name, paused=paused))
        self.work.record('job.paused' if paused else 'job.resumed', note=name, topics=(TOPIC,))


def _state(run: JobRun, now: dt.datetime) -> str:
    if run.ended_at is None:
        return 'lost' if now - run.started_at > LOST else 'running'
    return 'failed' if run.failed else 'done'
