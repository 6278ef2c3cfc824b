"""Acts leave the event loop here: a small pool of threads carries them out, so that no page blocks another."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from services.core.runtime import Runtime, Who
from services.core.service import Service

R = TypeVar('R')
Asked = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
"""A service method with what it is to be called with."""
SQLITE_THREADS = 2
POSTGRES_THREADS = 8

_pools: dict[int, ThreadPoolExecutor] = {}


def _pool(runtime: Runtime) -> ThreadPoolExecutor:
    pool = _pools.get(id(runtime))
    if pool is None:
        threads = SQLITE_THREADS if runtime.database.is_sqlite else POSTGRES_THREADS
        pool = _pools[id(runtime)] = ThreadPoolExecutor(threads, thread_name_prefix='act')
    return pool


async def do(runtime: Runtime, who: Who, act: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """Carry out one service method as this person, e.g. await do(runtime, key, OrderService.confirm, number)."""
    context = contextvars.copy_context()
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_pool(runtime), lambda: context.run(runtime.run, who, act, *args, **kwargs))


async def together(runtime: Runtime, who: Who, *asked: Asked) -> list[Any]:
    """Carry out several reading service methods as one unit of work, each with its own right; results in order."""
    def read(service: Service) -> list[Any]:
        return [act(act.service(service.work), *args, **kwargs)  # type: ignore[attr-defined]
                for act, args, kwargs in asked]
    assert not any(act.writes for act, _args, _kwargs in asked)  # type: ignore[attr-defined]
    vars(read).update(service=Service, writes=False)
    return await do(runtime, who, read)
