"""The one NiceGUI page of the application: the frame round the panes, and what moves in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import Client, app, background_tasks, ui
from nicegui.element import Element
from nicegui.page import page as Page

from models.core.words import _
from services.core.errors import SignedOut
from services.core.runtime import Runtime, Who
from services.switches import EVERYWHERE, topic_of
from services.users import ProfileInput, UserService
from services.workstation import Frame, Link, WorkstationService
from ui.kernel import design, errors, palette, switching, work
from ui.kernel.bell import Bell
from ui.kernel.frame import FrameElement, Main, TabStrip
from ui.kernel.live import hub_of
from ui.kernel.menu import Menu, groups, search, usable
from ui.kernel.module import Module, leads_on
from ui.kernel.picture import change_picture, remove_picture
from ui.kernel.profile import Profile
from ui.kernel.resting import RestBanner
from ui.kernel.session import Session
from ui.kernel.work import Asked
from ui.kernel.workstation import QUICK, Desktop

BRAND = '<style>:root { --brand: %s; }</style>'
PATH = '/{path:path}'
OFFICE = '/office'
LANGUAGES = {'en': 'en-US'}
DARK = {'light': False, 'dark': True, 'system': None}
PLAIN_PAGES = {'password': '/change-password', 'two-step': '/two-step'}

WhoOf = Callable[[Request], Who | None]
Bind = Callable[[str, Who], None]


def install(runtime: Runtime, *, who_of: WhoOf, bind: Bind = lambda client_id, who: None,
            modules: Sequence[Module] | None = None) -> None:
    """Make the page answer every path of the application for this installation.

    `who_of` reads the session from a request, None for a visitor; `bind` ties the NiceGUI client to that session;
    `modules` are those of ui/modules.py unless given.
    """
    from ui.modules import modules as all_modules
    app.state.runtime, app.state.who_of, app.state.bind = runtime, who_of, bind
    app.state.modules = tuple(modules or all_modules())
    Page(PATH)(_page)


async def _page(client: Client) -> Response | None:
    """Build frame and first pane, and let the rest follow when the browser is connected."""
    request = client.request
    state = app.state
    path = request.url.path + (f'?{request.url.query}' if request.url.query else '')
    who = state.who_of(request)
    if who is None:
        client.delete()
        return RedirectResponse(errors.to_sign_in(path), 303)
    session = Session(client, state.runtime, who)
    try:
        actor = request.scope.get('state', {}).get('actor')
        frame = await work.do(state.runtime, actor or who, WorkstationService.frame)
    except SignedOut:
        client.delete()
        return RedirectResponse(errors.to_sign_in(path), 303)
    if frame.actor.is_staff and request.url.path == '/':
        client.delete()
        return RedirectResponse(OFFICE, 303)
    state.bind(client.id, who)
    session.actor = frame.actor
    session.speak()
    theme, language = DARK.get(frame.actor.theme), LANGUAGES.get(frame.actor.language, frame.actor.language)
    client.page = Page(PATH, dark=theme, language=language, title=frame.seller)  # type: ignore[arg-type]
    await Shell(session, frame).start(path)
    return None


class Shell:
    """The frame of one open page: menu, top bar, tab strip and the desktop with its panes."""

    def __init__(self, session: Session, frame: Frame) -> None:
        self.session = session
        self.client = session.client
        self.data = frame
        self.desktop = Desktop(session, app.state.modules)
        self.counts: dict[str, Any] = {}
        self._stops: list[Callable[[], None]] = []
        self._restored = asyncio.Event()

    async def start(self, path: str) -> None:
        """Paint the frame, open the pane the address names, and wait shortly for its content."""
        self._paint()
        self.client.on_exception(self._refused)
        self.client.on_connect(self._connected)
        self.client.on_delete(self._end)
        view = await self.desktop.open(path, fresh=True)
        if view is not None and view.task is not None:
            await view.settled(QUICK)
            self.client.status_code = view.status

    @property
    def usable(self) -> list[Module]:
        """The modules in this person's menu."""
        return usable(self.desktop.modules, self.session.actor)

    def _paint(self) -> None:
        ui.add_head_html(f'<link rel="stylesheet" href="{design.asset("portal.css")}">')
        ui.add_head_html(BRAND % self.data.colour)
        self.client.content.classes(remove='nicegui-content')
        self.client.page_container.default_slot.children[0].tag = 'div'
        actor = self.session.actor
        desktop, home = self.desktop, self.desktop.home
        roots = sorted({route.pattern.split('/')[1] for module in desktop.modules for route in module.routes})
        person = f'{actor.user_id} {actor.customer_id} {actor.viewing_as}'
        with FrameElement(roots=roots, office=actor.is_staff, person=person) as self.frame:
            logo = f'/logo?v={self.data.logo}' if self.data.logo else ''
            self.menu = Menu(seller=self.data.seller, logo=logo, office=actor.is_staff, home=home)
            with palette.TopBar(seller=self.data.seller, home=home) as self.top:
                self.bell = Bell(self.session)
                self.profile = Profile()
            if actor.viewing_as:
                self._banner()
            self.rest = RestBanner(self.session, self.data.rests) if self.data.rests else None
            self.strip = TabStrip(self.data.seller)
            self.main = Main()
            self.frame.props(f'main={self.main.html_id}')
        desktop.frame, desktop.strip, desktop.main = self.frame, self.strip, self.main
        desktop.on_visit = lambda view: self._soon(self._visit(view.path, view.title))
        desktop.on_change_of_person = lambda: self._soon(self._person_changed())
        self._wire()
        self._fill()

    def _banner(self) -> None:
        with design.box('p-banner is-warn').props('role=status'):
            design.icon('eye')
            design.words(_('You see the portal as {customer} sees it. You can look, not change.').format(
                customer=self.session.actor.customer_name))
            with Element('form').props('method=post action=/view-as/end'):
                design.Words(_('Back to the office'), tag='button').classes('p-btn is-small').props('type=submit')

    def _wire(self) -> None:
        desktop = self.desktop
        self.frame.on('go', lambda event: desktop.open(self.frame.went(event)))
        self.frame.on('shortcut', lambda event: self._shortcut(event.args))
        self.frame.on('hello', lambda event: self._greeted(event.args))
        self.strip.on('shut', lambda event: desktop.close(str(event.args)))
        self.strip.on('others', lambda event: desktop.close_others(str(event.args)))
        self.strip.on('reopen', desktop.reopen, [])
        self.menu.on('search', lambda event: self._search_menu(str(event.args)))
        self.menu.on('pin', lambda event: self._pin(event.args))
        self.top.on('search', lambda event: self._search(str(event.args)))
        self.profile.on('choose', lambda event: self._choose(str(event.args)))

    def _fill(self) -> None:
        data, actor = self.data, self.session.actor
        self.menu.show(groups(self.usable, self._open_ones(data.favourites), self.counts))
        by_name = {module.name: module for module in self.usable}
        self.frame.show_bottom(by_name, office=actor.is_staff)
        pages = [(by_name[name].path, str(by_name[name].title), by_name[name].icon)
                 for name in ('account', 'notifications') if name in by_name]
        self.profile.show(data, pages=pages)
        self.top.offer(self.usable, self._open_ones(data.recent))

    def _open_ones(self, links: Sequence[Link]) -> list[Link]:
        return [link for link in links if leads_on(link.path, self.desktop.modules, self.session.actor)]

    async def _connected(self) -> None:
        if self._restored.is_set():
            return
        self.session.speak()
        self._follow()
        tab = self.client.tab_id or self.client.id
        counting: Asked = (WorkstationService.counts, (self._counting(),), {})
        desk, counts, unread, news = await self.session.together(self.desktop.asked(tab), counting, *self.bell.asked())
        self._show_counts(counts)
        await self.desktop.restore(tab, desk)
        self._restored.set()
        self.frame.run_method('restored')
        self.bell.show(unread, news)

    def _follow(self) -> None:
        actor = self.session.actor
        hub = hub_of(self.session.runtime.bus)
        self._on(hub.follow, f'person:{actor.user_id}', self.bell.read_anew)
        self._on(hub.follow, f'profile:{actor.user_id}', self._person_changed)
        if self.rest is not None:
            self._on(hub.follow, 'settings', self.rest.look)
        if actor.is_portal:
            for topic in (EVERYWHERE, topic_of(actor.customer_id)):
                self._on(hub.follow, topic, lambda: switching.follow(self.desktop))
        topics = {topic.format(customer_id=actor.customer_id, user_id=actor.user_id)
                  for module in self.usable if module.waiting for topic in module.topics}
        for topic in topics:
            self._on(hub.follow, topic, self._count)

    def _on(self, follow: Callable[..., Callable[[], None]], topic: str, look: Callable[[], Any]) -> None:
        async def run() -> None:
            self.session.speak()
            await look()
        self._stops.append(follow(topic, lambda: self._soon(run())))

    def _soon(self, act: Any) -> None:
        if not self.client.is_deleted:
            background_tasks.create(act, name='frame', context=self.client)

    def _counting(self) -> dict[str, Callable[..., Any]]:
        return {module.name: module.waiting for module in self.usable if module.waiting} | {
            f'{module.name} worth': module.worth for module in self.usable if module.worth}

    async def _count(self) -> None:
        self._show_counts(await self.session.do(WorkstationService.counts, self._counting()))

    def _show_counts(self, counts: dict[str, Any]) -> None:
        self.session.speak()
        self.counts = counts
        self.menu.show(groups(self.usable, self._open_ones(self.data.favourites), counts))
        cart = next((module for module in self.usable if module.name == 'cart'), None)
        if cart is None:
            self.top.hide_cart()
        else:
            self.top.show_cart(cart.path, counts.get('cart', 0), counts.get('cart worth') or '')

    def _refused(self, error: Exception) -> None:
        self.session.speak()
        errors.show(self.client, error, self.desktop.view())

    async def _shortcut(self, what: Any) -> None:
        desktop = self.desktop
        if what == 'close':
            await desktop.close(desktop.active)
        elif what == 'reopen':
            await desktop.reopen()
        elif isinstance(what, int) and 0 < what <= len(desktop.tabs):
            await desktop.open(list(desktop.tabs)[what - 1], show=True)

    async def _greeted(self, paths: Any) -> None:
        """Take the tabs the browser had last: after a lost server they are newer than the kept ones."""
        await self._restored.wait()
        self.desktop.reconcile(paths)

    def _search_menu(self, words: str) -> None:
        found = [module.path for module in search(words[:80], self.usable)]
        self.menu.run_method('answer', words, found)

    async def _search(self, words: str) -> None:
        hits = await palette.search(self.session, words[:200], self.usable)
        self.top.run_method('answer', words, hits)

    async def _pin(self, item: dict[str, Any]) -> None:
        act = WorkstationService.unpin if item.get('pinned') else WorkstationService.pin
        given = (item['path'],) if item.get('pinned') else (item['path'], item['title'])
        favourites = await self.session.do(act, *given)
        self.data = replace(self.data, favourites=favourites)
        self._fill()

    async def _visit(self, path: str, title: str) -> None:
        recent = await self.session.do(WorkstationService.visit, path, title)
        self.data = replace(self.data, recent=recent)
        self.top.offer(self.usable, self._open_ones(recent))

    async def _person_changed(self) -> None:
        self.data = await self.session.do(WorkstationService.frame)
        self.session.actor = self.data.actor
        self._fill()
        await self._count()

    async def _choose(self, what: str) -> None:
        kind, _colon, value = what.partition(':')
        if kind == 'theme':
            await self.session.do(UserService.update, ProfileInput(theme=value))
            await self._person_changed()
        elif kind == 'language':
            await self.session.do(UserService.update, ProfileInput(language=value))
            ui.navigate.reload()
        elif kind == 'picture':
            await change_picture(self.session, self._person_changed)
        elif kind == 'no-picture':
            await remove_picture(self.session, self._person_changed)
        elif kind in PLAIN_PAGES:
            self.client.open(f'{PLAIN_PAGES[kind]}?next={quote(self.desktop.active)}')

    def _end(self) -> None:
        for stop in self._stops:
            stop()
        self._stops.clear()
        self.desktop.end()
        self.session.end()
