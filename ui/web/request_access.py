"""Asking for access without an invitation: the form, the same answer for everybody, and the link of the mail."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.core.words import _, set_language
from services.access.asking import MESSAGE, AskInput, AskService
from services.auth.signing_in import at_the_door
from services.core.actor import VISITOR
from services.core.errors import DomainError, NotFound
from services.customers.countries import countries
from ui.kernel import work
from ui.web.pages import Visit, arrive, chosen_language
from ui.web.reset import private

router = APIRouter(include_in_schema=False)
FIELDS = ('company', 'name', 'email', 'account', 'vat_id', 'phone', 'country', 'message')


@router.get('/request-access')
async def show(request: Request) -> Response:
    """The form; raises NotFound while the seller lets nobody ask."""
    visit = await _visit(request)
    return _form(visit, {'country': visit.settings['seller.country']})


@router.post('/request-access')
async def ask(request: Request) -> Response:
    """Keep the request and promise the mail; the answer is the same whoever it is."""
    visit = await _visit(request)
    given = await visit.fields()
    wanted = AskInput(**{name: given.get(name, '') for name in FIELDS}, trap=given.get('website', ''))
    try:
        await work.do(visit.runtime, at_the_door(visit.browser), AskService.ask, wanted)
    except DomainError as error:
        return _form(visit, given, error=error)
    return visit.page('notice.html', icon='mail', title=_('Look into your mail'), text=_(
        'We have sent you a link. Open it within 24 hours to confirm your e-mail; then we look at your request.'),
        link='/sign-in', label=_('Back to sign in'))


@router.get('/request-access/{token}')
async def confirming(request: Request, token: str) -> Response:
    """What the link is for; looking changes nothing, so that mail scanners may."""
    visit = await arrive(request)
    try:
        asked = await work.do(visit.runtime, VISITOR, AskService.peek, token)
    except NotFound:
        return _gone(visit)
    if not chosen_language(request):
        set_language(asked.language)
    if asked.is_confirmed:
        return _thanks(visit)
    return private(visit.page('access_confirm.html', company=asked.company, masked=asked.email))


@router.post('/request-access/{token}')
async def confirm(request: Request, token: str) -> Response:
    """Confirm the e-mail; from now on the office sees the request."""
    visit = await arrive(request)
    try:
        await work.do(visit.runtime, at_the_door(visit.browser), AskService.confirm, token)
    except NotFound:
        return _gone(visit)
    return _thanks(visit)


async def _visit(request: Request) -> Visit:
    visit = await arrive(request)
    if not await work.do(visit.runtime, VISITOR, AskService.may_ask):
        raise NotFound(_('There is nothing here, or it is not yours to see.'))
    return visit


def _form(visit: Visit, typed: dict[str, str], *, error: DomainError | None = None) -> Response:
    return visit.page('request_access.html', error=error, countries=countries(), longest=MESSAGE, fields=FIELDS,
                      typed={name: typed.get(name, '') for name in FIELDS})


def _thanks(visit: Visit) -> Response:
    return private(visit.page('notice.html', icon='circle-check', title=_('Thank you'), text=_(
        'Your e-mail is confirmed. We look at your request and write to you.'),
        link='/sign-in', label=_('Go to sign in')))


def _gone(visit: Visit) -> Response:
    return private(visit.page('notice.html', status=410, icon='clock', title=_('This link does not work any more'),
                              text=_('It works for 24 hours, and a newer one replaces it. You can ask again.'),
                              link='/sign-in', label=_('Go to sign in')))
