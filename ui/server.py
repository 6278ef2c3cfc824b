"""The web server: our routes and NiceGUI in one ASGI application behind the guard, and uvicorn around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from fastapi import FastAPI
from nicegui import core, ui
from starlette.requests import Request
from starlette.routing import Mount

from services.core import logs
from services.core.runtime import Runtime, SessionKey, Who
from ui.kernel import pinned, shell
from ui.web import errors, sockets
from ui.web.cookies import read, session_key
from ui.web.gate import Gate
from ui.web.guard import Guard
from ui.web.limits import Buckets
from ui.web.routes import ROUTERS
from ui.web.static import ASSETS, Static

TITLE = 'Portico'
RECONNECT_SECONDS = 45
KEEP_ALIVE_SECONDS = 75
LARGEST_FRAME = 256 * 1024
MOST_CONNECTIONS = 2000
LONGEST_HEADERS = 32 * 1024
BACKLOG = 512
Pages = Callable[[Runtime], None]


def workstation(runtime: Runtime) -> None:
    """Declare the one NiceGUI page of the application, for the session the guard has found."""
    shell.install(runtime, who_of=_who, bind=_bind)


def build(runtime: Runtime, *, pages: Pages = workstation, strangers: Buckets | None = None) -> Guard:
    """The whole application over this installation; `pages` declares its NiceGUI pages, `strangers` slows visitors.

    NiceGUI keeps its state in the process, so the application built last is the one that works.
    """
    pinned.install()
    parent = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=_life(runtime))
    parent.state.runtime = core.app.state.runtime = runtime
    for router in ROUTERS:
        parent.include_router(router)
    pages(runtime)
    pinned.strip_middlewares()
    ui.run_with(parent, title=TITLE, viewport='width=device-width, initial-scale=1, viewport-fit=cover', dark=None,
                favicon=ASSETS / 'favicon.svg', tailwind=False, reconnect_timeout=RECONNECT_SECONDS,
                message_history_length=200, binding_refresh_interval=None, gzip_middleware_factory=None,
                show_welcome_message=False)
    pinned.strip_middlewares()
    sockets.install()
    for app in (parent, core.app):
        errors.install(app)
    mount = parent.routes[-1]
    assert isinstance(mount, Mount)
    mount.app = Gate(core.app, runtime)
    return Guard(Static(parent, runtime.config.data_dir / 'cache' / 'static'), runtime.config,
                 strangers=strangers)


def serve(runtime: Runtime, *, host: str, port: int, started: Callable[[str], None] = lambda address: None) -> None:
    """Serve until the process is told to stop; `started` is given the address once connections are taken."""
    logs.configure(runtime.config.log_level)
    server(runtime, build(runtime), host=host, port=port, started=started).run()


def server(runtime: Runtime, app: Any, *, host: str, port: int, started: Callable[[str], None]) -> uvicorn.Server:
    """The server around an application, with every limit set; h11 is the parser because it bounds headers."""
    config = uvicorn.Config(
        app, host=host, port=port, http='h11', ws='websockets-sansio', proxy_headers=False, server_header=False,
        date_header=True, access_log=False, log_config=None, ws_max_size=LARGEST_FRAME, ws_per_message_deflate=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS, timeout_graceful_shutdown=5, limit_concurrency=MOST_CONNECTIONS,
        backlog=BACKLOG, h11_max_incomplete_event_size=LONGEST_HEADERS)
    return _Announcing(config, runtime, started)


class _Announcing(uvicorn.Server):
    """Tells its address when it takes connections."""

    def __init__(self, config: uvicorn.Config, runtime: Runtime, started: Callable[[str], None]) -> None:
        super().__init__(config)
        self._runtime = runtime
        self._announce = started

    async def startup(self, sockets: Any = None) -> None:
        """Open the port, calm the garbage collector and announce the address."""
        await super().startup(sockets=sockets)
        if not self.started:
            return
        pinned.calm_garbage_collection()
        port = self.servers[0].sockets[0].getsockname()[1] if self.servers else self.config.port
        base = self._runtime.config.base_url
        self._announce(base or f'http://{self.config.host}:{port}')


def _who(request: Request) -> Who | None:
    return session_key(request) if read(request) else None


def _bind(client_id: str, who: Who) -> None:
    if isinstance(who, SessionKey):
        sockets.bind(client_id, who.token_hash)


def _life(runtime: Runtime) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        stop = sockets.listen(runtime)
        watching = asyncio.create_task(sockets.watch(runtime))
        yield
        stop()
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
    return life
