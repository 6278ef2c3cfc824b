"""Disputes: what is frozen, who may, what both sides hear, and how one ends."""

from __future__ import annotations

import datetime as dt
import io
import threading
import uuid
from decimal import Decimal

import pytest
from PIL import Image
from sqlmodel import select

from models.claims import Dispute, DisputeState, DisputeWord
from models.core.types import new_id
from models.files import StoredFile
from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from models.mail import Mail
from models.notifications import Notification
from models.payments import AllocationKind, Payment, PaymentStatus
from services import pictures
from services.claims import checks
from services.claims.crediting import CreditingService
from services.claims.disputing import DisputeService
from services.claims.inputs import CreditInput, DisputeInput, IssueInput, UpholdInput, WordInput
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, Invalid, NotFound
from services.core.listing import ListQuery
from services.files import FileService
from services.invoices import checks as invoice_checks
from services.payments.allocating import allocate
from tests.bills import bill


def dispute(runtime, who, number='IN-2026-000001', **given):
    values = {'reason': 'damaged', 'words': 'It came broken'} | {
        name: value for name, value in given.items() if name != 'photo'}
    return runtime.run(who, DisputeService.open, DisputeInput(**values), number=number, photo=given.get('photo'))


def picture():
    target = io.BytesIO()
    Image.new('RGB', (30, 20), 'red').save(target, 'PNG')
    return pictures.encode(target.getvalue())


def test_all_of_an_invoice(runtime, world, again, invoice, look):
    key = dispute(runtime, world.fin)
    assert (again().disputed, again().due_now, again().open) == (Decimal('119.00'), Decimal(0), Decimal('119.00'))
    assert not again().is_overdue(dt.date(2027, 1, 1))
    found = runtime.run(world.mara, DisputeService.read, key)
    assert (found.dispute.amount, found.dispute.state, found.dispute.opened_by_name) == (
        Decimal('119.00'), DisputeState.OPEN, 'Fin')
    assert [(word.words, word.from_office, word.by_name) for word in found.words] == [('It came broken', False, 'Fin')]
    told = look(Notification)
    assert {note.message for note in told} == {'dispute_opened'}
    assert {note.user_id for note in told} == {world.olga.user_id, world.sam.user_id}
    assert told[0].path == f'/office/disputes/{key}'
    mail, = look(Mail)
    assert (mail.recipient, mail.message) == ('fin@harbour.test', 'dispute_opened')
    assert '€119.00' in mail.plain


def test_a_line_with_its_vat(runtime, world, again, line):
    key = dispute(runtime, world.fin, line_id=line.id)
    assert again().disputed == Decimal('10.70')
    found = runtime.run(world.olga, DisputeService.read, key)
    assert found.line is not None and found.line.sku == 'BOOK'
    with pytest.raises(Conflict):
        dispute(runtime, world.fin, line_id=line.id)
    dispute(runtime, world.mara, amount=Decimal('8.30'), reason='price')
    assert again().disputed == Decimal('19.00')
    assert again().due_now == Decimal('100.00')
    with pytest.raises(Invalid):
        dispute(runtime, world.mara, amount=Decimal('100.01'))
    dispute(runtime, world.mara)
    assert again().due_now == 0
    with pytest.raises(Conflict):
        dispute(runtime, world.mara)
    assert again().disputed == Decimal('119.00')


@pytest.mark.parametrize('case', [
    ('ben', {}, Forbidden), ('vera', {}, Forbidden), ('olga', {}, Forbidden), ('luc', {}, NotFound),
    ('fin', {'number': 'IN-2026-999999'}, NotFound), ('fin', {'line_id': uuid.uuid4()}, NotFound),
    ('fin', {'amount': Decimal('119.01')}, Invalid), ('fin', {'amount': Decimal('1.001')}, Invalid),
    ('fin', {'photo': b'<svg onload=alert(1)>'}, Invalid), ('fin', {'photo': b'RIFFxxxxWEBP' * 500_000}, Invalid)])
def test_what_is_refused_leaves_no_trace(runtime, world, invoice, traces, case):
    who, given, refusal = case
    before = traces()
    with pytest.raises(refusal):
        dispute(runtime, getattr(world, who), **given)
    assert traces() == before


def test_both_sides_talk(runtime, world, invoice, look):
    key = dispute(runtime, world.fin, photo=picture())
    runtime.run(world.sam, DisputeService.say, WordInput(words='Which one?'), dispute_id=key)
    runtime.run(world.mara, DisputeService.say, WordInput(words='This one'), dispute_id=key, photo=picture())
    found, = runtime.run(world.fin, DisputeService.of_invoice, 'IN-2026-000001')
    assert [(word.by_name, word.from_office, word.file_id is not None) for word in found.words] == [
        ('Fin', False, True), ('Sam', True, False), ('Mara', False, True)]
    file = runtime.run(world.olga, FileService.open, found.words[0].file_id)
    assert (file.media_type, file.data[8:12]) == ('image/webp', b'WEBP')
    with pytest.raises(NotFound):
        runtime.run(world.luc, FileService.open, found.words[0].file_id)
    assert [mail.message for mail in look(Mail)] == ['dispute_opened', 'dispute_said']
    assert {note.user_id for note in look(Notification, Notification.message == 'dispute_said')} == {
        world.fin.user_id, world.mara.user_id, world.olga.user_id, world.sam.user_id}
    for stranger in (world.luc, world.ben, world.wim):
        with pytest.raises((NotFound, Forbidden)):
            runtime.run(stranger, DisputeService.say, WordInput(words='Hello'), dispute_id=key)
    with pytest.raises(NotFound):
        runtime.run(world.luc, DisputeService.read, key)
    assert len(look(DisputeWord)) == 3
    assert len(look(StoredFile)) == 2


def test_the_office_upholds(runtime, world, invoice, again, look, traces):
    key = dispute(runtime, world.fin, amount=Decimal('19.00'))
    assert runtime.run(world.sam, DisputeService.count_open) == 1
    before = traces()
    for who, refusal in ((world.fin, Forbidden), (world.wim, Forbidden)):
        with pytest.raises(refusal):
            runtime.run(who, DisputeService.uphold, UpholdInput(answer='No'), dispute_id=key)
    assert traces() == before
    runtime.run(world.sam, DisputeService.uphold, UpholdInput(answer='As ordered'), dispute_id=key)
    ended, = look(Dispute)
    assert (ended.state, ended.answer, again().disputed) == (DisputeState.UPHELD, 'As ordered', Decimal(0))
    assert look(Mail)[-1].message == 'dispute_upheld'
    assert 'As ordered' in look(Mail)[-1].plain
    assert runtime.run(world.sam, DisputeService.count_open) == 0
    with pytest.raises(Conflict):
        runtime.run(world.fin, DisputeService.withdraw, key)
    with pytest.raises(Conflict):
        runtime.run(world.sam, DisputeService.say, WordInput(words='Late'), dispute_id=key)


def test_the_customer_withdraws(runtime, world, invoice, again, look):
    key = dispute(runtime, world.fin)
    for stranger in (world.luc, world.olga, world.ben):
        with pytest.raises((NotFound, Forbidden)):
            runtime.run(stranger, DisputeService.withdraw, key)
    runtime.run(world.mara, DisputeService.withdraw, key)
    assert (again().disputed, look(Dispute)[0].state) == (Decimal(0), DisputeState.WITHDRAWN)


def test_what_is_paid_after_all_is_not_disputed(runtime, world, invoice, again, look):
    dispute(runtime, world.fin, amount=Decimal('60.00'))
    dispute(runtime, world.fin, amount=Decimal('40.00'))
    with runtime.work(SYSTEM, writes=True) as work:
        allocate(work, work.one(Invoice, Invoice.id == invoice.id), Decimal('69.00'), kind=AllocationKind.WRITE_OFF)
    assert (again().disputed, again().open) == (Decimal('50.00'), Decimal('50.00'))
    assert [(row.amount, row.state) for row in look(Dispute)] == [
        (Decimal('50.00'), DisputeState.OPEN), (Decimal('40.00'), DisputeState.WITHDRAWN)]
    with runtime.work(SYSTEM, writes=True) as work:
        payment = Payment(id=new_id(), number='PA-1', customer_id=world.harbour.id, status=PaymentStatus.RECEIVED,
                          method='bank', amount=Decimal('50.00'), created_at=work.now)
        work.session.add(payment)
        work.session.flush()
        allocate(work, work.one(Invoice, Invoice.id == invoice.id), Decimal('50.00'), payment=payment)
    assert (again().disputed, again().status) == (Decimal(0), InvoiceStatus.PAID)
    assert {row.state for row in look(Dispute)} == {DisputeState.WITHDRAWN}


def test_the_desk_lists_them(runtime, world, invoice):
    dispute(runtime, world.fin)
    row, = runtime.run(world.sam, DisputeService.list, ListQuery()).rows
    assert (row['number'], row['customer'], row['amount'], row['state']) == (
        'IN-2026-000001', 'Harbour Joinery', Decimal('119.00'), 'open')
    with pytest.raises(Forbidden):
        runtime.run(world.fin, DisputeService.list, ListQuery())


def test_two_people_dispute_the_same_at_once(runtime, world, invoice, again, look):
    ends = []

    def act(who):
        try:
            ends.append(dispute(runtime, who))
        except (Conflict, Invalid) as refusal:
            ends.append(refusal)
    threads = [threading.Thread(target=act, args=(who,)) for who in (world.fin, world.mara)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert again().disputed == Decimal('119.00')
    assert len(look(Dispute)) == 1
    assert len(ends) == 2
    with runtime.database.reading() as session:
        assert len(session.exec(select(DisputeWord)).all()) == 1


def credit_note(runtime, world, invoice, net, number='CN-2026-000001'):
    note = bill(runtime, world.harbour, net, number=number, kind=InvoiceKind.CREDIT_NOTE)
    with runtime.work(SYSTEM, writes=True) as work:
        work.change(work.one(Invoice, Invoice.id == note.id), corrects_id=invoice.id, corrects_number=invoice.number)
    return note


def test_a_credit_note_ends_it(runtime, world, invoice, again, look, traces):
    key = dispute(runtime, world.fin, amount=Decimal('60.00'))
    other = bill(runtime, world.harbour, '10', number='IN-2026-000002')
    note = credit_note(runtime, world, invoice, '40')
    credit_note(runtime, world, other, '5', 'CN-2026-000002')
    assert [row.number for row in runtime.run(world.sam, CreditingService.credit_notes, key)] == ['CN-2026-000001']
    before = traces()
    for who, number, refusal in ((world.fin, 'CN-2026-000001', Forbidden), (world.wim, 'CN-2026-000001', Forbidden),
                                 (world.sam, 'CN-2026-000002', Invalid), (world.sam, 'IN-2026-000001', Invalid)):
        with pytest.raises(refusal):
            runtime.run(who, CreditingService.credit, CreditInput(number=number), dispute_id=key)
    assert traces() == before
    runtime.run(world.sam, CreditingService.credit, CreditInput(number='CN-2026-000001', answer='Sorry'),
                dispute_id=key)
    assert (again().disputed, again().open, again().due_now) == (Decimal(0), Decimal('71.40'), Decimal('71.40'))
    found = runtime.run(world.fin, DisputeService.read, key)
    assert (found.dispute.state, found.dispute.credit_id, found.credit_number, found.dispute.answer) == (
        DisputeState.CREDITED, note.id, 'CN-2026-000001', 'Sorry')
    assert look(Mail)[-1].message == 'dispute_credited'
    assert 'CN-2026-000001' in look(Mail)[-1].plain
    with pytest.raises(Conflict):
        runtime.run(world.sam, CreditingService.credit, CreditInput(number='CN-2026-000001'), dispute_id=key)
    assert runtime.run(world.sam, CreditingService.credit_notes, key) == ()


def test_the_check_sees_what_is_wrong(runtime, world, invoice):
    def found():
        with runtime.database.reading() as session:
            return [line for check in checks.CHECKS.values() for line in check(session, runtime)]
    dispute(runtime, world.fin, amount=Decimal('60.00'))
    assert found() == []
    with runtime.work(SYSTEM, writes=True) as work:
        work.change(work.one(Invoice, Invoice.id == invoice.id), disputed=Decimal('120.00'))
    assert found() == ['IN-2026-000001: 120.0000 is frozen, but its disputes are about 60.0000',
                       'IN-2026-000001: 120.0000 is frozen of 119.0000 open']


@pytest.mark.parametrize('case', [('119.00', ['LAMP-5']), ('60.00', ['']), ('0.07', ['']), ('118.99', [''])])
def test_a_credit_note_is_written_for_it(runtime, world, invoice, again, look, case):
    amount, lines = case
    key = dispute(runtime, world.fin, amount=Decimal(amount))
    for who in (world.sam, world.fin):
        with pytest.raises(Forbidden):
            runtime.run(who, CreditingService.issue, IssueInput(amount=amount, answer='Sorry'), dispute_id=key)
    number = runtime.run(world.olga, CreditingService.issue, IssueInput(amount=amount, answer='Sorry'),
                         dispute_id=key)
    note, = look(Invoice, Invoice.kind == InvoiceKind.CREDIT_NOTE)
    assert (note.number, note.gross, note.reason, note.corrects_id) == (number, Decimal(amount), 'Sorry', invoice.id)
    assert [row.sku for row in look(InvoiceLine, InvoiceLine.invoice_id == note.id)] == lines
    assert (again().disputed, again().open, again().credited) == (
        Decimal(0), Decimal('119.00') - Decimal(amount), Decimal(amount))
    ended, = look(Dispute)
    assert (ended.state, ended.credit_id) == (DisputeState.CREDITED, note.id)
    with runtime.database.reading() as session:
        found = {**checks.CHECKS, **invoice_checks.CHECKS}
        assert [line for name in found for line in found[name](session, runtime) if name != 'invoice numbers'] == []


def test_a_credit_note_above_what_is_left_is_refused(runtime, world, invoice, traces):
    key = dispute(runtime, world.fin)
    before = traces()
    with pytest.raises(Invalid):
        runtime.run(world.olga, CreditingService.issue, IssueInput(amount='119.01', answer='Sorry'), dispute_id=key)
    assert traces() == before
