"""The credit notes of all customers."""

from __future__ import annotations

from models.core.words import _, _l
from models.invoices import InvoiceKind
from services.core.permissions import Permission
from services.invoices.listing import CREDIT_DESK
from services.invoices.reading import InvoiceService
from ui.kernel import design
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.office.invoices.document import DeskInvoice
from ui.pieces.papers import zip_act

module = Module('office_credit_notes', _l('Credit notes'), icon='file-minus', group=Group.MONEY,
                needs=Permission.OFFICE, keywords=_l('credit memos, corrections, refunds, cancelled invoices'))


@module.view('/office/credit-notes')
async def index(view: View) -> None:
    """All credit notes, the newest first."""
    with design.head(view):
        design.button(_('Invoices'), href='/office/invoices', icon='receipt-text')
    Table(view, CREDIT_DESK, load=InvoiceService.credit_desk, row_path='/office/credit-notes/{number}',
          topic='office:invoices', card=('number', 'customer', 'standing', 'gross'),
          context=[Act(_('Open'), 'external-link', path='/office/credit-notes/{number}', kbd='Enter'),
                   Act(_('Invoice'), 'file-text', path='/office/invoices/{corrects_number}'),
                   Act(_('Customer'), 'users', path='/office/customers/{account}'),
                   Act(_('Download PDF'), 'download', path='/download/credit-notes/{number}.pdf')],
          bulk=[zip_act()],
          empty=Empty('file-minus', _('No credit notes here'), _('Write one on the page of an invoice.'),
                      _('Invoices'), '/office/invoices'))


@module.view('/office/credit-notes/{number}')
async def document(view: View, number: str) -> None:
    """One credit note."""
    await DeskInvoice(view, InvoiceKind.CREDIT_NOTE, number).build()
