"""Invoices of a customer: the list with what is open, and one invoice with what settled it, live."""

from __future__ import annotations

from models.core.words import _, _l
from models.invoices import InvoiceKind
from services.core.permissions import Permission
from services.invoices.listing import INVOICES
from services.invoices.reading import InvoiceService
from ui.kernel import design
from ui.kernel.documents import Document
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.pieces.claims import InvoiceClaims
from ui.pieces.disputes import dispute_acts
from ui.pieces.invoice import InvoicePage, chip, context_of, paper_acts, tiles
from ui.pieces.invoice_acts import portal_acts
from ui.pieces.papers import zip_act
from ui.pieces.paying import pay_act

module = Module('invoices', _l('Invoices'), icon='receipt-text', group=Group.BILLING, needs=Permission.INVOICES_READ,
                keywords=_l('bill, bills, invoice, due, overdue, open items, accounts payable, pdf'),
                waiting=InvoiceService.count_overdue, topics=('money:{customer_id}',), alert=True)


@module.view('/invoices')
async def index(view: View) -> None:
    """All invoices of the company, the newest first."""
    with design.head(view):
        if view.actor.may(Permission.PAYMENTS_MAKE):
            design.button(_('Pay now'), href='/pay?for=balance', icon='credit-card', main=True)
    figures = design.kpis(tiles(await view.do(InvoiceService.figures)))
    topic = f'money:{view.actor.customer_id}'

    async def again() -> None:
        figures.show(tiles(await view.do(InvoiceService.figures)))
    view.on(topic, again)
    Table(view, INVOICES, load=InvoiceService.list, row_path='/invoices/{number}', topic=topic,
          card=('number', 'standing', 'due_on', 'open'),
          context=[Act(_('Open'), 'external-link', path='/invoices/{number}', kbd='Enter'),
                   Act(_('Pay now'), 'credit-card', path='/pay?invoices={number}', needs=Permission.PAYMENTS_MAKE,
                       when=lambda row: bool(row['open'])),
                   Act(_('Download PDF'), 'download', path='/download/invoices/{number}.pdf'),
                   Act(_('Download e-invoice'), 'file-down', path='/download/invoices/{number}.xml')],
          bulk=[pay_act(view), zip_act()],
          empty=Empty('file-text', _('No invoices yet'), _('What we invoice stands here from the first minute on.'),
                      _('Orders'), '/orders'))


@module.view('/invoices/{number}')
async def document(view: View, number: str) -> None:
    """One invoice, followed live."""
    await InvoiceDocument(view, InvoiceKind.INVOICE, number).build()


class InvoiceDocument:
    """The page of one invoice or credit note on the customer's side."""

    def __init__(self, view: View, kind: InvoiceKind, number: str) -> None:
        self.view, self.kind, self.number = view, kind, number

    async def build(self) -> None:
        """Show it, and follow it."""
        found = await self.view.do(InvoiceService.read, self.kind, self.number)
        self.frame = Document(self.view, self.number)
        self.page = InvoicePage(self.view, self.frame, lambda line: f'/shop/i/{line.sku}' if line.item_id else '',
                                is_credit=self.kind is InvoiceKind.CREDIT_NOTE)
        self.claims = InvoiceClaims(self.view, self.frame, found.invoice)
        self.view.on(f'invoice:{found.invoice.id}', self._show)
        await self._show()
        if self.view.query.get('act') == 'dispute':
            for act in dispute_acts(self.view, found, self._show):
                if act.run is not None and act.is_for(self.view.actor):
                    self.view.start(act.run)

    async def _show(self) -> None:
        found = await self.view.do(InvoiceService.read, self.kind, self.number)
        self.frame.head.show(self.number, sub=context_of(found), chip=chip(found),
                             acts=[*portal_acts(self.view, found, self._show), *paper_acts(found)])
        self.page.show(found)
        await self.claims.show()
