"""Fees and interest of reminders: charged once, apart from the invoice, within the law, and waived for a reason."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select

from models.invoices import Invoice, InvoiceKind, InvoiceStatus
from models.ledger import Account, LedgerEntry
from models.reminders import Reminder
from services import checks
from services.core.actor import SYSTEM
from services.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from services.core.listing import ListQuery
from services.core.runtime import Runtime
from services.documents.e_invoice import fits
from services.invoices.charges import ChargeService
from services.invoices.crediting import CreditInput, CreditService
from services.invoices.paper import InvoicePaperService, invoice_file
from services.invoices.reading import InvoiceService
from services.invoices.statement import StatementService
from services.payments.inputs import InvoiceShare, RecordInput
from services.payments.quoting import QuoteService
from services.payments.recording import RecordService
from services.reminders.reading import ReminderService
from services.reminders.sending import run_reminders
from services.settings import SettingService
from tests.conftest import Clock
from tests.services.people import actions, mails
from tests.services.reminders.conftest import at_home, change, due, sent
from tests.world import World

TODAY = dt.date(2026, 3, 2)
USUAL = {'on': True, 'fee_1': '5', 'fee_2': '10', 'fee_3': '25', 'interest_level': 2, 'reference_rate': '2.15'}


def charging(runtime: Runtime, world: World, **values: Any) -> None:
    at_home(runtime, world)
    runtime.run(world.olga, SettingService.put_all, {
        f'charges.{key}': value for key, value in (USUAL | values).items()})


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def charges(runtime: Runtime) -> list[Invoice]:
    with runtime.database.reading() as session:
        return list(session.exec(select(Invoice).where(Invoice.reminder_id != None)  # noqa: E711
                                 .order_by(Invoice.number)))


def sound(runtime: Runtime) -> None:
    """Every invariant holds."""
    with runtime.database.reading() as session:
        for name, check in checks.CHECKS.items():
            assert list(check(session, runtime)) == [], name


def wait(runtime: Runtime, clock: Clock, days: int) -> None:
    clock.advance(days=days)
    run_reminders(runtime)


def test_each_level_charges_once_and_interest_bears_no_day_twice(runtime: Runtime, world: World, clock: Clock) -> None:
    charging(runtime, world)
    due(runtime, world.harbour, ago(7), number='IN-1', net='1000')
    run_reminders(runtime)
    assert run_reminders(runtime) == 0
    wait(runtime, clock, 7)
    wait(runtime, clock, 16)
    rows = charges(runtime)
    interest = [Decimal(1190) * Decimal('10.15') * days / 36500 for days in (14, 16)]
    assert [(row.number, row.gross) for row in rows] == [
        ('RC-2026-000001', Decimal(5)), ('RC-2026-000002', 10 + round(interest[0], 2)),
        ('RC-2026-000003', 25 + round(interest[1], 2))]
    assert all((row.tax, row.status, row.taxes[0]['category']) == (0, InvoiceStatus.ISSUED, 'O') for row in rows)
    with runtime.database.reading() as session:
        booked = sum(entry.amount for entry in session.exec(select(LedgerEntry).where(
            LedgerEntry.account == Account.CHARGES)))
    assert -booked == sum(row.gross for row in rows)
    assert sent(runtime)[-1][:3] == ('IN-1', 'overdue', 3)
    sound(runtime)


def test_it_stands_where_a_customer_looks_and_is_paid_with_the_invoice(runtime: Runtime, world: World) -> None:
    charging(runtime, world)
    due(runtime, world.harbour, ago(7), number='IN-1')
    run_reminders(runtime)
    mail, = [mail for mail in mails(runtime) if mail.message == 'reminder']
    for piece in ('RC-2026-000001', '€5.00', '€124.00', '/pay?invoices=IN-1,RC-2026-000001', 'Reminder fees'):
        assert piece in mail.plain and piece in mail.html, piece
    found = runtime.run(world.fin, InvoiceService.read, InvoiceKind.INVOICE, 'IN-1')
    assert [charge.number for charge in found.charges] == ['RC-2026-000001']
    assert ('RC-2026-000001', '/invoices/RC-2026-000001') in found.related
    own = runtime.run(world.fin, InvoiceService.read, InvoiceKind.INVOICE, 'RC-2026-000001')
    assert ('IN-1', '/invoices/IN-1') in own.related and own.of_charge
    rows = runtime.run(world.fin, InvoiceService.list, ListQuery()).rows
    assert {row['number']: row['what'] for row in rows} == {'IN-1': '', 'RC-2026-000001': 'Reminder fee'}
    page = runtime.run(world.fin, QuoteService.page)
    assert [(row.invoice.number, row.usual) for row in page.rows] == [('IN-1', 119), ('RC-2026-000001', 5)]
    paper = runtime.run(world.fin, StatementService.take)
    assert [(line.document, line.number, line.debit) for line in paper.lines][-1] == (
        'Reminder fee', 'RC-2026-000001', Decimal(5))
    assert paper.closing == paper.ageing.current + paper.ageing.to_30 == 124
    runtime.run(world.olga, RecordService.record, RecordInput(
        account='C-10001', amount=Decimal(124), method='bank', received_on=TODAY, shares=[
            InvoiceShare(number=number, amount=Decimal(amount))
            for number, amount in (('IN-1', 119), ('RC-2026-000001', 5))]), key='k' * 20)
    assert charges(runtime)[0].status is InvoiceStatus.PAID
    sound(runtime)


def test_its_paper_is_no_e_invoice(runtime: Runtime, world: World) -> None:
    charging(runtime, world, fee_1='0', interest_level=1)
    due(runtime, world.harbour, ago(10), number='IN-1')
    run_reminders(runtime)
    paper = runtime.run(world.fin, InvoicePaperService.read, InvoiceKind.INVOICE, 'RC-2026-000001')
    assert paper.title == 'Reminder fee' and not fits(paper)
    assert paper.lines[0].name == ('Interest of 10.15% a year on €119.00 of invoice IN-1 '
                                   'from 21 Feb 2026 to 2 Mar 2026')
    assert invoice_file(paper)[1].startswith(b'%PDF')


@pytest.mark.parametrize('why', ['off', 'disputed', 'paused', 'friendly', 'nobody', 'foreign'])
def test_nothing_is_charged(runtime: Runtime, world: World, why: str) -> None:
    charging(runtime, world, on=why != 'off')
    late = due(runtime, world.harbour, ago(3 if why == 'friendly' else 10), number='IN-1')
    if why == 'disputed':
        change(runtime, late, disputed=Decimal(10))
    if why == 'paused':
        change(runtime, late, paused_until=TODAY)
    if why == 'foreign':
        change(runtime, late, currency='USD')
    if why == 'nobody':
        for person in (world.fin, world.mara):
            _leave(runtime, person)
    run_reminders(runtime)
    assert charges(runtime) == [] and (sent(runtime) == []) is (why == 'paused')


def _leave(runtime: Runtime, person: Any) -> None:
    from models.users import User
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.get_one(User, person.user_id).active = False


def test_a_fee_is_not_reminded_of_and_holds_no_order(runtime: Runtime, world: World, clock: Clock) -> None:
    from services.customers.credit import overdue_hold
    charging(runtime, world)
    change(runtime, world.harbour, overdue_hold_days=0)
    late = due(runtime, world.harbour, ago(7), number='IN-1')
    run_reminders(runtime)
    change(runtime, late, paused_until=ago(-200), disputed=Decimal(119))
    wait(runtime, clock, 100)
    assert len(sent(runtime)) == 1
    with runtime.work(SYSTEM, writes=False) as work:
        assert overdue_hold(work, work.session.get_one(type(world.harbour), world.harbour.id)) is None


def test_waiving_takes_it_back_paid_or_not(runtime: Runtime, world: World, clock: Clock) -> None:
    charging(runtime, world)
    due(runtime, world.harbour, ago(7), number='IN-1')
    run_reminders(runtime)
    wait(runtime, clock, 7)
    paid, rest = charges(runtime)
    runtime.run(world.olga, RecordService.record, RecordInput(
        account='C-10001', amount=paid.gross, method='bank', received_on=TODAY, shares=[
            InvoiceShare(number=str(paid.number), amount=paid.gross)]), key='k' * 20)
    for charge in (paid, rest):
        assert runtime.run(world.olga, ChargeService.waive, charge.number, 'A good customer').startswith('CN-')
    assert [row.status for row in charges(runtime)] == [InvoiceStatus.CREDITED, InvoiceStatus.CREDITED]
    assert actions(runtime).count('reminder_fee.waived') == 2
    head = runtime.run(world.fin, StatementService.head)
    assert head.closing == 119 - paid.gross and head.ageing.unused == paid.gross
    note = runtime.run(world.fin, InvoicePaperService.read, InvoiceKind.CREDIT_NOTE, 'CN-2026-000001')
    assert note.of_charge and not fits(note)
    with runtime.database.reading() as session:
        assert not sum(entry.amount for entry in session.exec(select(LedgerEntry).where(
            LedgerEntry.account == Account.CHARGES)))
    sound(runtime)


@pytest.mark.parametrize(('who', 'number', 'reason', 'expected'), [
    ('olga', 'RC-2026-000001', ' ', Invalid), ('olga', 'IN-1', 'So', Conflict), ('olga', 'RC-9', 'So', NotFound),
    ('sam', 'RC-2026-000001', 'So', Forbidden), ('fin', 'RC-2026-000001', 'So', Forbidden)])
def test_waiving_refuses(runtime: Runtime, world: World, who: str, number: str, reason: str,
                         expected: type[DomainError]) -> None:
    charging(runtime, world)
    due(runtime, world.harbour, ago(7), number='IN-1')
    run_reminders(runtime)
    with pytest.raises(expected):
        runtime.run(getattr(world, who), ChargeService.waive, number, reason)
    assert charges(runtime)[0].credited == 0 and 'reminder_fee.waived' not in actions(runtime)


def test_waived_once(runtime: Runtime, world: World) -> None:
    charging(runtime, world)
    due(runtime, world.harbour, ago(7), number='IN-1')
    run_reminders(runtime)
    runtime.run(world.olga, ChargeService.waive, 'RC-2026-000001', 'So')
    with pytest.raises(Conflict):
        runtime.run(world.olga, ChargeService.waive, 'RC-2026-000001', 'So')
    with pytest.raises(DomainError):
        runtime.run(world.olga, CreditService.credit, 'RC-2026-000001', CreditInput(reason='So', whole=True))


@pytest.mark.parametrize(('given', 'field'), [
    ({'fee_3': '25.01'}, 'charges.fee_1'), ({'points': '9.1'}, 'charges.points'), ({'fee_1': '-1'}, 'charges.fee_1')])
def test_the_law_of_the_country_is_the_limit(runtime: Runtime, world: World, given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        charging(runtime, world, **given)
    assert refusal.value.field == field
    charging(runtime, world, **given if field != 'charges.fee_1' or '-1' not in given.values() else {}, on=False)


def test_beyond_the_lands_portico_knows_nothing_is_capped(runtime: Runtime, world: World) -> None:
    at_home(runtime, world)
    runtime.run(world.olga, SettingService.put_all, {
        'seller.country': 'US', 'charges.fee_1': '90', 'charges.points': '18', 'charges.on': True})
    due(runtime, world.harbour, ago(7), number='IN-1')
    run_reminders(runtime)
    assert charges(runtime)[0].gross == 90
    with pytest.raises(Invalid):
        runtime.run(world.olga, SettingService.put, 'seller.country', 'NL')


def test_the_check_sees_a_fee_nothing_asks_for(runtime: Runtime, world: World) -> None:
    charging(runtime, world, on=False)
    due(runtime, world.harbour, ago(7), number='IN-1')
    run_reminders(runtime)
    with runtime.work(SYSTEM, writes=True) as work:
        row = work.session.exec(select(Reminder).where(Reminder.kind == 'invoice_overdue')).one()
        row.fee = Decimal(5)
    with runtime.database.reading() as session:
        found = list(checks.CHECKS['reminder fees'](session, runtime))
    assert len(found) == 1 and 'charged 5' in found[0]


def test_the_office_sees_what_each_reminder_charged(runtime: Runtime, world: World) -> None:
    charging(runtime, world)
    due(runtime, world.harbour, ago(7), number='IN-1')
    due(runtime, world.harbour, ago(0), number='IN-2')
    run_reminders(runtime)
    rows = runtime.run(world.olga, ReminderService.sent, ListQuery(sort='number')).rows
    assert [(row['number'], row['level'], row['due_on'], row['charged']) for row in rows] == [
        ('IN-1', 1, ago(7), 5), ('IN-2', None, ago(0), None)]
