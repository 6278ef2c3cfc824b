"""The list of price lists or promotions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from models.core.words import _
from models.pricing import PriceKind
from services.core.listing import Listing, ListPage
from services.core.permissions import Permission
from ui.kernel.documents import Head
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.office.price_lists import forms

P = Permission


async def show_lists(view: View, listing: Listing, *, load: Callable[..., ListPage], kind: PriceKind,
                     empty: Empty) -> None:
    """All lists of `listing` with what can be done with each; `kind` is what a new one is at first."""
    promotions = kind is PriceKind.PROMOTION
    path = '/office/promotions/{code}' if promotions else '/office/price-lists/{code}'

    async def new() -> None:
        await forms.create(view, kind)

    async def copy(row: Mapping[str, Any]) -> None:
        await forms.copy(view, str(row['code']))

    async def switch_on(row: Mapping[str, Any]) -> None:
        await forms.switch(view, str(row['code']), active=True)

    async def switch_off(row: Mapping[str, Any]) -> None:
        await forms.switch(view, str(row['code']), active=False)
    sub = _('Prices for a while, for all customers or one') if promotions else \
        _('A contract goes before a customer list, that before a group list, that before the base list')
    Head(view, view.title, sub=sub, acts=[
        Act(_('Import'), 'upload', path='/office/import', needs=P.IMPORTS_RUN),
        Act(_('New promotion') if promotions else _('New price list'), 'plus', run=new, needs=P.PRICE_LISTS_WRITE,
            main=True)])
    Table(view, listing, load=load, row_path=path, topic='prices', card=('name', 'state', 'code', 'prices'),
          context=[Act(_('Open'), 'external-link', path=path, kbd='Enter'),
                   Act(_('Copy'), 'copy', run=copy, needs=P.PRICE_LISTS_WRITE),
                   Act(_('Activate'), 'play', run=switch_on, needs=P.PRICE_LISTS_WRITE, rule=True,
                       when=lambda row: not row['active']),
                   Act(_('Deactivate'), 'pause', run=switch_off, needs=P.PRICE_LISTS_WRITE, rule=True, danger=True,
                       when=lambda row: bool(row['active']))],
          empty=empty)
