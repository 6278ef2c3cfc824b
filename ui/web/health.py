"""Whether the process lives and whether it can work; strangers learn no more than that."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from services.core.actor import SYSTEM
from services.core.errors import DomainError
from services.core.permissions import Permission
from services.presence import PresenceService
from ui.kernel import work
from ui.web.cookies import read, session_key

router = APIRouter()
log = logging.getLogger('portico')


@router.get('/healthz')
async def alive() -> Response:
    """The process answers."""
    return PlainTextResponse('ok')


@router.get('/readyz')
async def ready(request: Request) -> Response:
    """A row can be written; staff who may change the settings also see how long mail waits and what space is left."""
    try:
        health = await work.do(request.app.state.runtime, SYSTEM, PresenceService.probe)
    except Exception:
        log.exception('not ready')
        return JSONResponse({'ready': False}, 503)
    if not health.is_well:
        log.warning('mail waits %.0f s, %d bytes are free', health.mail_waits, health.free_space)
    details: dict[str, Any] = {}
    if await _may_look(request):
        details = {'mail_waits_seconds': round(health.mail_waits), 'free_bytes': health.free_space}
    return JSONResponse({'ready': True, **details})


@router.post('/csp', status_code=204)
async def report(request: Request) -> Response:
    """What a browser's content policy has blocked goes to the log."""
    log.warning('content policy: %s', (await request.body())[:2000].decode('utf-8', 'replace'))
    return Response(status_code=204)


async def _may_look(request: Request) -> bool:
    if read(request) is None:
        return False
    try:
        actor = await work.do(request.app.state.runtime, session_key(request), PresenceService.me)
    except DomainError:
        return False
    return actor.may(Permission.SETTINGS_WRITE)
