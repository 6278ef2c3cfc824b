"""The payment receipt: what was paid, what it settled, and what stays as credit."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from models.core.words import LANGUAGES
from services.documents.receipt import ReceiptLine, ReceiptPaper, receipt_pdf
from tests.documents.reading import EVIL, SELLER, is_plain, pages

RECEIPT = ReceiptPaper(
    seller=SELLER, number='PA-2026-000007', received_on=dt.date(2026, 11, 20), customer='Harbour Joinery',
    account='C-10001', receiver=('Harbour Joinery', 'Kai 1', '20457 Hamburg', 'Germany'), amount=Decimal('500.50'),
    method='Card', credit=Decimal('60.10'), fee=Decimal('0.40'), reference='RF18539007547034',
    lines=(ReceiptLine('IN-2026-000001', dt.date(2026, 10, 1), Decimal('400'), Decimal('400'), Decimal(0)),
           ReceiptLine('IN-2026-000002', dt.date(2026, 10, 9), Decimal('119'), Decimal('40'), Decimal('79'))))


def test_it_says_what_was_paid_and_what_that_settled() -> None:
    (text,) = pages(receipt_pdf(RECEIPT))
    for part in ('Payment receipt PA-2026-000007', '20 Nov 2026', 'Card', 'RF18539007547034', 'IN-2026-000001',
                 'IN-2026-000002', '€400.00', '€79.00', '€440.00', '€0.40', '€60.10', '€500.50', 'Harbour Joinery',
                 'We have received €500.50 from Harbour Joinery', 'The rest of €60.10 stays with us as your credit.'):
        assert part in text, part


def test_money_that_settles_nothing_yet_is_all_credit() -> None:
    (text,) = pages(receipt_pdf(replace(RECEIPT, lines=(), fee=Decimal(0), credit=Decimal('500.50'))))
    assert 'IN-2026' not in text and 'Fee' not in text and text.count('€500.50') == 4


def test_many_invoices_carry_the_sum() -> None:
    lines = tuple(ReceiptLine(f'IN-2026-{n:06}', dt.date(2026, 1, 1), Decimal(10), Decimal(10), Decimal(0))
                  for n in range(1, 81))
    texts = pages(receipt_pdf(replace(RECEIPT, lines=lines, amount=Decimal(800), credit=Decimal(0), fee=Decimal(0))))
    shown = sum(f'IN-2026-{n:06}' in texts[0] for n in range(1, 81))
    assert len(texts) == 3 and f'Carried over: €{shown * 10}.00' in texts[0]


@pytest.mark.parametrize('code', list(LANGUAGES))
def test_it_speaks_every_language(code: str) -> None:
    assert 'PA-2026-000007' in pages(receipt_pdf(replace(RECEIPT, language=code)))[0]


@pytest.mark.parametrize('evil', EVIL)
def test_whatever_is_written_stays_text(evil: str) -> None:
    line = ReceiptLine(evil[:40], None, Decimal(1), Decimal(1), Decimal(0))
    assert is_plain(receipt_pdf(replace(RECEIPT, customer=evil, note=evil, reference=evil, method=evil, lines=(line,),
                                        receiver=(evil,))))
