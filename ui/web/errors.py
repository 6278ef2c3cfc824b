"""Error pages: plain HTML in the person's language, the same for what is not there and what is not his."""

from __future__ import annotations

import logging
import math
from typing import Any

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from models.core.words import RIGHT_TO_LEFT, _, _l, current_language
from services.core.errors import DomainError, SignedOut
from ui.web.redirects import to_sign_in
from ui.web.static import ASSETS, asset

log = logging.getLogger('portico')
_templates = Environment(loader=FileSystemLoader(ASSETS / 'web'), autoescape=select_autoescape())
_TITLES = {
    400: _l('This request cannot be answered'),
    401: _l('Please sign in'),
    403: _l('You may not do this'),
    404: _l('There is nothing here'),
    409: _l('This was changed meanwhile'),
    413: _l('This is too large'),
    429: _l('Too many requests'),
    503: _l('This cannot be done just now'),
}
_TEXTS = {
    400: _l('The browser sent something Portico does not understand or does not accept.'),
    401: _l('Your session has ended. Please sign in again.'),
    403: _l('You do not have the right to do this.'),
    404: _l('The page does not exist, or it is not yours to see.'),
    409: _l('Someone else was faster. Please look again.'),
    413: _l('What you sent is larger than Portico accepts.'),
    429: _l('Please wait a moment and try again.'),
    503: _l('Please try again in a moment.'),
}
_FAULT = _l('Something went wrong')
_FAULT_TEXT = _l('The fault is on our side and has been noted. Please quote this number when you ask about it.')


def page(status: int, *, reference: str = '', text: str = '', wait: float = 0) -> Response:
    """The page for a status; `text` replaces its sentence, `reference` is the request's number, `wait` in seconds."""
    title = _TITLES.get(status) or (_FAULT if status >= 500 else _TITLES[400])
    text = text or str(_TEXTS.get(status) or (_FAULT_TEXT if status >= 500 else _TEXTS[400]))
    language = current_language()
    content = _templates.get_template('error.html').render(
        title=str(title), text=text, reference=reference, language=language, home=_('To the start page'),
        direction='rtl' if language in RIGHT_TO_LEFT else 'ltr', style=asset('portal.css'), icon=asset('favicon.svg'))
    return HTMLResponse(content, status, {'Retry-After': str(math.ceil(wait))} if wait else None)


def install(app: FastAPI) -> None:
    """Let this application answer refusals and faults with our pages."""
    app.add_exception_handler(DomainError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(404, _http)
    app.add_exception_handler(Exception, _fault)


async def _refused(request: Request, error: Any) -> Response:
    if isinstance(error, SignedOut) and request.method == 'GET' and 'text/html' in request.headers.get('accept', ''):
        return RedirectResponse(to_sign_in(_target(request)), 303)
    wait = error.details if error.status == 429 and isinstance(error.details, int | float) else 0
    return page(error.status, text='' if error.status == 404 else error.message, wait=wait)


async def _http(request: Request, error: Any) -> Response:
    status = getattr(error, 'status_code', 404)
    return page(404 if status == 405 else status)


async def _fault(request: Request, error: Exception) -> Response:
    number = request.scope['state'].get('request_id', '')
    log.error('fault %s', number, exc_info=error)
    return page(500, reference=number)


def _target(request: Request) -> str:
    query = request.scope.get('query_string', b'').decode('latin-1')
    return request.scope['path'] + (f'?{query}' if query else '')
