"""Promotions: prices for a while, for all customers or one."""

from __future__ import annotations

from models.core.words import _, _l
from models.pricing import PriceKind
from services.core.permissions import Permission
from services.pricing.listing import PROMOTIONS
from services.pricing.lists import PriceListService
from ui.kernel.module import Group, Module
from ui.kernel.tables import Empty
from ui.kernel.view import View
from ui.office.price_lists.document import ListDocument
from ui.office.price_lists.index import show_lists

module = Module('office_promotions', _l('Promotions'), icon='badge-percent', group=Group.MONEY,
                needs=Permission.PRICE_LISTS_READ,
                keywords=_l('special offers, campaign prices, discounts, sale, actions'))


@module.view('/office/promotions')
async def index(view: View) -> None:
    """All promotions: running, coming, over."""
    await show_lists(view, PROMOTIONS, load=PriceListService.promotions, kind=PriceKind.PROMOTION, empty=Empty(
        'badge-percent', _('No promotions yet'), _('A promotion wins where it is lower than the customer’s price.')))


@module.view('/office/promotions/{code}')
async def document(view: View, code: str) -> None:
    """One promotion with its prices."""
    await ListDocument(view, code).build()
