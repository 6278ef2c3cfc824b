"""Ending a dispute by a credit note: one written for it, or one that was issued before; it settles the invoice."""

from __future__ import annotations

import uuid
from decimal import Decimal

from sqlmodel import col, select

from models.claims import Dispute, DisputeState
from models.core.money import digits, rounded
from models.core.words import _
from models.invoices import UNSETTLED, Invoice, InvoiceKind
from services.claims.disputing import end
from services.claims.inputs import CreditInput, IssueInput
from services.claims.news import tell, topics_of
from services.core.errors import Conflict, Invalid
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.invoices.crediting import CreditInput as Credited
from services.invoices.crediting import FreeAmount, credit, lines_of
from services.invoices.left import Key, Left, left_of
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

    @requires(P.INVOICES_WRITE, writes=True)
    def issue(self, given: IssueInput, *, dispute_id: uuid.UUID) -> str:
        """Write a credit note over an amount, VAT included, and end the dispute with it; returns its number.

        The disputed line, or all that is left of the invoice, is credited as such when the amount is theirs; else an
        amount at the line's rate, or at the rate that most of the invoice has, to the cent nearest. Raises Conflict
        when the dispute has ended, Invalid for more than is left to credit.
        """
        dispute, invoice = self._open_one(dispute_id)
        lines = lines_of(self.work, invoice)
        left = left_of(self.work, invoice, lines)
        wanted = what_to_credit(invoice, dispute, left, given)
        end(self.work, dispute, invoice, 'credit', answer=given.answer)
        note = credit(self.work, invoice, wanted)
        self.work.change(dispute, credit_id=note.id)
        self._tell(dispute, invoice, note, given.answer)
        return str(note.number)

    @requires(P.DISPUTES_ANSWER, writes=True)
    def credit(self, given: CreditInput, *, dispute_id: uuid.UUID) -> None:
        """End a dispute with a credit note of its invoice; it is used for the invoice, what is left is due again.

        Raises Conflict when the dispute has ended, Invalid for a credit note that is not of this invoice or was used.
        """
        dispute, invoice = self._open_one(dispute_id)
        note = next((note for note in self.credit_notes(dispute_id) if note.number == given.number), None)
        if note is None:
            raise Invalid(_('This is no credit note of the disputed invoice, or it answered a dispute before.'),
                          field='number')
        end(self.work, dispute, invoice, 'credit', answer=given.answer, credit_id=note.id)
        share = min(note.open, invoice.open)
        if share > 0 and invoice.status in UNSETTLED and note.status in UNSETTLED:
            allocate(self.work, invoice, share, credit=note)
        self._tell(dispute, invoice, note, given.answer)

    def _open_one(self, dispute_id: uuid.UUID) -> tuple[Dispute, Invoice]:
        dispute = self.work.one(Dispute, Dispute.id == dispute_id)
        if dispute.state is not DisputeState.OPEN:
            raise Conflict(_('This dispute has ended.'))
        return dispute, self.work.one(Invoice, Invoice.id == dispute.invoice_id)

    def _tell(self, dispute: Dispute, invoice: Invoice, note: Invoice, answer: str) -> None:
        self.work.record('dispute.credited', invoice, note=answer, topics=topics_of(dispute, invoice),
                         changes={'credit_note': note.number, 'amount': str(note.gross)})
        tell(self.work, dispute, invoice, 'dispute_credited', credit=note.number or '', note=answer)


def what_to_credit(invoice: Invoice, dispute: Dispute, left: Left, given: IssueInput) -> Credited:
    """The whole, the disputed line, or an amount at one rate, whichever the amount is of."""
    if given.amount == left.gross:
        return Credited(reason=given.answer, whole=True)
    one = next((found for found in left.lines if found.line.id == dispute.line_id), None)
    if one is not None and one.quantity > 0:
        key = one.line.tax_category, one.line.tax_rate
        if given.amount == one.net + left.tax_on(key, one.net, invoice.currency):
            return Credited(reason=given.answer, quantities={one.line.id: one.quantity})
    key = (one.line.tax_category, one.line.tax_rate) if one is not None else max(
        left.rates, key=lambda rate: left.rates[rate].taxable)
    net = _net_of(given.amount, key, left, invoice.currency)
    return Credited(reason=given.answer, amount=FreeAmount(net=net, category=key[0], rate=key[1]))


def _net_of(gross: Decimal, key: Key, left: Left, currency: str) -> Decimal:
    """The net whose gross at a rate is this one, or the nearest to it there is."""
    step = Decimal(1).scaleb(-digits(currency))
    middle = rounded(gross * 100 / (100 + key[1]), currency)
    nets = [net for net in (middle, middle - step, middle + step) if net > 0]
    return min(nets, key=lambda net: abs(net + left.tax_on(key, net, currency) - gross)) if nets else gross
