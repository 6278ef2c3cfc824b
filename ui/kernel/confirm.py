"""A question that must be answered before something is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from models.core.words import _
from ui.kernel import design


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
    dialog = ui.dialog().props(f'aria-label="{design.attribute(title)}"')
    with dialog, design.box('p-card'), design.box('p-card-body p-stack'):
        design.words(title, tag='h2')
        design.words(text, tag='p', classes='p-soft')
        with design.box('p-actions'):
            design.button(_('Cancel'), lambda: dialog.submit(False))
            design.button(yes, lambda: dialog.submit(True), main=True, danger=danger)
    answer = await dialog
    if not dialog.is_deleted:
        dialog.delete()
    return answer is True
