"""What is disputed of an invoice: frozen by compare-and-set, let go again, and given up where it is paid after all."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal

from sqlmodel import col

from models.claims import Dispute, DisputeState
from models.core.words import _
from models.invoices import UNSETTLED, Invoice, InvoiceKind
from services.core import formats
from services.core.errors import Conflict, Invalid
from services.core.work import Work


def open_disputes(work: Work, invoice_id: uuid.UUID) -> Sequence[Dispute]:
    """The disputes of an invoice that wait for an answer, oldest first."""
    found = work.session.exec(work.reach(Dispute).where(
        Dispute.invoice_id == invoice_id, Dispute.state == DisputeState.OPEN).order_by(col(Dispute.opened_at)))
    return tuple(found)


def freeze(work: Work, invoice: Invoice, amount: Decimal) -> None:
    """Take so much of an invoice out of what is due; raises Invalid for more than is open and not disputed."""
    if invoice.kind is not InvoiceKind.INVOICE or invoice.status not in UNSETTLED:
        raise Conflict(_('Nothing of {number} is open any more.').format(number=invoice.number))
    if amount <= 0:
        raise Invalid(_('Please give an amount above zero.'), field='amount')
    if amount > invoice.due_now:
        raise Invalid(_('Only {amount} of {number} is open and not disputed yet.').format(
            amount=formats.money(invoice.due_now, invoice.currency), number=invoice.number), field='amount')
    work.change(invoice, expect={'disputed': invoice.disputed, 'settled': invoice.settled},
                disputed=invoice.disputed + amount)


def thaw(work: Work, invoice: Invoice, amount: Decimal) -> None:
    """Let so much of an invoice be due again."""
    work.change(invoice, expect={'disputed': invoice.disputed}, disputed=invoice.disputed - amount)


def give_way(work: Work, invoice: Invoice) -> None:
    """After a settlement: what was paid although it was disputed is no longer disputed; the newest disputes yield."""
    over = invoice.disputed - invoice.open
    if over <= 0:
        return
    for dispute in reversed(open_disputes(work, invoice.id)):
        taken = min(over, dispute.amount)
        if taken == dispute.amount:
            work.change(dispute, expect={'state': DisputeState.OPEN}, state=DisputeState.WITHDRAWN, ended_at=work.now,
                        answer=_('The amount was settled.'))
        else:
            work.change(dispute, expect={'state': DisputeState.OPEN}, amount=dispute.amount - taken)
        work.record('dispute.settled', dispute, number=invoice.number or '', customer_id=invoice.customer_id,
                    changes={'amount': str(taken)}, topics=(f'dispute:{dispute.id}', 'office:disputes'))
        over -= taken
        if not over:
            break
    work.change(invoice, expect={'disputed': invoice.disputed}, disputed=invoice.open)
