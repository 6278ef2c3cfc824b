"""Reordering: each line then and now, before anything is put in the cart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal

from nicegui import ui

from models.core.words import _, ngettext
from services.carts.service import CartService
from services.core import formats
from services.core.errors import Invalid
from services.orders.reordering import ReorderRow, ReorderService
from services.sheets import number_of
from ui.kernel import design
from ui.kernel.confirm import Dialog
from ui.kernel.forms import until_done
from ui.kernel.view import View
from ui.portal.pieces import back_in_stock
from ui.portal.pieces.product import plain


async def reorder(view: View, number: str) -> None:
    """Show an old order at today's prices and stock, and put the chosen quantities in the cart."""
    rows = await view.do(ReorderService.compare, number)
    filled = await view.do(CartService.count)
    wishes = await back_in_stock.asked(view, [row.sku for row in rows if row.available <= 0])
    fields: list[tuple[str, ui.input]] = []

    def fill(*, replace: bool) -> Callable[[], Awaitable[int]]:
        async def put() -> int:
            wanted = wanted_of([(sku, str(field.value or '0')) for sku, field in fields])
            return int((await view.do(ReorderService.fill, number, wanted, replace=replace)).lines)
        return put
    with Dialog(_('Reorder')) as dialog, design.box('p-card q-card is-wide'):
        with design.box('p-card-head'):
            design.words(_('Reorder {number}').format(number=number), tag='h2')
        with design.box('p-card-body p-stack'):
            _table(view, rows, fields, wishes)
            with design.box('p-actions'):
                design.button(_('Cancel'), lambda: dialog.submit(None))
                if any(row.possible for row in rows):
                    design.button(_('Add to cart'), until_done(dialog, fill(replace=False)), main=True)
                    if filled:
                        design.button(_('Replace the cart'), until_done(dialog, fill(replace=True)))
    lines = await dialog.answer()
    if lines is not None:
        view.say(ngettext('{count} line is in the cart.', '{count} lines are in the cart.', lines).format(count=lines))
        view.open('/cart')


def wanted_of(written: list[tuple[str, str]]) -> dict[str, Decimal]:
    """The quantities by SKU, the same one twice summed; raises Invalid for what is no number."""
    wanted: dict[str, Decimal] = {}
    for sku, text in written:
        quantity = number_of(text)
        if quantity is None:
            raise Invalid(_('{text} is no quantity for {sku}.').format(text=text[:40], sku=sku), field='quantity')
        wanted[sku] = wanted.get(sku, Decimal(0)) + quantity
    return wanted


def _table(view: View, rows: tuple[ReorderRow, ...], fields: list[tuple[str, ui.input]],
           wishes: Mapping[str, str]) -> None:
    head = ((_('Item'), ''), (_('Then'), 'p-num'), (_('Now'), 'p-num'), (_('Stock'), 'p-num'), (_('Quantity'), ''))
    with design.box('p-table is-cards'), design.box(tag='table'):
        with design.box(tag='thead'), design.box(tag='tr'):
            for text, end in head:
                design.words(text, tag='th', classes=end)
        with design.box(tag='tbody') as body:
            for row in rows:
                _row(view, row, fields, wishes.get(row.sku, ''))
    design.label_cells(body, [text for text, _end in head])


def _row(view: View, row: ReorderRow, fields: list[tuple[str, ui.input]], wish: str) -> None:
    with design.box(tag='tr'):
        with design.box(tag='td'):
            design.words(row.sku, classes='p-strong')
            design.words(' ' + row.name)
            if row.old_sku != row.sku:
                design.words(_('replaces {sku}').format(sku=row.old_sku), tag='div', classes='p-muted')
            for problem in row.problems:
                design.words(problem.message, tag='div', classes='p-muted')
        design.words(formats.money(row.then, row.currency), tag='td', classes='p-num')
        design.words(formats.money(row.now, row.currency) if row.now is not None else '–', tag='td', classes='p-num')
        with design.box('p-num', tag='td'):
            design.words(formats.quantity(row.available))
            back_in_stock.offer(view, row.sku, wish)
        with design.box(tag='td'):
            if row.possible:
                label = design.attribute(_('Quantity of {sku}').format(sku=row.sku))
                field = ui.input(value=plain(row.quantity)).props(f'outlined dense aria-label="{label}"')
                fields.append((row.sku, field))
