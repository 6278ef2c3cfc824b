"""The clockwork: one tick every 30 seconds that runs what is due, and at once when a mail was written.

The scheduler only wakes it. What is due is asked of the database at every tick, and what a piece does is decided by
rows with unique keys; so neither a restart, nor a long sleep, nor a changing clock loses or repeats anything.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler

from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.jobs.declaring import Past, Recurring, is_due
from services.jobs.leading import Leader
from services.jobs.running import run
from services.jobs.runs import RunService
from services.jobs.schedule import SCHEDULE
from services.mail.outbox import TOPIC
from services.mail.sending import send_due

log = logging.getLogger('portico')
TICK = dt.timedelta(seconds=30)


class Runner:
    """Runs the recurring work of one process; `last_tick` is its heartbeat."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.last_tick: dt.datetime | None = None
        self.leader = Leader(runtime.database)
        self._begun: dict[str, dt.datetime] = {}
        self._unlisten: Callable[[], None] | None = None
        self._scheduler = BackgroundScheduler(timezone=dt.UTC, job_defaults={
            'coalesce': True, 'misfire_grace_time': None, 'max_instances': 1})

    def start(self) -> None:
        """Begin to tick in a thread of its own."""
        self._scheduler.add_job(self.tick, 'interval', seconds=TICK.total_seconds(), id='tick',
                                next_run_time=dt.datetime.now(dt.UTC))
        self._scheduler.start()
        self._unlisten = self.runtime.bus.listen(self._hear)

    def stop(self) -> None:
        """End after the work in hand, and let another process lead; nothing when it never began."""
        if self._unlisten is not None:
            self._unlisten()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        self.leader.resign()

    def tick(self) -> None:
        """Run what is due; a piece that fails is written down and does not keep the others from running."""
        self.last_tick = self.runtime.now()
        leads = self.leader.leads()
        try:
            past, settings = self.runtime.run(SYSTEM, RunService.past)
        except Exception:
            log.exception('the recurring work cannot be looked at')
            return
        for work in SCHEDULE:
            now = self.runtime.now()
            if (leads or work.everywhere) and is_due(work, self._known(work, past), now, settings):
                self._begun[work.name] = now
                self._run(work)

    def _known(self, work: Recurring, past: dict[str, Past]) -> Past:
        """What is known of a piece: a frequent one leaves no rows while it has nothing to do, so this process counts
        too; one that every process needs begins anew with each."""
        found = past.get(work.name, Past())
        own = self._begun.get(work.name)
        if work.everywhere:
            return Past(own, own, found.paused)
        if work.at:
            return found
        return Past(max((at for at in (own, found.begun) if at is not None), default=None), None, found.paused)

    def _run(self, work: Recurring) -> None:
        try:
            run(self.runtime, work)
        except Exception:
            log.exception('a run could not be written down: %s', work.name)

    def _hear(self, news: frozenset[str]) -> None:
        if TOPIC in news and self.runtime.config.smtp_url:
            self._scheduler.add_job(send_due, args=(self.runtime,), id='outbox', replace_existing=True,
                                    next_run_time=dt.datetime.now(dt.UTC))


def start(runtime: Runtime) -> Runner:
    """Start the recurring work of this process."""
    runner = Runner(runtime)
    runner.start()
    return runner
