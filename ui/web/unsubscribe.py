"""Ending mails by the link at their foot: looking changes nothing, only the button, or a mail program's POST, acts."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.core.words import _, set_language
from services.auth.signing_in import at_the_door
from services.core.actor import VISITOR
from services.core.errors import NotFound
from services.informing.unsubscribing import UnsubscribeService
from ui.kernel import work
from ui.web.pages import Visit, arrive
from ui.web.reset import private

router = APIRouter(include_in_schema=False)


@router.get('/unsubscribe/{token}')
async def show(request: Request, token: str) -> Response:
    """What would end, with the button for it."""
    visit = await arrive(request)
    try:
        found = await work.do(visit.runtime, VISITOR, UnsubscribeService.look, token)
    except NotFound:
        return _nothing(visit)
    if visit.actor is None:
        set_language(found.language)
    return private(visit.page('unsubscribe.html', token=token, what=found.label, email=found.email,
                              company=found.company))


@router.post('/unsubscribe/{token}')
async def end(request: Request, token: str) -> Response:
    """Send no more of these mails; also what a mail program calls by itself (RFC 8058)."""
    visit = await arrive(request)
    try:
        found = await work.do(visit.runtime, VISITOR, UnsubscribeService.look, token)
        await work.do(visit.runtime, at_the_door(visit.browser), UnsubscribeService.end, token)
    except NotFound:
        return _nothing(visit)
    if visit.actor is None:
        set_language(found.language)
    return private(visit.page('notice.html', icon='mail', title=_('No more such mails'), text=_(
        '{email} gets no more mails of the kind “{what}”. In your account you choose what you hear of.').format(
            email=found.email, what=found.label), link='/sign-in', label=_('Go to sign in')))


def _nothing(visit: Visit) -> Response:
    return private(visit.page('notice.html', status=404, icon='link', title=_('This link does not work'), text=_(
        'It is not complete. In your account you choose what you hear of.'), link='/sign-in',
        label=_('Go to sign in')))
