"""Asking for a new password by mail; the answer is the same for everybody."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.core.words import _
from services.auth.resetting import PasswordService
from services.auth.signing_in import at_the_door
from services.core.actor import VISITOR
from services.core.errors import DomainError, NotFound
from ui.kernel import work
from ui.web.pages import Visit, arrive

router = APIRouter(include_in_schema=False)


@router.get('/forgot-password')
async def show(request: Request) -> Response:
    """The form; raises NotFound when the seller switched it off."""
    visit = await _visit(request)
    return visit.page('forgot.html', email='')


@router.post('/forgot-password')
async def ask(request: Request) -> Response:
    """Promise the mail, if there is such a person, and say the same in either case."""
    visit = await _visit(request)
    email = (await visit.fields()).get('email', '')
    try:
        await work.do(visit.runtime, at_the_door(visit.browser), PasswordService.ask, email)
    except DomainError as error:
        return visit.page('forgot.html', error=error, email=email)
    return visit.page('notice.html', icon='mail', title=_('Look into your mail'), text=_(
        'If there is an account with this e-mail, we have sent a link to it. The link works for 30 minutes.'),
        link='/sign-in', label=_('Back to sign in'))


async def _visit(request: Request) -> Visit:
    visit = await arrive(request)
    if not await work.do(visit.runtime, VISITOR, PasswordService.may_ask):
        raise NotFound(_('There is nothing here, or it is not yours to see.'))
    return visit
