"""Changing quantities and days of an order from its page at the desk."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from models.core.words import _
from services.core.errors import Invalid
from services.orders.changing import ChangeService, LineChange
from services.orders.reading import OrderView
from services.sheets import number_of
from ui.kernel import design
from ui.kernel.confirm import Dialog
from ui.kernel.forms import until_done
from ui.kernel.view import View
from ui.portal.pieces.product import plain

Fields = dict[uuid.UUID, tuple[ui.input, ui.input]]


async def change_order(view: View, found: OrderView, done: Callable[[str], Awaitable[None]]) -> None:
    """Ask for other quantities and days, as the order stood when it was asked, and change it or ask the customer."""
    number, fields = found.order.number, Fields()
    version = found.order.version

    def by(act: Any) -> Callable[[], Awaitable[bool]]:
        async def change() -> bool:
            await view.do(act, number, _typed(found, fields), str(reason.value or ''), version=version)
            await done(_('The customer is asked about {number}.') if act is ChangeService.propose
                             else _('Order {number} is changed.'))
            return True
        return change
    title = _('Change {number}').format(number=number)
    with Dialog(title) as dialog, design.box('p-card q-card is-wide'):
        with design.box('p-card-head'):
            design.words(title, tag='h2')
        with design.box('p-card-body p-stack'):
            design.words(_('The customer is asked first, unless he has agreed already.'), tag='p', classes='p-soft')
            _table(found, fields)
            reason = ui.input(_('Reason, or who agreed')).props('outlined dense maxlength=300')
            with design.box('p-actions'):
                design.button(_('Cancel'), lambda: dialog.submit(False))
                design.button(_('He has agreed already'), until_done(dialog, by(ChangeService.apply_agreed)))
                design.button(_('Ask the customer'), until_done(dialog, by(ChangeService.propose)), main=True)
    await dialog.answer()


def _table(found: OrderView, fields: Fields) -> None:
    head = (_('Item'), _('Quantity'), _('Expected on'))
    with design.box('p-table is-cards'), design.box(tag='table'):
        with design.box(tag='thead'), design.box(tag='tr'):
            for text in head:
                design.words(text, tag='th')
        with design.box(tag='tbody') as body:
            for line in found.lines:
                with design.box(tag='tr'):
                    with design.box(tag='td'):
                        design.words(line.sku, classes='p-strong')
                        design.words(' ' + line.name)
                    with design.box(tag='td'):
                        many = ui.input(value=plain(line.ordered - line.cancelled))
                        label = design.attribute(_('Quantity of {sku}').format(sku=line.sku))
                        many.props(f'outlined dense aria-label="{label}"')
                    with design.box(tag='td'):
                        day = ui.input(value=line.promised_on.isoformat() if line.promised_on else '')
                        label = design.attribute(_('{sku} expected on').format(sku=line.sku))
                        day.props(f'outlined dense type=date aria-label="{label}"')
                fields[line.id] = many, day
    design.label_cells(body, head)


def _typed(found: OrderView, fields: Fields) -> dict[uuid.UUID, LineChange]:
    """What was changed in the table; unchanged lines are left out."""
    out: dict[uuid.UUID, LineChange] = {}
    for line in found.lines:
        many, day = fields[line.id]
        quantity = number_of(str(many.value or '0'))
        if quantity is None or not 0 <= quantity <= 1_000_000:
            raise Invalid(_('Please give a quantity between 1 and 1,000,000.'), field='quantity')
        date = dt.date.fromisoformat(day.value) if day.value else None
        change = LineChange(quantity=None if quantity == line.ordered - line.cancelled else quantity,
                            promised_on=None if date == line.promised_on else date)
        if change.quantity is not None or change.promised_on is not None:
            out[line.id] = change
    return out
