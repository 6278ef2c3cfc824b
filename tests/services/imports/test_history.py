"""Sales history: orders with their invoices, and credit notes; nothing twice, whoever is killed in between."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from random import Random  # noqa: TID251  seeded, so that a failure comes again
from zoneinfo import ZoneInfo

from sqlmodel import func, select

from models.audit import Event
from models.catalogue import Item
from models.customers import Customer
from models.imports import ImportState
from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from models.ledger import Account, LedgerEntry
from models.orders import Order, OrderLine, OrderStatus
from models.payments import Allocation, AllocationKind
from models.pricing import Price, PriceList
from services import checks
from services.core.actor import SYSTEM
from services.core.config import Config
from services.core.runtime import Runtime
from services.imports import running
from services.imports.runs import ImportService
from services.invoices.checks import CHECKS
from tests.services.imports import worker
from tests.services.imports.files import HISTORY, bring_in, counts, enter, invoices, write

GBP = 'GBP'
LINES = [
    ['536365', '85123A', 'WHITE HEART', 6, '2010-12-01 08:26:00', 2.55, '17850.0', 'United Kingdom'],
    ['536365', '85123a', 'WHITE HEART', 6, '2010-12-01 08:26:00', 2.55, '17850.0', 'United Kingdom'],
    ['536366', '71053', 'LANTERN', 3, '2010-12-02 08:28:00', 0.335, '17850.0', 'United Kingdom'],
    ['536366', '71053', 'white lantern', 1, '2010-12-02 08:28:00', 0, '17850.0', 'United Kingdom'],
    ['536367', '71053', 'LANTERN', 1, '2010-12-03 09:00:00', 9, '', 'EIRE'],
    ['536368', '22752', 'NEST BOXES', 2, '2010-12-03 10:00:00', 7.65, '13047', 'EIRE'],
    ['C536369', '22960', 'JAM SET', -2, '2010-12-04 10:00:00', 4.25, '13048', 'Unspecified'],
]


def add(runtime: Runtime, folder: Path, rows: list[list[object]]) -> dict[str, int]:
    return dict(bring_in(runtime, 'sales-history', write(folder, HISTORY, rows), currency=GBP).counts)


def figures(runtime: Runtime) -> tuple[object, ...]:
    with runtime.database.reading() as session:
        return (
            session.exec(select(func.count()).select_from(Customer)).one(),
            session.exec(select(func.count(), func.sum(Item.sold)).select_from(Item)).one()._tuple(),
            session.exec(select(func.count(), func.sum(Order.net)).select_from(Order)).one()._tuple(),
            session.exec(select(func.count(), func.sum(OrderLine.net)).select_from(OrderLine)).one()._tuple(),
            session.exec(select(func.count(), func.sum(Invoice.net)).select_from(Invoice)).one()._tuple(),
            session.exec(select(func.count(), func.sum(InvoiceLine.net)).select_from(InvoiceLine)).one()._tuple(),
            session.exec(select(func.count()).select_from(LedgerEntry)).one(),
            sorted(session.exec(select(Price.price)).all()), sorted(session.exec(select(Item.name)).all()))


def sound(runtime: Runtime) -> None:
    assert checks.run(runtime) == []
    with runtime.database.reading() as session:
        for name, check in CHECKS.items():
            assert list(check(session, runtime)) == [], name


def test_invoices_become_completed_orders(runtime: Runtime, tmp_path: Path) -> None:
    found = add(runtime, tmp_path, LINES)
    assert found == {'new': 6, 'skipped': 1, 'customers': 3, 'items': 4, 'orders': 3, 'invoices': 3, 'credit_notes': 1}
    with runtime.database.reading() as session:
        order = session.exec(select(Order).where(Order.number == 'H-536366')).one()
        lines = session.exec(select(OrderLine).where(OrderLine.order_id == order.id).order_by('position')).all()
    assert (order.status, order.currency, order.net, order.tax) == (OrderStatus.COMPLETED, GBP, Decimal('1.01'), 0)
    assert (order.source, order.placed_by_id, order.taxes[0]['category']) == ('import', None, 'O')
    assert order.placed_at == dt.datetime(2010, 12, 2, 7, 28, tzinfo=dt.UTC)
    assert [(line.ordered, line.shipped, line.open, line.name) for line in lines] == [
        (3, 3, 0, 'LANTERN'), (1, 1, 0, 'white lantern')]
    sound(runtime)


def test_they_have_invoices_and_credit_notes_settled_on_their_due_day(runtime: Runtime, tmp_path: Path) -> None:
    add(runtime, tmp_path, LINES)
    with runtime.database.reading() as session:
        rows = {row.number: row for row in session.exec(select(Invoice))}
        lines = session.exec(select(InvoiceLine).where(InvoiceLine.invoice_id == rows['C536369'].id)).all()
        settled = {row.invoice_id: row for row in session.exec(select(Allocation))}
        books = {(entry.number, entry.document, entry.account): (entry.amount, entry.day)
                 for entry in session.exec(select(LedgerEntry))}
    assert set(rows) == {'536365', '536366', '536368', 'C536369'}
    first, note = rows['536365'], rows['C536369']
    assert (first.kind, first.gross, first.status, first.order_number) == (
        InvoiceKind.INVOICE, Decimal('30.6'), InvoiceStatus.PAID, 'H-536365')
    assert (first.issued_on, first.due_on, first.settled) == (dt.date(2010, 12, 1), dt.date(2010, 12, 31), first.gross)
    assert (note.kind, note.gross, note.status, note.order_id) == (
        InvoiceKind.CREDIT_NOTE, Decimal('8.5'), InvoiceStatus.PAID, None)
    assert [(line.sku, line.quantity, line.net) for line in lines] == [('22960', 2, Decimal('8.5'))]
    assert settled[first.id].kind is AllocationKind.HISTORY
    assert settled[first.id].at.astimezone(ZoneInfo('Europe/Amsterdam')).date() == dt.date(2010, 12, 31)
    day, due = dt.date(2010, 12, 1), dt.date(2010, 12, 31)
    assert books['536365', 'invoice', Account.RECEIVABLE] == (Decimal('30.6'), day)
    assert books['536365', 'history', Account.RECEIVABLE] == (Decimal('-30.6'), due)
    assert books['C536369', 'credit_note', Account.RECEIVABLE] == (Decimal('-8.5'), dt.date(2010, 12, 4))


def test_what_is_not_paid_stays_open(runtime: Runtime, tmp_path: Path) -> None:
    path = write(tmp_path, HISTORY, LINES)
    run = enter(runtime, 'sales-history', path, currency=GBP)
    runtime.run(SYSTEM, ImportService.map, run.id, run.mapping, paid=False)
    running.carry_out(runtime, SYSTEM, run.id)
    with runtime.database.reading() as session:
        assert {row.status for row in session.exec(select(Invoice))} == {InvoiceStatus.ISSUED}
        assert session.exec(select(func.count()).select_from(Allocation)).one() == 0
    sound(runtime)


def test_a_number_like_our_own_or_one_that_is_there_is_refused(runtime: Runtime, tmp_path: Path) -> None:
    own = [['IN-2026-000001', *LINES[0][1:]], ['cn-2026-000001', *LINES[0][1:]], ['C9', *LINES[0][1:]]]
    assert add(runtime, tmp_path, own)['wrong'] == 3
    assert figures(runtime)[0] == 0


def test_customers_items_and_prices_are_made(runtime: Runtime, tmp_path: Path) -> None:
    add(runtime, tmp_path, LINES)
    with runtime.database.reading() as session:
        customers = {row.account: row for row in session.exec(select(Customer))}
        items = {row.sku: row for row in session.exec(select(Item))}
        base = session.exec(select(PriceList)).one()
        prices = {row.item_id: row.price for row in session.exec(select(Price))}
    assert {key: row.country for key, row in customers.items()} == {'17850': 'GB', '13047': 'IE', '13048': ''}
    assert (customers['17850'].name, customers['17850'].currency) == ('Customer 17850', GBP)
    assert set(items) == {'85123A', '71053', '22752', '22960'}
    assert items['85123A'].sold == 12
    assert items['71053'].name in ('LANTERN', 'white lantern')
    assert all(item.place is not None for item in items.values())
    assert base.currency == GBP
    assert {sku: prices[item.id] for sku, item in items.items()} == {
        '85123A': Decimal('2.55'), '71053': Decimal('0.335'), '22752': Decimal('7.65'), '22960': Decimal('4.25')}


def test_the_same_file_again_changes_nothing(runtime: Runtime, tmp_path: Path) -> None:
    add(runtime, tmp_path, LINES)
    before = figures(runtime)
    assert add(runtime, tmp_path, LINES) == {'unchanged': 6, 'skipped': 1, 'customers': 0, 'items': 0, 'orders': 0,
                                             'invoices': 0, 'credit_notes': 0}
    assert figures(runtime) == before


def test_later_rows_go_on_and_leave_what_is_there(runtime: Runtime, tmp_path: Path) -> None:
    add(runtime, tmp_path, LINES[:2])
    with runtime.database.writing() as session:
        price = session.exec(select(Price)).one()
        price.price = Decimal(3)
        session.add(price)
    later = [['536400', '85123A', 'HEART', 1, '2010-12-09 08:26:00', 2.95, '17850', 'United Kingdom']]
    assert add(runtime, tmp_path, [*LINES[:2], *later])['new'] == 1
    with runtime.database.reading() as session:
        assert session.exec(select(Price.price)).one() == 3
        assert session.exec(select(Item.name, Item.sold)).one()._tuple() == ('WHITE HEART', 13)


def test_one_wrong_line_refuses_its_invoice_and_no_other(runtime: Runtime, tmp_path: Path) -> None:
    rows = [list(row) for row in LINES]
    rows[1][3] = 'many'
    rows[5][3] = -2
    assert add(runtime, tmp_path, rows) == {'new': 3, 'skipped': 1, 'wrong': 3, 'customers': 2, 'items': 2, 'orders': 1,
                                            'invoices': 1, 'credit_notes': 1}


def test_an_order_that_is_there_with_other_lines_is_wrong(runtime: Runtime, tmp_path: Path) -> None:
    add(runtime, tmp_path, LINES[:1])
    assert add(runtime, tmp_path, LINES[:2])['wrong'] == 2


def test_lines_of_an_invoice_may_lie_scattered(runtime: Runtime, tmp_path: Path) -> None:
    rows = invoices(40)
    add(runtime, tmp_path, rows)
    orderly = figures(runtime)
    shuffled = rows[:]
    Random(7).shuffle(shuffled)
    again = add(runtime, tmp_path, shuffled)
    assert (again.get('new', 0), again.get('wrong', 0)) == (0, 0)
    assert figures(runtime) == orderly


def test_a_run_is_recorded(runtime: Runtime, tmp_path: Path) -> None:
    run = bring_in(runtime, 'sales-history', write(tmp_path, HISTORY, LINES), currency=GBP)
    assert (run.state, run.position, counts(run)) == (ImportState.DONE, 7, {'new': 6, 'skipped': 1})
    with runtime.database.reading() as session:
        event = session.exec(select(Event).where(Event.action == 'import.done')).one()
    assert (event.subject_id, event.number, event.changes['orders']) == (run.id, 'file.csv', 3)


def test_killed_in_the_middle_and_started_again(runtime: Runtime, config: Config, tmp_path: Path) -> None:
    path = write(tmp_path, HISTORY, invoices(400))
    chance = Random(3)
    kills = 0
    while kills < 2:
        process = start(path, config)
        assert process.stdout is not None
        stop_at = chance.randrange(1, 8)
        said = [line for line, _place in zip(process.stdout, range(stop_at), strict=False)]
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills += 1
        if not said or said[-1].startswith('done'):
            break
    last, _rest = start(path, config).communicate(timeout=120)
    assert last.splitlines()[-1].startswith('done')
    found = figures(runtime)
    with runtime.database.reading() as session:
        runs = worker.runs(session)
    assert [(run.state, run.position) for run in runs] == [(ImportState.DONE, 1200)]
    assert sum(runs[0].counts[name] for name in ('new', 'skipped')) == 1200
    assert runs[0].counts['new'] == found[5][0]  # type: ignore[index]
    sound(runtime)


def start(path: Path, config: Config) -> subprocess.Popen[str]:
    """A process of its own that imports this file in small chunks and says each one."""
    environment = {**os.environ, 'PORTICO_DATA_DIR': str(config.data_dir), 'PORTICO_DATABASE_URL': config.database_url}
    return subprocess.Popen([sys.executable, '-m', 'tests.services.imports.worker', str(path)], text=True,
                            stdout=subprocess.PIPE, env=environment, cwd=Path(__file__).parents[3])
