"""What stands on the paper of an invoice: its frozen facts, in the customer's language, for its readers alone."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from sqlmodel import col, select

from models.audit import Event
from models.invoices import Invoice, InvoiceKind, InvoiceStatus
from models.payments import Allocation, AllocationKind, Payment, PaymentStatus
from services.core.actor import SYSTEM
from services.core.errors import Forbidden, Invalid, NotFound, Throttled
from services.invoices.paper import InvoicePaperService, attached, invoice_file, xml_file
from services.mail.attachments import RENDERERS
from services.settings import SettingService
from tests.bills import bill

INVOICE, CREDIT = InvoiceKind.INVOICE, InvoiceKind.CREDIT_NOTE
SELLER = {'name': 'Nordwerk', 'legal_name': 'Nordwerk GmbH', 'street': 'Hafenweg 1', 'postcode': '20457',
          'city': 'Hamburg', 'country': 'DE', 'vat_id': 'DE811907980', 'registration': 'HRB 1',
          'iban': 'DE02 1203 0000 0000 2020 51', 'bic': 'BYLADEM1001', 'email': 'a@nordwerk.test'}


def alter(runtime, row, **values):
    """Give an issued document these values, as issuing would have."""
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.execute(sa.update(Invoice).where(col(Invoice.id) == row.id).values(**values))


@pytest.fixture
def issued(runtime, world):
    """An invoice of Harbour over 100 net."""
    row = bill(runtime, world.harbour, '100')
    alter(runtime, row, seller=SELLER, payment_reference='RF18539007547034', language='de')
    return row


def read(runtime, who, number='IN-2026-000001', kind=INVOICE):
    return runtime.run(who, InvoicePaperService.read, kind, number)


def text_of(pdf):
    return '\n'.join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_it_says_what_was_issued(runtime, world, issued):
    paper = read(runtime, world.fin)
    assert (paper.net, paper.tax, paper.gross, paper.due) == (Decimal(100), Decimal(19), Decimal(119), Decimal(119))
    assert (paper.seller.name, paper.seller.vat_id, paper.bank.iban, paper.bank.reference) == (
        'Nordwerk GmbH', 'DE811907980', 'DE02120300000000202051', 'RF18539007547034')
    assert paper.head.address == ('Hafenweg 1', '20457 Hamburg', 'Deutschland')
    name, pdf = invoice_file(paper)
    text = text_of(pdf)
    assert name == 'IN-2026-000001.pdf'
    for part in ('IN-2026-000001', '119,00 €', '19,00 €', 'DE02 1203 0000 0000 2020 51', 'RF18 5390 0754 7034',
                 'Work lamp'):
        assert part in text, part
    assert list(PdfReader(io.BytesIO(pdf)).attachments) == ['factur-x.xml']
    assert b'<cbc:PayableAmount currencyID="EUR">119.00' in xml_file(paper)[1]


def test_the_sellers_later_move_changes_nothing(runtime, world, issued):
    before = read(runtime, world.fin)
    for key, value in (('seller.name', 'Other'), ('seller.iban', 'NL91ABNA0417164300'), ('seller.city', 'Bremen')):
        runtime.run(SYSTEM, SettingService.put, key, value)
    assert read(runtime, world.fin) == before


def test_a_prepayment_stands_on_it_and_later_money_does_not(runtime, world, issued):
    with runtime.work(SYSTEM, writes=True) as work:
        row = work.session.exec(select(Invoice).where(Invoice.id == issued.id)).one()
        money = Payment(number='PA-1', customer_id=row.customer_id, status=PaymentStatus.RECEIVED, amount=Decimal(119),
                        allocated=Decimal(119), created_at=work.now)
        work.session.add(money)
        work.session.flush()
        for amount, at in (('30', row.issued_at), ('89', row.issued_at.replace(year=2027))):
            work.session.add(Allocation(customer_id=row.customer_id, kind=AllocationKind.PAYMENT, invoice_id=row.id,
                                        payment_id=money.id, amount=Decimal(amount), at=at))
    paper = read(runtime, world.fin)
    assert (paper.prepaid, paper.due) == (Decimal(30), Decimal(89))
    assert '89,00 €' in text_of(invoice_file(paper)[1])


def test_a_credit_note_names_its_invoice(runtime, world, issued):
    row = bill(runtime, world.harbour, '40', number='CN-2026-000001', kind=CREDIT)
    alter(runtime, row, corrects_id=issued.id, corrects_number='IN-2026-000001', corrects_on=issued.issued_on,
          reason='Broken')
    paper = read(runtime, world.fin, 'CN-2026-000001', CREDIT)
    text = text_of(invoice_file(paper)[1])
    assert 'Credit note CN-2026-000001' in text and 'This credit note corrects invoice IN-2026-000001 of' in text
    assert 'Reason: Broken' in text and 'IBAN' not in text.split('Credit note', 1)[1].split('Page')[0]
    assert b'CreditNoteTypeCode>381<' in xml_file(paper)[1]


def test_an_amount_credited_freely_has_its_reason_for_a_line(runtime, world, issued):
    row = bill(runtime, world.harbour, '40', number='CN-2026-000001', kind=CREDIT)
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.execute(sa.text('DELETE FROM invoice_line WHERE net = 400000'))
        work.session.execute(sa.update(Invoice).where(col(Invoice.id) == row.id).values(reason='Goodwill'))
    line, = read(runtime, world.fin, 'CN-2026-000001', CREDIT).lines
    assert (line.name, line.quantity, line.net, line.rate) == ('Goodwill', Decimal(1), Decimal(40), Decimal(19))


def test_only_its_readers_get_it(runtime, world, issued):
    for who in (world.mara, world.fin, world.sam, world.olga):
        assert read(runtime, who).number == 'IN-2026-000001'
    for who, number, kind in ((world.luc, 'IN-2026-000001', INVOICE), (world.fin, 'IN-2026-000001', CREDIT),
                              (world.sam, 'IN-2026-999999', INVOICE)):
        with pytest.raises(NotFound):
            read(runtime, who, number, kind)
    with pytest.raises(Forbidden):
        read(runtime, world.vera)
    alter(runtime, issued, status=InvoiceStatus.DRAFT)
    with pytest.raises(NotFound):
        read(runtime, world.fin)


def test_many_are_taken_at_once_and_that_is_written_down(runtime, world, issued):
    other = bill(runtime, world.harbour, '7', number='IN-2026-000002')
    actor, papers = runtime.run(world.fin, InvoicePaperService.many, [str(other.id), 'IN-2026-000001', str(other.id)])
    assert ([paper.number for paper in papers], actor.user_id) == (['IN-2026-000001', 'IN-2026-000002'],
                                                                  world.fin.user_id)
    with runtime.database.reading() as session:
        event = session.exec(select(Event).where(Event.action == 'invoices.downloaded')).one()
    assert (event.note, event.changes) == ('IN-2026-000001, IN-2026-000002', {'count': 2})


def test_none_of_them_when_one_is_foreign_or_they_are_too_many(runtime, world, issued):
    foreign = bill(runtime, world.atelier, '7', number='IN-2026-000009')
    for ids, fault in ((['IN-2026-000001', str(foreign.id)], NotFound), ([], Invalid), (['x'] * 3, NotFound),
                       ([str(n) for n in range(101)], Invalid)):
        with pytest.raises(fault):
            runtime.run(world.fin, InvoicePaperService.many, ids)
    with runtime.database.reading() as session:
        assert session.exec(select(Event).where(Event.action == 'invoices.downloaded')).first() is None


def test_the_eleventh_archive_of_a_minute_must_wait(runtime, world, issued):
    for _time in range(10):
        runtime.run(world.fin, InvoicePaperService.many, ['IN-2026-000001'])
    with pytest.raises(Throttled):
        runtime.run(world.fin, InvoicePaperService.many, ['IN-2026-000001'])
    runtime.run(world.mara, InvoicePaperService.many, ['IN-2026-000001'])


def test_mails_carry_it(runtime, world, issued):
    assert RENDERERS['invoice'] is RENDERERS['credit_note'] is attached
    name, pdf = attached(runtime, issued.id)
    assert name == 'IN-2026-000001.pdf' and pdf.startswith(b'%PDF-1.')
    with pytest.raises(Forbidden):
        runtime.run(world.olga, InvoicePaperService.mailed, issued.id)
