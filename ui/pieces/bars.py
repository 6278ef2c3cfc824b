"""Bars of twelve months as one element; drawn with the page, so no chart library is loaded for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nicegui.element import Element

from models.core.words import ngettext
from services.core import formats
from services.orders.figures import Month
from ui.kernel import design

COMPONENT = Path(__file__).resolve().parents[1] / 'kernel' / 'components' / 'p_bars.js'


class MonthBars(Element, component=COMPONENT):
    """What was ordered month by month; each bar's exact figures are its title, and all of them the element's name."""

    def __init__(self, months: Sequence[Month], currency: str) -> None:
        super().__init__()
        self.show(months, currency)

    def show(self, months: Sequence[Month], currency: str) -> None:
        """Show these months."""
        top = max((month.net for month in months), default=0) or 1
        titles = [ngettext(
            '{month}: {count} order, {amount}', '{month}: {count} orders, {amount}', month.orders).format(
            month=formats.month(month.first), count=formats.number(month.orders),
            amount=formats.money(month.net, currency)) for month in months]
        self._props['bars'] = [{'height': round(float(month.net / top) * 100, 1), 'title': title,
                                'label': formats.month(month.first)[:1].upper()}
                               for month, title in zip(months, titles, strict=True)]
        self._props['label'] = '; '.join(titles)
        self.update()


def todo(name: str, title: str, text: str, label: str, path: str) -> None:
    """One line of what waits for the person, with its one button."""
    with design.box('p-todo', tag='li'):
        design.icon(name)
        with design.box('p-todo-text'):
            design.words(title, classes='p-strong')
            design.words(text)
        design.button(label, href=path, small=True)
