"""Giving one's password again before something that wants a recent proof."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.auth.proving import prove
from services.core.errors import DomainError, SignedOut
from ui.web import cookies
from ui.web.pages import go, signed_in
from ui.web.redirects import local_path

router = APIRouter(include_in_schema=False)


@router.get('/confirm-password')
async def show(request: Request) -> Response:
    """The form."""
    visit = await signed_in(request)
    return visit.page('confirm_password.html', target=local_path(request.query_params.get('next')))


@router.post('/confirm-password')
async def give(request: Request) -> Response:
    """Take the password and go on."""
    visit = await signed_in(request)
    given = await visit.fields()
    target = local_path(given.get('next'))
    try:
        await visit.enter(prove, cookies.session_key(request), given.get('password', ''))
    except SignedOut:
        raise
    except DomainError as error:
        return visit.page('confirm_password.html', error=error, target=target)
    return go(target)
