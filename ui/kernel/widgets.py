"""The small pieces pages are made of, in one place: those of the design, and prices, links and steppers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nicegui.element import Element

from services.core import formats
from ui.kernel.design import Kpis, box, button, card, chip, empty, icon, icon_button, kpis, skeleton, sprite, words
from ui.kernel.design import link as plain_link

if TYPE_CHECKING:
    from nicegui.events import GenericEventArguments

    from ui.kernel.view import View

__all__ = ['Kpis', 'Stepper', 'box', 'button', 'card', 'chip', 'empty', 'icon', 'icon_button', 'kpis', 'link', 'money',
           'price', 'skeleton', 'words']


def link(view: View, path: str, text: str) -> Element:
    """A real link to a pane: a plain click opens it here, ctrl-click in a new browser tab."""
    return plain_link(text, view.href(path))


def money(amount: Decimal | None, currency: str, *, strong: bool = False) -> Element:
    """An amount in tabular figures."""
    return words(formats.money(amount, currency), classes='p-num p-strong' if strong else 'p-num')


def price(amount: Decimal, currency: str, *, before: Decimal | None = None) -> Element:
    """A price tag; `before` is the higher price it replaces."""
    with box('p-price') as tag:
        words(formats.money(amount, currency), tag='b')
        if before is not None and before > amount:
            words(formats.money(before, currency), tag='s', classes='p-strike')
    return tag


class Stepper(Element, component=Path(__file__).resolve().parent / 'components' / 'form_stepper.js',
              esm={'portico-tables': str(Path(__file__).resolve().parent / 'components' / 'table_parts')}):
    """A quantity with buttons for one step less and more, as one element.

    `on_change` is awaited with the new quantity, which is checked by the service, not here.
    """

    def __init__(self, value: Decimal, *, label: str, on_change: Callable[[Decimal], Awaitable[Any]] | None = None,
                 step: Decimal = Decimal(1), least: Decimal = Decimal(0)) -> None:
        super().__init__()
        self.value = value
        self._on_change = on_change
        self._turn = asyncio.Lock()
        self._props.update({'value': formats.plain_number(value), 'label': label, 'step': str(step),
                            'least': str(least), 'sprite': sprite()})
        self.on('change', self._changed)

    async def _changed(self, event: GenericEventArguments) -> None:
        try:
            value = formats.parsed_number(str(event.args))
        except ValueError:
            self.show(self.value)
            return
        async with self._turn:
            self.value = value
            if self._on_change is not None:
                await self._on_change(value)

    def show(self, value: Decimal) -> None:
        """Show this quantity, e.g. what the service made of it."""
        self.value = value
        self._props['value'] = formats.plain_number(value)
        self.update()
