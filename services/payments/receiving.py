"""Money in hand: booked, used for what it is meant for, and the rest kept as the customer's credit."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal

from models.core.types import new_id
from models.customers import Customer
from models.invoices import UNSETTLED, Invoice
from models.ledger import Account
from models.payments import Payment, PaymentStatus
from services.calendar import today
from services.core.numbering import PAYMENT, next_number
from services.core.work import Work
from services.ledger import Source, post
from services.payments.allocating import allocate


def receive(work: Work, *, customer: Customer, amount: Decimal, method: str, received_on: dt.date,  # noqa: PLR0913
            wishes: Sequence[Mapping[str, str]] = (), reference: str = '',
            order_id: uuid.UUID | None = None) -> Payment:
    """Book money that came in, in the customer's currency; `wishes` are [{'invoice': id, 'amount': text}].

    Each wish takes as much as is open and there is; what is left stays free. Within the caller's act.
    """
    payment = Payment(
        id=new_id(), number=next_number(work.session, PAYMENT, today(work).year), customer_id=customer.id,
        status=PaymentStatus.RECEIVED, method=method, currency=customer.currency, amount=amount, order_id=order_id,
        wishes=[dict(wish) for wish in wishes], reference=reference, created_at=work.now,
        created_by_id=work.actor.user_id, created_by_name=work.actor.name, received_at=work.now,
        received_on=received_on)
    work.session.add(payment)
    work.session.flush()
    post(work, customer.id, customer.currency, Source('payment', payment.id, payment.number, received_on),
         {Account.MONEY: amount, Account.RECEIVABLE: -amount})
    for wish in wishes:
        invoice = work.one(Invoice, Invoice.id == uuid.UUID(wish['invoice']))
        share = min(Decimal(wish['amount']), payment.free, invoice.open)
        if share > 0 and invoice.status in UNSETTLED:
            allocate(work, invoice, share, payment=payment)
    work.record('payment.received', payment, changes={'amount': str(amount), 'method': method},
                topics=(f'payment:{payment.id}', f'money:{customer.id}', 'office:payments'))
    return payment
