"""The workstation of one open page: its tabs and panes, kept alive up to eight, rebuilt from their state after that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from nicegui import background_tasks
from nicegui.element import Element

from models.core.words import _
from services.core.errors import DomainError, SignedOut
from services.workstation import MOST_CLOSED, MOST_TABS, Desk, WorkstationService
from ui.kernel import confirm, design, errors, leading, pinned
from ui.kernel.module import NOWHERE, Module, Place, find, leads_on, refused, tidy
from ui.kernel.session import Session
from ui.kernel.view import DIRTY, Pane, View, name_of
from ui.kernel.work import Asked

ALIVE = 8
QUICK = 0.35
HELD = 0.2


class Desktop:
    """Tabs in order, panes alive, the active one; `frame` is the element that drives the browser's side."""

    def __init__(self, session: Session, modules: Iterable[Module]) -> None:
        self.session = session
        leading.tell(session.client, lambda path: leads_on(path, self.modules, session.actor))
        self.modules = tuple(modules)
        self.tabs: dict[str, tuple[str, str]] = {}
        self.alive: dict[str, View] = {}
        self.closed: list[str] = []
        self.states: dict[str, dict[str, Any]] = {}
        self.active = ''
        self.browser_tab = ''
        self.frame: Any = None
        self.strip: Any = None
        self.main: Element | None = None
        self.on_visit: Callable[[View], None] = lambda view: None
        self.on_change_of_person: Callable[[], None] = lambda: None
        self._keeping: asyncio.TimerHandle | None = None
        self._kept: tuple[tuple[str, ...], str, tuple[str, ...]] | None = None

    @property
    def home(self) -> str:
        """Where this person starts."""
        return '/office' if self.session.actor.is_staff else '/'

    def place(self, path: str) -> Place:
        """What a path leads to for this person; a path that leads nowhere gets a pane that says so."""
        try:
            return find(path, self.modules, self.session.actor)
        except DomainError as error:
            return refused(path, error)

    async def open(self, address: str, *, show: bool = False, fresh: bool = False) -> View | None:
        """Open or activate the pane at this address (a path, perhaps with a query); with `show` the browser follows.

        `fresh` says that the person was read just now. A tab that is closed meanwhile stays closed: then nothing opens.
        """
        split = urlsplit(address)
        path, query = tidy(split.path), dict(parse_qsl(split.query))
        if self.frame is None or self.session.client.is_deleted:
            return None
        self.active = path
        if show:
            self.frame.show(path + (f'?{split.query}' if split.query else ''))
        self._place_tab(path)
        if not fresh:
            await self.look_at_person()
        if path not in self.tabs:
            return None
        view = self.alive.pop(path, None)
        if view is not None and query and query != view.query and not view.dirty:
            view.query = query
            self.alive[path] = view
            await self.rebuild(view)
        elif view is not None:
            self.alive[path] = view
            view.wake()
        else:
            view = self.place_pane(path, query)
        self._evict()
        self.paint_tabs()
        self.keep_soon()
        return view

    def _place_tab(self, path: str) -> None:
        if path in self.tabs:
            return
        if len(self.tabs) >= MOST_TABS:
            self.tabs.pop(next(key for key in self.tabs if key not in self.alive))
        place = self.place(path)
        self.tabs[path] = (name_of(place), place.module.icon)

    def place_pane(self, path: str, query: dict[str, str], place: Place | None = None) -> View:
        """Put a new pane in front: what the path leads to for this person, or this place."""
        place = place or self.place(path)
        view = View(self, place, state=dict(self.states.get(path, {})), query=query)
        self.alive[path] = view
        self.tabs[path] = (self.tabs.get(path, (view.title,))[0], place.module.icon)
        assert self.main is not None
        release = pinned.hold(self.session.client)
        with self.main:
            view.element = Pane(path, narrow=place.route.narrow)
        view.task = background_tasks.create(self._build(view), name=f'build {path}')
        background_tasks.create(_send_whole(view, release), name=f'send {path}')
        return view

    async def _build(self, view: View) -> None:
        self.session.speak()
        element = view.element
        if element is None:
            return
        try:
            with element:
                await view.place.route.build(view, **view.place.params)
        except SignedOut:
            self.session.client.open(errors.to_sign_in(view.path))
        except Exception as error:
            if view.element is not element or element.is_deleted:
                return
            view.status = error.status if isinstance(error, DomainError) else 500
            element.clear()
            with element:
                design.problem(error, home=self.home)
        else:
            if view.place.route.is_document:
                self.on_visit(view)
        if view.element is element and not element.is_deleted:
            self.retitle(view)
            element.say(ready=True, title=view.title)

    async def rebuild(self, view: View) -> None:
        """Build a pane's content anew from its state, in place."""
        if view.element is None:
            return
        view.rest()
        view.element.clear()
        view.element.say(ready=False)
        view.task = background_tasks.create(self._build(view), name=f'rebuild {view.path}')
        await asyncio.wait([view.task], timeout=QUICK)

    async def close(self, path: str, *, sure: bool = False) -> None:
        """Close a tab; a dirty one asks first. The neighbour comes to the front; without tabs it is the home page."""
        if path not in self.tabs:
            return
        view = self.alive.get(path)
        if view is not None and view.dirty and not sure:
            await self.open(path, show=True)
            if not await confirm.ask(_('Discard what you entered?'),
                                     _('{tab} holds changes that are not saved.').format(tab=view.title),
                                     yes=_('Discard'), danger=True):
                return
        order = list(self.tabs)
        place = order.index(path)
        del self.tabs[path]
        self.drop(path)
        self.closed = [*(p for p in self.closed if p != path), path][-MOST_CLOSED:]
        if path == self.active:
            left = list(self.tabs)
            await self.open(left[min(place, len(left) - 1)] if left else self.home, show=True)
        else:
            self.paint_tabs()
            self.keep_soon()

    async def close_others(self, path: str) -> None:
        """Close all tabs but this one; dirty ones stay."""
        await self.open(path, show=True)
        for other in [p for p in self.tabs if p != path]:
            if not (self.alive.get(other) and self.alive[other].dirty):
                await self.close(other)

    async def reopen(self) -> None:
        """Open the tab closed last again."""
        if self.closed:
            await self.open(self.closed.pop(), show=True)

    def drop(self, path: str) -> None:
        """Let a pane go; its state stays, and its tab builds it anew."""
        view = self.alive.pop(path, None)
        if view is not None:
            self.states[path] = view.state
            view.end()

    def _evict(self) -> None:
        for path, view in list(self.alive.items()):
            if len(self.alive) <= ALIVE:
                return
            if path != self.active and not view.dirty:
                self.drop(path)

    async def look_at_person(self) -> None:
        """Read the person anew: a changed role changes menu and rights at once; a lost session signs in again."""
        actor = await self.session.do(WorkstationService.me)
        before, self.session.actor = self.session.actor, actor
        if any(getattr(actor, name) != getattr(before, name) for name in ('permissions', 'off', 'role', 'customer_id')):
            self.on_change_of_person()

    def retitle(self, view: View) -> None:
        """Show a view's title on its tab."""
        if view.path in self.tabs and self.tabs[view.path][0] != view.title:
            self.tabs[view.path] = (view.title, view.place.module.icon)
            self.paint_tabs()

    def paint_tabs(self) -> None:
        """Send the tab strip to the browser."""
        if self.strip is not None and not self.strip.is_deleted:
            dirty = {path for path, view in self.alive.items() if view.dirty}
            self.strip.show([{'path': path, 'title': title, 'icon': icon, 'dirty': path in dirty}
                             for path, (title, icon) in self.tabs.items()])

    def offer_undo(self, text: str, label: str, undo: Callable[[], None]) -> None:
        """A toast with an undo button."""
        self.frame.offer_undo(text, label, undo)

    def view(self) -> View | None:
        """The pane in front."""
        return self.alive.get(self.active)

    def asked(self, browser_tab: str) -> Asked:
        """What has to be read to restore this browser tab."""
        return WorkstationService.recall, (browser_tab,), {'inherit': self.active == self.home}

    async def restore(self, browser_tab: str, desk: Desk) -> None:
        """Bring back the tabs of this browser tab, and the state of the pane in front; once per page."""
        if self.browser_tab or self.frame is None:
            return
        self.browser_tab = browser_tab
        self._kept = (desk.paths or (self.home,), desk.active or self.home, desk.closed)
        self._take_over(desk)
        view = self.view()
        if view is not None and self.states.get(view.path):
            view.state = dict(self.states[view.path])
            view.dirty = bool(view.state.get(DIRTY))
            await self.rebuild(view)
        self.paint_tabs()
        self.keep_soon()

    def _take_over(self, desk: Desk) -> None:
        self.states = {**desk.states, **self.states}
        self.closed = list(desk.closed)
        self._arrange(desk.paths)

    def reconcile(self, paths: Any) -> None:
        """Show the tabs the browser had last, which are newer than the kept ones when the server was lost."""
        if isinstance(paths, list) and paths and len(paths) <= MOST_TABS:
            self._arrange([tidy(path) for path in paths])
            self.paint_tabs()
            self.keep_soon()

    def _arrange(self, paths: Sequence[str]) -> None:
        here, self.tabs = self.tabs, {}
        for path in paths:
            place = self.place(path)
            if place.module.name != NOWHERE:
                self.tabs[path] = here.get(path, (name_of(place), place.module.icon))
        self.tabs.update({path: tab for path, tab in here.items() if path in self.alive and path not in self.tabs})

    def keep_soon(self) -> None:
        """Remember the tabs on the server shortly."""
        if self._keeping is None and self.browser_tab:
            self._keeping = asyncio.get_running_loop().call_later(
                0.2, lambda: background_tasks.create(self._keep(), name='keep tabs'))

    async def _keep(self) -> None:
        self._keeping = None
        paths = tuple(path for path in self.tabs if path not in self.alive or self.alive[path].status == 200)
        kept, self._kept = self._kept, (paths, self.active, tuple(self.closed))
        if kept == self._kept:
            return
        with suppress(DomainError):
            await self.session.do(WorkstationService.keep, self.browser_tab, paths=paths, active=self.active,
                                  closed=tuple(self.closed))

    async def save_state(self, view: View) -> None:
        """Remember what a pane holds."""
        self.states[view.path] = view.state
        if self.browser_tab and view.place.module.name != NOWHERE:
            with suppress(DomainError):
                await self.session.do(WorkstationService.remember, self.browser_tab, view.path, dict(view.state))

    def end(self) -> None:
        """Stop everything that runs for this page."""
        for view in self.alive.values():
            view.rest()


async def _send_whole(view: View, release: Callable[[], None]) -> None:
    """Let a new pane's content leave in one message if it is soon done."""
    await view.settled(HELD)
    release()
