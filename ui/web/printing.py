"""Papers on their way to a browser: counted for each person, made off the event loop, a long one at a time."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from fastapi import Request

from services import press
from services.core.actor import Actor
from services.exports.running import one_at_a_time
from services.press.making import is_short
from ui.kernel import work
from ui.web.cookies import session_key

R = TypeVar('R')
_here = ThreadPoolExecutor(2, thread_name_prefix='paper')
_elsewhere = ThreadPoolExecutor(2, thread_name_prefix='long-paper')


async def printed(request: Request, kind: str, paper: Any) -> tuple[str, bytes]:
    """The file name and the file of a paper; raises Throttled when this person had too many or waits for a long one."""
    actor = await work.do(request.app.state.runtime, session_key(request), press.PressService.admit)
    if is_short(paper):
        return await _off_the_loop(_here, lambda: press.make(kind, paper))
    return await elsewhere(actor, lambda: press.make(kind, paper))


async def elsewhere(actor: Actor, make: Callable[[], R]) -> R:
    """Wait for a process that makes something long, one for each person and two in all."""
    def alone() -> R:
        with one_at_a_time(actor):
            return make()
    return await _off_the_loop(_elsewhere, alone)


async def _off_the_loop(pool: ThreadPoolExecutor, make: Callable[[], R]) -> R:
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(pool, lambda: context.run(make))
