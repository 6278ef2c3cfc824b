"""Who hears of a dispute: the office, all who may pay, and by mail the person who opened it; as each of them wishes."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from models.claims import Dispute
from models.customers import Customer
from models.invoices import Invoice
from services.core import formats
from services.core.permissions import Permission
from services.core.work import Work
from services.informing import inform
from services.invoices.news import topics_of as invoice_topics
from services.notifications import who_may


def topics_of(dispute: Dispute, invoice: Invoice) -> tuple[str, ...]:
    """The dispute itself, its invoice, the company's money, and the office's desk."""
    return f'dispute:{dispute.id}', 'office:disputes', *invoice_topics(invoice)


def tell(work: Work, dispute: Dispute, invoice: Invoice, message: str, **facts: str) -> None:
    """Tell the other side; what the office says goes by mail too, and who opened a dispute gets a mail about it."""
    customer = work.session.exec(select(Customer).where(Customer.id == dispute.customer_id)).one()
    known = {'number': invoice.number, 'customer': customer.name, 'person': work.actor.name,
             'amount': str(dispute.amount), 'currency': invoice.currency} | facts
    if work.actor.is_portal:
        inform(work, message, who_may(work, Permission.DISPUTES_ANSWER), facts=known,
               path=f'/office/disputes/{dispute.id}')
    else:
        others = set(who_may(work, Permission.INVOICES_ANSWER, dispute.customer_id)) - {dispute.opened_by_id}
        inform(work, message, sorted(others), facts=known, path=f'/invoices/{invoice.number}',
               customer_id=dispute.customer_id, by_mail=False)
    if dispute.opened_by_id and (not work.actor.is_portal or message == 'dispute_opened'):
        inform(work, message, [dispute.opened_by_id], facts=known, path=f'/invoices/{invoice.number}',
               customer_id=dispute.customer_id, words=lambda: _words(dispute, invoice) | known)


def _words(dispute: Dispute, invoice: Invoice) -> dict[str, Any]:
    return {'note': '', 'credit': '', 'money': formats.money(dispute.amount, invoice.currency)}
