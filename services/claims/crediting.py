"""Ending a dispute by a credit note: the office names the one it issued for it, which then settles the invoice."""

from __future__ import annotations

import uuid

from sqlmodel import col, select

from models.claims import Dispute, DisputeState
from models.core.words import _
from models.invoices import UNSETTLED, Invoice, InvoiceKind
from services.claims.disputing import end
from services.claims.inputs import CreditInput
from services.claims.news import tell, topics_of
from services.core.errors import Conflict, Invalid
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.payments.allocating import allocate

P = Permission


class CreditingService(Service):
    """Credit notes as answers to disputes."""

    @requires(P.DISPUTES_ANSWER)
    def credit_notes(self, dispute_id: uuid.UUID) -> tuple[Invoice, ...]:
        """The credit notes of the disputed invoice that answer no dispute yet, newest first; raises NotFound."""
        dispute = self.work.one(Dispute, Dispute.id == dispute_id)
        used = select(Dispute.credit_id).where(col(Dispute.credit_id).is_not(None))
        return tuple(self.session.exec(self.work.reach(Invoice).where(
            Invoice.kind == InvoiceKind.CREDIT_NOTE, Invoice.corrects_id == dispute.invoice_id,
            col(Invoice.number).is_not(None), col(Invoice.id).not_in(used)).order_by(col(Invoice.issued_at).desc())))

    @requires(P.DISPUTES_ANSWER, writes=True)
    def credit(self, given: CreditInput, *, dispute_id: uuid.UUID) -> None:
        """End a dispute with a credit note of its invoice; it is used for the invoice, what is left is due again.

        Raises Conflict when the dispute has ended, Invalid for a credit note that is not of this invoice or was used.
        """
        dispute = self.work.one(Dispute, Dispute.id == dispute_id)
        if dispute.state is not DisputeState.OPEN:
            raise Conflict(_('This dispute has ended.'))
        credit = next((note for note in self.credit_notes(dispute_id) if note.number == given.number), None)
        if credit is None:
            raise Invalid(_('This is no credit note of the disputed invoice, or it answered a dispute before.'),
                          field='number')
        invoice = self.work.one(Invoice, Invoice.id == dispute.invoice_id)
        end(self.work, dispute, invoice, 'credit', answer=given.answer, credit_id=credit.id)
        share = min(credit.open, invoice.open)
        if share > 0 and invoice.status in UNSETTLED and credit.status in UNSETTLED:
            allocate(self.work, invoice, share, credit=credit)
        self.work.record('dispute.credited', invoice, note=given.answer, topics=topics_of(dispute, invoice),
                         changes={'credit_note': credit.number, 'amount': str(credit.gross)})
        tell(self.work, dispute, invoice, 'dispute_credited', credit=credit.number or '', note=given.answer)
