"""One invoice or credit note on the office's side; drafts are edited here."""

from __future__ import annotations

from models.core.words import _
from models.invoices import InvoiceKind, InvoiceStatus
from services.core.permissions import Permission
from services.invoices.reading import InvoiceService, InvoiceView
from ui.kernel import design
from ui.kernel.documents import Document
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.office.invoices.crediting import ask_credit
from ui.office.invoices.declared import module
from ui.office.invoices.draft import Draft
from ui.office.invoices.waiving import waive_acts
from ui.pieces.claims import InvoiceClaims
from ui.pieces.invoice import InvoicePage, chip, context_of, name_of, paper_acts
from ui.pieces.invoice_acts import office_acts


@module.view('/office/invoices/{number}')
async def document(view: View, number: str) -> None:
    """One invoice, followed live; a draft by its id."""
    await DeskInvoice(view, InvoiceKind.INVOICE, number).build()


class DeskInvoice:
    """The page of one invoice or credit note for the office."""

    def __init__(self, view: View, kind: InvoiceKind, number: str) -> None:
        self.view, self.kind, self.number = view, kind, number

    async def build(self) -> None:
        """Show it, and follow it."""
        self.found = await self.view.do(InvoiceService.read, self.kind, self.number)
        self.frame = Document(self.view, name_of(self.found.invoice))
        self.draft = Draft(self.view, self._show)
        with self.frame.main:
            self.place = design.box()
        self.page = InvoicePage(self.view, self.frame, lambda line: f'/office/items/{line.sku}' if line.item_id else '',
                                is_credit=self.kind is InvoiceKind.CREDIT_NOTE)
        self.claims = InvoiceClaims(self.view, self.frame, self.found.invoice)
        self.view.on(f'invoice:{self.found.invoice.id}', self._show)
        self._paint()
        await self.claims.show()

    async def _show(self) -> None:
        self.found = await self.view.do(InvoiceService.read, self.kind, self.number)
        self._paint()
        await self.claims.show()

    def _paint(self) -> None:
        found = self.found
        name = name_of(found.invoice)
        self.view.title = name
        sub = ' · '.join(part for part in (found.customer.name, found.customer.account, context_of(found)) if part)
        self.frame.head.show(name, sub=sub, chip=chip(found), acts=self._acts(found))
        self.place.clear()
        self.place.set_visibility(found.invoice.status is InvoiceStatus.DRAFT)
        if found.invoice.status is InvoiceStatus.DRAFT:
            with self.place:
                self.draft.show(found)
        self.page.show(found)
        self.page.lines.set_visibility(found.invoice.status is not InvoiceStatus.DRAFT)

    def _acts(self, found: InvoiceView) -> list[Act]:
        customer = Act(_('Customer'), 'users', path=f'/office/customers/{found.customer.account}')
        if found.invoice.status is InvoiceStatus.DRAFT:
            return [*self.draft.acts(found), customer]
        acts = office_acts(self.view, found, self._show)
        if found.invoice.is_charge:
            acts += waive_acts(self.view, found, self._show)
        elif self.kind is InvoiceKind.INVOICE and found.invoice.credited < found.invoice.gross:
            acts.append(Act(_('Write credit note'), 'file-minus', run=self._credit, needs=Permission.INVOICES_WRITE))
        return [*acts, *paper_acts(found), customer]

    async def _credit(self) -> None:
        number = await ask_credit(self.view, self.found)
        if number:
            self.view.say(_('Credit note {number} is issued.').format(number=number))
            await self._show()
