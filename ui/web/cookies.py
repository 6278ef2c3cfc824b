"""The session cookie, and that of a sign-in half done: random tokens of which the server knows only the hashes."""

from __future__ import annotations

from typing import Any, Protocol

from starlette.requests import HTTPConnection
from starlette.responses import Response

from services.auth.sessions import token_hash
from services.core.runtime import SessionKey

HOST_ONLY = '__Host-'
PLAIN_NAME = 'portal'
SECURE_NAME = HOST_ONLY + PLAIN_NAME
TOKEN_LENGTH = 43
LONGEST_LIFE = 7 * 24 * 3600
STEP = '-step'
STEP_LIFE = 10 * 60


class _Settings(Protocol):
    @property
    def url(self) -> str: ...


def is_secure(config: _Settings) -> bool:
    """Whether people reach this Portico over https; only then may the cookie carry the __Host- prefix."""
    return config.url.startswith('https://')


def name_of(config: _Settings) -> str:
    """What the session cookie is called here."""
    return SECURE_NAME if is_secure(config) else PLAIN_NAME


def hash_in(scope: Any, config: _Settings) -> bytes | None:
    """The hash of the session token of an ASGI request, or None without a well-formed one."""
    raw = '; '.join(value.decode('latin-1') for key, value in scope['headers'] if key == b'cookie')
    wanted = name_of(config)
    found = [part.partition('=')[2].strip() for part in raw.split(';') if part.partition('=')[0].strip() == wanted]
    token = found[0] if len(found) == 1 else ''
    is_token = len(token) == TOKEN_LENGTH and token.replace('-', '').replace('_', '').isalnum() and token.isascii()
    return token_hash(token) if is_token else None


def read(request: HTTPConnection) -> bytes | None:
    """The hash of the session token this request brought, or None."""
    found: bytes | None = request.scope['state'].get('session')
    return found


def session_key(request: HTTPConnection) -> SessionKey:
    """What a request proves about its person; without a cookie it is a key that opens nothing (SignedOut)."""
    return SessionKey(read(request) or b'', request.client.host if request.client else '')


def write(response: Response, token: str, config: _Settings) -> None:
    """Give the browser this token; it ends with the session's longest life."""
    response.set_cookie(name_of(config), token, max_age=LONGEST_LIFE, path='/', secure=is_secure(config), httponly=True,
                        samesite='lax')


def clear(response: Response, config: _Settings) -> None:
    """Take the token back and let the browser forget what it kept of our pages."""
    response.delete_cookie(name_of(config), path='/', secure=is_secure(config), httponly=True, samesite='lax')
    response.headers['Clear-Site-Data'] = '"cache", "storage"'


def step_token(request: HTTPConnection, config: _Settings) -> str:
    """The token of a sign-in half done that this request brought, or nothing; it is no session's."""
    return request.cookies.get(name_of(config) + STEP, '')[:TOKEN_LENGTH]


def write_step(response: Response, token: str, config: _Settings) -> None:
    """Give the browser the token for the second step; without one take it back."""
    response.set_cookie(name_of(config) + STEP, token, max_age=STEP_LIFE if token else 0, path='/',
                        secure=is_secure(config), httponly=True, samesite='lax')
