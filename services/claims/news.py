"""Who hears of a dispute: the office by the bell, the person who opened it by bell and mail."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from models.claims import Dispute
from models.core.words import language
from models.customers import Customer
from models.invoices import Invoice
from models.users import User
from services.core import formats
from services.core.permissions import Permission
from services.core.work import Work
from services.informing import inform
from services.invoices.news import topics_of as invoice_topics
from services.mail.outbox import Recipient, promise
from services.notifications import notify, who_may
from services.switches import address_of

BY_MAIL = {'dispute_opened', 'dispute_said', 'dispute_credited', 'dispute_upheld'}


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
        notify(work, who_may(work, Permission.INVOICES_ANSWER, dispute.customer_id), message, facts=known,
               path=f'/invoices/{invoice.number}', customer_id=dispute.customer_id)
    if message in BY_MAIL and (not work.actor.is_portal or message == 'dispute_opened'):
        _mail(work, dispute, invoice, message, known)


def _mail(work: Work, dispute: Dispute, invoice: Invoice, message: str, known: dict[str, Any]) -> None:
    person = work.session.exec(select(User).where(User.id == dispute.opened_by_id)).first()
    if person is None or not person.active:
        return
    with language(person.language):
        money = formats.money(dispute.amount, invoice.currency)
    facts = {'note': '', 'credit': ''} | known | {
        'name': person.name, 'money': money,
        'link': address_of(work, f'/invoices/{invoice.number}', invoice.customer_id)}
    promise(work, message=message, to=Recipient(person.email, person.name, person.language), facts=facts,
            customer_id=dispute.customer_id)
