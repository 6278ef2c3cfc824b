"""Tab Invoices: what the customer was invoiced, and what he owes."""

from __future__ import annotations

from models.core.words import _
from services.core import formats
from services.core.permissions import Permission
from services.invoices.collecting import CollectingService
from services.invoices.listing import DESK
from services.invoices.reading import InvoiceService, MoneyFigures
from ui.kernel import design
from ui.kernel.tables import Act, Empty, Table
from ui.office.customers.shown import Shown
from ui.office.invoices.index import begin
from ui.pieces.invoice import tiles
from ui.pieces.papers import zip_act

COLUMNS = ['number', 'issued_on', 'due_on', 'order_number', 'standing', 'gross', 'open']


async def build(shown: Shown) -> None:
    """Build the tab."""
    view, account = shown.view, shown.account
    figures = design.kpis(_tiles(await view.do(InvoiceService.figures, account), account))

    async def again() -> None:
        figures.show(_tiles(await view.do(InvoiceService.figures, account), account))

    async def collect() -> None:
        numbers = await view.do(CollectingService.at_once, account)
        view.say(_('Issued: {numbers}').format(numbers=', '.join(numbers)))
    view.on(f'money:{shown.found.customer.id}', again)
    if view.actor.may(Permission.INVOICES_WRITE):
        with design.box('p-row'):
            design.button(_('Invoice now'), collect, icon='layers')
            design.button(_('New invoice'), lambda: begin(view, account), icon='plus')
    view.state.setdefault('list:customer-invoices', {'asked': {'columns': COLUMNS}})
    Table(view, DESK, load=InvoiceService.desk, row_path='/office/invoices/{key}', key='customer-invoices',
          fixed={'account': account}, topic=f'money:{shown.found.customer.id}',
          card=('number', 'standing', 'due_on', 'open'),
          context=[Act(_('Open'), 'external-link', path='/office/invoices/{key}', kbd='Enter'),
                   Act(_('Download PDF'), 'download', path='/download/invoices/{number}.pdf',
                       when=lambda row: bool(row['number']))],
          bulk=[zip_act()],
          empty=Empty('file-text', _('No invoices yet'), _('What this customer is invoiced stands here at once.')))


def _tiles(found: MoneyFigures, account: str) -> list[dict[str, str]]:
    note = _('owed to us') if found.balance > 0 else _('credit of the customer') if found.balance < 0 else \
        _('nothing is owed')
    return [{'label': _('Balance'), 'value': formats.money(found.balance, found.currency), 'note': note},
            *tiles(found)]
