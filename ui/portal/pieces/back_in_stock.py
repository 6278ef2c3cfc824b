"""“Tell me when it is back”: asking for it wherever an item is out of stock, and the list of what one waits for."""

from __future__ import annotations

from collections.abc import Iterable

from models.core.words import _
from services.core import formats
from services.core.permissions import Permission
from services.stock.wishes import Waited, WishService
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.pieces.rows import Row, Rows
from ui.portal.pieces.product import path, stock_words

MAY, WAITS = 'may', 'waits'


def labels() -> dict[str, str]:
    """The words of the button, long and short."""
    return {'tell': _('Tell me when it is back'), 'waiting': _('We tell you when it is back'),
            'tellShort': _('Tell me'), 'waitsShort': _('We tell you')}


async def asked(view: View, gone: Iterable[str]) -> dict[str, str]:
    """For items that are not there, whether the person may ask to be told or has asked; nobody else may."""
    skus = sorted(set(gone))
    if not skus or not view.actor.may(Permission.CART_USE):
        return {}
    waits = await view.do(WishService.waiting, skus)
    return {sku: WAITS if sku in waits else MAY for sku in skus}


async def switch(view: View, sku: str) -> None:
    """Ask to be told, or no longer, and say which."""
    waits = await view.do(WishService.waits, sku)
    await view.do(WishService.withdraw if waits else WishService.ask, sku)
    view.say(_('We no longer tell you.') if waits else _('We tell you as soon as it is back.'))


def offer(view: View, sku: str, wish: str) -> None:
    """A button beside an item in a dialog, or that he asked already."""
    async def tell() -> None:
        await view.do(WishService.ask, sku)
        button.set_visibility(False)
        view.say(_('We tell you as soon as it is back.'))
    if wish == WAITS:
        design.words(_('We tell you when it is back'), tag='div', classes='p-muted')
    elif wish == MAY:
        button = design.button(_('Tell me when it is back'), tell, icon='bell', small=True)


async def build(view: View) -> None:
    """The items a person waits for, followed, each with a way to stop."""
    if not view.actor.may(Permission.CART_USE):
        return
    with design.card(_('Items you wait for')):
        rows = Rows(view, _('Items you wait for'), [(_('Item'), False), (_('Stock'), False), (_('Since'), False)])
        nothing = design.words(_('You wait for nothing. Where an item is out of stock, you can ask to be told when it '
                                 'is back.'), tag='p', classes='p-soft')

    async def show() -> None:
        found = await view.do(WishService.own)
        rows.set_visibility(bool(found))
        nothing.set_visibility(not found)
        rows.show([_row(view, one) for one in found])
    view.on(f'person:{view.actor.user_id}', show)
    await show()


def _row(view: View, one: Waited) -> Row:
    async def stop() -> None:
        await view.do(WishService.withdraw, one.sku)
        view.say(_('We no longer tell you.'))
    return Row(one.sku, [Cell(one.name, strong=one.sku, path=path(one.sku)),
                         Cell('', chip=stock_words(one.stock, one.backorder)), formats.date(one.since)],
               [Act(_('Stop waiting'), 'x', run=stop)])
