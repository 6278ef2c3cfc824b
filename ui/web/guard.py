"""The outermost layer of every connection, http and websocket: what it refuses never reaches any of our code.

Hosts, forwarded headers, origins, sizes, pace and headers of answers are settled here (security.md, requirement 4).
"""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any

from models.core.words import set_language
from services.core.config import Config
from services.core.logs import request_id
from ui.web import cookies, errors
from ui.web.bodies import UPLOADS, Body, limit_of
from ui.web.headers import Outgoing
from ui.web.language import preferred
from ui.web.limits import Buckets, known
from ui.web.proxies import Addresses
from ui.web.static import NICEGUI

log = logging.getLogger('portico.access')
SAFE = frozenset({'GET', 'HEAD', 'OPTIONS'})
METHODS = SAFE | {'POST', 'PUT', 'PATCH', 'DELETE'}
SOCKETS = '/_nicegui_ws/'
MOST_HEADER_BYTES = 16 * 1024
MOST_HEADERS = 100
LONGEST_TARGET = 4096
STRANGERS_AT_ONCE = 120
STRANGERS_PER_SECOND = 1.0
UNPROVEN_AT_ONCE = 300
UNPROVEN_PER_SECOND = 10.0
OWN_PROOF = ('/api/', '/webhooks/')


class Guard:
    """An ASGI application around everything else."""

    def __init__(self, app: Any, config: Config, *, strangers: Buckets | None = None) -> None:
        self.app = app
        self._config = config
        self._addresses = Addresses(config)
        self._strangers = strangers or Buckets(STRANGERS_AT_ONCE, STRANGERS_PER_SECOND)
        self._unproven = Buckets(UNPROVEN_AT_ONCE, UNPROVEN_PER_SECOND)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one ASGI connection."""
        if scope['type'] == 'lifespan':
            await self.app(scope, receive, send)
            return
        state = scope.setdefault('state', {})
        state.update(request_id=secrets.token_hex(8), nonce=secrets.token_urlsafe(16))
        request_id.set(state['request_id'])
        status = _unsound(scope)
        host = self._addresses.settle(scope)
        headers = {key.decode('latin-1'): value.decode('latin-1') for key, value in scope['headers']}
        set_language(preferred(headers.get('accept-language', '')))
        state['session'] = cookies.hash_in(scope, self._config)
        if host is None:
            status = status or 400
        status = status or self._foreign(scope, headers, host or '')
        if scope['type'] == 'websocket':
            await self._socket(scope, receive, send, status)
        else:
            await self._http(scope, receive, send, status=status, host=host or 'localhost')

    async def _socket(self, scope: Any, receive: Any, send: Any, status: int) -> None:
        if status or not scope['path'].startswith(SOCKETS):
            log.warning('socket refused', extra=_facts(scope, status or 403))
            await send({'type': 'websocket.close', 'code': 1008})
            return
        await self.app(scope, receive, send)

    async def _http(self, scope: Any, receive: Any, send: Any, *, status: int, host: str) -> None:
        began = time.perf_counter()
        out = Outgoing(scope, send, host=host, secure=cookies.is_secure(self._config))
        wait = 0.0 if status else self._pace(scope)
        status = status or (429 if wait else _too_large(scope))
        body = Body(receive, limit_of(scope['path']))
        if status:
            await errors.page(status, wait=wait)(scope, receive, out)
        else:
            await self._inside(scope, body, out)
        if not _is_lasting(scope['path']):
            log.info('%s %s', scope['method'], scope['path'],
                     extra=_facts(scope, out.status) | {'ms': round((time.perf_counter() - began) * 1000, 1)})

    async def _inside(self, scope: Any, body: Body, out: Outgoing) -> None:
        answer = _Answer(out, body)
        try:
            await self.app(scope, body, answer)
        except Exception:
            if not body.too_long and not answer.started:
                log.exception('a request failed')
                await errors.page(500, reference=scope['state']['request_id'])(scope, body, out)
                return
        if body.too_long and not answer.started:
            await errors.page(413)(scope, body, out)

    def _foreign(self, scope: Any, headers: dict[str, str], host: str) -> int:
        """403 when another site may be behind this connection: compared exactly, for sockets and for acts."""
        origin, site = headers.get('origin'), headers.get('sec-fetch-site')
        is_socket = scope['type'] == 'websocket'
        if origin is not None and (is_socket or scope['method'] not in SAFE or scope['path'].startswith(SOCKETS)):
            return 0 if self._addresses.is_own(origin, scope, host) else 403
        if is_socket:
            return 403
        if scope['path'].startswith(SOCKETS):
            return 0 if site == 'same-origin' and scope['method'] == 'GET' else 403
        if scope['method'] in SAFE or scope['path'].startswith(OWN_PROOF):
            return 0
        if site is not None:
            return 0 if site in ('same-origin', 'none') else 403
        return 403 if scope['state']['session'] is not None else 0

    def _pace(self, scope: Any) -> float:
        session = scope['state']['session']
        if _is_lasting(scope['path']) or session in known:
            return 0.0
        buckets = self._strangers if session is None else self._unproven
        return buckets.take(scope['client'][0] if scope.get('client') else '')


class _Answer:
    """Notes whether an answer has begun, and withholds what the application says about a body that was cut off."""

    def __init__(self, out: Outgoing, body: Body) -> None:
        self.started = False
        self._out = out
        self._body = body

    async def __call__(self, message: Any) -> None:
        if self._body.too_long and not self.started:
            return
        self.started = True
        await self._out(message)


def _unsound(scope: Any) -> int:
    path = scope['path']
    if any(ord(c) < 32 or ord(c) == 127 for c in path) or '\\' in path or not path.startswith('/'):
        return 400
    if scope['type'] == 'http' and scope['method'] not in METHODS:
        return 400
    if len(path) + len(scope.get('query_string', b'')) > LONGEST_TARGET:
        return 400
    size = sum(len(key) + len(value) for key, value in scope['headers'])
    return 400 if size > MOST_HEADER_BYTES or len(scope['headers']) > MOST_HEADERS else 0


def _too_large(scope: Any) -> int:
    lengths = [value for key, value in scope['headers'] if key == b'content-length']
    if scope['method'] not in SAFE and scope['path'].startswith(UPLOADS) and not lengths:
        return 400
    try:
        return 413 if any(int(length) > limit_of(scope['path']) for length in lengths) else 0
    except ValueError:
        return 400


def _is_lasting(path: str) -> bool:
    return path.startswith(('/assets/', NICEGUI, '/favicon.ico'))


def _facts(scope: Any, status: int) -> dict[str, Any]:
    actor = scope['state'].get('actor')
    return {'status': status, 'ip': scope['client'][0] if scope.get('client') else '',
            'user': str(actor.user_id) if actor else None}
