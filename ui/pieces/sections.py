"""Tabs inside a page: each panel is built when it is first chosen and kept; the chosen one is remembered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nicegui.element import Element

from models.core.words import Lazy
from services.core.permissions import Permission
from ui.kernel.design import box, skeleton, sprite
from ui.kernel.documents import COMPONENTS, PARTS

if TYPE_CHECKING:
    from nicegui.events import GenericEventArguments

    from ui.kernel.view import View


@dataclass(frozen=True)
class Section:
    """One tab: its name in the view's state, its words, what builds its panel, and the right it needs."""

    name: str
    label: Lazy | str
    build: Callable[[], Awaitable[None]]
    needs: Permission | None = None


class _Strip(Element, component=COMPONENTS / 'sections.js', esm=PARTS):
    """The row of tabs."""


class Sections:
    """The tabs of a page and the panel below them."""

    def __init__(self, view: View, label: str, sections: Sequence[Section]) -> None:
        self.view = view
        self._sections = {s.name: s for s in sections if s.needs is None or view.actor.may(s.needs)}
        wanted = str(view.query.get('tab') or view.state.get('tab') or '')
        self.now = wanted if wanted in self._sections else next(iter(self._sections))
        self._panels: dict[str, Element] = {}
        self._strip = _Strip()
        self._strip.on('choose', self._choose)
        self._panel = box('p-stack').props(f'role=tabpanel tabindex=-1 aria-labelledby=s{self._strip.id}-{self.now}')
        self._strip._props.update({
            'tabs': [{'name': s.name, 'label': str(s.label)} for s in self._sections.values()], 'active': self.now,
            'label': label, 'panel': self._panel.html_id, 'name': f's{self._strip.id}', 'sprite': sprite()})

    async def build(self) -> None:
        """Build the panel of the tab in front."""
        await self.show(self.now)

    async def show(self, name: str) -> None:
        """Bring a tab to the front, building its panel the first time."""
        self.now = name
        self._strip._props['active'] = name
        self._strip.update()
        self._panel.props(f'aria-labelledby=s{self._strip.id}-{name}')
        for other, panel in self._panels.items():
            panel.set_visibility(other == name)
        if name in self._panels:
            return
        with self._panel, box('p-stack') as panel:
            self._panels[name] = panel
            with box() as waiting:
                skeleton()
            try:
                await self._sections[name].build()
            except BaseException:
                self._panels.pop(name).delete()
                raise
            waiting.delete()

    async def _choose(self, event: GenericEventArguments) -> None:
        name = str(event.args)
        if name in self._sections:
            self.view.state['tab'] = name
            self.view.remember()
            await self.show(name)
