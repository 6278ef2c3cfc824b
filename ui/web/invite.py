"""Signing up by an invitation: GET changes nothing, so that mail scanners may look; only the forms act."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.core.words import _, current_language, set_language
from services.auth.signing_in import at_the_door
from services.core.actor import VISITOR
from services.core.errors import DomainError, NotFound
from services.invitations.accepting import AcceptInput, AcceptService, Invited, accept
from ui.kernel import work
from ui.web.pages import Visit, arrive, chosen_language, enter_with
from ui.web.reset import private

router = APIRouter(include_in_schema=False)


@router.get('/invite/{token}')
async def show(request: Request, token: str) -> Response:
    """What the link is for: a form for a new person, a button for one with an account, or why it does not work."""
    visit = await arrive(request)
    return private(await _page(visit, token))


@router.post('/invite/{token}')
async def sign_up(request: Request, token: str) -> Response:
    """Make the account and go in."""
    visit = await arrive(request)
    given = await visit.fields()
    wanted = AcceptInput(given.get('name', ''), given.get('password', ''),
                         given.get('language', current_language()), given.get('terms') == 'yes')
    try:
        opened = await visit.enter(accept, token, wanted, browser=visit.browser)
    except DomainError as error:
        return private(await _page(visit, token, error=error, typed=given))
    return enter_with(visit, opened, '/')


@router.post('/invite/{token}/opened')
async def opened(request: Request, token: str) -> Response:
    """The page was touched by a person; this uses nothing up."""
    visit = await arrive(request)
    await work.do(visit.runtime, at_the_door(visit.browser), AcceptService.opened, token)
    return Response(status_code=204)


@router.post('/invite/{token}/join')
async def join(request: Request, token: str) -> Response:
    """Add the company to the account of the signed-in person and go in."""
    visit = await arrive(request)
    try:
        entered = await visit.do(AcceptService.join, token, browser=visit.browser)
    except DomainError as error:
        return private(await _page(visit, token, error=error))
    return enter_with(visit, entered, '/')


@router.post('/invite/{token}/renew')
async def renew(request: Request, token: str) -> Response:
    """Mail a new link to the address of the expired one."""
    visit = await arrive(request)
    try:
        await work.do(visit.runtime, at_the_door(visit.browser), AcceptService.renew, token)
    except DomainError as error:
        return private(await _page(visit, token, error=error))
    return private(visit.page('notice.html', icon='mail', title=_('Look into your mail'), text=_(
        'We have sent a new link to the address of your invitation.'), link='/sign-in', label=_('Back to sign in')))


async def _page(visit: Visit, token: str, *, error: DomainError | None = None,
                typed: dict[str, str] | None = None) -> Response:
    try:
        invited: Invited = await work.do(visit.runtime, VISITOR, AcceptService.peek, token)
    except NotFound:
        return _gone(visit)
    if visit.actor is None and not chosen_language(visit.request):
        set_language(invited.language)
    facts = {'token': token, 'company': invited.company, 'masked': invited.email}
    if invited.state == 'expired':
        return visit.page('invite_expired.html', error=error, **facts, status=410)
    if invited.state == 'gone':
        return _gone(visit)
    if invited.has_account:
        return visit.page('invite_join.html', error=error, **facts, person=visit.actor.email if visit.actor else '')
    return visit.page('invite.html', error=error, **facts, name=(typed or {}).get('name', invited.name),
                      terms=(typed or {}).get('terms') == 'yes', terms_url=visit.settings['auth.terms_url'])


def _gone(visit: Visit) -> Response:
    return visit.page('notice.html', status=410, icon='link', title=_('This link does not work any more'), text=_(
        'It was used, replaced by a newer one or taken back. Ask the person who invited you.'),
        link='/sign-in', label=_('Go to sign in'))
