"""What reminders charged: documents of their own beside the invoices they are about, and waiving them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlmodel import col, select

from models.core.words import _
from models.invoices import UNSETTLED, Invoice, InvoiceKind, InvoiceStatus
from models.reminders import Reminder
from services.core.errors import Conflict
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.invoices.crediting import CreditInput, credit


class ChargeService(Service):
    """What the office does with reminder fees."""

    @requires(Permission.INVOICES_WRITE, writes=True)
    def waive(self, number: str, reason: str) -> str:
        """Take a reminder fee back by a credit note over all that is left of it, for a reason; returns its number.

        What was paid of it is the customer's credit. Raises Conflict when nothing is left or it is no reminder fee,
        Invalid without a reason.
        """
        charge = self.work.one(Invoice, Invoice.number == number, Invoice.kind == InvoiceKind.INVOICE)
        if not charge.is_charge:
            raise Conflict(_('{number} is no reminder fee.').format(number=number))
        if charge.credited == charge.gross:
            raise Conflict(_('{number} was taken back before.').format(number=number))
        note = credit(self.work, charge, CreditInput(reason=reason, whole=True))
        self.work.record('reminder_fee.waived', charge, note=reason.strip()[:300],
                         changes={'credit_note': note.number, 'amount': str(note.gross)})
        return str(note.number)


def charges_of(work: Work, invoices: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Invoice]]:
    """The fees that were charged for these invoices, by invoice, oldest first."""
    found: dict[uuid.UUID, list[Invoice]] = {}
    for subject, charge in work.session.execute(select(Reminder.subject_id, Invoice).join(
            Reminder, col(Reminder.id) == Invoice.reminder_id).where(
            col(Reminder.subject_id).in_(invoices), col(Invoice.status) != InvoiceStatus.DRAFT)
            .order_by(col(Invoice.number))):
        found.setdefault(subject, []).append(charge)
    return found


def charges_open(work: Work, customer_id: uuid.UUID) -> dict[uuid.UUID, list[Invoice]]:
    """A customer's fees with something undisputed to pay, by the invoice they are about."""
    subjects = work.session.exec(select(Reminder.subject_id).join(
        Invoice, col(Invoice.reminder_id) == Reminder.id).where(
        Invoice.customer_id == customer_id, col(Invoice.status).in_(UNSETTLED)))
    found = charges_of(work, list(dict.fromkeys(subjects)))
    due = {subject: [charge for charge in charges if charge.status in UNSETTLED and charge.due_now > 0]
           for subject, charges in found.items()}
    return {subject: charges for subject, charges in due.items() if charges}


def charged_for(work: Work, charge: Invoice) -> Invoice | None:
    """The invoice a fee was charged for; None for any other document."""
    if charge.reminder_id is None:
        return None
    return work.session.exec(select(Invoice).join(Reminder, col(Reminder.subject_id) == Invoice.id).where(
        Reminder.id == charge.reminder_id)).first()


def is_of_charge(work: Work, document: Invoice) -> bool:
    """Whether it is a reminder fee or the credit note of one."""
    if document.is_charge or document.corrects_id is None:
        return document.is_charge
    return work.session.exec(select(Invoice.reminder_id).where(Invoice.id == document.corrects_id)).first() is not None
