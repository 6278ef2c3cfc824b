"""One's own two-step sign-in: plain pages, since switching it on or off gives the browser a new session."""

from __future__ import annotations

from urllib.parse import urlencode

import segno
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.core.words import _
from services.auth.authenticators import Offer
from services.auth.two_step import TwoStepService, confirm, switch_off
from services.core.errors import DomainError, NotFound, SignedOut, Unproven
from ui.web import cookies
from ui.web.pages import Visit, admitted, enter_with, go, signed_in
from ui.web.redirects import local_path

router = APIRouter(include_in_schema=False)
HERE = '/two-step'
SET_UP = '/two-step/set-up'


@router.get('/two-step')
async def show(request: Request) -> Response:
    """How one signs in."""
    visit = await signed_in(request)
    return await _page(visit, local_path(request.query_params.get('next')))


@router.post('/two-step')
async def change(request: Request) -> Response:
    """Begin to set up an app, make new recovery codes, or switch two-step sign-in off."""
    visit = await signed_in(request)
    given = await visit.fields()
    target = local_path(given.get('next'))
    try:
        if given.get('act') == 'codes':
            return codes_page(visit, await visit.do(TwoStepService.renew_codes), target)
        if given.get('act') == 'off':
            return enter_with(visit, await visit.enter(
                switch_off, cookies.session_key(request), given.get('password', ''), browser=visit.browser), target)
        await visit.do(TwoStepService.begin)
    except SignedOut:
        raise
    except Unproven:
        return go('/confirm-password?' + urlencode({'next': _with(HERE, target)}))
    except DomainError as error:
        return await _page(visit, target, error=error)
    return go(_with(SET_UP, target))


@router.get('/two-step/set-up')
async def offer(request: Request) -> Response:
    """The app's key as picture and text."""
    visit = await signed_in(request)
    return await _offer(visit, local_path(request.query_params.get('next')))


@router.post('/two-step/set-up')
async def set_up(request: Request) -> Response:
    """Take the app, end all other sessions and show the recovery codes this once."""
    visit = await signed_in(request)
    given = await visit.fields()
    target = local_path(given.get('next'))
    try:
        enrolled = await visit.enter(confirm, cookies.session_key(request), given.get('code', ''),
                                     browser=visit.browser)
    except SignedOut:
        raise
    except DomainError as error:
        return await _offer(visit, target, error=error)
    return admitted(visit, codes_page(visit, enrolled.recovery, target), enrolled.opened)


def set_up_page(visit: Visit, offer: Offer, target: str, *, error: DomainError | None = None,
                demanded: bool = False) -> Response:
    """The page with an app's key and the field for its first code."""
    picture = segno.make_qr(offer.address, error='m').svg_data_uri(scale=4, border=3, dark='#000', light='#fff')
    return visit.page('two_step_set_up.html', error=error, target=target, picture=picture, seed=offer.seed,
                      address=offer.address, demanded=demanded, back='/sign-in' if demanded else _with(HERE, target))


def codes_page(visit: Visit, recovery: tuple[str, ...], target: str) -> Response:
    """The page that shows recovery codes this once."""
    title = _('Recovery codes for {seller}').format(seller=visit.settings['seller.name'])
    return visit.page('recovery_codes.html', recovery=recovery, target=target,
                      text='\r\n'.join((title, '', *recovery, '')))


async def _page(visit: Visit, target: str, *, error: DomainError | None = None) -> Response:
    return visit.page('two_step.html', error=error, target=target, own=await visit.do(TwoStepService.own))


async def _offer(visit: Visit, target: str, *, error: DomainError | None = None) -> Response:
    try:
        found = await visit.do(TwoStepService.offer)
    except NotFound:
        return go(_with(HERE, target))
    return set_up_page(visit, found, target, error=error)


def _with(path: str, target: str) -> str:
    return path if target == '/' else f'{path}?{urlencode({"next": target})}'
