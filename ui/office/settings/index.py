"""The page of all settings, a tab for each area."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from models.core.words import _, _l
from services.core.permissions import Permission
from ui.kernel import design
from ui.kernel.module import Group, Module
from ui.kernel.view import View
from ui.office.settings import branding, carriers, delivery, health, portal, taxes, values, warehouses
from ui.pieces.sections import Section, Sections

module = Module(
    'office_settings', _l('Settings'), icon='settings', group=Group.MANAGE, needs=Permission.SETTINGS_WRITE,
    keywords=_l('options, preferences, configuration, company, logo, colour, tax, VAT, shipping, carrier, warehouse'))


@module.view('/office/settings')
async def index(view: View) -> None:
    """All settings, by area."""
    def tab(build: Callable[[View], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        return lambda: build(view)
    with design.head(view):
        pass
    sections = Sections(view, _('Settings'), [
        Section('company', _l('Company'), tab(values.company)),
        Section('branding', _l('Branding'), tab(branding.build)),
        Section('portal', _l('Customer portal'), tab(portal.build)),
        Section('sign-in', _l('Sign-in'), tab(values.sign_in)), Section('orders', _l('Orders'), tab(values.orders)),
        Section('invoices', _l('Invoices'), tab(values.invoices)),
        Section('payments', _l('Payments'), tab(values.payments)),
        Section('claims', _l('Promises'), tab(values.claims)),
        Section('taxes', _l('Tax rates'), tab(taxes.build)),
        Section('shipping', _l('Shipping methods'), tab(delivery.build)),
        Section('carriers', _l('Carriers'), tab(carriers.build)),
        Section('warehouses', _l('Warehouses'), tab(warehouses.build)),
        Section('reminders', _l('Reminders'), tab(values.reminders)),
        Section('health', _l('Health'), tab(health.build))])
    await sections.build()
