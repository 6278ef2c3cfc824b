"""E-invoices: valid by schema and without a broken rule of EN 16931, in CII and UBL alike, and with equal sums."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from services.core.errors import Invalid
from services.documents.e_invoice import cii, terms, ubl, unit_code
from services.documents.invoice_paper import BilledTax, Extra, Instalment, InvoicePaper
from tests.documents.invoices import ATELIER, BERN, D, credit, invoice, line
from tests.documents.rules import CII, UBL, broken

FREIGHT = Extra('Standard', D('9.90'), 'S', D(19))
ALLOWED = Extra('Loyalty', D('3.33'), 'S', D(19))


def exempt(category: str, **changes: object) -> InvoicePaper:
    """An invoice without VAT for this reason."""
    return invoice([line(category=category, rate='0')], charges=[Extra('Freight', D('5'), category, D(0))], **changes)


CASES = {
    'S': invoice(),
    'two rates': invoice([line(), line('7.77', rate='7')], charges=[FREIGHT]),
    'Z': exempt('Z'),
    'E': exempt('E'),
    'E with a reason': replace(exempt('E'), taxes=(BilledTax('E', D(0), D(45), D(0), 'Certificate 47/2026'),)),
    'K': exempt('K', buyer=ATELIER, ship_to=ATELIER, language='fr'),
    'K without a delivery day': exempt('K', buyer=ATELIER, ship_to=ATELIER, delivered_from=None, delivered_to=None),
    'AE': exempt('AE', buyer=ATELIER, ship_to=ATELIER),
    'G': exempt('G', buyer=BERN, ship_to=BERN),
    'O': exempt('O', buyer=BERN, ship_to=BERN),
    'S and Z': invoice([line(), line(category='Z', rate='0')]),
    'allowance and charge': invoice(charges=[FREIGHT], allowances=[ALLOWED]),
    'prepaid in part': invoice(prepaid=D('20')),
    'prepaid wholly': invoice(prepaid=D('47.60')),
    'three and four decimals': invoice([line('0.125', '33'), line('1.2345', '7'), line('12.5', '2.375')]),
    'yen': invoice([line('1250', '3', currency='JPY', rate='10')], currency='JPY'),
    'dinar': invoice([line('1.250', '4', currency='KWD', rate='0', category='Z')], currency='KWD'),
    'pounds': invoice(currency='GBP'),
    'evil names': invoice([line(name='Saw <b> & "x" 😀 \x00\x1f end', note='a & b', own_number='<4711>')],
                          note='x < y & z'),
    '200 lines': invoice([line(f'{n}.{n % 100:02}', '3', rate='19' if n % 2 else '7') for n in range(1, 201)],
                         charges=[FREIGHT]),
    'early discount': invoice(discount_percent=D(2), discount_until=dt.date(2026, 11, 30)),
    'instalments': invoice(instalments=(Instalment(dt.date(2026, 12, 1), D(20)),
                                        Instalment(dt.date(2026, 12, 20), D('27.6')))),
    'delivered over days': invoice(delivered_from=dt.date(2026, 11, 1), delivered_to=dt.date(2026, 11, 30)),
    'no bank, no references': invoice(bank=None, order_number='', po_number='', buyer_reference='', ship_to=None),
    'nothing to pay': invoice([line('0')]),
}


@pytest.mark.parametrize('name', list(CASES))
@pytest.mark.parametrize('kind', ['invoice', 'credit note'])
def test_no_rule_of_the_norm_is_broken(name: str, kind: str) -> None:
    paper = CASES[name] if kind == 'invoice' else credit(CASES[name])
    assert broken(cii(paper), CII) == []
    assert broken(ubl(paper), UBL) == []


def test_the_rules_do_find_faults() -> None:
    wrong = cii(CASES['S']).replace(b'<ram:GrandTotalAmount>47.60', b'<ram:GrandTotalAmount>47.61')
    assert any('BR-CO-15' in text or 'BR-CO-16' in text for text in broken(wrong, CII))
    wrong = ubl(CASES['S']).replace(b'<cbc:PayableAmount currencyID="EUR">47.60', b'<cbc:PayableAmount '
                                    b'currencyID="EUR">47.61')
    assert any('BR-CO-16' in text for text in broken(wrong, UBL))


@pytest.mark.parametrize('name', list(CASES))
def test_both_say_the_same_sums(name: str) -> None:
    paper = CASES[name]
    one, other = etree.fromstring(cii(paper)), etree.fromstring(ubl(paper))
    for ours, first, second in (
            (paper.lines_net, 'LineTotalAmount', 'LineExtensionAmount'),
            (paper.net, 'TaxBasisTotalAmount', 'TaxExclusiveAmount'),
            (paper.gross, 'GrandTotalAmount', 'TaxInclusiveAmount'), (paper.due, 'DuePayableAmount', 'PayableAmount')):
        said = one.findtext(f'.//{{*}}SpecifiedTradeSettlementHeaderMonetarySummation/{{*}}{first}')
        also = other.findtext(f'.//{{*}}LegalMonetaryTotal/{{*}}{second}')
        assert Decimal(said) == Decimal(also) == ours, first
    lines = [Decimal(text.text) for text in other.iterfind('.//{*}InvoiceLine/{*}LineExtensionAmount')]
    assert lines == [line.net for line in paper.lines]


def test_a_third_decimal_is_refused() -> None:
    paper = invoice([line('1.255', '1', currency='KWD', rate='0', category='Z')], currency='KWD')
    with pytest.raises(Invalid, match='two decimals'):
        ubl(paper)


def test_kind_reference_and_account_are_said() -> None:
    note = etree.fromstring(ubl(credit(invoice())))
    assert note.tag.endswith('CreditNote') and note.findtext('{*}CreditNoteTypeCode') == '381'
    assert note.findtext('.//{*}BillingReference//{*}ID') == 'IN-2026-000123'
    said = terms(invoice())
    assert (said['BT-3'], said['BT-81'], said['BT-83'], said['BT-84']) == (
        '380', '58', 'RF18539007547034', 'DE02120300000000202051')


@pytest.mark.parametrize(('unit', 'code'), [('pcs', 'H87'), ('PCS', 'H87'), ('m', 'MTR'), ('kg', 'KGM'),
                                            ('box', 'XBX'), ('', 'C62'), ('bundle', 'C62')])
def test_units_are_those_of_the_united_nations(unit: str, code: str) -> None:
    assert unit_code(unit) == code
