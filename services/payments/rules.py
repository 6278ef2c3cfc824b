"""What may be paid of an invoice, and what it is worth to pay early: pure rules over the document and a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from models.core.money import rounded
from models.customers import Customer
from models.invoices import UNSETTLED, Invoice, InvoiceKind

ZERO = Decimal(0)


@dataclass(frozen=True)
class Due:
    """A part of an invoice and the day it is to be paid."""

    amount: Decimal
    on: dt.date | None


def is_payable(invoice: Invoice) -> bool:
    """Whether it is an invoice with something open."""
    return invoice.kind is InvoiceKind.INVOICE and invoice.status in UNSETTLED and invoice.open > 0


def discount_of(invoice: Invoice, day: dt.date) -> Decimal:
    """What may be left out when the whole invoice is paid on this day; nothing after its day or once part is settled.

    Part payments earn no discount, and neither does an invoice a part of which is disputed.
    """
    if invoice.discount_until is None or day > invoice.discount_until or invoice.settled or invoice.disputed:
        return ZERO
    return invoice.discount


def due_of(invoice: Invoice, today: dt.date) -> Due:
    """What is asked for by default: all instalments due by today, else the next one; without any, all undisputed."""
    if not invoice.instalments:
        return Due(invoice.due_now, invoice.due_on)
    reached, found = ZERO, None
    for part in sorted(invoice.instalments, key=lambda part: part['on']):
        day = dt.date.fromisoformat(part['on'])
        reached += Decimal(part['amount'])
        if reached <= invoice.settled or (found is not None and day > today):
            continue
        found = Due(min(reached - invoice.settled, invoice.due_now), found.on if found else day)
    return found or Due(invoice.due_now, invoice.due_on)


def least_part(customer: Customer, payable: Decimal) -> Decimal:
    """The smallest part payment of so much; a balance below the customer's minimum is paid whole."""
    return min(customer.least_payment or ZERO, payable)


def is_whole_cents(amount: Decimal, currency: str) -> bool:
    """Whether an amount has no more digits than its currency."""
    return rounded(amount, currency) == amount
