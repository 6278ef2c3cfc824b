"""The second step of signing in: a code, or an app set up first; a person has no session until it is done."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.core.words import _, ngettext
from models.two_step import Step
from services.auth.second_step import SecondStepService, enrol, pass_code
from services.auth.signing_in import at_the_door
from services.core.errors import DomainError, NotFound
from ui.kernel import work
from ui.web import cookies
from ui.web.pages import STEPS, Visit, admitted, arrive, enter_with, go
from ui.web.redirects import SIGN_IN, local_path
from ui.web.two_step import codes_page, set_up_page

router = APIRouter(include_in_schema=False)
LATE = f'{SIGN_IN}?note=late'


@router.get('/sign-in/code')
async def ask(request: Request) -> Response:
    """The page for a code, or back to the beginning for somebody who gave no password."""
    visit = await arrive(request)
    return await _page(visit, Step.CODE, local_path(request.query_params.get('next')))


@router.post('/sign-in/code')
async def enter(request: Request) -> Response:
    """Open a session for the right code and go on to where the person wanted to be."""
    visit = await arrive(request)
    given = await visit.fields()
    target = local_path(given.get('next'))
    try:
        passed = await visit.enter(pass_code, _token(visit), given.get('code', ''), browser=visit.browser,
                                   replacing=cookies.read(request))
    except DomainError as error:
        return await _page(visit, Step.CODE, target, error=error)
    if passed.left is None:
        return enter_with(visit, passed.opened, target)
    text = ngettext('You used a recovery code; {count} is left.', 'You used a recovery code; {count} are left.',
                    passed.left).format(count=passed.left)
    return admitted(visit, visit.page('notice.html', icon='key-round', title=_('You are signed in'), text=text,
                                      link=target, label=_('Continue')), passed.opened)


@router.get('/sign-in/set-up')
async def begin(request: Request) -> Response:
    """The page on which somebody sets up the app that his company asks for."""
    visit = await arrive(request)
    return await _page(visit, Step.ENROL, local_path(request.query_params.get('next')))


@router.post('/sign-in/set-up')
async def set_up(request: Request) -> Response:
    """Take the app, open a session and show the recovery codes this once."""
    visit = await arrive(request)
    given = await visit.fields()
    target = local_path(given.get('next'))
    try:
        enrolled = await visit.enter(enrol, _token(visit), given.get('code', ''), browser=visit.browser)
    except DomainError as error:
        return await _page(visit, Step.ENROL, target, error=error)
    return admitted(visit, codes_page(visit, enrolled.recovery, target), enrolled.opened)


def _token(visit: Visit) -> str:
    return cookies.step_token(visit.request, visit.runtime.config)


async def _page(visit: Visit, wanted: Step, target: str, *, error: DomainError | None = None) -> Response:
    door, token = at_the_door(visit.browser), _token(visit)
    try:
        step = await work.do(visit.runtime, door, SecondStepService.step, token)
        if step is not wanted:
            return go(STEPS[step])
        if step is Step.CODE:
            return visit.page('second_step.html', error=error, target=target)
        offer = await work.do(visit.runtime, door, SecondStepService.offer, token)
    except NotFound:
        return go(LATE if token else SIGN_IN)
    return set_up_page(visit, offer, target, error=error, demanded=True)
