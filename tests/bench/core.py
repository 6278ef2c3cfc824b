"""What every act stands on: a durable write."""

from __future__ import annotations

from services.core.actor import SYSTEM
from services.core.config import Config
from services.settings import SettingService
from tests.bench.measuring import Budget, Measured, measure
from tests.bench.stand import opened


def rows(config: Config) -> list[Measured]:
    """The least a durable write through the unit of work costs."""
    with opened(config) as runtime:
        names = iter(range(1_000_000))

        def write() -> None:
            runtime.run(SYSTEM, SettingService.put, 'seller.website', f'https://nordwerk.example/{next(names)}')

        return [measure(Budget('One durable act with its audit event', 40, 80), write)]
