"""Issued invoices and credit notes for tests of what comes after them, posted as issuing does."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from models.core.money import rounded
from models.core.types import new_id
from models.customers import Customer
from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from models.ledger import Account
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.ledger import Source, post


def bill(runtime: Runtime, customer: Customer, net: str, *, number: str = 'IN-2026-000001', due_in: int = 30,
         kind: InvoiceKind = InvoiceKind.INVOICE, rate: str = '19', issued_on: dt.date | None = None) -> Invoice:
    """One issued document of one line of category S, posted to the books; `due_in` days from its date."""
    with runtime.work(SYSTEM, writes=True) as work:
        day = issued_on or work.now.date()
        amount = Decimal(net)
        tax = rounded(amount * Decimal(rate) / 100, customer.currency)
        sign = 1 if kind is InvoiceKind.INVOICE else -1
        found = Invoice(
            id=new_id(), number=number, kind=kind, status=InvoiceStatus.ISSUED, customer_id=customer.id,
            created_at=work.now, issued_at=work.now, issued_on=day, due_on=day + dt.timedelta(days=due_in),
            currency=customer.currency, bill_to={'name': customer.name, 'country': customer.country}, lines_net=amount,
            net=amount, tax=tax, gross=amount + tax, line_count=1,
            taxes=[{'category': 'S', 'rate': rate, 'taxable': net, 'tax': str(tax)}])
        work.session.add(found)
        work.session.flush()
        work.session.add(InvoiceLine(
            id=new_id(), customer_id=customer.id, invoice_id=found.id, position=1, sku='LAMP-5', name='Work lamp',
            unit='pcs', quantity=Decimal(1), unit_price=amount, tax_rate=Decimal(rate), net=amount))
        post(work, customer.id, customer.currency, Source(kind.value, found.id, number, day),
             {Account.RECEIVABLE: sign * found.gross, Account.REVENUE: -sign * amount, Account.VAT: -sign * tax})
        return found
