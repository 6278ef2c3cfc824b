"""What customers owe, and the account of each."""

from __future__ import annotations

from models.core.words import _, _l
from services.core.permissions import Permission
from services.invoices.statement import STATEMENTS, StatementService
from ui.kernel import design
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.pieces.statement import StatementPage

module = Module('office_statements', _l('Statements'), icon='scale', group=Group.MONEY,
                needs=Permission.STATEMENTS_READ,
                keywords=_l('balances, open items, receivables, debtors, ageing, accounts'))


@module.view('/office/statements')
async def index(view: View) -> None:
    """Every account with movements, one row for each currency."""
    with design.head(view):
        pass
    path = '/office/statements/{account}?currency={currency}'
    Table(view, STATEMENTS, load=StatementService.customers, row_path=path, topic='office:invoices',
          card=('name', 'balance', 'account', 'last'),
          context=[Act(_('Open'), 'external-link', path=path, kbd='Enter'),
                   Act(_('Customer'), 'users', path='/office/customers/{account}')],
          empty=Empty('file-text', _('No movements yet'), _('An account begins with its first invoice.')))


@module.view('/office/statements/{account}')
async def document(view: View, account: str) -> None:
    """The statement of one customer."""
    await StatementPage(view, account).build()
