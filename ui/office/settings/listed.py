"""A tab of the settings that is a list: rows, one button to add, and news that refresh it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from pydantic import BaseModel

from models.core.words import _
from ui.kernel import design
from ui.kernel.forms import ask
from ui.kernel.view import View
from ui.pieces.rows import Row, Rows

Read = Callable[[], Awaitable[Sequence[Row]]]


class Listed:
    """A card over `read`; entries are asked for with `model` and kept by the given acts."""

    def __init__(self, view: View, title: str, head: Sequence[tuple[str, bool]], read: Read) -> None:
        self.view, self._read = view, read
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(title, tag='h2')
                self.tools = design.box('p-row')
            self._rows = Rows(view, title, head)
            self._nothing = design.box()
            with self._nothing, design.empty('inbox', _('Nothing here yet')):
                pass

    async def refresh(self) -> None:
        """Read the rows anew."""
        rows = await self._read()
        self._rows.show(rows)
        self._rows.set_visibility(bool(rows))
        self._nothing.set_visibility(not rows)

    async def build(self, topic: str) -> None:
        """Show the rows and follow the topic."""
        await self.refresh()
        self.view.on(topic, self.refresh)

    async def ask(self, model: type[BaseModel], title: str, button: str, *, save: Callable[[Any], Awaitable[Any]],
                  **more: Any) -> None:
        """Ask for an entry, keep it, and show the list with it."""
        if await ask(self.view, model, title, button, save=save, **more) is not None:
            self.view.say(_('Saved.'))
            await self.refresh()
