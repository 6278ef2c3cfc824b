"""A question that must be answered before something is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import context, ui

from models.core.words import _
from ui.kernel import design


class Dialog(ui.dialog):
    """A dialog of this title, to be filled and then asked for its `answer`.

    It ends with the pane it was asked from, but outlives what is painted anew in it meanwhile: an order's page repaints
    itself while its dialog is still at work, which tore the dialog down halfway.
    """

    def __init__(self, title: str) -> None:
        place = context.slot.parent
        while not getattr(place, 'is_pane', False) and place.parent_slot is not None:
            place = place.parent_slot.parent
        with place:
            super().__init__()
        self.props(f'aria-label="{design.attribute(title)}"')

    async def answer(self) -> Any:
        """Open it, and return what was submitted, None when it was closed otherwise; then it is gone."""
        result = await self
        if not self.is_deleted:
            self.delete()
        return result


def until_done(dialog: ui.dialog, act: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[None]]:
    """A press that closes the dialog with what `act` returns; a refusal leaves it open with all that was typed."""
    pressed = False

    async def press() -> None:
        nonlocal pressed
        if not pressed:
            pressed = True
            try:
                dialog.submit(await act())
            finally:
                pressed = False
    return press


async def ask(title: str, text: str, *, yes: str, danger: bool = False) -> bool:
    """Ask in a dialog; True when the person chose `yes`."""
    with Dialog(title) as dialog, design.box('p-card'), design.box('p-card-body p-stack'):
        design.words(title, tag='h2')
        design.words(text, tag='p', classes='p-soft')
        with design.box('p-actions'):
            design.button(_('Cancel'), lambda: dialog.submit(False))
            design.button(yes, lambda: dialog.submit(True), main=True, danger=danger)
    return await dialog.answer() is True
