"""The order confirmation: everything is literal text, breaks well over pages, and speaks each language."""

from __future__ import annotations

import datetime as dt
import io
import time
from dataclasses import replace
from decimal import Decimal

import pytest
from pypdf import PdfReader

from models.core.words import LANGUAGES
from services.documents.order import OrderPaper, PaperLine, PaperTax, order_pdf
from services.documents.page import Letterhead


def paper(count: int = 3, **changes: object) -> OrderPaper:
    """An order of so many lines of 10 each."""
    lines = tuple(PaperLine(f'SKU-{n:04}', f'Dübel łódź № {n}', Decimal(n), Decimal('2.5'), Decimal(10), 'pcs',
                            f'OWN-{n}') for n in range(1, count + 1))
    net = Decimal(10 * count)
    order = OrderPaper(
        seller=Letterhead('Nordwerk Supply', ('Hafenweg 1', '20457 Hamburg'), ('HRB 1234', 'IBAN DE00')),
        number='SO-2026-000123', placed_on=dt.date(2026, 11, 20), customer='Harbour', account='C-10428',
        bill_to=('Harbour Joinery Ltd', 'Quay 1', 'Hull'), ship_to=('Harbour Yard', 'Quay 2'), lines=lines,
        lines_net=net, shipping_net=Decimal('9.90'), net=net + Decimal('9.90'), tax=Decimal('7.58'),
        gross=net + Decimal('17.48'), taxes=(PaperTax(Decimal(19), net, Decimal('7.58')),), reference='PO-7781')
    return replace(order, **changes)


def pages(data: bytes) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def test_short_order_is_one_page_with_lines_and_totals() -> None:
    (text,) = pages(order_pdf(paper()))
    for part in ('SO-2026-000123', 'PO-7781', 'SKU-0002', 'Dübel łódź № 2', 'OWN-3', '€39.90', '€47.48', 'Page 1 of 1',
                 'Harbour Yard', 'C-10428', '20 Nov 2026'):
        assert part in text, part


def test_long_order_repeats_head_and_carries_the_sum() -> None:
    texts = pages(order_pdf(paper(120)))
    assert len(texts) > 3
    assert all('Quantity' in text for text in texts[:-1])
    carried = sum(f'SKU-{n:04}' in texts[0] for n in range(1, 121)) * 10
    assert f'Carried over: €{carried}.00' in texts[0]
    assert f'Carried over: €{carried}.00' in texts[1]
    assert f'Page {len(texts)} of {len(texts)}' in texts[-1]


@pytest.mark.parametrize('evil', ['<b>bold</b> &amp; <img src="file:///etc/passwd"/>', '{{7*7}}', 'x' * 100_000,
                                  'nul\x00 \u202e turned', '😀 party', '<para><a href="http://x">'])
def test_whatever_is_written_stays_text(evil: str) -> None:
    line = PaperLine('S', evil, Decimal(1), Decimal(1), Decimal(1), evil[:9], evil, evil)
    order = paper(lines=(line,), bill_to=(evil,), ship_to=(evil,), notes=evil, reference=evil, number=evil[:40])
    data = order_pdf(order)
    text = ''.join(pages(data)).replace('\n', '')
    assert b'/JS' not in data and b'/URI' not in data and b'/Subtype /Image' not in data
    if '<' in evil:
        assert evil[:6] in text
    if '{{' in evil:
        assert '{{7*7}}' in text


@pytest.mark.parametrize('code', list(LANGUAGES))
def test_every_language_has_its_letters(code: str) -> None:
    order = paper(language=code, notes='خزانة خشب كبيرة ' * 40 if code == 'ar' else 'Łódź ß é ñ')
    data = order_pdf(order)
    assert 'SO-2026-000123' in pages(data)[0]
    fonts = {font for page in PdfReader(io.BytesIO(data)).pages for font in page['/Resources']['/Font']}
    assert fonts


def test_twenty_lines_are_quick_and_five_thousand_possible() -> None:
    order_pdf(paper())
    start = time.perf_counter()
    order_pdf(paper(20))
    assert time.perf_counter() - start < 2
    assert len(pages(order_pdf(paper(1000)))) > 20
