"""Credit notes of a customer: the list, and one with what it settled."""

from __future__ import annotations

from models.core.words import _, _l
from models.invoices import InvoiceKind
from services.core.permissions import Permission
from services.invoices.listing import CREDIT_NOTES
from services.invoices.reading import InvoiceService
from ui.kernel import design
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.pieces.papers import zip_act
from ui.portal.invoices import InvoiceDocument

module = Module('credit_notes', _l('Credit notes'), icon='file-minus', group=Group.BILLING,
                needs=Permission.CREDIT_NOTES_READ,
                keywords=_l('credit memo, credit memos, refund, correction, credit'))


@module.view('/credit-notes')
async def index(view: View) -> None:
    """All credit notes of the company, the newest first."""
    with design.head(view):
        design.button(_('Invoices'), href='/invoices', icon='receipt-text')
    Table(view, CREDIT_NOTES, load=InvoiceService.credit_notes, row_path='/credit-notes/{number}',
          topic=f'money:{view.actor.customer_id}', card=('number', 'standing', 'corrects_number', 'gross'),
          context=[Act(_('Open'), 'external-link', path='/credit-notes/{number}', kbd='Enter'),
                   Act(_('Invoice'), 'file-text', path='/invoices/{corrects_number}'),
                   Act(_('Download PDF'), 'download', path='/download/credit-notes/{number}.pdf'),
                   Act(_('Download e-invoice'), 'file-down', path='/download/credit-notes/{number}.xml')],
          bulk=[zip_act()],
          empty=Empty('file-minus', _('No credit notes'), _('What we credit stands here.'), _('Invoices'), '/invoices'))


@module.view('/credit-notes/{number}')
async def document(view: View, number: str) -> None:
    """One credit note."""
    await InvoiceDocument(view, InvoiceKind.CREDIT_NOTE, number).build()
