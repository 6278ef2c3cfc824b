"""Price lists: contracts, customers' lists, group lists, base lists, and the prices in them."""

from __future__ import annotations

from models.core.words import _, _l
from models.pricing import PriceKind
from services.core.permissions import Permission
from services.pricing.listing import PRICE_LISTS
from services.pricing.lists import PriceListService
from ui.kernel.module import Group, Module
from ui.kernel.tables import Empty
from ui.kernel.view import View
from ui.office.price_lists.document import ListDocument
from ui.office.price_lists.index import show_lists

module = Module('office_price_lists', _l('Price lists'), icon='tags', group=Group.MONEY,
                needs=Permission.PRICE_LISTS_READ,
                keywords=_l('prices, contracts, customer prices, base prices, tiers, volume discounts, pricing'))


@module.view('/office/price-lists')
async def index(view: View) -> None:
    """All price lists."""
    await show_lists(view, PRICE_LISTS, load=PriceListService.page, kind=PriceKind.GROUP, empty=Empty(
        'tags', _('No price lists yet'), _('Begin with a base list: what everybody pays.')))


@module.view('/office/price-lists/{code}')
async def document(view: View, code: str) -> None:
    """One price list with its prices."""
    await ListDocument(view, code).build()
