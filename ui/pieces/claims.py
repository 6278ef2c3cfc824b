"""What is said against an invoice, within its page on either side: promises and disputes; nothing where nothing is."""

from __future__ import annotations

from models.invoices import Invoice, InvoiceKind
from ui.kernel.documents import Document
from ui.kernel.view import View
from ui.pieces.disputes import InvoiceDisputes
from ui.pieces.pledges import InvoicePledges


class InvoiceClaims:
    """The parts of one invoice's page, above its history; `show` reads them anew. A draft or a credit note has none."""

    def __init__(self, view: View, document: Document, invoice: Invoice) -> None:
        self.has = invoice.kind is InvoiceKind.INVOICE and invoice.number is not None
        if self.has:
            with document.main:
                self.disputes = InvoiceDisputes(view, invoice.number or '')
                self.pledges = InvoicePledges(view, invoice.number or '')
            for part in (self.disputes.place, self.pledges.part):
                part.move(document.main, target_index=len(document.main.default_slot.children) - 3)

    async def show(self) -> None:
        """Show what is said now."""
        if self.has:
            await self.disputes.show()
            await self.pledges.show()
