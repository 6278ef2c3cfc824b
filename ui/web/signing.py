"""Signing in and out: plain forms, since a socket cannot give the browser a new session."""

from __future__ import annotations

import contextlib

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.core.words import LANGUAGES, _
from services.auth.resetting import PasswordService
from services.auth.signing_in import AuthService, Credentials, sign_in
from services.core.actor import VISITOR
from services.core.errors import DomainError, SignedOut
from ui.kernel import work
from ui.web import cookies
from ui.web.pages import Visit, arrive, enter_with, go, remember_language
from ui.web.redirects import local_path, to_sign_in

router = APIRouter(include_in_schema=False)
NOTES = {'reset': lambda: _('Your new password is set. Please sign in.'),
         'late': lambda: _('This took too long. Please sign in again.'),
         'out': lambda: _('You are signed out.')}


@router.get('/sign-in')
async def show(request: Request) -> Response:
    """The sign-in page, or straight on for somebody who is signed in."""
    visit = await arrive(request)
    target = local_path(request.query_params.get('next'))
    if visit.actor is not None:
        return go(target)
    return await _page(visit, target=target, note=request.query_params.get('note', ''),
                       chosen=request.query_params.get('language', ''))


@router.post('/sign-in')
async def enter(request: Request) -> Response:
    """Sign in and go on to where the person wanted to be."""
    visit = await arrive(request)
    given = await visit.fields()
    target, chosen = local_path(given.get('next')), given.get('chosen', '')
    credentials = Credentials(given.get('email', ''), given.get('password', ''), visit.browser, chosen)
    try:
        entered = await visit.enter(sign_in, credentials, replacing=cookies.read(request))
    except DomainError as error:
        return await _page(visit, target=target, email=credentials.email, chosen=chosen, error=error)
    return enter_with(visit, entered, target)


@router.post('/sign-out')
async def leave(request: Request) -> Response:
    """End the session and forget what the browser kept."""
    visit = await arrive(request)
    with contextlib.suppress(SignedOut):
        await visit.do(AuthService.sign_out)
    target = local_path((await visit.fields()).get('next'))
    answer = go(to_sign_in(target) if target != '/' else '/sign-in?note=out')
    config = visit.runtime.config
    cookies.clear(answer, config)
    if visit.actor is not None:
        remember_language(answer, visit.actor.language, secure=cookies.is_secure(config))
    return answer


async def _page(visit: Visit, *, target: str, chosen: str, error: DomainError | None = None, **shown: str) -> Response:
    note = shown.get('note', '')
    forgot = await work.do(visit.runtime, VISITOR, PasswordService.may_ask)
    return visit.page('sign_in.html', error=error, target=target, email=shown.get('email', ''), forgot=forgot,
                      asks=visit.settings['access.requests'],
                      chosen=chosen if chosen in LANGUAGES else '', note=NOTES[note]() if note in NOTES else '')
