"""The order confirmation as PDF: frozen data in, bytes out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from models.core.words import _, language
from services.core import formats
from services.documents.page import INNER, Letterhead, LineColumn, Paper, line_table, make_pdf, totals_block
from services.documents.text import P


@dataclass(frozen=True)
class PaperLine:
    """A line as agreed; `own_number` is the customer's name for the item."""

    sku: str
    name: str
    quantity: Decimal
    unit_price: Decimal
    net: Decimal
    unit: str = ''
    own_number: str = ''
    note: str = ''


@dataclass(frozen=True)
class PaperTax:
    """The VAT of one rate (in percent) over the document."""

    rate: Decimal
    taxable: Decimal
    tax: Decimal


@dataclass(frozen=True)
class OrderPaper:
    """An order as its confirmation prints it; addresses are lines, amounts in `currency`, texts in `language`."""

    seller: Letterhead
    number: str
    placed_on: dt.date
    customer: str
    account: str
    bill_to: tuple[str, ...]
    ship_to: tuple[str, ...]
    lines: tuple[PaperLine, ...]
    lines_net: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    taxes: tuple[PaperTax, ...] = ()
    shipping_name: str = ''
    shipping_net: Decimal = Decimal(0)
    reference: str = ''
    placed_by: str = ''
    requested_on: dt.date | None = None
    payment: str = ''
    vat_id: str = ''
    notes: str = ''
    language: str = 'en'
    currency: str = 'EUR'


def order_pdf(order: OrderPaper) -> bytes:
    """The confirmation of an order as a PDF in the order's language."""
    with language(order.language):
        paper = Paper(order.seller, _('Order'), order.number, order.bill_to, _facts(order))
    return make_pdf(paper, lambda: _content(order), code=order.language)


def _facts(order: OrderPaper) -> tuple[tuple[str, str], ...]:
    facts = (
        (_('Order'), order.number), (_('Date'), formats.date(order.placed_on)), (_('Account'), order.account),
        (_('Your reference'), order.reference), (_('Ordered by'), order.placed_by),
        (_('Wanted on'), formats.date(order.requested_on)), (_('Your VAT number'), order.vat_id),
        (_('Delivery'), order.shipping_name), (_('Payment'), order.payment))
    return tuple((label, text) for label, text in facts if text)


def _content(order: OrderPaper) -> list[Flowable]:
    def money(value: Decimal) -> str:
        return formats.money(value, order.currency)

    columns = [LineColumn('#', 9), LineColumn(_('Item'), 0), LineColumn(_('Quantity'), 26, end=True),
               LineColumn(_('Price'), 28, end=True), LineColumn(_('Net'), 30, end=True)]
    rows = [(str(place), _item(line), formats.quantity(line.quantity, line.unit), money(line.unit_price),
             money(line.net)) for place, line in enumerate(order.lines, 1)]
    table = line_table(columns, rows, [line.net for line in order.lines], show=money)
    sums = [(_('Subtotal'), money(order.lines_net)), (_('Shipping'), money(order.shipping_net)),
            (_('Net'), money(order.net)), (_('VAT'), money(order.tax)), (_('Total'), money(order.gross))]
    taxes = [(formats.percent(tax.rate), money(tax.taxable), money(tax.tax)) for tax in order.taxes]
    ship_to = [P(_('Ship to'), small=True, bold=True), P('\n'.join(order.ship_to)), Spacer(0, 5 * mm)]
    notes = [Spacer(0, 6 * mm), P(_('Note'), small=True, bold=True), P(order.notes, width=INNER)] if order.notes else []
    return [*(ship_to if order.ship_to else ()), table, totals_block(taxes, sums), *notes]


def _item(line: PaperLine) -> str:
    own = _('Your number: {number}').format(number=line.own_number) if line.own_number else ''
    return '\n'.join(text for text in (f'{line.sku}  {line.name}', own, line.note) if text)
