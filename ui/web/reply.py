"""Answering a reminder by a link in its mail, without signing in: looking changes nothing, only the form says it."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.claims import PledgeKind
from models.core.words import _, set_language
from services.claims.inputs import PledgeInput
from services.claims.links import LinkService, Said
from services.core import formats
from services.core.actor import VISITOR
from services.core.errors import DomainError, Invalid, NotFound
from ui.kernel import work
from ui.web.pages import Visit, arrive, chosen_language
from ui.web.reset import private

router = APIRouter(include_in_schema=False)


@router.get('/reply/{token}')
async def show(request: Request, token: str) -> Response:
    """What is about to be said of which invoice, and a form for the day."""
    visit = await arrive(request)
    return private(await _page(visit, token))


@router.post('/reply/{token}')
async def say(request: Request, token: str) -> Response:
    """Say it."""
    visit = await arrive(request)
    given = await visit.fields()
    try:
        on = PledgeInput(on=_day(given.get('on', '')), note=given.get('note', '')[:300])
        said = await work.do(visit.runtime, VISITOR, LinkService.say, token, on)
    except NotFound:
        return private(_gone(visit))
    except DomainError as error:
        return private(await _page(visit, token, error=error, typed=given))
    return private(visit.page('notice.html', icon='circle-check', title=_('Thank you'), text=_thanks(said, on.on),
                              link=f'/invoices/{said.number}', label=_('Open the invoice')))


async def _page(visit: Visit, token: str, *, error: DomainError | None = None,
                typed: dict[str, str] | None = None) -> Response:
    try:
        said: Said = await work.do(visit.runtime, VISITOR, LinkService.peek, token)
    except NotFound:
        return _gone(visit)
    if visit.actor is None and not chosen_language(visit.request):
        set_language(said.language)
    is_promise = said.kind is PledgeKind.PROMISE
    return visit.page(
        'reply.html', error=error, token=token, number=said.number, customer=said.customer,
        amount=formats.money(said.due, said.currency), due_on=formats.date(said.due_on), is_promise=is_promise,
        first=said.first.isoformat(), last=said.last.isoformat(), note=(typed or {}).get('note', ''),
        on=(typed or {}).get('on', said.first.isoformat() if is_promise else said.last.isoformat()))


def _day(given: str) -> dt.date:
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise Invalid(_('Please choose a day.'), field='on') from None


def _thanks(said: Said, on: dt.date) -> str:
    words = _('We expect your payment of invoice {number} on {date} and send no reminder until then.') \
        if said.kind is PledgeKind.PROMISE else \
        _('We look for your payment of invoice {number} of {date} and send no reminder meanwhile.')
    return words.format(number=said.number, date=formats.date(on))


def _gone(visit: Visit) -> Response:
    return visit.page('notice.html', status=410, icon='clock', title=_('This link is over'), text=_(
        'A link in a reminder works for 30 days. Sign in to see your invoices.'), link='/sign-in',
        label=_('Go to sign in'))
