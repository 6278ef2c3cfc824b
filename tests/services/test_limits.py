"""Token buckets in the database."""

from __future__ import annotations

import threading

from services.core.actor import SYSTEM
from services.core.limits import take
from services.core.runtime import Runtime
from tests.conftest import Clock


def tries(runtime: Runtime, key: str, *, capacity: int = 3, refill: float = 0.1) -> float:
    """One try in a transaction of its own."""
    with runtime.work(SYSTEM, writes=True) as work:
        return take(work.session, key, capacity, refill, work.now)


def test_bucket_empties_and_fills_evenly(runtime: Runtime, clock: Clock) -> None:
    assert [tries(runtime, 'a') for _ in range(3)] == [0, 0, 0]
    assert tries(runtime, 'a') == 10
    clock.advance(seconds=4)
    assert tries(runtime, 'a') == 6
    clock.advance(seconds=6)
    assert tries(runtime, 'a') == 0
    assert tries(runtime, 'a') > 0
    assert tries(runtime, 'b') == 0
    clock.advance(days=3)
    assert [tries(runtime, 'a') > 0 for _ in range(4)] == [False, False, False, True]


def test_clock_that_jumps_back_grants_nothing_more(runtime: Runtime, clock: Clock) -> None:
    for _ in range(3):
        tries(runtime, 'a')
    clock.advance(hours=-1)
    assert tries(runtime, 'a') > 0


def test_many_at_once_get_no_more_than_there_is(runtime: Runtime) -> None:
    granted: list[bool] = []

    def one() -> None:
        granted.append(tries(runtime, 'race', capacity=5) == 0)

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert granted.count(True) == 5
