"""Documents and files: PDFs of orders, invoices and statements, a list as Excel, and an import."""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import resource
import threading
import time
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

from sqlmodel import col, select

from models.core.types import new_id
from models.customers import Customer
from models.ledger import Account
from models.orders import Order
from services.core.actor import SYSTEM
from services.core.config import Config
from services.core.listing import ListQuery
from services.core.runtime import Runtime
from services.documents.invoice import invoice_pdf
from services.documents.statement import statement_pdf
from services.exports.running import write_file
from services.imports import running
from services.imports.kinds import KINDS
from services.invoices.paper import invoice_file, xml_file
from services.invoices.statement import StatementService
from services.ledger import Source, post
from services.orders.paper import PaperService, order_file
from services.orders.reading import DESK, OrderService
from tests.bench.measuring import Budget, Measured, measure, of_times, once, percentile
from tests.bench.stand import OWNER, opened, person
from tests.demo import HARBOUR
from tests.documents.invoices import invoice, line

ROWS = 100_000
IMPORTED = 50_000
LINES = 5_000
REAL = 370_931
HISTORY = 'BENCH_SALES_HISTORY'


def rows(config: Config) -> list[Measured]:
    """The PDF of a long order, 100,000 orders as Excel with others at work, and an import."""
    with opened(config) as runtime:
        return [_pdf(runtime), *_invoices(), *_statements(runtime), *_excel(runtime, config), *_import(runtime, config)]


def _pdf(runtime: Runtime) -> Measured:
    with runtime.database.reading() as session:
        number = session.exec(select(Order.number).where(col(Order.line_count) >= 10).order_by(
            col(Order.line_count).desc())).first()
        count = session.exec(select(Order.line_count).where(Order.number == number)).one()
    owner = person(runtime, OWNER)
    return measure(Budget(f'Order PDF, {count} lines', 60, 120),
                   lambda: order_file(runtime.run(owner, PaperService.order, number)))


def _invoices() -> list[Measured]:
    """An invoice of 20 lines as PDF alone, with its Factur-X inside, and as UBL."""
    paper = invoice([line()] * 20)
    return [measure(Budget('Invoice PDF, 20 lines', 60, 120), lambda: invoice_pdf(paper)),
            measure(Budget('… with its Factur-X inside (PDF/A-3)', 60, 120), lambda: invoice_file(paper)),
            measure(Budget('… as UBL', 20, 40), lambda: xml_file(paper))]


def _statements(runtime: Runtime) -> list[Measured]:
    """A statement of 5,000 lines: its page from the books, and its PDF."""
    with runtime.work(SYSTEM, writes=True) as work:
        customer = work.session.exec(select(Customer).where(Customer.account == HARBOUR)).one()
        for number in range(LINES):
            post(work, customer.id, customer.currency, Source(
                'invoice', new_id(), f'IN-2025-{number:06}', dt.date(2025, 1, 1) + dt.timedelta(days=number // 14)),
                {Account.RECEIVABLE: Decimal(number + 1), Account.REVENUE: -Decimal(number + 1)})
    owner = person(runtime, OWNER)
    shown = measure(Budget('Statement page over 5,000 lines', 100, 200), lambda: (
        runtime.run(owner, StatementService.head, HARBOUR),
        runtime.run(owner, StatementService.page, ListQuery(
            filters={'account': HARBOUR, 'currency': customer.currency}, page=100))))
    paper = runtime.run(owner, StatementService.take, HARBOUR)
    began = time.perf_counter()
    statement_pdf(paper)
    return [shown, once(f'Statement PDF, {len(paper.lines):,} lines', time.perf_counter() - began, 5, 's')]


def _excel(runtime: Runtime, config: Config) -> list[Measured]:
    """Time and memory of the child process that writes, and what it costs somebody who reads meanwhile."""
    owner, path, done = person(runtime, OWNER), config.data_dir / 'orders.xlsx', threading.Event()

    def read() -> float:
        began = time.perf_counter()
        runtime.run(owner, OrderService.desk, ListQuery())
        return (time.perf_counter() - began) * 1000

    alone = [read() for _ in range(100)]
    took: list[float] = []

    def write() -> None:
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        write_file(runtime, owner, DESK, ListQuery(), kind='xlsx', rows=ROWS, path=path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.extend((time.perf_counter() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
        done.set()
    thread = threading.Thread(target=write)
    thread.start()
    meanwhile, largest = [], 0.0
    while not done.wait(0.05):
        meanwhile.append(read())
        largest = max(largest, _child())
    thread.join()
    usual = percentile(sorted(alone), 0.95)
    return [once('Excel export of 100,000 orders', took[0], 10, 's'), once('… its CPU time', took[1], 10, 's'),
            once('… largest the process that writes was', largest, 200, 'MB'),
            once('… a read of others meanwhile, p95 ÷ p95 alone',
                 percentile(sorted(meanwhile), 0.95) / usual if meanwhile else 1, 2, '×')]


def _child() -> float:
    """What the process that writes an export held at most so far, in MB; browsers and servers of a run are others."""
    for path in Path('/proc').glob('[0-9]*/status'):
        with suppress(OSError):
            status = path.read_text()
            if f'PPid:\t{os.getpid()}\n' in status and b'services.exports' in (path.parent / 'cmdline').read_bytes():
                return int(re.findall(r'VmHWM:\s+(\d+)', status)[0]) / 1024
    return 0.0


def _import(runtime: Runtime, config: Config) -> list[Measured]:
    """The real sales history where the environment names it, else a generated file; the bound grows with its rows."""
    if 'sales-history' not in KINDS:
        return []
    given = os.environ.get(HISTORY)
    path = Path(given) if given else _history(config.data_dir / 'history.csv')
    began, cpu = time.perf_counter(), time.process_time()
    run_id = running.take_in(runtime, SYSTEM, 'sales-history', path)
    run = running.carry_out(runtime, SYSTEM, run_id)
    took, used = time.perf_counter() - began, time.process_time() - cpu
    bound = max(60 * run.rows / REAL, 1)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [once(f'Import of {run.rows:,} rows of sales history', took, bound, 's'),
            once('… its CPU time', used, bound, 's'),
            once('… rows not taken in', run.counts.get('wrong', 0), 0, ''),
            of_times(Budget('… largest this process ever was (all groups so far)', 300, 300, 'MB'), [most])]


def _history(path: Path) -> Path:
    day = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
    with path.open('w', newline='', encoding='utf-8') as target:
        out = csv.writer(target)
        out.writerow(('Invoice', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'Price', 'Customer ID',
                      'Country'))
        for number in range(IMPORTED):
            bill, sku = number // 20, number * 7919 % 4_000
            out.writerow((500_000 + bill, f'H{sku:05d}', f'History item {sku}', number % 11 + 1,
                          (day + dt.timedelta(minutes=bill * 13)).strftime('%Y-%m-%d %H:%M:%S'),
                          f'{sku % 90 + 1}.{sku % 100:02d}', 30_000 + bill % 900, 'United Kingdom'))
    return path
