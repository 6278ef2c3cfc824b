"""Where news of invoices and credit notes is followed, and who is told when one is issued."""

from __future__ import annotations

import uuid
from typing import Any

from sqlmodel import col, select

from models.core.words import _, language
from models.customers import Customer
from models.invoices import Invoice, InvoiceKind
from models.users import Membership, Role, User
from services.core import formats
from services.core.permissions import Permission
from services.core.work import Work
from services.informing import inform
from services.mail.outbox import Recipient, promise
from services.switches import address_of

PATHS = {InvoiceKind.INVOICE: '/invoices', InvoiceKind.CREDIT_NOTE: '/credit-notes'}


def topics_of(invoice: Invoice) -> tuple[str, ...]:
    """The document itself, its company's money, and the office's lists."""
    return f'invoice:{invoice.id}', f'money:{invoice.customer_id}', 'office:invoices'


def followers(invoice: Invoice) -> tuple[str, ...]:
    """Everybody who hears that a document was issued: also those who look at its order or its company."""
    order = (f'order:{invoice.order_id}',) if invoice.order_id else ()
    return (*topics_of(invoice), *order, f'company:{invoice.customer_id}')


def right_to(kind: InvoiceKind) -> Permission:
    """The right to read documents of this kind."""
    return Permission.INVOICES_READ if kind is InvoiceKind.INVOICE else Permission.CREDIT_NOTES_READ


def path_of(invoice: Invoice) -> str:
    """Where the customer opens a document; the office has the same under /office."""
    return f'{PATHS[invoice.kind]}/{invoice.number}'


def money_people(work: Work, customer_id: uuid.UUID) -> list[User]:
    """The people of a company who care for its money: Finance, else the Admins."""
    found = work.session.exec(select(Membership.role, User).join(User, col(User.id) == Membership.user_id).where(
        Membership.customer_id == customer_id, col(Membership.active), col(User.active),
        col(Membership.role).in_((Role.FINANCE, Role.ADMIN))).order_by(User.email)).all()
    finance = [user for role, user in found if role is Role.FINANCE]
    return finance or [user for _role, user in found]


def tell(work: Work, invoice: Invoice, customer: Customer) -> None:
    """Tell those who care for the company's money by bell, and by mail with the document or its invoice address."""
    people = money_people(work, customer.id)
    event = f'{invoice.kind.value}_issued'
    known = {'number': invoice.number, 'corrects': invoice.corrects_number, 'customer': customer.name}
    document = ('invoice', invoice.id)
    inform(work, event, [user.id for user in people],
           facts=known | {'amount': formats.money(invoice.gross, invoice.currency)}, path=path_of(invoice),
           customer_id=customer.id, words=lambda: _facts(work, invoice), document=document,
           by_mail=not customer.invoice_email)
    if customer.invoice_email:
        with language(customer.language):
            facts = known | {'name': customer.name} | _facts(work, invoice)
        promise(work, message=event, to=Recipient(customer.invoice_email, customer.name, customer.language),
                facts=facts, customer_id=customer.id, document=document)


def _facts(work: Work, invoice: Invoice) -> dict[str, Any]:
    due = formats.date(invoice.due_on) if invoice.due_on and invoice.gross else ''
    discount = _('{amount} less when you pay by {day}').format(
        amount=formats.money(invoice.discount, invoice.currency),
        day=formats.date(invoice.discount_until)) if invoice.discount_until else ''
    return {'amount': formats.money(invoice.gross, invoice.currency), 'due': due, 'discount': discount,
            'orders': invoice.order_number, 'reason': invoice.reason, 'note': invoice.note,
            'reference': invoice.payment_reference, 'link': address_of(work, path_of(invoice), invoice.customer_id)}
