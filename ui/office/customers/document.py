"""One customer: his number, name and status on top, and a tab for each thing the office keeps about him."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from models.core.words import _, _l
from models.customers import Customer, CustomerStatus
from services.core.permissions import Permission
from services.customers import CustomerService
from services.customers.countries import country_name
from services.customers.listing import STATUSES, TONES
from ui.kernel import design
from ui.kernel.documents import Head
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.office.customers import activity, billing, details, invoices, orders, people, portal, prices
from ui.office.customers.acts import block, hold, release, unblock
from ui.office.customers.declared import module
from ui.office.customers.shown import Shown
from ui.pieces.browser import view_portal_as
from ui.pieces.sections import Section, Sections

P = Permission


@module.view('/office/customers/{account}')
async def document(view: View, account: str) -> None:
    """Everything about one customer."""
    page = CustomerPage(view, account)
    await page.build()


class CustomerPage:
    """The page of one customer; its tabs follow what it reads."""

    def __init__(self, view: View, account: str) -> None:
        self.view = view
        self.account = account

    async def build(self) -> None:
        """Show head and tabs, and follow the customer."""
        view = self.view
        self.shown = shown = Shown(view, self.account, await view.do(CustomerService.read, self.account))
        view.title = self.account
        self.head = Head(view, self.account)
        self.notice = design.box().props('aria-live=polite')
        shown.follow(self._paint)
        self._paint()
        sections = Sections(view, _('About {account}').format(account=self.account), [
            Section('details', _l('Details'), self._tab(details.build)),
            Section('portal', _l('Portal'), self._tab(portal.build)),
            Section('users', _l('Users'), self._tab(people.build)),
            Section('prices', _l('Prices'), self._tab(prices.build)),
            Section('billing', _l('Billing'), self._tab(billing.build)),
            Section('orders', _l('Orders'), self._tab(orders.build), P.ORDERS_READ),
            Section('invoices', _l('Invoices'), self._tab(invoices.build), P.INVOICES_READ),
            Section('activity', _l('Activity'), self._tab(activity.build), P.ACTIVITY_READ)])
        view.on('office:customers', shown.look_again)
        view.on(f'company:{shown.found.customer.id}', shown.look_again)
        view.on(f'money:{shown.found.customer.id}', shown.look_again)
        await sections.build()

    def _tab(self, build: Callable[[Shown], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        return lambda: build(self.shown)

    def _paint(self) -> None:
        customer = self.shown.found.customer
        place = ', '.join(part for part in (customer.city, country_name(customer.country)) if part)
        self.head.show(self.account, sub=' · '.join(part for part in (customer.name, place) if part),
                       chip=(str(STATUSES[customer.status]), TONES[customer.status]), acts=self._acts(customer))
        self.notice.clear()
        if customer.status is not CustomerStatus.ACTIVE:
            tone = 'is-bad' if customer.status is CustomerStatus.BLOCKED else 'is-warn'
            with self.notice, design.box(f'p-alert {tone}').props('role=status'):
                design.icon('ban' if customer.status is CustomerStatus.BLOCKED else 'pause')
                design.words(f'{STATUSES[customer.status]}: {customer.hold_reason}')

    def _acts(self, customer: Customer) -> list[Act]:
        given = self.view, self.account, customer.name

        async def look() -> None:
            view_portal_as(self.view, self.account)

        def act(what: Callable[..., Awaitable[None]]) -> Callable[[], Awaitable[None]]:
            async def run() -> None:
                await what(*given)
                await self.shown.changed()
            return run
        acts = [Act(_('Statement'), 'file-text', path=f'/office/statements/{self.account}', needs=P.STATEMENTS_READ),
                Act(_('View portal as customer'), 'eye', run=look, needs=P.CUSTOMERS_VIEW_AS)]
        if customer.status is CustomerStatus.BLOCKED:
            return [*acts, Act(_('Unblock portal access'), 'unlock', run=act(unblock), needs=P.CUSTOMERS_WRITE)]
        acts.append(Act(_('Put on hold'), 'pause', run=act(hold), needs=P.CUSTOMERS_WRITE)
                    if customer.status is CustomerStatus.ACTIVE else
                    Act(_('Release'), 'play', run=act(release), needs=P.CUSTOMERS_WRITE))
        return [*acts, Act(_('Block portal access'), 'ban', run=act(block), needs=P.CUSTOMERS_WRITE, danger=True)]
