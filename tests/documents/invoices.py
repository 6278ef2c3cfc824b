"""Invoices for tests of papers, added up by the rules of the house."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from models.core.money import line_net, rounded
from services.documents.invoice_paper import BankDetails, BilledLine, BilledTax, Extra, InvoicePaper, Party
from tests.documents.reading import SELLER

D = Decimal
NORDWERK = Party('Nordwerk Supply GmbH', 'Hafenweg 1', '20457', 'Hamburg', 'DE', 'DE811907980', 'HRB 1234',
                 'rechnung@nordwerk.example', '+49 40 123456')
HARBOUR = Party('Harbour Joinery', 'Kai 1', '20457', 'Hamburg', 'DE', 'DE123456788')
ATELIER = Party('Atelier Bois', 'Rue 2', '69001', 'Lyon', 'FR', 'FR40303265045')
BERN = Party('Bern Holz AG', 'Gasse 3', '3000', 'Bern', 'CH')
BANK = BankDetails('DE02120300000000202051', 'BYLADEM1001', 'Nordwerk Supply GmbH', 'RF18539007547034')
ISSUED = dt.date(2026, 11, 20)


def line(net: str = '10', quantity: str = '4', *, category: str = 'S', rate: str = '19', name: str = 'Work lamp',
         currency: str = 'EUR', **more: str) -> BilledLine:
    """A line at this unit price."""
    return BilledLine(sku='LAMP-5', name=name, quantity=D(quantity), unit_price=D(net),
                      net=line_net(D(net), D(quantity), currency), category=category, rate=D(rate), unit='pcs', **more)


def invoice(lines: Sequence[BilledLine] = (), *, charges: Sequence[Extra] = (), allowances: Sequence[Extra] = (),
            currency: str = 'EUR', **changes: object) -> InvoicePaper:
    """A paper over these lines with its sums; a charge or allowance counts to the VAT of its category and rate."""
    lines = tuple(lines) or (line(),)
    sums: dict[tuple[str, Decimal], Decimal] = {}
    for sign, parts in ((1, lines), (1, charges), (-1, allowances)):
        for part in parts:
            key = part.category, part.rate
            sums[key] = sums.get(key, D(0)) + sign * part.net
    taxes = tuple(BilledTax(category, rate, taxable, rounded(taxable * rate / 100, currency))
                  for (category, rate), taxable in sorted(sums.items()))
    net, tax = sum(sums.values(), D(0)), sum((one.tax for one in taxes), D(0))
    paper = InvoicePaper(
        head=SELLER, seller=NORDWERK, buyer=HARBOUR, number='IN-2026-000123', issued_on=ISSUED, account='C-10001',
        bill_to=('Harbour Joinery', 'Kai 1', '20457 Hamburg', 'Germany'), lines=lines, taxes=taxes, net=net, tax=tax,
        gross=net + tax, charges=tuple(charges), allowances=tuple(allowances), currency=currency, bank=BANK,
        due_on=dt.date(2026, 12, 20), order_number='SO-2026-000123', po_number='PO-7781', buyer_reference='Unit 4',
        delivered_from=dt.date(2026, 11, 19), delivered_to=dt.date(2026, 11, 19), ship_to=HARBOUR)
    return replace(paper, **changes)


def credit(paper: InvoicePaper, **changes: object) -> InvoicePaper:
    """The credit note of a paper."""
    return replace(paper, is_credit=True, number='CN-2026-000007', corrects=paper.number, corrects_on=paper.issued_on,
                   reason='Returned', prepaid=D(0), discount_percent=D(0), discount_until=None, instalments=(),
                   bank=None, due_on=None, **changes)
