"""Setting a new password by a mailed link: looking changes nothing, only the form uses the link up."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.core.words import _
from services.auth.resetting import PasswordService, set_password
from services.core.actor import VISITOR
from services.core.errors import DomainError, NotFound
from ui.kernel import work
from ui.web.pages import Visit, arrive, go

router = APIRouter(include_in_schema=False)


@router.get('/reset/{token}')
async def show(request: Request, token: str) -> Response:
    """The form for a new password, or why there is none."""
    visit = await arrive(request)
    if not await work.do(visit.runtime, VISITOR, PasswordService.is_good, token):
        return _over(visit)
    return private(visit.page('reset.html'))


@router.post('/reset/{token}')
async def set_new(request: Request, token: str) -> Response:
    """Use the link up, set the password and lead to the sign-in page."""
    visit = await arrive(request)
    password = (await visit.fields()).get('password', '')
    try:
        await visit.enter(set_password, token, password, browser=visit.browser)
    except NotFound:
        return _over(visit)
    except DomainError as error:
        return private(visit.page('reset.html', error=error))
    return go('/sign-in?note=reset')


def private(answer: Response) -> Response:
    """Keep the token in the address from being told to anybody.

    Not by `no-referrer`: a browser would then send its forms with the origin `null`, which the guard refuses.
    """
    answer.headers['Referrer-Policy'] = 'strict-origin'
    return answer


def _over(visit: Visit) -> Response:
    return private(visit.page('notice.html', status=410, icon='clock', title=_('This link is over'),
                              text=_('A link works once, for 30 minutes. Ask for a new one.'),
                              link='/forgot-password', label=_('Send me a new link')))
