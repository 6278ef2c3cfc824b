"""Documents as PDF, for everybody who may read them, each in the language of the person who asks."""

from __future__ import annotations

import asyncio
import contextvars
from concurrent.futures import ThreadPoolExecutor

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.orders.paper import PaperService, order_file
from ui.kernel import work
from ui.web.cookies import session_key
from ui.web.downloads import respond_bytes

router = APIRouter(include_in_schema=False)
_printers = ThreadPoolExecutor(2, thread_name_prefix='paper')


@router.get('/download/orders/{number}.pdf')
async def order(request: Request, number: str) -> Response:
    """The confirmation of an order; out of reach it does not exist."""
    paper = await work.do(request.app.state.runtime, session_key(request), PaperService.order, number)
    context = contextvars.copy_context()
    name, data = await asyncio.get_running_loop().run_in_executor(_printers, context.run, order_file, paper)
    return respond_bytes(name, 'application/pdf', data)
