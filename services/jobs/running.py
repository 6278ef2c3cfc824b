"""Running a piece of recurring work and writing down what came of it; also at once, when a person asks for it."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from models.core.words import _
from services.core.actor import SYSTEM
from services.core.errors import Conflict, NotFound
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.jobs.declaring import Outcome, Past, Recurring, next_run
from services.jobs.runs import LastRun, RunService, past
from services.jobs.schedule import SCHEDULE
from services.settings import RESTS, setting

log = logging.getLogger('portico')
RARE = dt.timedelta(hours=1)
_asked = ThreadPoolExecutor(1, thread_name_prefix='asked')


@dataclass(frozen=True)
class Entry:
    """A piece of recurring work as the office sees it; `every` or `at` say how often it runs.

    A `quiet` one leaves a run only when it did something or failed.
    """

    name: str
    label: str
    every: dt.timedelta
    at: str
    paused: bool
    is_on: bool
    quiet: bool
    next_at: dt.datetime | None
    last: LastRun | None
    needs: Permission = Permission.JOBS_RUN
    rests: bool = False


class BoardService(Service):
    """The schedule for people, and runs at their wish."""

    @requires(Permission.JOBS_RUN)
    def entries(self) -> list[Entry]:
        """All recurring work in the order of the schedule."""
        last = RunService(self.work).last()
        known, settings = past(self.work)
        return [self._entry(work, known.get(work.name, Past()), settings, last.get(work.name)) for work in SCHEDULE]

    @requires(Permission.JOBS_RUN, Permission.SETTINGS_WRITE, writes=True)
    def run_now(self, name: str) -> None:
        """Start a piece in the background; raises NotFound for no such piece, Conflict while it runs or rests."""
        work = named(name)
        if work.needs is not Permission.JOBS_RUN:
            self.work.require(work.needs)
        if work.rests and setting(self.work, RESTS):
            raise Conflict(_('This rests since a backup was restored, until the owner lets it go on.'))
        run_id = RunService(self.work).ask(name)
        runtime = self.work.runtime
        self.work.after(lambda: start(runtime, work, run_id))

    def _entry(self, work: Recurring, known: Past, settings: dict[str, object], last: LastRun | None) -> Entry:
        return Entry(work.name, work.label, work.every, str(settings.get(work.at, work.at)), known.paused,
                     bool(settings[work.is_on]) if work.is_on else True, _is_quiet(work),
                     next_run(work, known, self.now, settings), last, work.needs,
                     rests=work.rests and bool(settings[RESTS]))


def named(name: str) -> Recurring:
    """The piece of this name; raises NotFound."""
    for work in SCHEDULE:
        if work.name == name:
            return work
    raise NotFound(_('There is no such recurring work.'))


def run(runtime: Runtime, work: Recurring) -> None:
    """Run a piece; a frequent one leaves a row only when it did something or failed."""
    if not _is_quiet(work):
        finish(runtime, work, runtime.run(SYSTEM, RunService.begin, work.name))
        return
    outcome, failed = _carried_out(runtime, work)
    if failed or outcome.note not in ('', '0'):
        run_id = runtime.run(SYSTEM, RunService.begin, work.name)
        runtime.run(SYSTEM, RunService.end, run_id, outcome, failed=failed, title=_named(work))


def finish(runtime: Runtime, work: Recurring, run_id: uuid.UUID) -> None:
    """Carry out a run that was begun and write down how it ended."""
    outcome, failed = _carried_out(runtime, work)
    runtime.run(SYSTEM, RunService.end, run_id, outcome, failed=failed, title=_named(work))


def start(runtime: Runtime, work: Recurring, run_id: uuid.UUID) -> None:
    """The same in a thread of its own, one after the other."""
    _asked.submit(finish, runtime, work, run_id)


def wait_for_asked() -> None:
    """Return when every run that was asked for has ended."""
    _asked.submit(lambda: None).result()


def _is_quiet(work: Recurring) -> bool:
    return not work.at and work.every < RARE


def _named(work: Recurring) -> str:
    return work.title.message if work.title else work.name


def _carried_out(runtime: Runtime, work: Recurring) -> tuple[Outcome, bool]:
    try:
        result = work.act(runtime)
    except Exception as error:
        log.exception('recurring work failed: %s', work.name)
        return Outcome(f'{type(error).__name__}: {error}'), True
    if isinstance(result, Outcome):
        return result, False
    return Outcome(str(result) if result else ''), False
