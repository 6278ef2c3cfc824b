"""Live pages: news from the bus reach the panes that follow a topic, on the event loop, bursts folded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakKeyDictionary

from services.core.bus import Bus

FOLD = 0.25


class Follower:
    """Calls `look` at the first news at once, and once more when others came within the next 250 ms."""

    def __init__(self, look: Callable[[], None]) -> None:
        self._look = look
        self._rest: asyncio.TimerHandle | None = None
        self._again = False
        self.ended = False

    def news(self) -> None:
        """Something happened on a topic this follows."""
        if self.ended:
            return
        if self._rest is not None:
            self._again = True
            return
        self._rest = asyncio.get_running_loop().call_later(FOLD, self._rested)
        self._look()

    def _rested(self) -> None:
        self._rest = None
        if self._again:
            self._again = False
            self.news()

    def end(self) -> None:
        """Look no more."""
        self.ended = True
        if self._rest is not None:
            self._rest.cancel()


class Hub:
    """The followers of all open pages of one event loop, by topic."""

    def __init__(self, bus: Bus, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._followers: dict[str, list[Follower]] = {}
        bus.listen(self._published)

    def follow(self, topic: str, look: Callable[[], None]) -> Callable[[], None]:
        """Call `look` on the event loop when there is news on this topic; returns what ends that."""
        follower = Follower(look)
        self._followers.setdefault(topic, []).append(follower)

        def stop() -> None:
            follower.end()
            left = self._followers.get(topic, [])
            if follower in left:
                left.remove(follower)
            if not left:
                self._followers.pop(topic, None)
        return stop

    def _published(self, news: frozenset[str]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._arrived, news)

    def _arrived(self, news: frozenset[str]) -> None:
        for topic in news:
            for follower in tuple(self._followers.get(topic, ())):
                follower.news()


_hubs: WeakKeyDictionary[Bus, dict[int, Hub]] = WeakKeyDictionary()


def hub_of(bus: Bus) -> Hub:
    """The hub of this bus on the running event loop."""
    loop = asyncio.get_running_loop()
    hubs = _hubs.setdefault(bus, {})
    if id(loop) not in hubs:
        hubs[id(loop)] = Hub(bus, loop)
    return hubs[id(loop)]
