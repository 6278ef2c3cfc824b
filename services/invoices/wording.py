"""How invoices and what settles them are called, on pages and in lists alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from models.core.words import Lazy, _, _l, _p, ngettext
from models.customers import CreditUse
from models.invoices import UNSETTLED, Invoice, InvoiceKind, InvoiceStatus, InvoicingRule
from models.payments import AllocationKind

OVERDUE, DISPUTED = 'overdue', 'disputed'
STANDINGS: Mapping[str, Lazy] = {
    InvoiceStatus.DRAFT: _l('Draft'), InvoiceStatus.ISSUED: _p('status', 'Open'),
    InvoiceStatus.PARTLY_PAID: _l('Partly paid'), OVERDUE: _l('Overdue'), DISPUTED: _l('Disputed'),
    InvoiceStatus.PAID: _l('Paid'), InvoiceStatus.CREDITED: _l('Credited'),
    InvoiceStatus.WRITTEN_OFF: _l('Written off')}
CREDIT_STANDINGS: Mapping[str, Lazy] = {
    InvoiceStatus.ISSUED: _l('Not used yet'), InvoiceStatus.PARTLY_PAID: _l('Partly used'),
    InvoiceStatus.PAID: _l('Used'), InvoiceStatus.WRITTEN_OFF: _l('Written off')}
TONES: Mapping[str, str] = {
    InvoiceStatus.DRAFT: 'mute', InvoiceStatus.ISSUED: 'info', InvoiceStatus.PARTLY_PAID: 'info', OVERDUE: 'bad',
    DISPUTED: 'warn', InvoiceStatus.PAID: 'ok', InvoiceStatus.CREDITED: 'mute', InvoiceStatus.WRITTEN_OFF: 'mute'}
RULES: Mapping[str, Lazy] = {
    InvoicingRule.ON_SHIPMENT: _l('With every shipment'), InvoicingRule.ON_ORDER: _l('When the order is confirmed'),
    InvoicingRule.MONTHLY: _l('Once a month')}
CREDIT_USES: Mapping[str, Lazy] = {
    CreditUse.ALWAYS: _l('By itself'), CreditUse.ASK: _l('When chosen while paying'), CreditUse.NEVER: _l('Never')}
SETTLED_BY: Mapping[str, Lazy] = {
    AllocationKind.PAYMENT: _l('Payment'), AllocationKind.CREDIT: _l('Credit note'),
    AllocationKind.DISCOUNT: _l('Early-payment discount'), AllocationKind.WRITE_OFF: _l('Let go'),
    AllocationKind.HISTORY: _l('Settled before Portico')}


def standing_of(invoice: Invoice, today: dt.date) -> str:
    """Where a document stands: its status, or overdue or disputed, which follow from it."""
    if invoice.is_overdue(today):
        return OVERDUE
    if invoice.status in UNSETTLED and invoice.disputed > 0:
        return DISPUTED
    return invoice.status.value


def chip_of(invoice: Invoice, today: dt.date) -> tuple[str, str]:
    """The status chip of a document: its word and tone."""
    standing = standing_of(invoice, today)
    words = STANDINGS if invoice.kind is InvoiceKind.INVOICE else STANDINGS | CREDIT_STANDINGS  # type: ignore[operator]
    return str(words[standing]), TONES[standing]


def due_text(due_on: dt.date | None, today: dt.date, *, is_open: bool = True) -> str:
    """How far off the due date of something open is: 'in 5 days', '3 days late'."""
    if due_on is None or not is_open:
        return ''
    days = (due_on - today).days
    if days == 0:
        return _('today')
    if days > 0:
        return ngettext('in {count} day', 'in {count} days', days).format(count=days)
    return ngettext('{count} day late', '{count} days late', -days).format(count=-days)
