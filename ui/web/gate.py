"""The gate before NiceGUI: no page is built, no socket opened and no file taken without a living session."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from starlette.responses import RedirectResponse

from models.core.words import set_language
from services.core.actor import Actor
from services.core.errors import SignedOut
from services.core.runtime import Runtime, SessionKey
from services.presence import PresenceService
from ui.kernel import work
from ui.web import errors, sockets
from ui.web.bodies import UPLOADS
from ui.web.headers import PAGE_MARK
from ui.web.limits import Buckets, known
from ui.web.redirects import to_sign_in

SOCKETS = '/_nicegui_ws/'
PAGES_AT_ONCE = 120
PAGES_PER_SECOND = 2.0


class Gate:
    """An ASGI application around NiceGUI's."""

    def __init__(self, app: Any, runtime: Runtime) -> None:
        self.app = app
        self._runtime = runtime
        self._pages = Buckets(PAGES_AT_ONCE, PAGES_PER_SECOND)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let one connection in, or turn it away."""
        path = scope['path']
        if scope['type'] == 'lifespan' or (path.startswith('/_nicegui/') and not path.startswith(UPLOADS)):
            await self.app(scope, receive, send)
        elif path.startswith(SOCKETS):
            await self._socket(scope, receive, send)
        elif path.startswith(UPLOADS):
            await self._upload(scope, receive, send)
        elif scope['type'] == 'http' and scope['method'] in ('GET', 'HEAD'):
            await self._page(scope, receive, send)
        else:
            await _refuse(scope, receive, send, 404)

    async def _socket(self, scope: Any, receive: Any, send: Any) -> None:
        session = scope['state'].get('session')
        transport = parse_qs(scope.get('query_string', b'').decode('latin-1')).get('sid', [''])[0]
        allowed = sockets.owns_transport(transport, session) if transport else await self.actor(scope) is not None
        if allowed:
            await self.app(scope, receive, send)
        else:
            await _refuse(scope, receive, send, 403)

    async def _upload(self, scope: Any, receive: Any, send: Any) -> None:
        client_id = scope['path'].removeprefix(UPLOADS).partition('/')[0]
        if sockets.may_touch(client_id, scope['state'].get('session')) and await self.actor(scope) is not None:
            await self.app(scope, receive, send)
        else:
            await _refuse(scope, receive, send, 404)

    async def _page(self, scope: Any, receive: Any, send: Any) -> None:
        wait = self._pages.take(scope['state'].get('session')) if scope['state'].get('session') else 0
        if wait:
            await errors.page(429, wait=wait)(scope, receive, send)
            return
        actor = await self.actor(scope)
        if actor is None:
            query = scope.get('query_string', b'').decode('latin-1')
            target = scope['path'] + (f'?{query}' if query else '')
            await RedirectResponse(to_sign_in(target), 303)(scope, receive, send)
            return
        set_language(actor.language)
        await self.app(scope, receive, _OwnErrors(scope, receive, send))

    async def actor(self, scope: Any) -> Actor | None:
        """The person behind a connection, read now; also noted in its state for those further in."""
        session = scope['state'].get('session')
        if session is None:
            return None
        ip = scope['client'][0] if scope.get('client') else ''
        try:
            actor = await work.do(self._runtime, SessionKey(session, ip), PresenceService.me)
        except SignedOut:
            known.discard(session)
            return None
        known.add(session)
        scope['state']['actor'] = actor
        return actor


class _OwnErrors:
    """Replaces NiceGUI's own error pages, which show what went wrong to anybody, by ours."""

    def __init__(self, scope: Any, receive: Any, send: Any) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._replaced = False

    async def __call__(self, message: Any) -> None:
        if message['type'] == 'http.response.start' and message['status'] >= 400:
            names = {key.lower() for key, _ in message['headers']}
            if PAGE_MARK.encode() in names:
                self._replaced = True
                status = message['status']
                number = self._scope['state']['request_id'] if status >= 500 else ''
                await errors.page(status, reference=number)(self._scope, self._receive, self._send)
        if not self._replaced:
            await self._send(message)


async def _refuse(scope: Any, receive: Any, send: Any, status: int) -> None:
    if scope['type'] == 'websocket':
        await send({'type': 'websocket.close', 'code': 1008})
    else:
        await errors.page(status)(scope, receive, send)
