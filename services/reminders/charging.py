"""What a reminder costs the customer where the seller wants that: a fee, and interest up to the reminder's day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlmodel import col, select

from models.core.money import rounded
from models.core.types import new_id
from models.core.words import _, language
from models.customers import Customer
from models.invoices import Invoice, InvoiceLine
from models.reminders import Reminder
from services.core import formats
from services.core.work import Work
from services.invoices.sealing import add_up, seal, totals_of
from services.reminders.deciding import Item
from services.reminders.ladder import Kind, Owed
from services.reminders.law import Cap, cap_of
from services.settings import setting_values

ZERO = Decimal(0)
YEAR = 365


@dataclass(frozen=True)
class Terms:
    """What the seller charges by level, and from which level on interest at which percentage a year."""

    fees: Mapping[int, Decimal]
    interest_level: int
    rate: Decimal
    currency: str
    cap: Cap


@dataclass(frozen=True)
class Charge:
    """What one reminder charges; interest at `rate` runs from the day after `since` up to and including `until`."""

    fee: Decimal
    interest: Decimal
    rate: Decimal
    since: dt.date
    until: dt.date

    @property
    def total(self) -> Decimal:
        """Fee and interest together."""
        return self.fee + self.interest


def terms_of(work: Work) -> Terms | None:
    """What the seller charges; None while that is switched off."""
    now = setting_values(work)
    if not now['charges.on']:
        return None
    cap = cap_of(now['seller.country'], now['seller.currency'])
    points = Decimal(now['charges.points'])
    rate = Decimal(now['charges.reference_rate']) + (points if cap.points is None else min(points, cap.points))
    return Terms({level: Decimal(now[f'charges.fee_{level}']) for level in (1, 2, 3)}, now['charges.interest_level'],
                 rate, now['seller.currency'], cap)


def charge_of(terms: Terms, item: Item, before: list[Reminder], today: dt.date) -> Charge | None:
    """What a reminder charges after those before it; None for nothing, or while any part of the invoice is disputed.

    All fees of an invoice together stay below the cap, and no day bears interest twice. Fees are in the seller's
    currency, so an invoice in another one bears interest alone.
    """
    invoice, level = item.invoice, item.step.level
    if item.step.kind is not Kind.OVERDUE or invoice.disputed:
        return None
    fee = terms.fees.get(level, ZERO) if invoice.currency == terms.currency else ZERO
    if terms.cap.fees is not None:
        fee = min(fee, max(terms.cap.fees - sum((row.fee for row in before), ZERO), ZERO))
    cycle = item.owed.on.isoformat()
    since = max([item.owed.on, *(row.on for row in before if row.interest and row.cycle == cycle)])
    bears = 0 < terms.interest_level <= level
    charge = Charge(rounded(fee, invoice.currency), interest(item.owed, terms.rate, since, today, invoice.currency)
                    if bears else ZERO, terms.rate, since, today)
    return charge if charge.total > 0 else None


def interest(owed: Owed, rate: Decimal, since: dt.date, until: dt.date, currency: str) -> Decimal:
    """Interest on what is owed: percent a year by days of 365, rounded once."""
    return rounded(owed.amount * rate * max((until - since).days, 0) / (100 * YEAR), currency)


def earlier(work: Work, item: Item) -> list[Reminder]:
    """The reminders of an invoice that charged something."""
    return list(work.session.exec(select(Reminder).where(
        Reminder.subject_id == item.invoice.id, Reminder.kind == Kind.OVERDUE.value,
        col(Reminder.fee) + col(Reminder.interest) > 0)))


def post(work: Work, customer: Customer, item: Item, row: Reminder, charge: Charge) -> Invoice:
    """Issue what a reminder charges as a document of its own: outside the scope of VAT, payable at once, in the books.

    The row names its reminder, which is unique, so nothing is charged twice.
    """
    invoice = item.invoice
    copied: dict[str, Any] = {name: getattr(invoice, name) for name in (
        'customer_id', 'currency', 'bill_to', 'po_number', 'buyer_reference')}
    document = Invoice(id=new_id(), reminder_id=row.id, created_at=work.now, terms_days=0, language=customer.language,
                       source=work.actor.source, **copied)
    with language(document.language):
        lines = [_line(document, place, name, amount) for place, (name, amount) in enumerate(
            ((name, amount) for name, amount in _named(item, charge) if amount), 1)]
        why = {'O': _('Compensation for late payment is not subject to VAT.')}
    document.line_count = len(lines)
    add_up(document, totals_of(document, lines), why=why)
    work.session.add(document)
    work.session.flush()
    work.session.add_all(lines)
    return seal(work, document, customer, of_charge=True)


def _named(item: Item, charge: Charge) -> tuple[tuple[str, Decimal], ...]:
    money = formats.money(item.owed.amount, item.invoice.currency)
    fee = _('Reminder {level} of invoice {number}').format(level=item.step.level, number=item.invoice.number)
    interest = _('Interest of {percent} a year on {amount} of invoice {number} from {since} to {until}').format(
        percent=formats.percent(charge.rate), amount=money, number=item.invoice.number,
        since=formats.date(charge.since + dt.timedelta(days=1)), until=formats.date(charge.until))
    return (fee, charge.fee), (interest, charge.interest)


def _line(document: Invoice, place: int, name: str, amount: Decimal) -> InvoiceLine:
    return InvoiceLine(id=new_id(), customer_id=document.customer_id, invoice_id=document.id, position=place, name=name,
                       quantity=Decimal(1), unit_price=amount, tax_category='O', net=amount, is_service=True)
