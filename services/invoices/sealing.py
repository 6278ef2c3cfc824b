"""Making a document final: frozen, numbered last of all, posted to the books, told to the customer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.money import TaxLine, Totals, total
from models.core.words import language
from models.customers import Customer
from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from models.ledger import Account
from services.calendar import today
from services.core.numbering import CREDIT_NOTE, INVOICE, REMINDER_CHARGE, next_number
from services.core.work import Work
from services.invoices.news import followers, tell
from services.invoices.terms import due_on, instalments, payment_reference
from services.ledger import Source, post
from services.pricing.vat import Regime, reasons
from services.settings import SETTINGS, setting

SERIES = {InvoiceKind.INVOICE: INVOICE, InvoiceKind.CREDIT_NOTE: CREDIT_NOTE}


def seller(work: Work) -> dict[str, Any]:
    """The seller as he stands in the settings now."""
    return {key.partition('.')[2]: setting(work, key) for key in SETTINGS if key.startswith('seller.')}


def customer_by(work: Work, customer_id: uuid.UUID) -> Customer:
    """The company of this id."""
    return work.session.exec(select(Customer).where(Customer.id == customer_id)).one()


def totals_of(invoice: Invoice, lines: Iterable[InvoiceLine]) -> Totals:
    """The sums of a document's lines and freight."""
    return total([(line.tax_category, line.tax_rate, line.net) for line in lines], currency=invoice.currency,
                 shipping=(invoice.shipping_tax_category, invoice.shipping_tax_rate, invoice.shipping_net))


def add_up(invoice: Invoice, totals: Totals, found: Regime | None = None,
           why: Mapping[str, str] | None = None) -> None:
    """Write a document's sums into it, and why a category bears no VAT, in its language; a credit note knows why."""
    with language(invoice.language):
        why = reasons(found) | dict(why or {})
    invoice.lines_net = totals.lines
    invoice.net, invoice.tax, invoice.gross = totals.amount.net, totals.amount.tax, totals.amount.gross
    invoice.taxes = [_tax(line, why) for line in totals.taxes]


def _tax(line: TaxLine, why: Mapping[str, str]) -> dict[str, str]:
    found = {'category': line.category, 'rate': str(line.rate), 'taxable': str(line.taxable), 'tax': str(line.tax)}
    return found | ({'reason': why[line.category]} if line.category in why else {})


def seal(work: Work, invoice: Invoice, customer: Customer, *, of_charge: bool = False) -> Invoice:
    """Issue a draft: from now on it never changes. Raises Conflict when it was issued or changed meanwhile.

    The number comes after all that may refuse, so that none is missing and the series waits as short as can be. What a
    reminder charges, or gives back (`of_charge`), is no revenue from sales; of a charge only its reminder tells, and no
    credit settles it by itself.
    """
    work.session.flush()
    year = today(work).year
    series = REMINDER_CHARGE if invoice.is_charge else SERIES[invoice.kind]
    number = next_number(work.session, series, year)
    day = max(today(work), _last_day(work, invoice.kind, f'{series}-{year}-'))
    work.change(invoice, expect={'status': InvoiceStatus.DRAFT, 'number': None}, number=number, issued_at=work.now,
                issued_on=day, seller=seller(work), status=invoice.status_for(Decimal(0)),
                closed_at=None if invoice.gross else work.now, **_terms(invoice, customer, number, day))
    _post(work, invoice, Account.CHARGES if of_charge else Account.REVENUE)
    work.record(_action(invoice), invoice, note=invoice.order_number or invoice.corrects_number,
                changes={'gross': str(invoice.gross), 'lines': invoice.line_count}, topics=followers(invoice))
    if invoice.is_charge:
        return invoice
    tell(work, invoice, customer)
    if invoice.kind is InvoiceKind.INVOICE and invoice.gross:
        _settle_by_itself(work, invoice)
    return invoice


def _action(invoice: Invoice) -> str:
    return 'reminder_fee.issued' if invoice.is_charge else f'{invoice.kind.value}.issued'


def _terms(invoice: Invoice, customer: Customer, number: str, day: dt.date) -> dict[str, Any]:
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        return {}
    at_once = invoice.terms_days == 0
    parts = [] if at_once else instalments(invoice.gross, invoice.currency, day, customer.instalments)
    discounted = bool(customer.discount_percent and customer.discount_days and not parts and not at_once)
    return {
        'payment_reference': payment_reference(number), 'instalments': parts,
        'due_on': due_on(day, invoice.terms_days, parts),
        'discount_percent': customer.discount_percent if discounted else Decimal(0),
        'discount_until': day + dt.timedelta(days=customer.discount_days) if discounted else None}


def _last_day(work: Work, kind: InvoiceKind, series: str) -> dt.date:
    """The date of the newest document of a series: a later number never bears an earlier date."""
    found = work.session.execute(sa.select(col(Invoice.issued_on)).where(
        col(Invoice.kind) == kind, col(Invoice.number).startswith(series, autoescape=True))
        .order_by(col(Invoice.issued_on).desc()).limit(1)).scalar()
    return found or dt.date.min


def _post(work: Work, invoice: Invoice, income: Account) -> None:
    sign = 1 if invoice.kind is InvoiceKind.INVOICE else -1
    if invoice.issued_on is None:
        raise ValueError(f'{invoice.number} has no date')
    document = 'reminder_fee' if invoice.is_charge else invoice.kind.value
    source = Source(document, invoice.id, str(invoice.number), invoice.issued_on)
    post(work, invoice.customer_id, invoice.currency, source, {
        Account.RECEIVABLE: sign * invoice.gross, income: -sign * invoice.net,
        Account.VAT: -sign * invoice.tax})


def _settle_by_itself(work: Work, invoice: Invoice) -> None:
    """Use what was paid in advance and, where agreed, free credits."""
    from services.payments.settling import settle_by_itself  # it leads back here: what is paid lets orders be invoiced
    settle_by_itself(work, invoice)
