"""The checks find what is wrong with the books and the reminders, and nothing where all is right."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest

from models.core.types import new_id
from models.customers import Customer
from models.invoices import InvoiceKind
from models.ledger import Account, LedgerEntry
from models.payments import Payment, PaymentStatus
from models.reminders import Reminder
from services import checks
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.ledger import Source, post
from services.mail.outbox import Recipient, promise
from services.payments.allocating import allocate
from tests.bills import bill
from tests.world import World


def found(runtime: Runtime) -> dict[str, list[str]]:
    """What the checks say, by name."""
    said: dict[str, list[str]] = {}
    for finding in checks.run(runtime):
        said.setdefault(finding.check, []).append(finding.message)
    return said


def pay(runtime: Runtime, customer: Customer, amount: str) -> Payment:
    """Money in hand, posted."""
    with runtime.work(SYSTEM, writes=True) as work:
        row = Payment(id=new_id(), number='PA-1', status=PaymentStatus.RECEIVED, method='bank',
                      customer_id=customer.id, amount=Decimal(amount), created_at=work.now)
        work.session.add(row)
        post(work, customer.id, 'EUR', Source('payment', row.id, row.number, work.now.date()),
             {Account.MONEY: row.amount, Account.RECEIVABLE: -row.amount})
        return row


def test_all_holds_while_documents_and_books_agree(runtime: Runtime, world: World) -> None:
    invoice = bill(runtime, world.harbour, '100')
    bill(runtime, world.harbour, '10', number='CN-1', kind=InvoiceKind.CREDIT_NOTE)
    payment = pay(runtime, world.harbour, '200')
    with runtime.work(SYSTEM, writes=True) as work:
        allocate(work, work.session.get_one(type(invoice), invoice.id), Decimal(50),
                 payment=work.session.get_one(Payment, payment.id))
    assert found(runtime) == {}
    assert {'postings', 'receivables', 'settlements', 'reminders', 'reminder mails'} <= set(checks.CHECKS)


def _entry(customer: Customer, **values: Any) -> LedgerEntry:
    common = {'posting_id': uuid.uuid4(), 'account': Account.RECEIVABLE, 'amount': Decimal(1), 'currency': 'EUR',
              'day': dt.date(2026, 3, 2), 'at': dt.datetime(2026, 3, 2, tzinfo=dt.UTC), 'document': 'invoice',
              'document_id': uuid.uuid4(), 'number': 'IN-9', 'customer_id': customer.id}
    return LedgerEntry(**common | values)


def test_a_posting_that_does_not_add_up_is_found(runtime: Runtime, world: World) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(_entry(world.harbour))
    assert found(runtime) == {'postings': ['IN-9: its posting adds up to 1.0000'],
                              'receivables': ['C-10001: the books say 1.0000 EUR, its documents 0']}


@pytest.mark.parametrize('what', ['invoice', 'payment'])
def test_a_document_changed_past_the_books_is_found(runtime: Runtime, world: World, what: str) -> None:
    invoice, payment = bill(runtime, world.harbour, '100'), pay(runtime, world.harbour, '200')
    with runtime.work(SYSTEM, writes=True) as work:
        if what == 'invoice':
            work.session.get_one(type(invoice), invoice.id).settled = Decimal(19)
        else:
            work.session.get_one(Payment, payment.id).allocated = Decimal(19)
    said = found(runtime)
    assert said['receivables'] == [f'C-10001: the books say -81.0000 EUR, its documents '
                                   f'{"-100.0000" if what == "invoice" else "-62.0000"}']
    assert ('settlements' in said) == (what == 'invoice')


def test_a_second_reminder_mail_on_a_day_and_a_lonely_row_are_found(runtime: Runtime, world: World) -> None:
    facts = {'name': '', 'company': '', 'level': 1, 'link': '', 'items': [], 'charges': [], 'total': ''}
    with runtime.work(SYSTEM, writes=True) as work:
        for _ in range(2):
            promise(work, message='reminder', to=Recipient('fin@harbour.test', 'Fin', 'en'), facts=facts,
                    customer_id=world.harbour.id)
        work.session.add(Reminder(kind='invoice_due', subject_id=uuid.UUID(int=7), cycle='2026-03-02', at=work.now,
                                  customer_id=world.harbour.id, on=work.now.date()))
    assert found(runtime) == {
        'reminder mails': ['fin@harbour.test was mailed 2 reminders on 2026-03-02'],
        'reminders': [f'invoice {uuid.UUID(int=7)} has a reminder of 2026-03-02, but its customer has none']}
