"""The clockwork: one tick every 30 seconds that runs what is due, and at once when a mail was written."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler

from services.core.runtime import Runtime
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
        self._ran: dict[str, dt.datetime] = {}
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
        """End after the work in hand; nothing when it never began."""
        if self._unlisten is not None:
            self._unlisten()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def tick(self) -> None:
        """Run what is due; a piece that fails is logged and does not keep the others from running."""
        now = self.last_tick = self.runtime.now()
        for work in SCHEDULE:
            last = self._ran.get(work.name)
            if last is not None and now - last < work.every - TICK / 2:
                continue
            self._ran[work.name] = now
            try:
                work.act(self.runtime)
            except Exception:
                log.exception('recurring work failed: %s', work.name)

    def _hear(self, news: frozenset[str]) -> None:
        if TOPIC in news and self.runtime.config.smtp_url:
            self._scheduler.add_job(send_due, args=(self.runtime,), id='outbox', replace_existing=True,
                                    next_run_time=dt.datetime.now(dt.UTC))


def start(runtime: Runtime) -> Runner:
    """Start the recurring work of this process."""
    runner = Runner(runtime)
    runner.start()
    return runner
