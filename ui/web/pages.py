"""The plain pages before and around the application: Jinja templates of assets/web that paint without a script."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from models.core.words import LANGUAGES, RIGHT_TO_LEFT, _, current_language, ngettext, set_language
from models.two_step import Step
from services.auth import turnstile
from services.auth.entering import Entered, HalfWay
from services.auth.sessions import Browser
from services.core import formats
from services.core.actor import VISITOR, Actor
from services.core.errors import DomainError, SignedOut, Throttled
from services.core.runtime import Runtime
from services.presence import PresenceService
from services.settings import SettingService
from ui.kernel import work
from ui.web import cookies, language
from ui.web.agents import readable
from ui.web.plain import styles
from ui.web.static import ASSETS, NICEGUI, asset, drawn

R = TypeVar('R')
LANGUAGE_COOKIE = 'portico-language'
ONE_YEAR = 365 * 24 * 3600
LONGEST_FIELD = 2000
STEPS = {Step.CODE: '/sign-in/code', Step.ENROL: '/sign-in/set-up'}
PREFETCHED = ('vue.esm-browser.prod.js', 'quasar.umd.prod.js', 'socket.io.min.js', 'nicegui.js')


@dataclass(frozen=True)
class Visit:
    """One request to a plain page: who asks, from where, and in which language he is answered."""

    request: Request
    runtime: Runtime
    actor: Actor | None
    settings: dict[str, Any]

    @property
    def browser(self) -> Browser:
        """Where the person comes from."""
        client = self.request.client
        return Browser(client.host if client else '', self.request.headers.get('user-agent', ''))

    async def do(self, act: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        """Carry out a service method as the signed-in person; raises SignedOut without one."""
        return await work.do(self.runtime, cookies.session_key(self.request), act, *args, **kwargs)

    async def enter(self, act: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        """Carry out an act that hashes a password, in its turn."""
        return await asyncio.wrap_future(turnstile.enter(act, self.runtime, *args, **kwargs))

    async def fields(self) -> dict[str, str]:
        """What the form brought, as texts of bounded length."""
        form = await self.request.form(max_fields=20, max_files=0)
        return {name: value[:LONGEST_FIELD] for name, value in form.items() if isinstance(value, str)}

    def page(self, template: str, *, error: DomainError | None = None, status: int = 200, **facts: Any) -> Response:
        """The page of this template; an error stands at its field, else above the form, and gives the status."""
        code = current_language()
        content = _environment().get_template(template).render(
            facts, error=error, language=code, languages=LANGUAGES, direction='rtl' if code in RIGHT_TO_LEFT else 'ltr',
            seller=self.settings['seller.name'], colour=self.settings['brand.colour'],
            logo=self.settings['brand.logo'], here=self.request.url.path, theme=self.actor.theme if self.actor else
            'system', nonce=self.request.scope['state'].get('nonce', ''))
        answer = HTMLResponse(content, error.status if error else status)
        if isinstance(error, Throttled) and error.details:
            answer.headers['Retry-After'] = str(error.details)
        return answer


async def arrive(request: Request) -> Visit:
    """Find out who asks and let texts be in his language from here on."""
    runtime: Runtime = request.app.state.runtime
    set_language(chosen_language(request) or language.preferred(request.headers.get('accept-language', '')))
    actor = None
    if cookies.read(request):
        try:
            actor = await work.do(runtime, cookies.session_key(request), PresenceService.me)
        except SignedOut:
            actor = None
    if actor is not None:
        set_language(actor.language)
    visitor = replace(VISITOR, language=current_language())
    return Visit(request, runtime, actor, await work.do(runtime, visitor, SettingService.all))


async def signed_in(request: Request) -> Visit:
    """The same for a page of a signed-in person; raises SignedOut for anybody else."""
    visit = await arrive(request)
    if visit.actor is None:
        raise SignedOut(_('Your session has ended. Please sign in again.'))
    return visit


def chosen_language(request: Request) -> str:
    """The language somebody chose on these pages before, or nothing."""
    secure = cookies.is_secure(request.app.state.runtime.config)
    code = request.cookies.get(_language_cookie(secure), '')
    return code if code in LANGUAGES else ''


def remember_language(answer: Response, code: str, *, secure: bool) -> None:
    """Let the browser keep the language of the pages before sign-in."""
    answer.set_cookie(_language_cookie(secure), code, max_age=ONE_YEAR, path='/', secure=secure, httponly=True,
                      samesite='lax')


def _language_cookie(secure: bool) -> str:
    return cookies.HOST_ONLY + LANGUAGE_COOKIE if secure else LANGUAGE_COOKIE


def go(path: str) -> Response:
    """Lead the browser to a path of ours after a form."""
    return RedirectResponse(path, 303)


def enter_with(visit: Visit, entered: Entered, path: str) -> Response:
    """Lead the browser on with its new session, or to the step that comes first."""
    target = f'?{urlencode({"next": path})}' if path != '/' else ''
    return admitted(visit, go(STEPS[entered.step] + target if isinstance(entered, HalfWay) else path), entered)


def admitted(visit: Visit, answer: Response, entered: Entered) -> Response:
    """An answer that brings the browser its new token: a session's, or that of the next step."""
    config = visit.runtime.config
    if isinstance(entered, HalfWay):
        cookies.write_step(answer, entered.token, config)
    else:
        cookies.write(answer, entered.token, config)
        cookies.write_step(answer, '', config)
    remember_language(answer, entered.language, secure=cookies.is_secure(config))
    return answer


@cache
def _environment() -> Environment:
    environment = Environment(loader=FileSystemLoader(ASSETS / 'web'), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(_=_, ngettext=ngettext, asset=asset, drawn=drawn, moment=formats.moment,
                               readable=readable, styles=styles(), prefetched=[
                                   asset('portal.css'), asset('components.js'),
                                   *(f'{NICEGUI}static/{name}' for name in PREFETCHED)])
    return environment
