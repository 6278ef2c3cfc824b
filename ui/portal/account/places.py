"""Tab Addresses: where goods and bills of the company go."""

from __future__ import annotations

from services.core.permissions import Permission
from services.customers.own import CompanyService
from ui.kernel.view import View
from ui.pieces.addresses import Addresses


async def build(view: View) -> None:
    """Build the tab."""
    own = await view.do(CompanyService.read)
    addresses = Addresses(view, country=own.country, may=view.actor.may(Permission.ADDRESSES_WRITE))
    await addresses.refresh()
    view.on(f'company:{view.actor.customer_id}', addresses.refresh)
