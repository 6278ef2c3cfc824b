"""The first pages: exact figures of money, what waits, reports; and no money for those who may not see it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from models.claims import Dispute, DisputeWord, Pledge, PledgeKind
from models.core.types import new_id
from models.customers import Customer
from models.invoices import InvoiceKind
from models.payments import Payment, PaymentStatus
from services.core.actor import SYSTEM
from services.core.errors import Forbidden, NotFound
from services.core.runtime import Runtime
from services.dashboards.money import MoneyFigureService
from services.dashboards.office import DeskFigureService
from services.dashboards.reports import PERIODS, REPORTS, ReportService, stretches
from services.dashboards.waiting import Matter, WaitingService
from services.invoices.reading import InvoiceService
from tests.bills import bill
from tests.services.reminders.conftest import change, due
from tests.world import World

TODAY = dt.date(2026, 3, 2)


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def receive(runtime: Runtime, customer: Customer, amount: str, day: dt.date) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(Payment(number=f'PA-{amount}', status=PaymentStatus.RECEIVED, method='bank',
                                 customer_id=customer.id, amount=Decimal(amount), created_at=work.now, received_on=day,
                                 received_at=work.now))


def test_a_customer_sees_what_is_open_and_overdue(runtime: Runtime, world: World) -> None:
    due(runtime, world.harbour, ago(6), number='IN-1')
    due(runtime, world.harbour, ago(0), number='IN-2', net='10')
    half = due(runtime, world.harbour, ago(-5), number='IN-3', net='200')
    change(runtime, half, settled=Decimal(38), status='partly_paid')
    disputed = due(runtime, world.harbour, ago(9), number='IN-4', net='100')
    change(runtime, disputed, disputed=disputed.gross)
    due(runtime, world.atelier, ago(50), number='IN-5')
    bill(runtime, world.harbour, '30', number='CN-1', kind=InvoiceKind.CREDIT_NOTE)
    found = runtime.run(world.fin, MoneyFigureService.customer)
    assert (found.open, found.invoices) == (Decimal('449.90'), 4)
    assert (found.due, found.overdue, found.late) == (Decimal('130.90'), Decimal('119'), 6)
    assert [(row.number, row.open, row.standing) for row in found.newest] == [
        ('IN-3', Decimal(200), 'partly_paid'), ('IN-2', Decimal('11.9'), 'issued'), ('IN-1', Decimal(119), 'overdue'),
        ('IN-4', Decimal(119), 'disputed')]
    listed = runtime.run(world.fin, InvoiceService.figures)  # the page of invoices says the same
    assert (listed.open, listed.overdue, listed.overdue_count) == (found.open, found.overdue, 1)
    assert (listed.soon, listed.soon_count) == (Decimal('211.9'), 2)
    other = runtime.run(world.luc, MoneyFigureService.customer)
    assert (other.open, other.late, len(other.newest)) == (Decimal(119), 50, 1)


def test_money_is_for_those_who_may_see_it(runtime: Runtime, world: World) -> None:
    due(runtime, world.harbour, ago(6), number='IN-1')
    for person in (world.ben, world.vera, world.ada):
        with pytest.raises(Forbidden):
            runtime.run(person, MoneyFigureService.customer)
        assert runtime.run(person, ReportService.kinds) == ['orders', 'deliveries']
        for kind in ('invoices', 'payments', 'credit_notes'):
            with pytest.raises(Forbidden):
                runtime.run(person, ReportService.report, kind)
        assert runtime.run(person, WaitingService.own) == []
    with pytest.raises(Forbidden):
        runtime.run(world.mara, DeskFigureService.desk)


def test_what_waits_is_listed_for_the_person_who_may_do_it(runtime: Runtime, world: World) -> None:
    due(runtime, world.harbour, ago(6), number='IN-1')
    due(runtime, world.harbour, ago(-7), number='IN-2')
    due(runtime, world.harbour, ago(-8), number='IN-3')
    promised = due(runtime, world.harbour, ago(20), number='IN-4')
    change(runtime, promised, paused_until=ago(-3))
    wrong = due(runtime, world.harbour, ago(-20), number='IN-5')
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(Pledge(customer_id=world.harbour.id, invoice_id=promised.id, kind=PledgeKind.PROMISE,
                                on=ago(-1), made_at=work.now))
        dispute = Dispute(id=new_id(), customer_id=world.harbour.id, invoice_id=wrong.id, amount=Decimal(5),
                          reason='price', opened_at=work.now)
        work.session.add(dispute)
        work.session.flush()
        for minute, office in ((0, False), (1, True)):
            work.session.add(DisputeWord(customer_id=world.harbour.id, dispute_id=dispute.id, from_office=office,
                                         at=work.now + dt.timedelta(minutes=minute), words=f'office {office}'))
    found = runtime.run(world.fin, WaitingService.own)
    assert [(one.matter, one.number, one.text) for one in found] == [
        (Matter.ANSWER, 'IN-5', 'office True'), (Matter.PROMISE, 'IN-4', ''), (Matter.OVERDUE, 'IN-1', ''),
        (Matter.DUE, 'IN-2', '')]
    assert (found[2].amount, found[2].day, found[2].path) == (Decimal(119), ago(6), '/invoices/IN-1?act=pay')
    assert runtime.run(world.fin, WaitingService.count) == 4 and runtime.run(world.luc, WaitingService.count) == 0


def test_the_office_sees_the_whole_house(runtime: Runtime, world: World) -> None:
    due(runtime, world.harbour, ago(6), number='IN-1')
    due(runtime, world.atelier, ago(1), number='IN-2')
    due(runtime, world.atelier, ago(0), number='IN-3')
    receive(runtime, world.harbour, '50', TODAY)
    receive(runtime, world.harbour, '70', ago(1))
    found = runtime.run(world.wim, DeskFigureService.desk)
    assert (found.overdue, found.overdue_count) == (Decimal(238), 2)
    assert (found.received, found.received_count) == (Decimal(50), 1)
    assert (found.to_ship, found.to_invoice, found.disputes, found.entries) == (0, 0, 0, 0)


def test_what_waits_in_the_office_is_counted_for_those_who_may_do_it(runtime: Runtime, world: World) -> None:
    wrong = due(runtime, world.harbour, ago(6), number='IN-1')
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(Dispute(id=new_id(), customer_id=world.harbour.id, invoice_id=wrong.id, amount=Decimal(5),
                                 reason='price', opened_at=work.now))
    assert runtime.run(world.olga, DeskFigureService.desk).disputes == 1
    assert runtime.run(world.wim, DeskFigureService.desk).disputes == 0  # he has no page that answers it


def test_reports_put_each_document_into_its_stretch(runtime: Runtime, world: World) -> None:
    for number, day in (('IN-1', '2026-03-02'), ('IN-2', '2026-02-28'), ('IN-3', '2025-04-01'), ('IN-4', '2025-03-31')):
        due(runtime, world.harbour, dt.date.fromisoformat(day), number=number)
    due(runtime, world.atelier, TODAY, number='IN-5')
    found = runtime.run(world.fin, ReportService.report, 'invoices', 'months')
    assert (found.count, found.amount, found.path) == (3, Decimal(357), '/invoices')
    assert [(bar.first.isoformat(), bar.count) for bar in found.bars if bar.count] == [
        ('2025-04-01', 1), ('2026-02-01', 1), ('2026-03-01', 1)]
    assert [entry.number for entry in found.newest] == ['IN-1', 'IN-2', 'IN-3', 'IN-4']
    assert runtime.run(world.fin, ReportService.report, 'invoices', 'days').count == 2
    assert runtime.run(world.fin, ReportService.report, 'credit_notes', 'months').count == 0
    house = runtime.run(world.olga, ReportService.report, 'invoices', 'quarter')
    assert (house.count, house.amount, house.path) == (3, Decimal(357), '/office/invoices')
    for kind in REPORTS:
        for period in PERIODS:
            assert runtime.run(world.olga, ReportService.report, kind, period).kind == kind
    for bad in (('no_such', 'days'), ('orders', 'no_such')):
        with pytest.raises(NotFound):
            runtime.run(world.olga, ReportService.report, *bad)


@pytest.mark.parametrize(('period', 'day', 'count', 'first'), [
    ('days', '2026-03-02', 10, '2026-02-01'), ('quarter', '2026-03-02', 13, '2025-12-02'),
    ('year', '2026-03-02', 3, '2026-01-01'), ('year', '2026-01-01', 1, '2026-01-01'),
    ('months', '2026-03-02', 12, '2025-04-01'), ('months', '2028-02-29', 12, '2027-03-01')])
def test_stretches_cover_the_period(period: str, day: str, count: int, first: str) -> None:
    found = stretches(period, dt.date.fromisoformat(day))
    assert len(found) == count and found[0].isoformat() == first and found == sorted(set(found))
