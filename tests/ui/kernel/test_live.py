"""News reaches followers on the event loop, and bursts are folded."""

from __future__ import annotations

import asyncio
import threading

import pytest

from services.core.bus import Bus
from ui.kernel.live import FOLD, hub_of


async def news(bus: Bus, topic: str, times: int = 1) -> None:
    """Publish from another thread, as acts do."""
    thread = threading.Thread(target=lambda: [bus.publish([topic]) for _time in range(times)])
    thread.start()
    while thread.is_alive():
        await asyncio.sleep(0)
    await asyncio.sleep(0)


@pytest.mark.asyncio
async def test_a_burst_is_seen_at_once_and_once_more() -> None:
    bus, seen = Bus(), []
    hub_of(bus).follow('stock:A', lambda: seen.append(threading.current_thread()))
    await news(bus, 'stock:A', 50)
    assert len(seen) == 1
    await asyncio.sleep(FOLD * 1.5)
    assert seen == [threading.current_thread()] * 2
    await asyncio.sleep(FOLD * 1.5)
    assert len(seen) == 2


@pytest.mark.asyncio
async def test_only_followed_topics_arrive_until_the_end() -> None:
    bus, seen = Bus(), []
    stop = hub_of(bus).follow('order:1', lambda: seen.append(1))
    await news(bus, 'order:2')
    assert seen == []
    await news(bus, 'order:1')
    stop()
    await news(bus, 'order:1')
    assert seen == [1]
