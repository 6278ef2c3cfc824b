"""The size and the pace of what browsers send: counted as it arrives, whatever was announced."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
FORM = 256 * 1024
API = 1024 * 1024
UPLOAD = 64 * 1024 * 1024
REPORT = 16 * 1024
PICTURE = 6 * 1024 * 1024
PICTURE_PATH = '/profile/picture'
PATIENCE = 30.0
UPLOADS = '/_nicegui/client/'


def limit_of(path: str) -> int:
    """The most bytes the body of a request to this path may have."""
    if path.startswith(UPLOADS):
        return UPLOAD
    if path.startswith(('/api/', '/_nicegui_ws/')):
        return API
    if path == PICTURE_PATH:
        return PICTURE
    return REPORT if path == '/csp' else FORM


class Body:
    """The body of one request; when it grows too long or stalls, the application sees the browser gone."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self.too_long = False
        self._receive = receive
        self._limit = limit
        self._count = 0
        self._done = False

    async def __call__(self) -> Message:
        """Receive one ASGI message."""
        if self.too_long:
            return {'type': 'http.disconnect'}
        if self._done:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), PATIENCE)
        except TimeoutError:
            return {'type': 'http.disconnect'}
        self._count += len(message.get('body', b''))
        self._done = not message.get('more_body', False)
        if self._count > self._limit:
            self.too_long = True
            return {'type': 'http.disconnect'}
        return message
