"""All customers, and the form for a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.core.words import _, ngettext
from models.customers import CustomerStatus
from services.core import formats
from services.core.permissions import Permission
from services.customers import CUSTOMERS, CustomerService
from services.customers.inputs import CustomerInput
from services.settings import SettingService
from ui.kernel import design
from ui.kernel.documents import Head
from ui.kernel.forms import Form
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.office.customers.acts import block, send_invitation, unblock
from ui.office.customers.declared import module
from ui.pieces.browser import view_portal_as

P = Permission


@module.view('/office/customers')
async def index(view: View) -> None:
    """Find a customer, see who has access, and act on one by its menu."""
    head = Head(view, view.title, sub=await counted(view), acts=[
        Act(_('Import'), 'upload', path='/office/import', needs=P.IMPORTS_RUN),
        Act(_('New customer'), 'plus', path='/office/customers/new', needs=P.CUSTOMERS_WRITE, main=True)])
    acts = list(head._acts)

    async def recount() -> None:
        head.show(view.title, sub=await counted(view), acts=acts)
    view.on('office:customers', recount)
    Table(view, CUSTOMERS, load=CustomerService.list, row_path='/office/customers/{account}', topic='office:customers',
          card=('name', 'portal', 'account', 'balance'), context=context(view),
          empty=Empty('users', _('No customers yet'), _('Add the first one, or bring them from a file.'),
                      _('New customer') if view.actor.may(P.CUSTOMERS_WRITE) else '', '/office/customers/new'))


async def counted(view: View) -> str:
    """How many customers there are, and how many of them use the portal."""
    every, inside = await view.do(CustomerService.counts)
    first = ngettext('{count} customer', '{count} customers', every).format(count=formats.number(every))
    return f'{first} · ' + _('{count} with portal access').format(count=formats.number(inside))


def context(view: View) -> list[Act]:
    """The menu of a row."""
    def out(row: Mapping[str, Any]) -> bool:
        return bool(row['status'] == CustomerStatus.BLOCKED)

    def invitable(row: Mapping[str, Any]) -> bool | str:
        return _('Portal access is blocked.') if out(row) else True
    return [
        Act(_('Open'), 'external-link', path='/office/customers/{account}', kbd='Enter'),
        Act(_('Send portal invitation'), 'send', needs=P.CUSTOMERS_INVITE, when=invitable,
            run=lambda row: send_invitation(view, row['account'])),
        Act(_('View portal as customer'), 'eye', needs=P.CUSTOMERS_VIEW_AS, run=lambda row: look(view, row['account'])),
        Act(_('Orders'), 'package', path='/office/customers/{account}?tab=orders', rule=True),
        Act(_('Statement'), 'file-text', path='/office/statements/{account}', needs=P.STATEMENTS_READ),
        Act(_('Invoices'), 'file-text', path='/office/customers/{account}?tab=invoices'),
        Act(_('Block portal access'), 'ban', needs=P.CUSTOMERS_WRITE, danger=True, rule=True,
            when=lambda row: not out(row), run=lambda row: block(view, row['account'], row['name'])),
        Act(_('Unblock portal access'), 'unlock', needs=P.CUSTOMERS_WRITE, rule=True, when=out,
            run=lambda row: unblock(view, row['account'], row['name']))]


async def look(view: View, account: str) -> None:
    """See the portal as this customer does."""
    view_portal_as(view, account)


@module.view('/office/customers/new', needs=P.CUSTOMERS_WRITE, narrow=True)
async def new(view: View) -> None:
    """The form for a new customer; his page opens when he is added."""
    view.title = _('New customer')
    with design.head(view):
        pass
    settings = await view.do(SettingService.all)

    async def added(account: str) -> None:
        view.say(_('Customer {account} is added.').format(account=account))
        view.open(f'/office/customers/{account}')
        view.close()
    with design.card():
        Form(view, CustomerInput, save=CustomerService.create, button=_('Add customer'), on_saved=added,
             cancel=view.close, values={'name': '', **{name: settings[f'seller.{name}'] for name in (
                 'country', 'currency', 'language')}})
