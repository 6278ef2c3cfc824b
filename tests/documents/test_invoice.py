"""Invoices on paper: what stands on them, over one and many pages, in every language, fit for archives."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import pytest
import segno
from PIL import Image
from pypdf import PdfReader

from models.core.words import LANGUAGES
from services.documents.archive import with_invoice
from services.documents.e_invoice import cii
from services.documents.invoice import invoice_pdf
from services.documents.invoice_paper import BankDetails, BilledTax, Extra, Instalment, InvoicePaper
from services.documents.payment_part import epc_code
from tests.documents.invoices import ATELIER, BANK, D, credit, invoice, line
from tests.documents.reading import EVIL, is_plain, pages

FREIGHT = Extra('Standard', D('9.90'), 'S', D(19))


def text_of(paper: InvoicePaper) -> str:
    """Everything on it."""
    return '\n'.join(pages(invoice_pdf(paper)))


def archived(paper: InvoicePaper) -> bytes:
    """It with its e-invoice inside."""
    return with_invoice(invoice_pdf(paper), cii(paper), title=paper.number, author='Nordwerk', code=paper.language)


def test_sums_that_do_not_add_up_are_refused() -> None:
    for wrong in ({'net': D(1)}, {'tax': D(1)}, {'gross': D(1)}, {'taxes': ()}):
        with pytest.raises(ValueError, match='IN-2026-000123'):
            replace(invoice(), **wrong)


def test_it_says_all_that_an_invoice_must() -> None:
    text = text_of(invoice([line(), line('7.77', rate='7')], charges=[FREIGHT], allowances=[Extra('Loyalty', D(3),
                           'S', D(19))], discount_percent=D(2), discount_until=dt.date(2026, 11, 30)))
    for part in ('Invoice IN-2026-000123', '20 Nov 2026', '19 Nov 2026', '20 Dec 2026', 'SO-2026-000123', 'PO-7781',
                 'DE123456788', 'Harbour Joinery', 'Subtotal', '€71.08', 'Loyalty', '-€3.00', 'Standard', '€9.90',
                 '€46.90', '€8.91', '€31.08', '€2.18', '€77.98', '€11.09', '€89.07',
                 '€87.29 if paid by 30 Nov 2026: 2% early-payment discount, €1.78 less.', '€89.07 due on 20 Dec 2026.',
                 'DE02 1203 0000 0000 2020 51', 'BYLADEM1001', 'RF18 5390 0754 7034', 'Scan to pay', '19%', '7%'):
        assert part in text, part


@pytest.mark.parametrize(('category', 'words'), [
    ('K', 'Intra-community supply, free of VAT.'), ('AE', 'Reverse charge: the buyer owes the VAT.'),
    ('G', 'Export outside the European Union, free of VAT.'), ('E', 'Exempt from VAT.'), ('O', 'Not subject to VAT.')])
def test_it_says_why_there_is_no_vat(category: str, words: str) -> None:
    assert words in text_of(invoice([line(category=category, rate='0')]))


def test_a_reason_of_its_own_comes_first() -> None:
    paper = invoice([line(category='E', rate='0')])
    text = text_of(replace(paper, taxes=(BilledTax('E', D(0), D(40), D(0), 'Certificate 47/2026'),)))
    assert 'Certificate 47/2026' in text and 'Exempt from VAT.' not in text


def test_instalments_and_prepayments_stand_on_it() -> None:
    text = text_of(invoice(instalments=(Instalment(dt.date(2026, 12, 1), D(20)),
                                        Instalment(dt.date(2026, 12, 20), D('27.6')))))
    assert '€20.00 due on 1 Dec 2026.' in text and '€27.60 due on 20 Dec 2026.' in text
    text = text_of(invoice(prepaid=D(40)))
    assert 'Already paid' in text and '-€40.00' in text and 'To pay' in text and text.count('€7.60') >= 3
    text = text_of(invoice(prepaid=D('47.60')))
    assert 'This invoice is paid.' in text and 'Payment by bank transfer' not in text


def test_a_credit_note_asks_for_no_money() -> None:
    text = text_of(credit(invoice()))
    for part in ('Credit note CN-2026-000007', 'This credit note corrects invoice IN-2026-000123 of 20 Nov 2026.',
                 'Reason: Returned', 'We set this amount off against your invoices, or pay it out.'):
        assert part in text, part
    assert 'Payment by bank transfer' not in text and 'Due' not in text


def test_long_ones_repeat_the_head_and_carry_the_sum() -> None:
    texts = pages(invoice_pdf(invoice([line('10', '1', name=f'Item {n:03}') for n in range(200)])))
    assert len(texts) > 5 and all('Quantity' in text for text in texts[:-1])
    shown = sum(f'Item {n:03}' in texts[0] for n in range(200))
    assert f'Carried over: €{shown * 10}.00' in texts[0] and f'Carried over: €{shown * 10}.00' in texts[1]
    assert '€2,380.00' in texts[-1]


@pytest.mark.parametrize('code', list(LANGUAGES))
@pytest.mark.parametrize('count', [1, 20])
def test_it_speaks_every_language(code: str, count: int) -> None:
    assert 'IN-2026-000123' in text_of(invoice([line()] * count, language=code))


@pytest.mark.parametrize('evil', EVIL)
def test_whatever_is_written_stays_text(evil: str) -> None:
    paper = invoice([line(name=evil, note=evil, own_number=evil[:60])], note=evil, bill_to=(evil,), po_number=evil[:60],
                    reason=evil[:300], ship_to_lines=(evil[:200],), number=evil[:40])
    assert is_plain(invoice_pdf(paper))


def test_the_code_is_that_of_a_sepa_transfer() -> None:
    code = epc_code(BANK, D('89.07'), 'EUR')
    said = ('BCD\n002\n1\nSCT\nBYLADEM1001\nNordwerk Supply GmbH\nDE02120300000000202051\nEUR89.07\n\n'
            'RF18539007547034')
    assert code.matrix == segno.make_qr(said.encode(), error='m', boost_error=False).matrix


@pytest.mark.parametrize(('bank', 'amount', 'currency'), [
    (BANK, '10', 'USD'), (BANK, '0', 'EUR'), (BANK, '1000000000', 'EUR'), (BankDetails('DE1', '', 'N', ''), '1', 'EUR'),
    (BankDetails('DE02120300000000202051'), '1', 'EUR')])
def test_there_is_no_code_for_what_banks_cannot_read(bank: BankDetails, amount: str, currency: str) -> None:
    assert epc_code(bank, Decimal(amount), currency) is None


def test_archives_find_what_pdf_a_asks_for() -> None:
    logo = io.BytesIO()
    Image.new('RGBA', (200, 80), (15, 92, 86, 120)).save(logo, 'PNG')
    paper = invoice([line()] * 40, buyer=ATELIER, language='ar')
    data = archived(replace(paper, head=replace(paper.head, logo=logo.getvalue())))
    reader = PdfReader(io.BytesIO(data))
    root = reader.trailer['/Root']
    said = root['/Metadata'].get_object().get_data().decode()
    assert '<pdfaid:part>3</pdfaid:part>' in said and '<pdfaid:conformance>B</pdfaid:conformance>' in said
    assert 'EN 16931</fx:ConformanceLevel>' in said and 'factur-x.xml</fx:DocumentFileName>' in said
    intent = root['/OutputIntents'][0].get_object()
    assert intent['/S'] == '/GTS_PDFA1' and intent['/DestOutputProfile'].get_object()['/N'] == 3
    assert intent['/DestOutputProfile'].get_object().get_data()[36:40] == b'acsp'
    assert len(reader.trailer['/ID']) == 2 and not reader.is_encrypted and data.startswith(b'%PDF-1.')
    assert root['/AF'].get_object()[0].get_object()['/AFRelationship'] == '/Alternative'
    assert reader.attachments['factur-x.xml'] == [cii(paper)] and root['/Lang'] == 'ar'
    for page in reader.pages:
        for font in page['/Resources']['/Font'].values():
            described = font.get_object()['/FontDescriptor'].get_object()
            assert '/FontFile2' in described, font.get_object()['/BaseFont']
        for picture in page['/Resources'].get('/XObject', {}).values():
            assert '/SMask' not in picture.get_object() and '/Mask' not in picture.get_object()
        assert not any(state.get_object().get('/ca', 1) != 1
                       for state in page['/Resources'].get('/ExtGState', {}).values())
    assert not any(mark in data for mark in (b'/JS', b'/Launch', b'/Encrypt'))
