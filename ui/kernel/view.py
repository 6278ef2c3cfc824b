"""One open pane: what a page builder is handed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from nicegui import background_tasks
from nicegui.element import Element

from models.core.words import _
from services.core.actor import Actor
from services.core.errors import DomainError, Unproven
from ui.kernel import errors, proof
from ui.kernel.live import hub_of
from ui.kernel.module import Place

if TYPE_CHECKING:
    from ui.kernel.workstation import Desktop

A = ParamSpec('A')
R = TypeVar('R')
SAVE_AFTER = 0.4
DIRTY = '_dirty'


def name_of(place: Place) -> str:
    """What a tab is called before its view says better: the document's number, else the module's name."""
    return next(reversed(place.params.values())) if place.params else str(place.module.title)


class Pane(Element, component='components/p_pane.js'):
    """The element of one pane; the browser shows it while it is the active one."""

    is_pane = True

    def __init__(self, path: str, *, narrow: bool) -> None:
        super().__init__()
        self._props.update({'path': path, 'ready': False, 'title': '', 'narrow': narrow})

    def say(self, **props: Any) -> None:
        """Set props and send them."""
        self._props.update(props)
        self.update()


class View:
    """One open pane of a person's workstation.

    `state` is small JSON (filters, sort, half-typed input) kept on the server by person and browser tab: change it and
    call `remember()`. `query` are the words behind the `?` of the link that opened it. `refusals` are asked first when
    an act is refused: one that shows the error at its field returns True.
    """

    def __init__(self, desktop: Desktop, place: Place, *, state: dict[str, Any], query: dict[str, str]) -> None:
        self.desktop = desktop
        self.session = desktop.session
        self.place = place
        self.path = place.path
        self.state = state
        self.query = query
        self.refusals: list[Callable[[DomainError], bool]] = []
        self.element: Pane | None = None
        self.status = 200
        self.task: asyncio.Task[None] | None = None
        self._started: set[asyncio.Task[Any]] = set()
        self._title = name_of(place)
        self._dirty = bool(state.get(DIRTY))
        self._stops: list[Callable[[], None]] = []
        self._stale: dict[int, Callable[[], None]] = {}
        self._saving: asyncio.TimerHandle | None = None

    @property
    def actor(self) -> Actor:
        """The person as last read, to decide what is shown; what he may do is decided by each act anew."""
        return self.session.actor

    @property
    def title(self) -> str:
        """The name on its tab."""
        return self._title

    @title.setter
    def title(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self.desktop.retitle(self)

    @property
    def dirty(self) -> bool:
        """Whether it holds something the person has not saved yet; then it is not closed without asking."""
        return self._dirty

    @dirty.setter
    def dirty(self, dirty: bool) -> None:
        if dirty != self._dirty:
            self._dirty = dirty
            self.state[DIRTY] = dirty
            self.remember()
            self.desktop.paint_tabs()

    @property
    def is_active(self) -> bool:
        """Whether it is the pane in front."""
        return self.desktop.active == self.path

    async def do(self, act: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        """Carry out one service method as this person; a refusal reaches the form's field or a toast by itself.

        An act that wants a recent proof asks for the password first.
        """
        try:
            return await self.session.do(act, *args, **kwargs)
        except Unproven:
            if not await proof.ask(self):
                raise
            return await self.session.do(act, *args, **kwargs)

    def on(self, topic: str, handler: Callable[[], Awaitable[None] | None]) -> None:
        """Call the handler, which reads anew, on news; a pane behind waits until it is in front."""
        def look() -> None:
            if self.is_active:
                self.start(handler)
            else:
                self._stale[id(look)] = look
        self._stops.append(hub_of(self.session.runtime.bus).follow(topic, look))

    def start(self, handler: Callable[[], Awaitable[None] | None]) -> None:
        """Run a handler in this pane, in the person's language, errors shown."""
        if self.element is None or self.element.is_deleted:
            return

        async def run() -> None:
            self.session.speak()
            result = handler()
            if result is not None:
                await result
        task = background_tasks.create(run(), name=f'pane {self.path}', context=self.element)
        self._started.add(task)
        task.add_done_callback(self._started.discard)

    async def settled(self, within: float) -> None:
        """Wait until its content stands and what that started is done, such as the first page of a list."""
        until = asyncio.get_running_loop().time() + within
        while left := {task for task in (self.task, *self._started) if task is not None and not task.done()}:
            wait = until - asyncio.get_running_loop().time()
            if wait <= 0:
                return
            await asyncio.wait(left, timeout=wait)

    def open(self, path: str) -> None:
        """Open or activate the pane at this path."""
        background_tasks.create(self.desktop.open(path, show=True), name=f'open {path}', context=self.session.client)

    @staticmethod
    def href(path: str) -> str:
        """The address for a real link to a pane, so that ctrl-click opens a browser tab."""
        return path

    def close(self) -> None:
        """Close this pane's tab."""
        background_tasks.create(self.desktop.close(self.path), name=f'close {self.path}', context=self.session.client)

    def say(self, text: str, undo: Callable[[], Awaitable[None] | None] | None = None) -> None:
        """Tell the person that something was done, with a button to undo it where that can be."""
        if undo is None:
            errors.toast(self.session.client, text)
        else:
            self.desktop.offer_undo(text, _('Undo'), lambda: self.start(undo))

    def remember(self) -> None:
        """Keep `state` on the server, half a second after the last change at the latest."""
        if self._saving is None:
            self._saving = asyncio.get_running_loop().call_later(
                SAVE_AFTER, lambda: background_tasks.create(self.save(), name=f'save {self.path}'))

    async def save(self) -> None:
        """Keep `state` now."""
        if self._saving is not None:
            self._saving.cancel()
            self._saving = None
        await self.desktop.save_state(self)

    def keep(self, name: str, field: Any) -> Any:
        """Keep what is typed into a field in `state` as it is typed, and give it back after reload or eviction."""
        if name in self.state:
            field.value = self.state[name]

        def typed(event: Any) -> None:
            self.state[name] = event.value
            self.remember()
        field.on_value_change(typed)
        return field

    def wake(self) -> None:
        """Look again at what changed while this pane was behind."""
        stale, self._stale = self._stale, {}
        for look in stale.values():
            look()

    async def rebuild(self) -> None:
        """Build the pane anew from its state."""
        await self.desktop.rebuild(self)

    def end(self) -> None:
        """Stop following, and take the pane off the page."""
        self.rest()
        if self.element is not None and not self.element.is_deleted:
            self.element.delete()
        self.element = None

    def rest(self) -> None:
        """Stop what belongs to the present content: live topics, its building."""
        for stop in self._stops:
            stop()
        self._stops.clear()
        self._stale.clear()
        self.refusals.clear()
        if self.task is not None and not self.task.done() and self.task is not asyncio.current_task():
            self.task.cancel()
