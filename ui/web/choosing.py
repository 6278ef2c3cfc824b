"""Choosing the language, before sign-in by cookie and afterwards for the account too."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.core.words import LANGUAGES, current_language
from services.users import ProfileInput, UserService
from ui.web import cookies
from ui.web.pages import arrive, go, remember_language
from ui.web.redirects import SIGN_IN, local_path

router = APIRouter(include_in_schema=False)


@router.post('/language')
async def choose(request: Request) -> Response:
    """Show the page again in this language and remember it."""
    visit = await arrive(request)
    given = await visit.fields()
    wanted = given.get('language', '')
    code = wanted if wanted in LANGUAGES else current_language()
    here, target = local_path(given.get('here')), local_path(given.get('next'))
    if visit.actor is not None and not visit.actor.viewing_as:
        await visit.do(UserService.update, ProfileInput(language=code))
    if here == SIGN_IN:
        here += '?' + urlencode({'language': code} | ({'next': target} if target != '/' else {}))
    answer = go(here)
    remember_language(answer, code, secure=cookies.is_secure(visit.runtime.config))
    return answer
