"""Disputing an invoice or a part of it: what is disputed is frozen until the office credits or upholds it."""

from __future__ import annotations

import uuid
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col

from models.claims import DISPUTE_TRANSITIONS, Dispute, DisputeState, DisputeWord
from models.core.money import rounded
from models.core.types import new_id
from models.core.words import _
from models.files import StoredFile
from models.invoices import UNSETTLED, Invoice, InvoiceKind, InvoiceLine
from services import pictures
from services.claims.freezing import freeze, open_disputes, thaw
from services.claims.inputs import DisputeInput, UpholdInput, WordInput
from services.claims.news import tell, topics_of
from services.claims.reading import DISPUTES, DisputeView, views_of
from services.core import formats
from services.core.errors import Conflict, Invalid, NotFound
from services.core.listing import ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.files import store

P = Permission


class DisputeService(Service):
    """Disputes on both sides."""

    @requires(P.INVOICES_ANSWER, writes=True)
    def open(self, given: DisputeInput, *, number: str, photo: bytes | None = None) -> uuid.UUID:
        """Dispute an invoice, a line or an amount; it leaves due sums, reminders and holds. Returns the dispute's id.

        `photo` is what `pictures.encode` made. Raises NotFound out of reach, Conflict when nothing is open or the line
        is in dispute already, Invalid for more than is open.
        """
        _portal_only(self.work)
        invoice = self.work.one(Invoice, Invoice.number == number)
        amount = self._wanted(invoice, given)
        freeze(self.work, invoice, amount)
        dispute = Dispute(id=new_id(), customer_id=invoice.customer_id, invoice_id=invoice.id, line_id=given.line_id,
                          amount=amount, reason=given.reason.value, opened_at=self.now,
                          opened_by_id=self.actor.user_id, opened_by_name=self.actor.name)
        self.session.add(dispute)
        self.session.flush()
        self._say(dispute, given.words, photo)
        self.work.record('dispute.opened', invoice, note=given.words[:300], topics=topics_of(dispute, invoice),
                         changes={'amount': str(amount), 'reason': given.reason.value, 'dispute': str(dispute.id)})
        tell(self.work, dispute, invoice, 'dispute_opened')
        return dispute.id

    @requires(P.INVOICES_ANSWER, P.DISPUTES_ANSWER, writes=True)
    def say(self, given: WordInput, *, dispute_id: uuid.UUID, photo: bytes | None = None) -> None:
        """Write about a dispute, perhaps with a picture; the other side hears of it. Raises Conflict when it ended."""
        dispute, invoice = self._open_one(dispute_id)
        self._say(dispute, given.words, photo)
        self.work.record('dispute.said', invoice, note=given.words[:300], topics=topics_of(dispute, invoice))
        tell(self.work, dispute, invoice, 'dispute_said', note=given.words)

    @requires(P.INVOICES_ANSWER, writes=True)
    def withdraw(self, dispute_id: uuid.UUID) -> None:
        """The customer accepts the invoice after all; what was frozen is due again."""
        _portal_only(self.work)
        dispute, invoice = self._open_one(dispute_id)
        end(self.work, dispute, invoice, 'withdraw')
        self.work.record('dispute.withdrawn', invoice, topics=topics_of(dispute, invoice))
        tell(self.work, dispute, invoice, 'dispute_withdrawn')

    @requires(P.DISPUTES_ANSWER, writes=True)
    def uphold(self, given: UpholdInput, *, dispute_id: uuid.UUID) -> None:
        """The invoice is right, for a reason the customer reads; what was frozen is due again."""
        dispute, invoice = self._open_one(dispute_id)
        end(self.work, dispute, invoice, 'uphold', answer=given.answer)
        self.work.record('dispute.upheld', invoice, note=given.answer, topics=topics_of(dispute, invoice))
        tell(self.work, dispute, invoice, 'dispute_upheld', note=given.answer)

    @requires(P.INVOICES_READ)
    def of_invoice(self, number: str) -> tuple[DisputeView, ...]:
        """All disputes of an invoice with their threads, newest first; raises NotFound out of reach."""
        invoice = self.work.one(Invoice, Invoice.number == number)
        return views_of(self.work, col(Dispute.invoice_id) == invoice.id)

    @requires(P.INVOICES_READ)
    def read(self, dispute_id: uuid.UUID) -> DisputeView:
        """One dispute with its thread; raises NotFound out of reach."""
        found = views_of(self.work, col(Dispute.id) == dispute_id)
        if not found:
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        return found[0]

    @requires(P.DISPUTES_ANSWER)
    def list(self, query: ListQuery) -> ListPage:
        """A page of the office's desk."""
        return DISPUTES.page(self.work, query)

    @requires(P.DISPUTES_ANSWER)
    def count_open(self) -> int:
        """How many disputes wait for an answer."""
        return int(self.session.execute(sa.select(sa.func.count()).select_from(Dispute).where(
            col(Dispute.state) == DisputeState.OPEN)).scalar_one())

    def _wanted(self, invoice: Invoice, given: DisputeInput) -> Decimal:
        """The gross that is disputed: the amount given, else that of the line, else all; never more than is due."""
        if invoice.kind is not InvoiceKind.INVOICE or invoice.status not in UNSETTLED or invoice.due_now <= 0:
            raise Conflict(_('Nothing of {number} is open any more.').format(number=invoice.number))
        most = invoice.due_now
        if given.line_id is not None:
            line = self._line(invoice, given.line_id)
            most = min(most, rounded(line.net + line.net * line.tax_rate / 100, invoice.currency))
        if given.amount is None:
            return most
        if given.amount > most or given.amount != rounded(given.amount, invoice.currency):
            raise Invalid(_('Please give an amount of at most {amount}.').format(
                amount=formats.money(most, invoice.currency)), field='amount')
        return given.amount

    def _line(self, invoice: Invoice, line_id: uuid.UUID) -> InvoiceLine:
        if any(dispute.line_id == line_id for dispute in open_disputes(self.work, invoice.id)):
            raise Conflict(_('This line is in dispute already.'))
        return self.work.one(InvoiceLine, InvoiceLine.id == line_id, InvoiceLine.invoice_id == invoice.id)

    def _open_one(self, dispute_id: uuid.UUID) -> tuple[Dispute, Invoice]:
        dispute = self.work.one(Dispute, Dispute.id == dispute_id)
        if dispute.state is not DisputeState.OPEN:
            raise Conflict(_('This dispute has ended.'))
        return dispute, self.work.one(Invoice, Invoice.id == dispute.invoice_id)

    def _say(self, dispute: Dispute, words: str, photo: bytes | None) -> None:
        file = _photo(self.work, dispute, photo) if photo else None
        self.session.add(DisputeWord(
            id=new_id(), customer_id=dispute.customer_id, dispute_id=dispute.id, at=self.now, by_name=self.actor.name,
            from_office=not self.actor.is_portal, words=words, file_id=file.id if file else None))


def end(work: Work, dispute: Dispute, invoice: Invoice, act: str, *, answer: str = '',
        credit_id: uuid.UUID | None = None) -> None:
    """Leave the open state by an act of the transition table and let what was frozen go."""
    move = DISPUTE_TRANSITIONS.find(dispute.state, act)
    if move is None:
        raise Conflict(_('This dispute has ended.'))
    work.change(dispute, expect={'state': dispute.state}, state=move.target, ended_at=work.now, answer=answer[:300],
                credit_id=credit_id)
    thaw(work, invoice, dispute.amount)


def _photo(work: Work, dispute: Dispute, data: bytes) -> StoredFile:
    """Keep a picture that was made anew; raises Invalid for anything else, whatever it is called."""
    if len(data) > pictures.LARGEST_FILE or data[:4] != b'RIFF' or data[8:12] != b'WEBP':
        raise Invalid(_('This is not a picture Portico can read. Use PNG, JPEG, WebP, GIF, BMP or TIFF.'))
    return store(work, data, kind='dispute', name='photo.webp', media_type=pictures.MEDIA_TYPE,
                 customer_id=dispute.customer_id)


def _portal_only(work: Work) -> None:
    if not work.actor.is_portal:
        raise NotFound(_('There is nothing here, or it is not yours to see.'))
