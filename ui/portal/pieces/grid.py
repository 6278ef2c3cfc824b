"""The grid of lines that order pad and cart share: one element fed with rows as texts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from nicegui.element import Element

from models.catalogue import Item
from models.core.words import _
from models.stock import LOW
from services.core import formats
from services.pricing.quote import PriceQuote
from services.stock.levels import Availability
from ui.kernel import design
from ui.portal.pieces import back_in_stock
from ui.portal.pieces.product import plain

COMPONENT = Path(__file__).resolve().parents[2] / 'kernel' / 'components' / 'pad_grid.js'


class PadGrid(Element, component=COMPONENT):
    """Lines with item, stock, price, quantity and total; `fixed` lines show their item as a link instead of a field."""

    def __init__(self, *, fixed: bool = False) -> None:
        super().__init__()
        self._props.update({'rows': [], 'hits': [], 'hitsFor': '', 'fixed': fixed, 'sprite': design.sprite()})
        self._props.update({'labels': {
            'item': _('Item'), 'stock': _('Stock'), 'price': _('Your price'), 'quantity': _('Quantity'),
            'total': _('Line total'), 'actions': _('Actions'), 'next': _('Next item…'), 'matches': _('Matching items'),
            'less': _('Less of'), 'more': _('More of'), 'remove': _('Remove'), 'save': _('Save for later'),
            'restore': _('Move to cart'), 'note': _('Note'), **back_in_stock.labels()}})

    def show(self, rows: Sequence[dict[str, Any]]) -> None:
        """Show these rows."""
        self._props['rows'] = list(rows)
        self.update()

    def suggest(self, key: str, hits: Sequence[dict[str, Any]]) -> None:
        """Offer these items below the field of a row."""
        self._props.update({'hits': list(hits), 'hitsFor': key})
        self.update()

    def listen(self, name: str, handler: Callable[..., Awaitable[None]]) -> None:
        """Await the handler with the event's values."""
        async def heard(event: Any) -> None:
            await handler(*(event.args if isinstance(event.args, list) else [event.args]))
        self.on(name, heard)


def stock_chip(item: Item, stock: Availability) -> tuple[str, str]:
    """The words and the tone for what is there of an item."""
    if stock.available > LOW:
        return formats.quantity(stock.available), 'ok'
    if stock.available > 0:
        return _('{count} left').format(count=formats.quantity(stock.available)), 'warn'
    if stock.incoming_on is not None:
        return _('Back {date}').format(date=formats.day(stock.incoming_on)), 'bad'
    return (_('On order'), 'mute') if item.backorder == 'allow' else (_('Out of stock'), 'bad')


def priced(item: Item, price: PriceQuote, stock: Availability) -> dict[str, Any]:
    """What a row shows of price and stock."""
    chip, tone = stock_chip(item, stock)
    was = price.reduced_from
    return {'stock': chip, 'stockTone': tone, 'step': plain(item.multiple), 'why': price.explanation(),
            'price': '' if price.unit_price is None else formats.money(price.unit_price, price.currency),
            'was': '' if was is None else formats.money(was, price.currency)}


def sum_line(label: str, value: str, *, total: bool = False) -> None:
    """One label with its value in a summary."""
    with design.box('p-summary-row' + ' is-total' * total):
        design.words(label)
        design.words(value, classes='p-num')
