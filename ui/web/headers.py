"""What every answer carries: protection headers, the request's number, compression; the way out of the guard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import MutableHeaders

from ui.web import compress

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
PAGE_MARK = 'x-nicegui-content'
_ALWAYS = {
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Frame-Options': 'DENY',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()',
}
_ONE_YEAR = 'max-age=31536000'


def policy(*, nonce: str, host: str, secure: bool, application: bool) -> str:
    """The content security policy; only the application's page may evaluate code, which its templates need."""
    socket = f'{"wss" if secure else "ws"}://{host}'
    evaluation = " 'unsafe-eval'" if application else ''
    return '; '.join((
        "default-src 'none'", f"script-src 'self' 'nonce-{nonce}'{evaluation}", "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:", "font-src 'self'", f"connect-src 'self' {socket}", "manifest-src 'self'",
        "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", 'report-uri /csp'))


class Outgoing:
    """Completes the answer to one request on its way out; `status` is known once it has started."""

    def __init__(self, scope: MutableMapping[str, Any], send: Send, *, host: str, secure: bool) -> None:
        self.status = 0
        self._scope = scope
        self._send = send
        self._host = host
        self._secure = secure
        self._held: Message | None = None
        accepted = next((v.decode('latin-1') for k, v in scope['headers'] if k == b'accept-encoding'), '')
        self._encoding = compress.choose(accepted)

    async def __call__(self, message: Message) -> None:
        """Send one ASGI message."""
        if message['type'] == 'http.response.start':
            self.status = message['status']
            self._complete(MutableHeaders(raw=message.setdefault('headers', [])))
            self._held = message
            return
        if self._held is not None and message['type'] == 'http.response.body':
            start, self._held = self._held, None
            if not message.get('more_body'):
                message = self._packed(MutableHeaders(raw=start['headers']), message)
            await self._send(start)
        await self._send(message)

    def _complete(self, headers: MutableHeaders) -> None:
        state = self._scope['state']
        application = PAGE_MARK in headers
        for name in (PAGE_MARK, 'server', 'x-powered-by'):
            if name in headers:
                del headers[name]
        for name, value in _ALWAYS.items():
            headers.setdefault(name, value)
        headers.setdefault('Content-Security-Policy', policy(
            nonce=state['nonce'], host=self._host, secure=self._secure, application=application))
        headers.setdefault('Cache-Control', 'no-store')
        headers['X-Request-Id'] = state['request_id']
        if self._secure:
            headers['Strict-Transport-Security'] = _ONE_YEAR

    def _packed(self, headers: MutableHeaders, message: Message) -> Message:
        data = message.get('body', b'')
        if 'content-encoding' in headers or not compress.is_worth(headers.get('content-type', ''), len(data)):
            return message
        headers.add_vary_header('Accept-Encoding')
        if self._encoding is None or self._scope['method'] == 'HEAD':
            return message
        packed = compress.pack(data, self._encoding)
        headers['Content-Encoding'] = self._encoding
        headers['Content-Length'] = str(len(packed))
        return {**message, 'body': packed}
