"""Two processes on PostgreSQL hear each other's news, and neither hears its own twice."""

from __future__ import annotations

import threading

import pytest

from services.core.bus import Bus
from services.core.relay import LARGEST, Relay

pytestmark = pytest.mark.parametrize('store', ['postgres'], indirect=True)


class Ear:
    """Collects what a bus delivers."""

    def __init__(self, bus: Bus) -> None:
        self.heard: list[str] = []
        self.changed = threading.Condition()
        bus.listen(self._hear)

    def _hear(self, news: frozenset[str]) -> None:
        with self.changed:
            self.heard.extend(sorted(news))
            self.changed.notify_all()

    def wait_for(self, count: int) -> list[str]:
        """What was heard once there are so many."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.heard) >= count, timeout=20)
            return sorted(self.heard)


@pytest.fixture
def two(database):
    """Two buses as of two processes."""
    buses = Bus(), Bus()
    relays = [Relay(database.write_engine, bus).start() for bus in buses]
    assert all(relay.listening.wait(20) for relay in relays)
    yield buses
    for relay in relays:
        relay.stop()


def test_news_reach_the_other_process_once(two):
    here, there = two
    own, other = Ear(here), Ear(there)
    here.publish({'order:1', 'office:orders'})
    assert other.wait_for(2) == ['office:orders', 'order:1']
    there.publish({'end'})
    assert own.wait_for(3) == ['end', 'office:orders', 'order:1']


def test_many_topics_are_sent_in_parts(two):
    here, there = two
    other = Ear(there)
    topics = {f'stock:{number:06d}' for number in range(LARGEST // 5)}
    here.publish(topics)
    assert other.wait_for(len(topics)) == sorted(topics)
