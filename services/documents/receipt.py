"""The receipt of a payment as PDF: frozen data in, bytes out."""

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
class ReceiptLine:
    """One invoice this payment settled: all of it, how much by this payment, and what is open of it now."""

    number: str
    issued_on: dt.date | None
    gross: Decimal
    paid: Decimal
    open: Decimal


@dataclass(frozen=True)
class ReceiptPaper:
    """A payment as its receipt prints it; `amount` holds the `fee` and equals Σ paid of the lines + credit + refunded.

    `method` is in words of `language`, `receiver` the payer's address in lines, `order` the order it was made for.
    """

    seller: Letterhead
    number: str
    received_on: dt.date
    customer: str
    account: str
    receiver: tuple[str, ...]
    amount: Decimal
    method: str
    lines: tuple[ReceiptLine, ...] = ()
    credit: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)
    reference: str = ''
    order: str = ''
    note: str = ''
    language: str = 'en'
    currency: str = 'EUR'


def receipt_pdf(receipt: ReceiptPaper) -> bytes:
    """The receipt of a payment as a PDF in its language."""
    with language(receipt.language):
        facts = ((_('Payment'), receipt.number), (_('Received on'), formats.date(receipt.received_on)),
                 (_('Account'), receipt.account), (_('Paid by'), receipt.method),
                 (_('Reference'), receipt.reference), (_('Order'), receipt.order))
        paper = Paper(receipt.seller, _('Payment receipt'), receipt.number, receipt.receiver,
                      tuple((label, text) for label, text in facts if text))
    return make_pdf(paper, lambda: _content(receipt), code=receipt.language)


def _content(receipt: ReceiptPaper) -> list[Flowable]:
    def money(value: Decimal) -> str:
        return formats.money(value, receipt.currency)

    thanks = _('We have received {amount} from {customer}. Thank you.').format(
        amount=money(receipt.amount), customer=receipt.customer)
    out: list[Flowable] = [P(thanks, size=10, width=INNER), Spacer(0, 5 * mm)]
    if receipt.lines:
        columns = [LineColumn(_('Invoice'), 0), LineColumn(_('Date'), 30), LineColumn(_('Total'), 32, end=True),
                   LineColumn(_('Paid by this payment'), 40, end=True), LineColumn(_('Still open'), 30, end=True)]
        rows = [(line.number, formats.date(line.issued_on), money(line.gross), money(line.paid), money(line.open))
                for line in receipt.lines]
        out.append(line_table(columns, rows, [line.paid for line in receipt.lines], show=money))
    used = sum((line.paid for line in receipt.lines), Decimal(0))
    sums = [(_('Invoices'), money(used)), (_('Fee'), money(receipt.fee)), (_('Paid back'), money(receipt.refunded)),
            (_('Your credit'), money(receipt.credit))]
    shown = [pair for pair, value in zip(sums, (used, receipt.fee, receipt.refunded, receipt.credit), strict=True)
             if value]
    out.append(totals_block((), [*shown, (_('Received'), money(receipt.amount))]))
    if receipt.credit:
        out += [Spacer(0, 5 * mm), P(_('The rest of {amount} stays with us as your credit.').format(
            amount=money(receipt.credit)), width=INNER)]
    if receipt.note:
        out += [Spacer(0, 4 * mm), P(receipt.note, width=INNER)]
    return out
