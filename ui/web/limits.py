"""Token buckets of this process: how many pages one address, and one session, may ask for."""

from __future__ import annotations

import time
from collections import OrderedDict

MOST_KEYS = 20_000


class Buckets:
    """A bucket per key that holds `capacity` tokens and gains `refill` per second; the oldest keys are forgotten."""

    def __init__(self, capacity: float, refill: float) -> None:
        self.capacity = capacity
        self.refill = refill
        self._buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, key: object) -> float:
        """Take a token; the seconds to wait for the next one, 0 when it was granted."""
        now = time.monotonic()
        tokens, at = self._buckets.pop(key, (self.capacity, now))
        tokens = min(self.capacity, tokens + (now - at) * self.refill)
        granted = tokens >= 1
        self._buckets[key] = (tokens - 1 if granted else tokens, now)
        if len(self._buckets) > MOST_KEYS:
            self._buckets.popitem(last=False)
        return 0.0 if granted else (1 - tokens) / self.refill


class Known:
    """Sessions that were alive lately, so that their requests need not be counted as a stranger's."""

    def __init__(self, most: int = MOST_KEYS) -> None:
        self._most = most
        self._hashes: OrderedDict[bytes, None] = OrderedDict()

    def __contains__(self, token_hash: bytes | None) -> bool:
        return token_hash in self._hashes

    def add(self, token_hash: bytes) -> None:
        """Remember a session that is alive."""
        self._hashes[token_hash] = None
        self._hashes.move_to_end(token_hash)
        if len(self._hashes) > self._most:
            self._hashes.popitem(last=False)

    def discard(self, token_hash: bytes) -> None:
        """Forget a session that has ended."""
        self._hashes.pop(token_hash, None)


known = Known()
