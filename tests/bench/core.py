"""What every act stands on: opening an existing database, a durable write, a read."""

from __future__ import annotations

import time

from sqlmodel import select

from models.settings import Setting
from services import schema
from services.core.actor import SYSTEM
from services.core.config import Config
from services.settings import SettingService
from services.start import open_any, open_runtime
from tests.bench.measuring import Budget, Measured, measure, of_times


def rows(config: Config) -> list[Measured]:
    """Start on an existing database, one read and one durable write through the unit of work."""
    first = open_any(config)
    schema.upgrade(first.database)
    first.database.close()
    opened = []
    for _ in range(10):
        began = time.perf_counter()
        runtime = open_runtime(config)
        opened.append((time.perf_counter() - began) * 1000)
        runtime.database.close()
    runtime = open_runtime(config)
    names = iter(range(1_000_000))

    def write() -> None:
        runtime.run(SYSTEM, SettingService.put, 'seller.name', f'Nordwerk {next(names)}')

    def read() -> None:
        with runtime.work(SYSTEM, writes=False) as work:
            work.session.exec(select(Setting)).all()

    result = [of_times(Budget('Open an existing database (start to ready: 3 s)', 3000, 3000), opened),
              measure(Budget('Any service read', 10, 20), read, runs=300),
              measure(Budget('One durable act with its audit event', 40, 80), write)]
    runtime.database.close()
    return result
