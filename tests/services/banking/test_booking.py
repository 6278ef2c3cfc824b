"""Statements in the database: what is booked at once, what waits, once only, by hand, set aside and undone."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlmodel import select

from models.core.types import Amount
from models.customers import Customer
from models.invoices import Invoice, InvoiceStatus
from models.ledger import Account, LedgerEntry
from models.payments import Allocation, AllocationKind, BankEntry, BankStatement, EntryState, Payment, PaymentStatus
from models.tables import metadata
from services.banking import checks
from services.banking.booking import Share
from services.banking.running import match_open, take_in
from services.banking.service import BankService, Counts
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, Invalid, NotFound
from services.core.listing import ListQuery
from tests.bills import bill
from tests.services.banking.files import Line, breaches, camt

TRACES = ('bank_statement', 'bank_entry', 'payment', 'allocation', 'ledger_entry', 'event')
IBAN = 'DE02120300000000202051'


@pytest.fixture
def read_in(runtime, world, tmp_path):
    """Read a statement in as the owner; returns its id."""
    def act(lines, *, name='st.xml', who=None, data=None, progress=None):
        path = tmp_path / 'upload'
        path.write_bytes(data or camt(lines, name=name.replace('.', '-')))
        return take_in(runtime, who or world.olga, path, name, *([progress] if progress else []))
    return act


@pytest.fixture
def traces(runtime):
    """How many rows of each kind there are."""
    def act():
        with runtime.database.reading() as session:
            return [session.execute(sa.select(sa.func.count()).select_from(metadata.tables[name])).scalar_one()
                    for name in TRACES]
    return act


@pytest.fixture
def look(runtime):
    """The rows of a table, oldest first."""
    def act(kind, *conditions):
        with runtime.database.reading() as session:
            return list(session.exec(select(kind).where(*conditions).order_by(kind.id)).all())
    return act


@pytest.fixture
def holds(runtime, world):
    """Books and documents say the same: Σ RECEIVABLE = open invoices − free payments, and the checks find nothing."""
    def act():
        with runtime.database.reading() as session:
            owed = session.execute(sa.select(sa.func.sum(LedgerEntry.amount, type_=Amount())).where(
                LedgerEntry.account == Account.RECEIVABLE)).scalar_one() or Decimal(0)
            open_ = sum((row.open for row in session.exec(select(Invoice))), Decimal(0))
            free = sum((row.free for row in session.exec(select(Payment))), Decimal(0))
            assert owed == open_ - free
            for name, check in checks.CHECKS.items():
                assert list(check(session, runtime)) == [], name
    return act


def counts(runtime, world, statement_id):
    return runtime.run(world.olga, BankService.statement, statement_id)[1]


def invoices(look):
    return {row.number: (row.status, row.open) for row in look(Invoice)}


def test_what_fits_is_booked_and_the_rest_waits(runtime, world, read_in, look, holds):
    for place, net in enumerate(('100', '50', '1000'), 1):
        bill(runtime, world.harbour, net, number=f'IN-2026-{place:06d}')
    seen = []
    key = read_in([Line('119.00', 'IN-2026-000001', 'Harbour Joinery', IBAN, ref='A'),
                   Line('59.50', 'IN-2026-000003', 'Harbour Joinery', IBAN, ref='B'),
                   Line('-5.00', 'Fee', ref='C'), Line('12.00', 'hello', ref='D'),
                   Line('59.50', 'IN-2026-000002', currency='USD', ref='E'),
                   Line('5.00', 'IN-2026-000002', returned=True, ref='F')], progress=lambda *at: seen.append(at))
    assert counts(runtime, world, key) == Counts(6, 1, 3, 2, 0)
    assert seen[-1] == (4, 4)
    assert invoices(look) == {'IN-2026-000001': (InvoiceStatus.PAID, Decimal(0)),
                              'IN-2026-000002': (InvoiceStatus.ISSUED, Decimal('59.50')),
                              'IN-2026-000003': (InvoiceStatus.ISSUED, Decimal('1190.00'))}
    payment, = look(Payment)
    assert (payment.amount, payment.method, payment.received_on.isoformat(), payment.reference) == (
        Decimal('119.00'), 'bank', '2026-03-02', 'IN-2026-000001')
    open_ = {entry.words: [(one['score'], one['why'], [item['number'] for item in one['items']])
                           for one in entry.proposals] for entry in look(BankEntry, BankEntry.state == 'open')}
    assert open_ == {
        'IN-2026-000003': [(100, ['iban', 'name', 'named', 'payer'], ['IN-2026-000003']),
                           (100, ['amount', 'iban', 'name', 'payer'], ['IN-2026-000002'])],
        'hello': [], 'IN-2026-000002': []}
    holds()


def test_several_and_discounts_fit_too(runtime, world, read_in, look, holds):
    for place, net in enumerate(('100', '50', '1000'), 1):
        bill(runtime, world.harbour, net, number=f'IN-2026-{place:06d}')
    with runtime.work(SYSTEM, writes=True) as work:
        third = work.one(Invoice, Invoice.number == 'IN-2026-000003')
        work.change(third, discount_percent=Decimal(2), discount_until=work.now.date())
    key = read_in([Line('178.50', 'IN-2026-000001, IN 2026 000002', ref='A'), Line('1166.20', 'in2026000003', ref='B')])
    assert counts(runtime, world, key).booked == 2
    assert {number: status for number, (status, _open) in invoices(look).items()} == dict.fromkeys(
        ('IN-2026-000001', 'IN-2026-000002', 'IN-2026-000003'), InvoiceStatus.PAID)
    assert [row.amount for row in look(Allocation, Allocation.kind == AllocationKind.DISCOUNT)] == [Decimal('23.80')]
    holds()
    entry = look(BankEntry, BankEntry.words == 'in2026000003')[0]
    runtime.run(world.olga, BankService.undo, entry.id, 'Wrong one')
    assert invoices(look)['IN-2026-000003'] == (InvoiceStatus.ISSUED, Decimal('1190.00'))
    holds()


def test_the_same_file_and_an_overlapping_one_book_nothing_again(runtime, world, read_in, look, traces, holds):
    bill(runtime, world.harbour, '100')
    lines = [Line('119.00', 'IN-2026-000001', ref='A'), Line('7.00', 'same'), Line('7.00', 'same')]
    first = read_in(lines)
    before = traces()
    assert read_in(lines) == first
    assert traces() == before
    second = read_in([*lines, Line('8.00', 'new')], name='other.xml')
    assert counts(runtime, world, second) == Counts(1, 0, 1, 0, 3)
    assert len(look(Payment)) == 1
    assert len(look(BankEntry)) == 4
    assert match_open(runtime, world.olga, first) == 0
    holds()


def made_200(runtime, world):
    """Invoices and the 200 entries for them: 90 exact, 20 for two invoices, the rest not to be booked by itself."""
    lines, place = [], 0

    def invoice(customer, net):
        nonlocal place
        place += 1
        bill(runtime, customer, net, number=f'IN-2026-{place:06d}')
        return f'IN-2026-{place:06d}'
    for n in range(90):
        number = invoice(world.harbour if n % 2 else world.atelier, f'{n + 10}')
        words = (number, number.replace('-', ' '), f'Invoice {number.lower()} of March')[n % 3]
        lines.append(Line(f'{(n + 10) * Decimal("1.19"):.2f}', words, 'Payer', ref=f'X{n}'))
    for n in range(20):
        pair = [invoice(world.harbour, f'{n + 200}') for _both in range(2)]
        lines.append(Line(f'{2 * (n + 200) * Decimal("1.19"):.2f}', ' '.join(pair), ref=f'S{n}'))
    for n in range(20):
        lines.append(Line('50.00', invoice(world.harbour, f'{n + 400}'), ref=f'P{n}'))
        lines.append(Line('9999.00', invoice(world.harbour, f'{n + 500}'), ref=f'W{n}'))
    lines += [Line(f'{n + 1}.01', f'Donation {n}', f'Stranger {n}', ref=f'F{n}') for n in range(30)]
    lines += [Line(f'-{n + 1}.00', f'Bill {n}', 'Supplier', ref=f'D{n}') for n in range(20)]
    return lines


@pytest.mark.parametrize('version', ['02', '08'])
def test_a_statement_of_200_entries(runtime, world, read_in, look, holds, traces, *, version):
    lines = made_200(runtime, world)
    assert len(lines) == 200
    data = camt(lines, version=version)
    assert breaches(data, version) == []
    key = read_in([], data=data)
    assert counts(runtime, world, key) == Counts(200, 110, 70, 20, 0)
    assert len(look(Payment)) == 110
    assert sum(status is InvoiceStatus.PAID for status, _open in invoices(look).values()) == 130
    proposed = [entry for entry in look(BankEntry, BankEntry.state == 'open') if entry.proposals]
    assert len(proposed) == 40
    assert all(entry.proposals[0]['score'] >= 60 for entry in proposed)
    holds()
    before = traces()
    assert read_in([], data=data) == key
    assert read_in([], data=data.replace(b'ST-1', b'ST-2'), name='again.xml') != key
    assert traces()[1:5] == before[1:5]


def test_a_person_agrees_to_a_proposal(runtime, world, read_in, look, holds, traces):
    bill(runtime, world.harbour, '100')
    read_in([Line('150.00', 'IN-2026-000001', ref='A')])
    entry, = look(BankEntry)
    row, = runtime.run(world.olga, BankService.entries, ListQuery()).rows
    assert row['best'] == '→ Harbour Joinery · IN-2026-000001'
    before = traces()
    for who, refusal in ((world.sam, Forbidden), (world.fin, Forbidden), (world.wim, Forbidden)):
        with pytest.raises(refusal):
            runtime.run(who, BankService.agree, entry.id, 0)
    for place in (1, -1):
        with pytest.raises(Conflict):
            runtime.run(world.olga, BankService.agree, entry.id, place)
    with pytest.raises(Conflict):
        runtime.run(world.olga, BankService.agree, entry.id, 0, version=entry.version - 1)
    assert traces() == before
    number = runtime.run(world.olga, BankService.agree, entry.id, 0, version=entry.version)
    payment, = look(Payment)
    assert (payment.number, payment.allocated, payment.free) == (number, Decimal('119.00'), Decimal('31.00'))
    assert look(BankEntry)[0].payment_id == payment.id
    with pytest.raises(Conflict):
        runtime.run(world.olga, BankService.agree, entry.id, 0)
    holds()


def test_by_hand_for_one_customers_invoices_only(runtime, world, read_in, look, holds, traces):
    for place, customer in enumerate((world.harbour, world.harbour, world.atelier), 1):
        bill(runtime, customer, '100', number=f'IN-2026-{place:06d}')
    read_in([Line('150.00', 'thanks', ref='A')])
    entry, = look(BankEntry)
    found = runtime.run(world.olga, BankService.find, 'harb', 'EUR')
    assert [(hit['number'], hit['account'], hit['open']) for hit in found] == [
        ('IN-2026-000001', 'C-10001', Decimal('119.00')), ('IN-2026-000002', 'C-10001', Decimal('119.00')),
        ('', 'C-10001', Decimal(0))]
    before = traces()
    for shares, refusal in (([Share('IN-2026-000003', Decimal(1))], NotFound),
                            ([Share('IN-2026-000001', Decimal('119.01'))], Invalid),
                            ([Share('IN-2026-000001', Decimal(0))], Invalid),
                            ([Share('IN-2026-000001', Decimal(100)), Share('IN-2026-000002', Decimal(51))], Invalid)):
        with pytest.raises(refusal):
            runtime.run(world.olga, BankService.book, entry.id, shares, account='C-10001')
    with pytest.raises(NotFound):
        runtime.run(world.olga, BankService.book, entry.id, [], account='C-1')
    assert traces() == before
    runtime.run(world.olga, BankService.book, entry.id, [
        Share('IN-2026-000001', Decimal('119.00')), Share('IN-2026-000002', Decimal('20.00'))], account='C-10001')
    assert look(Payment)[0].free == Decimal('11.00')
    assert invoices(look)['IN-2026-000002'] == (InvoiceStatus.PARTLY_PAID, Decimal('99.00'))
    holds()


def test_money_in_another_currency_is_not_booked_for_him(runtime, world, read_in, look):
    read_in([Line('150.00', 'dollars', currency='USD', ref='A')])
    with pytest.raises(Invalid):
        runtime.run(world.olga, BankService.book, look(BankEntry)[0].id, [], account='C-10001')
    with runtime.work(SYSTEM, writes=True) as work:
        work.change(work.session.exec(select(Customer).where(Customer.account == 'C-10002')).one(), currency='USD')
    runtime.run(world.olga, BankService.book, look(BankEntry)[0].id, [], account='C-10002')
    assert look(Payment)[0].currency == 'USD'


def test_set_aside_and_taken_up_again(runtime, world, read_in, look):
    read_in([Line('150.00', 'interest', ref='A'), Line('-5.00', 'fee', ref='B')])
    entry, out = look(BankEntry)
    for given, refusal in ((' ', Invalid),):
        with pytest.raises(refusal):
            runtime.run(world.olga, BankService.set_aside, entry.id, given)
    runtime.run(world.olga, BankService.set_aside, entry.id, 'Interest of the bank')
    assert (look(BankEntry)[0].state, look(BankEntry)[0].note) == (EntryState.SET_ASIDE, 'Interest of the bank')
    for act, refusal in ((lambda: runtime.run(world.olga, BankService.set_aside, entry.id, 'x'), Conflict),
                         (lambda: runtime.run(world.olga, BankService.book, entry.id, [], account='C-10001'), Conflict),
                         (lambda: runtime.run(world.olga, BankService.take_up, out.id), Conflict),
                         (lambda: runtime.run(world.olga, BankService.undo, entry.id, 'x'), Conflict)):
        with pytest.raises(refusal):
            act()
    runtime.run(world.olga, BankService.take_up, entry.id)
    assert runtime.run(world.olga, BankService.count_open) == 1
    assert runtime.run(world.olga, BankService.entries, ListQuery(filters={'state': ['open']})).total == 1


def test_a_booking_is_undone(runtime, world, read_in, look, holds, traces):
    bill(runtime, world.harbour, '100')
    read_in([Line('119.00', 'IN-2026-000001', ref='A')])
    entry, = look(BankEntry)
    before = traces()
    with pytest.raises(Forbidden):
        runtime.run(world.sam, BankService.undo, entry.id, 'x')
    with pytest.raises(Invalid):
        runtime.run(world.olga, BankService.undo, entry.id, '')
    assert traces() == before
    runtime.run(world.olga, BankService.undo, entry.id, 'It was for another')
    assert invoices(look)['IN-2026-000001'] == (InvoiceStatus.ISSUED, Decimal('119.00'))
    assert (look(Payment)[0].status, look(Payment)[0].free) == (PaymentStatus.CANCELLED, Decimal(0))
    assert (look(BankEntry)[0].state, look(BankEntry)[0].payment_id) == (EntryState.OPEN, None)
    holds()
    assert match_open(runtime, world.olga, entry.statement_id) == 1
    assert len(look(Payment, Payment.status == PaymentStatus.RECEIVED)) == 1
    holds()


def test_two_of_the_office_book_the_same_entry_at_once(runtime, world, read_in, look, holds):
    bill(runtime, world.harbour, '100')
    read_in([Line('100.00', 'IN-2026-000001', ref='A')])
    entry, = look(BankEntry)
    ends, gate = [], threading.Barrier(4)

    def act(place):
        gate.wait()
        try:
            if place % 2:
                ends.append(runtime.run(world.olga, BankService.agree, entry.id, 0))
            else:
                ends.append(runtime.run(world.olga, BankService.book, entry.id, [], account='C-10001'))
        except Conflict as refusal:
            ends.append(refusal)
    threads = [threading.Thread(target=act, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ends) == 4
    assert sum(isinstance(end, Conflict) for end in ends) == 3
    assert len(look(Payment)) == 1
    holds()


def test_only_the_books_read_statements_in(runtime, world, read_in, traces):
    before = traces()
    for who in (world.sam, world.wim, world.mara, world.fin):
        with pytest.raises(Forbidden):
            read_in([Line('1.00', 'x')], who=who)
    with pytest.raises(Invalid):
        read_in([], data=b'<x/>')
    assert traces() == before


def test_statements_are_listed(runtime, world, read_in, look):
    read_in([Line('1.00', 'x', ref='A'), Line('-1.00', 'y', ref='B')], name='../march.xml')
    row, = runtime.run(world.olga, BankService.statements, ListQuery()).rows
    assert (row['name'], row['entry_count'], row['booked'], row['open']) == ('march.xml', 2, 0, 1)
    assert look(BankStatement)[0].imported_by_name == 'Olga'
