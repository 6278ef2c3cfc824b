"""The list of all invoices with what is open, and the way to a new one."""

from __future__ import annotations

from models.core.words import _, ngettext
from services.core import formats
from services.core.permissions import Permission
from services.invoices.drafting import DraftInput, DraftService
from services.invoices.listing import DESK
from services.invoices.reading import InvoiceService
from ui.kernel import design
from ui.kernel.documents import Head
from ui.kernel.forms import ask
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.office.invoices.declared import module
from ui.pieces.invoice import tiles
from ui.pieces.looking import customers
from ui.pieces.papers import zip_act


@module.view('/office/invoices')
async def index(view: View) -> None:
    """All invoices, the newest first, with what is open, overdue and due soon."""
    head = Head(view, view.title)
    figures = design.kpis([])

    async def again() -> None:
        waiting = await view.do(InvoiceService.count_waiting)
        head.show(view.title, acts=[
            Act(ngettext('{count} order to invoice', '{count} orders to invoice', waiting).format(
                count=formats.number(waiting)) if waiting else _('To invoice'), 'clipboard-list',
                path='/office/invoices/to-invoice'),
            Act(_('New invoice'), 'plus', run=lambda: begin(view), needs=Permission.INVOICES_WRITE, main=True)])
        figures.show(tiles(await view.do(InvoiceService.figures)))
    view.on('office:invoices', again)
    await again()
    Table(view, DESK, load=InvoiceService.desk, row_path='/office/invoices/{key}', topic='office:invoices',
          card=('number', 'customer', 'standing', 'open'),
          context=[Act(_('Open'), 'external-link', path='/office/invoices/{key}', kbd='Enter'),
                   Act(_('Customer'), 'users', path='/office/customers/{account}'),
                   Act(_('Download PDF'), 'download', path='/download/invoices/{number}.pdf',
                       when=lambda row: bool(row['number']))],
          bulk=[zip_act()],
          empty=Empty('file-text', _('No invoices here'),
                      _('They are written when goods leave, when an order is confirmed or once a month.'),
                      _('To invoice'), '/office/invoices/to-invoice'))


async def begin(view: View, account: str = '') -> None:
    """Ask for whom a new invoice is, and open its draft."""
    draft = await ask(view, DraftInput, _('New invoice'), _('Begin'), save=DraftService.begin,
                      values={'account': account, 'po_number': '', 'note': ''}, look={'account': customers(view)},
                      options={'account': account})
    if draft is not None:
        view.open(f'/office/invoices/{draft}')
