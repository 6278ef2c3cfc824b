"""An invoice or credit note as it is issued: the one frozen record its PDF, Factur-X and UBL are all made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from models.core.money import rounded
from models.core.words import _, _l
from services.core import formats
from services.documents.page import Letterhead

REASONS = {'AE': _l('Reverse charge: the buyer owes the VAT.'),
           'E': _l('Exempt from VAT.'),
           'G': _l('Export outside the European Union, free of VAT.'),
           'K': _l('Intra-community supply, free of VAT.'),
           'O': _l('Not subject to VAT.')}
"""Why a category bears no VAT (EN 16931 BT-120)."""


@dataclass(frozen=True)
class Party:
    """Somebody named on an invoice; `country` is an ISO 3166-1 code, `registration` his number in a register."""

    name: str
    street: str = ''
    postcode: str = ''
    city: str = ''
    country: str = ''
    vat_id: str = ''
    registration: str = ''
    email: str = ''
    phone: str = ''


@dataclass(frozen=True)
class BilledLine:
    """A line as billed (BG-25); `net` is quantity × unit price rounded once, `category` the EN 16931 VAT category."""

    sku: str
    name: str
    quantity: Decimal
    unit_price: Decimal
    net: Decimal
    unit: str = ''
    category: str = 'S'
    rate: Decimal = Decimal(0)
    own_number: str = ''
    order_number: str = ''
    note: str = ''


@dataclass(frozen=True)
class Extra:
    """A charge such as freight, or an allowance, on the whole document (BG-21 and BG-20); `net` is positive."""

    name: str
    net: Decimal
    category: str = 'S'
    rate: Decimal = Decimal(0)


@dataclass(frozen=True)
class BilledTax:
    """The VAT of a category and rate (BG-23), and why there is none where there is none."""

    category: str
    rate: Decimal
    taxable: Decimal
    tax: Decimal
    reason: str = ''


@dataclass(frozen=True)
class Instalment:
    """A part of the total and the day it is due."""

    on: dt.date
    amount: Decimal


@dataclass(frozen=True)
class BankDetails:
    """Where to pay: the account, its bank, its owner, and the ISO 11649 reference."""

    iban: str
    bic: str = ''
    owner: str = ''
    reference: str = ''


@dataclass(frozen=True)
class InvoicePaper:
    """An issued document; a credit note says in `corrects` which invoice it corrects (BG-3).

    net = Σ lines − allowances + charges, gross = net + tax, due = gross − prepaid, else it refuses to exist.
    `of_charge`: it asks for a reminder's fee, or gives it back, so it is for people alone and no e-invoice.
    Addresses for the PDF are lines in `language`; the parties are for machines.
    """

    head: Letterhead
    seller: Party
    buyer: Party
    number: str
    issued_on: dt.date
    account: str
    bill_to: tuple[str, ...]
    lines: tuple[BilledLine, ...]
    taxes: tuple[BilledTax, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal
    is_credit: bool = False
    of_charge: bool = False
    corrects: str = ''
    corrects_on: dt.date | None = None
    reason: str = ''
    ship_to: Party | None = None
    ship_to_lines: tuple[str, ...] = ()
    charges: tuple[Extra, ...] = ()
    allowances: tuple[Extra, ...] = ()
    prepaid: Decimal = Decimal(0)
    due_on: dt.date | None = None
    delivered_from: dt.date | None = None
    delivered_to: dt.date | None = None
    discount_percent: Decimal = Decimal(0)
    discount_until: dt.date | None = None
    instalments: tuple[Instalment, ...] = ()
    bank: BankDetails | None = None
    order_number: str = ''
    po_number: str = ''
    buyer_reference: str = ''
    note: str = ''
    language: str = 'en'
    currency: str = 'EUR'

    def __post_init__(self) -> None:
        net = (sum((line.net for line in self.lines), Decimal(0)) + sum((e.net for e in self.charges), Decimal(0))
               - sum((e.net for e in self.allowances), Decimal(0)))
        if net != self.net or self.net + self.tax != self.gross or sum(t.tax for t in self.taxes) != self.tax:
            raise ValueError(f'{self.number}: the sums of the lines do not make its totals')

    @property
    def title(self) -> str:
        """What it is called, in the current language."""
        if self.is_credit:
            return _('Credit note')
        return _('Reminder fee') if self.of_charge else _('Invoice')

    @property
    def lines_net(self) -> Decimal:
        """Σ of the lines (BT-106)."""
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def due(self) -> Decimal:
        """What is to be paid (BT-115)."""
        return self.gross - self.prepaid

    @property
    def discount(self) -> Decimal:
        """What paying early saves, of the whole total."""
        return rounded(self.gross * self.discount_percent / 100, self.currency) if self.discount_until else Decimal(0)

    @property
    def has_discount(self) -> bool:
        """Whether paying early is worth something."""
        return not self.is_credit and 0 < self.discount < self.due

    def money(self, value: Decimal) -> str:
        """An amount of this document as people read it."""
        return formats.money(value, self.currency)


def reason_of(tax: BilledTax) -> str:
    """Why a line of the VAT table bears none, in the current language; empty where VAT is charged or the rate is 0."""
    return tax.reason or str(REASONS.get(tax.category, ''))


def terms_of(paper: InvoicePaper) -> tuple[str, ...]:
    """How and until when to pay (BT-20), a sentence each, in the current language."""
    if paper.is_credit:
        return (_('We set this amount off against your invoices, or pay it out.'),)
    if not paper.due:
        return (_('This invoice is paid. Nothing is to be done.'),)
    out = []
    if paper.has_discount:
        out.append(_('{amount} if paid by {date}: {percent} early-payment discount, {saved} less.').format(
            amount=paper.money(paper.due - paper.discount), date=formats.date(paper.discount_until),
            percent=formats.percent(paper.discount_percent), saved=paper.money(paper.discount)))
    out += [_('{amount} due on {date}.').format(amount=paper.money(part.amount), date=formats.date(part.on))
            for part in paper.instalments]
    if not paper.instalments and paper.due_on:
        out.append(_('{amount} due on {date}.').format(amount=paper.money(paper.due), date=formats.date(paper.due_on)))
    return tuple(out) or (_('Payable at once.'),)
