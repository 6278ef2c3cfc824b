"""Open pages belong to the session that asked for them: a foreign, absent or ended one moves nothing on them."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from typing import Any

from nicegui import Client, core
from socketio.exceptions import ConnectionRefusedError

from services.auth.sessions import SessionService
from services.core.actor import SYSTEM, Actor
from services.core.errors import DomainError
from services.core.runtime import Runtime, SessionKey
from services.presence import PresenceService
from ui.kernel import work
from ui.web.limits import Buckets, known
from ui.web.redirects import SIGN_IN

log = logging.getLogger('portico')
WATCH_SECONDS = 2.0
TOUCH_SECONDS = 30.0
LONGEST_NOTE = 500
_REFUSED = 'Implicit handshake failed'
_notes = Buckets(10, 0.1)
_dead: set[bytes] = set()
_busy: dict[bytes, str] = {}
_original: dict[str, Callable[..., Any]] = {}


def bind(client_id: str, token_hash: bytes) -> None:
    """Give an open page to this session, e.g. the new one after the person's token was changed."""
    Client.instances[client_id].request.scope['state']['session'] = token_hash


def owner(client: Client | None) -> bytes | None:
    """The session an open page belongs to; none for a page that was made without one."""
    if client is None or client._request is None:
        return None
    state = client._request.scope.get('state', {})
    found: bytes | None = state.get('session') if state.get('actor') else None
    return found


def owns_transport(engine_id: str, token_hash: bytes | None) -> bool:
    """Whether a running polling transport was opened by this session."""
    environ = core.sio.environ.get(engine_id)
    return environ is not None and token_hash is not None and _session_in(environ) == token_hash


def may_touch(client_id: Any, token_hash: bytes | None) -> bool:
    """Whether this session owns this open page and is alive."""
    client = Client.instances.get(client_id) if isinstance(client_id, str) else None
    return token_hash is not None and token_hash not in _dead and owner(client) == token_hash


def install() -> None:
    """Put the check in front of NiceGUI's socket handlers; private to NiceGUI 3.18, see tests/web/test_sockets.py."""
    handlers = core.sio.handlers['/']
    for event, guarded in (('connect', _connect), ('handshake', _handshake), ('event', _event),
                           ('javascript_response', _event_of('javascript_response')), ('ack', _event_of('ack')),
                           ('log', _log)):
        _original.setdefault(event, handlers[event])
        handlers[event] = guarded
    core.sio.eio.cors_allowed_origins = []
    core.sio.eio.start_service_task = True
    _dead.clear()


def end_session(token_hash: bytes) -> None:
    """Send all open pages of this session to the sign-in page and end them; may be called from any thread."""
    _dead.add(token_hash)
    known.discard(token_hash)
    _in_loop(lambda client: owner(client) == token_hash)


def end_user(user_id: uuid.UUID) -> None:
    """Send all open pages of this person to the sign-in page and end them; may be called from any thread."""
    _in_loop(lambda client: owner(client) is not None and _actor(client).user_id == user_id)


async def watch(runtime: Runtime) -> None:
    """End the pages of sessions that other processes have ended, and note who is active; runs for ever."""
    loop = asyncio.get_running_loop()
    noted = loop.time()
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        try:
            await _end_dead(runtime)
            if loop.time() - noted >= TOUCH_SECONDS:
                noted = loop.time()
                await _touch(runtime)
        except Exception:
            log.exception('open pages could not be checked')


def listen(runtime: Runtime) -> Callable[[], None]:
    """End pages at once when an act of this process ends their session; returns what stops that."""
    def hear(news: frozenset[str]) -> None:
        for topic in news:
            if topic.startswith('session:'):
                end_session(bytes.fromhex(topic.removeprefix('session:')))
    return runtime.bus.listen(hear)


async def _end_dead(runtime: Runtime) -> None:
    hashes = {found for client in tuple(Client.instances.values()) if (found := owner(client))}
    _dead.intersection_update(hashes)
    if hashes:
        for ended in hashes - await work.do(runtime, SYSTEM, PresenceService.alive, hashes):
            end_session(ended)


async def _touch(runtime: Runtime) -> None:
    seen = dict(_busy)
    _busy.clear()
    for token_hash, ip in seen.items():
        try:
            await work.do(runtime, SessionKey(token_hash, ip), SessionService.touch)
        except DomainError:
            end_session(token_hash)


def _in_loop(meant: Callable[[Client], bool]) -> None:
    if core.loop is not None and core.loop.is_running():
        core.loop.call_soon_threadsafe(lambda: asyncio.ensure_future(_send_away(meant)))


async def _send_away(meant: Callable[[Client], bool]) -> None:
    for client in [client for client in Client.instances.values() if meant(client)]:
        await core.sio.emit('open', {'path': SIGN_IN, 'new_tab': False, '_id': client.outbox.next_message_id},
                            room=client.id)
        if client.id in Client.instances:
            client.delete()


def _actor(client: Client) -> Actor:
    actor: Actor = client.request.scope['state']['actor']
    return actor


def _session_in(environ: dict[str, Any]) -> bytes | None:
    found: bytes | None = environ.get('asgi.scope', {}).get('state', {}).get('session')
    return found


def _session_of(sid: str) -> bytes | None:
    environ = core.sio.get_environ(sid)
    return _session_in(environ) if environ else None


async def _connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
    query = dict(part.partition('=')[::2] for part in environ.get('QUERY_STRING', '').split('&'))
    if not may_touch(query.get('client_id'), _session_in(environ)):
        raise ConnectionRefusedError(_REFUSED)
    await _original['connect'](sid, environ, auth)


async def _handshake(sid: str, message: Any) -> bool:
    if not isinstance(message, dict) or not may_touch(message.get('client_id'), _session_of(sid)):
        return False
    return bool(await _original['handshake'](sid, message))


def _allowed(sid: str, message: Any) -> Client | None:
    """The page a message is for, when its socket has shaken hands with that page and the session owns it."""
    token_hash = _session_of(sid)
    if not isinstance(message, dict) or not may_touch(message.get('client_id'), token_hash):
        return None
    client = Client.instances[message['client_id']]
    return client if sid in client._socket_to_document_id else None


def _event_of(event: str) -> Callable[[str, Any], None]:
    def guarded(sid: str, message: Any) -> None:
        if _allowed(sid, message) is not None:
            try:
                _original[event](sid, message)
            except (KeyError, TypeError, ValueError):
                log.warning('a malformed %s message was dropped', event)
    return guarded


def _event(sid: str, message: Any) -> None:
    client = _allowed(sid, message)
    if client is not None:
        _busy[owner(client) or b''] = client.ip
        _forward(sid, message)


_forward = _event_of('event')


def _log(sid: str, message: Any) -> None:
    client = _allowed(sid, message)
    if client is not None and not _notes.take(client.id):
        log.info('browser: %s', str(message.get('message', ''))[:LONGEST_NOTE])
