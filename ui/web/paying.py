"""Going to a payment gateway, coming back, and hearing from it; the page of the test gateway stands here too."""

from __future__ import annotations

import asyncio
import contextvars
import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from models.core.words import _
from services.core import formats
from services.core.actor import SYSTEM
from services.core.errors import Conflict, NotFound
from services.gateways.payment import Outcome
from services.gateways.test_payment import TestGateway
from services.payments.attempts import come_back, give_up, go
from services.payments.hearing import Heard, hear
from services.payments.methods import GATEWAYS, test_gateway
from services.settings import SettingService
from ui.kernel import work
from ui.web.cookies import session_key
from ui.web.pages import arrive
from ui.web.pages import go as lead

router = APIRouter(include_in_schema=False)
_callers = ThreadPoolExecutor(4, thread_name_prefix='gateway')
R = TypeVar('R')
LATER = dt.timedelta(minutes=1)


async def _called(make: Callable[[], R]) -> R:
    """Call a gateway off the event loop, and not in the threads of the acts."""
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(_callers, context.run, make)


@router.get('/pay/go/{payment}')
async def leave(request: Request, payment: str) -> Response:
    """On to the gateway's page for an attempt."""
    runtime, who = request.app.state.runtime, session_key(request)
    return RedirectResponse(await _called(lambda: go(runtime, who, payment)), 303)


@router.get('/pay/return/{payment}')
async def back(request: Request, payment: str) -> Response:
    """Back from the gateway: ask it what became of the attempt, and show the payment. It books nothing by itself."""
    runtime, who = request.app.state.runtime, session_key(request)
    act = give_up if request.query_params.get('left') else come_back
    await _called(lambda: act(runtime, who, payment))
    return lead(f'/payments/{payment}')


@router.post('/webhooks/{name}')
async def told(request: Request, name: str) -> Response:
    """A message of a gateway; what it refers to is asked anew, so its order and time do not matter."""
    if name not in GATEWAYS:
        raise NotFound('')
    runtime, body = request.app.state.runtime, await request.body()
    headers = {key.lower(): value for key, value in request.headers.items()}
    heard = await _called(lambda: hear(runtime, name, body, headers))
    return JSONResponse({'heard': heard.value}, 422 if heard is Heard.REFUSED else 200)


@router.get('/pay/test/{token}')
async def hosted(request: Request, token: str) -> Response:
    """The test gateway's own page, as a real one would show it to whoever has its address."""
    return await _hosted(request, token)


@router.post('/pay/test/{token}')
async def pressed(request: Request, token: str) -> Response:
    """A button of the test gateway's page."""
    gateway, row = await _open(request, token)
    runtime = request.app.state.runtime
    act = (await (await arrive(request)).fields()).get('act', '')
    back_to = urlsplit(row['back']).path
    if act == 'leave':
        return lead(f'{back_to}?left=1')
    if act not in ('pay', 'later', 'lost', 'decline'):
        return await _hosted(request, token)
    now = runtime.now()
    done = gateway.decline(token) if act == 'decline' else \
        gateway.pay(token, now, wait=LATER if act == 'later' else dt.timedelta(0))
    if not done:
        raise Conflict(_('This payment is over.'))
    if act == 'lost':
        return await _hosted(request, token, status=504)
    if act != 'later':
        message = gateway.message('failed' if act == 'decline' else 'paid', token, now)
        await _called(lambda: hear(runtime, gateway.name, *message))
    return lead(back_to)


async def _open(request: Request, token: str) -> tuple[TestGateway, dict[str, Any]]:
    """The gateway and what it knows of an attempt; while it is switched off it is not there."""
    runtime = request.app.state.runtime
    if not await work.do(runtime, SYSTEM, SettingService.get, 'payments.test'):
        raise NotFound('')
    gateway = test_gateway(runtime)
    row = await _called(lambda: _row(gateway, token))
    if row is None:
        raise NotFound('')
    return gateway, row


def _row(gateway: TestGateway, token: str) -> dict[str, Any] | None:
    return gateway.rows().get(token)


async def _hosted(request: Request, token: str, *, status: int = 200) -> Response:
    _gateway, row = await _open(request, token)
    visit = await arrive(request)
    return visit.page('test_payment.html', status=status, lost=status != 200, words=row['words'],
                      amount=formats.money(Decimal(row['amount']), row['currency']),
                      is_open=row['outcome'] == Outcome.OPEN and not row['ready_at'], back=urlsplit(row['back']).path)
