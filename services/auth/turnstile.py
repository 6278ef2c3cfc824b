"""The turnstile before everything that hashes a password: two at a time, twenty may wait, the rest come back later."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from models.core.words import _
from services.core.errors import Unavailable

R = TypeVar('R')
AT_ONCE = 2
WAITING = 20

_pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix='door')
_places = threading.BoundedSemaphore(AT_ONCE + WAITING)


def enter(act: Callable[..., R], *args: Any, **kwargs: Any) -> Future[R]:
    """Carry out a sign-in, a reset or the like in its turn; raises Unavailable at once when too many wait."""
    if not _places.acquire(blocking=False):
        raise Unavailable(_('Many people are signing in just now. Please try again in a moment.'), details=2)
    context = contextvars.copy_context()
    try:
        turn = _pool.submit(context.run, lambda: act(*args, **kwargs))
    except BaseException:
        _places.release()
        raise
    turn.add_done_callback(lambda _turn: _places.release())
    return turn
