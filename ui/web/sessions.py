"""What gives a browser a new session: another company, a customer's eyes, a new password; and the list of them."""

from __future__ import annotations

import uuid

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.core.words import _
from services.auth.resetting import change_password
from services.auth.sessions import SessionService
from services.auth.signing_in import AuthService
from services.core.errors import DomainError, NotFound, SignedOut
from ui.web import cookies
from ui.web.pages import enter_with, go, signed_in
from ui.web.redirects import local_path

router = APIRouter(include_in_schema=False)


@router.post('/switch-company')
async def switch(request: Request) -> Response:
    """Go on in another company of the person's."""
    visit = await signed_in(request)
    given = await visit.fields()
    try:
        membership = uuid.UUID(given.get('membership', ''))
    except ValueError:
        raise NotFound(_('There is nothing here, or it is not yours to see.')) from None
    return enter_with(visit, await visit.do(AuthService.switch, membership, browser=visit.browser), '/')


@router.post('/view-as')
async def view_as(request: Request) -> Response:
    """Look at the portal as a customer sees it."""
    visit = await signed_in(request)
    given = await visit.fields()
    opened = await visit.do(AuthService.view_as, given.get('account', ''), browser=visit.browser)
    return enter_with(visit, opened, local_path(given.get('next')))


@router.post('/view-as/end')
async def leave_view(request: Request) -> Response:
    """Back to the customer in the office."""
    visit = await signed_in(request)
    account = visit.actor.account if visit.actor else ''
    opened = await visit.do(AuthService.leave_view, browser=visit.browser)
    return enter_with(visit, opened, f'/office/customers/{account}')


@router.get('/change-password')
async def show_password(request: Request) -> Response:
    """The form for a new password."""
    visit = await signed_in(request)
    return visit.page('change_password.html', target=local_path(request.query_params.get('next')))


@router.post('/change-password')
async def set_password(request: Request) -> Response:
    """Change the password, end all other sessions and go on in a new one."""
    visit = await signed_in(request)
    given = await visit.fields()
    target = local_path(given.get('next'))
    try:
        opened = await visit.enter(change_password, cookies.session_key(request), current=given.get('current', ''),
                                   password=given.get('password', ''), browser=visit.browser)
    except SignedOut:
        raise
    except DomainError as error:
        return visit.page('change_password.html', error=error, target=target)
    return enter_with(visit, opened, target)


@router.get('/sessions')
async def show(request: Request) -> Response:
    """Where the person is signed in."""
    visit = await signed_in(request)
    return visit.page('sessions.html', sessions=await visit.do(SessionService.own))


@router.post('/sessions/end')
async def end(request: Request) -> Response:
    """End one of the person's sessions, or all others."""
    visit = await signed_in(request)
    given = await visit.fields()
    if given.get('which') == 'others':
        await visit.do(SessionService.end_others)
    else:
        await visit.do(SessionService.end, given.get('which', ''))
    return go('/sessions')
