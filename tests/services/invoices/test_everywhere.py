"""One truth in five places: PDF, Factur-X, UBL, list and statement say the same of an invoice, to the cent."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from lxml import etree
from pypdf import PdfReader
from sqlmodel import select

from models.catalogue import TaxClass
from models.customers import Address, Customer
from models.pricing import TaxRate
from services.core.actor import SYSTEM
from services.core.listing import ListQuery
from services.invoices.crediting import CreditInput, CreditService
from services.invoices.drafting import DraftInput, DraftLine, DraftService
from services.invoices.paper import InvoicePaperService, invoice_file, xml_file
from services.invoices.reading import InvoiceService
from services.invoices.statement import StatementService
from services.settings import SettingService
from tests.documents.rules import CII, UBL, broken

D = Decimal
pytestmark = pytest.mark.parametrize('store', ['sqlite'], indirect=True)
LINES = [(f'{n}.{n * 7 % 100:02}', n % 3 + D(n) / 8, TaxClass.REDUCED if n % 3 == 0 else TaxClass.STANDARD)
         for n in range(1, 21)]


@pytest.fixture
def dutch(runtime, world):
    """The seller sits in the Netherlands; Harbour moves to Breda, and there is a third customer in Bern."""
    runtime.run(SYSTEM, SettingService.put_all, {
        'seller.name': 'Nordwerk', 'seller.street': 'Kade 1', 'seller.postcode': '3011', 'seller.city': 'Rotterdam',
        'seller.country': 'NL', 'seller.vat_id': 'NL004495445B01', 'seller.iban': 'NL91ABNA0417164300'})
    with runtime.work(SYSTEM, writes=True) as work:
        at = {'street': 'Gracht 1', 'postcode': '4811', 'city': 'Breda', 'country': 'NL'}
        harbour = work.session.get_one(Customer, world.harbour.id)
        rows = [harbour, *work.session.exec(select(Address).where(Address.customer_id == harbour.id))]
        for row in rows:
            for name, value in at.items():
                setattr(row, name, value)
        harbour.vat_id = ''
        work.session.add_all([*rows, Customer(
            account='C-10003', name='Bern Holz AG', street='Gasse 3', postcode='3000', city='Bern', country='CH',
            created_at=work.now), *(TaxRate(country='NL', tax_class=kind, rate=D(rate)) for kind, rate in (
                (TaxClass.STANDARD, 21), (TaxClass.REDUCED, 9)))])


def issue(runtime, world, account, lines):
    draft = runtime.run(world.olga, DraftService.begin, DraftInput(account=account))
    for place, (price, quantity, kind) in enumerate(lines, 1):
        runtime.run(world.olga, DraftService.put_line, DraftLine(
            name=f'Part {place}', quantity=quantity, unit_price=D(price), tax_class=kind), draft_id=draft)
    return runtime.run(world.olga, DraftService.issue, draft)


def everywhere(runtime, world, number, account):
    """Net, VAT and gross of a document as each of the places says them; a credit note's are positive everywhere."""
    kind = 'credit_note' if number.startswith('CN') else 'invoice'
    paper = runtime.run(world.olga, InvoicePaperService.read, kind, number)
    pdf = invoice_file(paper)[1]
    reader = PdfReader(io.BytesIO(pdf))
    attached, = next(iter(reader.attachments.values()))
    trees = [etree.fromstring(attached), etree.fromstring(xml_file(paper)[1])]
    assert broken(attached, CII) == [] and broken(xml_file(paper)[1], UBL) == []

    def said(tree, *names):
        return tuple(D(tree.xpath(f'(//*[local-name()="{name}"])')[-1 if name == 'TaxTotalAmount' else 0].text)
                     for name in names)
    listing = InvoiceService.credit_desk if kind == 'credit_note' else InvoiceService.desk
    row, = [row for row in runtime.run(world.olga, listing, ListQuery(search=number)).rows if row['number'] == number]
    moved = [line for line in runtime.run(world.olga, StatementService.take, account).lines if line.number == number]
    text = ' '.join(page.extract_text() for page in reader.pages)
    return paper, text, {
        'paper': (paper.net, paper.tax, paper.gross),
        'factur-x': said(trees[0], 'TaxBasisTotalAmount', 'TaxTotalAmount', 'GrandTotalAmount'),
        'ubl': (*said(trees[1], 'TaxExclusiveAmount'),
                D(trees[1].xpath('/*/*[local-name()="TaxTotal"]/*[local-name()="TaxAmount"]')[0].text),
                *said(trees[1], 'TaxInclusiveAmount')),
        'list': (row['net'], row['gross'] - row['net'], row['gross']),
        'statement': (paper.net, paper.tax, abs(sum((line.debit or 0) - (line.credit or 0) for line in moved)))}


def amounts(text):
    """All amounts printed, as numbers, whatever the language writes between the digits."""
    return {D(re.sub(r'[^\d]', '', found)) / 100 for found in re.findall(r'\d[\d.,\s\u202f\xa0]*[.,]\d{2}', text)}


@pytest.mark.usefixtures('dutch')
def test_every_place_says_the_same(runtime, world):
    net = {kind: sum(round_(D(price) * quantity) for price, quantity, of in LINES if of is kind)
           for kind in (TaxClass.STANDARD, TaxClass.REDUCED)}
    tax = round_(net[TaxClass.STANDARD] * D('0.21')) + round_(net[TaxClass.REDUCED] * D('0.09'))
    two_rates = issue(runtime, world, 'C-10001', LINES)
    within = issue(runtime, world, 'C-10002', LINES[:3])
    export = issue(runtime, world, 'C-10003', LINES[:3])
    left = runtime.run(world.olga, CreditService.left, two_rates)
    half = runtime.run(world.olga, CreditService.credit, two_rates, CreditInput(
        reason='Half came back', quantities={one.line.id: one.quantity / 2 for one in left.lines}))
    wanted = {
        two_rates: ('C-10001', {'S'}, (sum(net.values()), tax)),
        within: ('C-10002', {'K'}, (sum(round_(D(p) * q) for p, q, _k in LINES[:3]), D(0))),
        export: ('C-10003', {'G'}, (sum(round_(D(p) * q) for p, q, _k in LINES[:3]), D(0))),
        half: ('C-10001', {'S'}, None)}
    for number, (account, categories, sums) in wanted.items():
        paper, text, found = everywhere(runtime, world, number, account)
        assert set(found.values()) == {found['paper']}, (number, found)
        assert set(found['paper']) - {D(0)} <= amounts(text), number
        assert {tax.category for tax in paper.taxes} == categories
        if sums is not None:
            assert found['paper'] == (*sums, sum(sums)), number
    assert runtime.run(world.olga, InvoicePaperService.read, 'invoice', within).taxes[0].reason == \
        'Livraison intracommunautaire'  # issued in English by Olga, for a customer who reads French


def round_(amount):
    return amount.quantize(D('0.01'), rounding='ROUND_HALF_UP')
