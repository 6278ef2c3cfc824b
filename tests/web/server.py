"""A real server on a free port in a thread of this process, for tests that speak HTTP and websocket to it.

NiceGUI keeps its state in the process: one server runs at a time, and the next one may start when it has stopped.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlmodel import select

from models.users import Membership
from services.auth.sessions import Browser, open_session
from services.core.actor import SYSTEM, Actor
from services.core.runtime import Runtime
from ui.server import Pages, build, server, workstation
from ui.web.limits import Buckets

ALL_ON_ONE_MACHINE = 1_000_000


@contextmanager
def running(runtime: Runtime, *, pages: Pages = workstation) -> Iterator[str]:
    """Serve this installation while the block runs; gives the address, e.g. 'http://127.0.0.1:40123'."""
    started = threading.Event()
    app = build(runtime, pages=pages, strangers=Buckets(ALL_ON_ONE_MACHINE, ALL_ON_ONE_MACHINE))
    web = server(runtime, app, host='127.0.0.1', port=0, started=lambda _: started.set())
    thread = threading.Thread(target=web.run, daemon=True)
    thread.start()
    if not started.wait(20):
        raise RuntimeError('the server did not start')
    port = web.servers[0].sockets[0].getsockname()[1]
    try:
        yield f'http://127.0.0.1:{port}'
    finally:
        web.should_exit = True
        thread.join(20)

def signed_in(runtime: Runtime, who: Actor) -> str:
    """A new session of this person; the token for the cookie."""
    with runtime.work(SYSTEM, writes=True) as work:
        membership = work.session.exec(select(Membership.id).where(
            Membership.user_id == who.user_id, Membership.customer_id == who.customer_id)).one()
        assert isinstance(who.user_id, uuid.UUID)
        return open_session(work, user_id=who.user_id, membership_id=membership, browser=Browser())

Make = Callable[[], None]
