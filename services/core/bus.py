"""News between the acts and the open pages of one process; other processes join through `relay`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

log = logging.getLogger('portico')
Listener = Callable[[frozenset[str]], None]


class Bus:
    """Delivers sets of topics to listeners, in the thread that publishes; listeners must be quick and not raise."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()
        self.relay: Callable[[frozenset[str]], None] | None = None

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call the listener for every news from now on; returns what ends that."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)
        return stop

    def publish(self, topics: Iterable[str]) -> None:
        """Deliver here and, when there are other processes, to them."""
        news = frozenset(topics)
        self.deliver(news)
        if self.relay is not None:
            self.relay(news)

    def deliver(self, news: frozenset[str]) -> None:
        """Deliver in this process only."""
        for listener in tuple(self._listeners):
            try:
                listener(news)
            except Exception:
                log.exception('a listener failed')
