"""How to pay by bank transfer, as it stands on invoices: account, reference, and the QR code bank apps read."""

from __future__ import annotations

from decimal import Decimal

import segno
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table, TableStyle
from segno.helpers import make_epc_qr

from models.core.words import _
from services.documents.invoice_paper import BankDetails, InvoicePaper
from services.documents.page import INNER, is_mirrored
from services.documents.text import REGULAR, P

MOST_EURO = Decimal('999999999.99')


def payment_part(paper: InvoicePaper) -> list[Flowable]:
    """Account, amount and reference, and for euro the EPC code beside; nothing where nothing is to be paid."""
    bank = paper.bank
    if bank is None or not bank.iban or paper.is_credit or not paper.due:
        return []
    amount = paper.instalments[0].amount if paper.instalments else paper.due
    spaced = ' '.join(bank.iban[place:place + 4] for place in range(0, len(bank.iban), 4))
    facts = [(_('Account holder'), bank.owner), (_('IBAN'), spaced), (_('BIC'), bank.bic),
             (_('Reference'), ' '.join(bank.reference[p:p + 4] for p in range(0, len(bank.reference), 4))),
             (_('Amount'), paper.money(amount))]
    code = epc_code(bank, amount, paper.currency)
    wide = INNER - (34 * mm if code else 0)
    rows = [[P(label, small=True), P(text, bold=label == facts[-1][0], width=wide - 40 * mm)]
            for label, text in facts if text]
    if is_mirrored():
        rows = [row[::-1] for row in rows]
    widths = [wide - 38 * mm, 38 * mm] if is_mirrored() else [38 * mm, wide - 38 * mm]
    plain = TableStyle([('FONT', (0, 0), (-1, -1), REGULAR), ('VALIGN', (0, 0), (-1, -1), 'TOP'),
                        ('LEFTPADDING', (0, 0), (-1, -1), 0),
                        ('RIGHTPADDING', (0, 0), (-1, -1), 0), ('TOPPADDING', (0, 0), (-1, -1), 1),
                        ('BOTTOMPADDING', (0, 0), (-1, -1), 1)])
    block: list[Flowable] = [Table(rows, widths, style=plain)]
    if code:
        cells = [block[0], [_Code(code, 28 * mm), P(_('Scan to pay'), small=True)]]
        sizes = [wide, 34 * mm]
        block = [Table([cells[::-1] if is_mirrored() else cells], sizes[::-1] if is_mirrored() else sizes,
                       style=plain)]
    return [KeepTogether([Spacer(0, 6 * mm), P(_('Payment by bank transfer'), bold=True), Spacer(0, 2 * mm), *block])]


def epc_code(bank: BankDetails, amount: Decimal, currency: str) -> segno.QRCode | None:
    """The code of a SEPA credit transfer (EPC069-12, version 002); None for other currencies and unfit data."""
    if currency != 'EUR' or not bank.owner or not Decimal('0.01') <= amount <= MOST_EURO:
        return None
    remittance = {'reference': bank.reference} if bank.reference else {'text': bank.owner[:70]}
    try:
        return make_epc_qr(bank.owner[:70], bank.iban, amount, bic=bank.bic or None, encoding='utf-8', **remittance)
    except ValueError:  # an account or bank that is no IBAN or BIC by length
        return None


class _Code(Flowable):  # type: ignore[misc]
    """A QR code drawn as filled rectangles, a row of dark modules at a time, with the quiet zone it needs."""

    def __init__(self, code: segno.QRCode, size: float) -> None:
        super().__init__()
        self._rows = [list(row) for row in code.matrix_iter(border=2)]
        self._size = size

    def wrap(self, _wide: float, _high: float) -> tuple[float, float]:
        self.width = self.height = self._size
        return self.width, self.height

    def draw(self) -> None:
        """Draw it; neighbours overlap by a hair so that no light line shows between them."""
        step = self._size / len(self._rows)
        self.canv.setFillColorRGB(0, 0, 0)
        for line, row in enumerate(self._rows):
            start = 0
            while start < len(row):
                end = start
                while end < len(row) and row[end]:
                    end += 1
                if end > start:
                    self.canv.rect(start * step, self._size - (line + 1) * step, (end - start) * step + 0.02,
                                   step + 0.02, stroke=0, fill=1)
                start = end + 1
