"""The statement of account: balances, rows, ageing, files equal to the cent, and the monthly mail, once."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from decimal import Decimal

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlmodel import col, select

from models.audit import Event
from models.claims import Dispute
from models.core.types import new_id
from models.customers import Customer
from models.invoices import InvoiceKind
from models.ledger import Account
from models.mail import Mail
from models.payments import Allocation, AllocationKind
from services.core.actor import SYSTEM
from services.core.errors import Forbidden, Invalid, NotFound
from services.core.listing import ListQuery
from services.documents.statement import Ageing, StatementLine, StatementPaper
from services.invoices.ageing import bucket
from services.invoices.periods import period
from services.invoices.statement import StatementEmail, StatementService
from services.invoices.statement_files import statement_csv, statement_file
from services.invoices.statement_mail import StatementMailService, send_monthly
from services.ledger import Source, post
from services.mail.attachments import RENDERERS
from tests.bills import bill
from tests.documents.reading import SELLER

D = Decimal


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def paid(runtime, customer, amount, on, number='PA-2026-000001'):
    """Money of a customer in the books, settling nothing by itself."""
    with runtime.work(SYSTEM, writes=True) as work:
        post(work, customer.id, customer.currency, Source('payment', new_id(), number, day(on)),
             {Account.MONEY: D(amount), Account.RECEIVABLE: -D(amount)})


def settled(runtime, invoice, amount, on, undone=''):
    """So much of an invoice settled at noon of a day, and perhaps undone on another."""
    def noon(text):
        return dt.datetime.combine(day(text), dt.time(12), dt.UTC)
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(Allocation(customer_id=invoice.customer_id, kind=AllocationKind.HISTORY, invoice_id=invoice.id,
                                    amount=D(amount), at=noon(on), reversed_at=noon(undone) if undone else None))


@pytest.fixture
def books(runtime, world):
    """Harbour: three invoices of December to February, a credit note and a payment; today is 2 March 2026."""
    first = bill(runtime, world.harbour, '100', number='IN-1', issued_on=day('2025-12-01'), due_in=30)
    bill(runtime, world.harbour, '200', number='IN-2', issued_on=day('2026-01-20'), due_in=14)
    bill(runtime, world.harbour, '50', number='IN-3', issued_on=day('2026-02-27'), due_in=30)
    bill(runtime, world.harbour, '10', number='CN-1', issued_on=day('2026-02-10'), kind=InvoiceKind.CREDIT_NOTE)
    paid(runtime, world.harbour, '60', '2026-02-15')
    settled(runtime, first, '60', '2026-02-15')
    bill(runtime, world.atelier, '999', number='IN-9', issued_on=day('2026-02-01'))
    return world


def rows(runtime, who, **filters):
    page = runtime.run(who, StatementService.page, ListQuery(filters=filters))
    return [(row['number'], row['debit'], row['credit'], row['balance'], row['place']) for row in page.rows]


def test_the_balance_runs_from_row_to_row(runtime, books):
    assert rows(runtime, books.fin) == [
        ('IN-1', D(119), None, D(119), 'invoices'), ('IN-2', D(238), None, D(357), 'invoices'),
        ('CN-1', None, D('11.9'), D('345.1'), 'credit-notes'), ('PA-2026-000001', None, D(60), D('285.1'), 'payments'),
        ('IN-3', D('59.5'), None, D('344.6'), 'invoices')]


def test_a_period_begins_with_what_was_owed(runtime, books):
    head = runtime.run(books.fin, StatementService.head, since=day('2026-02-01'), until=day('2026-02-20'))
    assert (head.opening, head.closing, head.currency, head.currencies) == (D(357), D('285.1'), 'EUR', ('EUR',))
    shown = rows(runtime, books.fin, day={'from': '2026-02-01', 'to': '2026-02-20'})
    assert [row[0] for row in shown] == ['CN-1', 'PA-2026-000001'] and shown[0][3] == D('345.1')


def test_ages_add_up_to_the_balance_of_the_day(runtime, books):
    now = runtime.run(books.fin, StatementService.head)
    assert now.ageing == Ageing(current=D('59.5'), to_30=D(238), to_90=D(59), unused=D('11.9'))
    before = runtime.run(books.fin, StatementService.head, until=day('2026-02-14'))
    assert before.ageing == Ageing(to_30=D(238), to_60=D(119), unused=D('11.9'))
    for head in (now, before):
        assert sum(value for _label, value in head.ageing.parts()) == head.closing


def test_what_is_disputed_stands_apart(runtime, books):
    with runtime.work(SYSTEM, writes=True) as work:
        from models.invoices import Invoice
        row = work.session.exec(select(Invoice).where(Invoice.number == 'IN-2')).one()
        work.session.add(Dispute(customer_id=row.customer_id, invoice_id=row.id, amount=D(38), reason='short',
                                 opened_at=dt.datetime(2026, 2, 20, tzinfo=dt.UTC)))
    now = runtime.run(books.fin, StatementService.head).ageing
    assert (now.disputed, now.to_30) == (D(38), D(200))
    assert runtime.run(books.fin, StatementService.head, until=day('2026-02-14')).ageing.disputed == 0


def test_what_was_taken_back_is_open_again(runtime, books):
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.execute(sa.update(Allocation).values(reversed_at=dt.datetime(2026, 2, 18, tzinfo=dt.UTC)))
    assert runtime.run(books.fin, StatementService.head, until=day('2026-02-16')).ageing.to_60 == D(59)
    assert runtime.run(books.fin, StatementService.head, until=day('2026-02-28')).ageing.to_60 == D(119)


@pytest.mark.parametrize(('late', 'name'), [(-1, 'current'), (0, 'current'), (1, 'to_30'), (30, 'to_30'),
                                            (31, 'to_60'), (60, 'to_60'), (61, 'to_90'), (90, 'to_90'), (91, 'older')])
def test_late_begins_the_day_after(late, name):
    assert bucket(day('2026-03-01'), day('2026-03-01') + dt.timedelta(days=late)) == name
    assert bucket(None, day('2026-03-01')) == 'current'


def test_currencies_stand_apart(runtime, books):
    with runtime.work(SYSTEM, writes=True) as work:
        post(work, books.harbour.id, 'USD', Source('invoice', new_id(), 'IN-7', day('2026-02-01')),
             {Account.RECEIVABLE: D(7), Account.REVENUE: -D(7)})
    head = runtime.run(books.fin, StatementService.head, currency='USD')
    assert (head.currencies, head.closing) == (('EUR', 'USD'), D(7))
    assert rows(runtime, books.fin, currency='USD') == [('IN-7', D(7), None, D(7), 'invoices')]
    assert runtime.run(books.fin, StatementService.head).closing == D('344.6')
    with pytest.raises(Invalid):
        runtime.run(books.fin, StatementService.head, currency='JPY')


def test_only_own_and_only_for_readers(runtime, books):
    assert [row[0] for row in rows(runtime, books.luc)] == ['IN-9']
    assert [row[0] for row in rows(runtime, books.sam, account='C-10002')] == ['IN-9']
    with pytest.raises(NotFound):
        runtime.run(books.luc, StatementService.head, 'C-10001')
    with pytest.raises(NotFound):
        runtime.run(books.sam, StatementService.head, 'C-99999')
    assert runtime.run(books.sam, StatementService.head, 'C-10001').closing == D('344.6')
    for act in (StatementService.head, StatementService.take):
        with pytest.raises(Forbidden):
            runtime.run(books.vera, act)
    with pytest.raises(Forbidden):
        runtime.run(books.fin, StatementService.customers, ListQuery())
    page = runtime.run(books.sam, StatementService.customers, ListQuery(sort='-balance'))
    assert [(row['account'], row['currency'], row['balance']) for row in page.rows] == [
        ('C-10002', 'EUR', D('1188.81')), ('C-10001', 'EUR', D('344.6'))]


def test_a_period_must_not_end_before_it_begins(runtime, books):
    with pytest.raises(Invalid):
        runtime.run(books.fin, StatementService.head, since=day('2026-02-02'), until=day('2026-02-01'))


def test_taking_it_away_is_written_down(runtime, books):
    paper = runtime.run(books.fin, StatementService.take, since=day('2026-02-01'))
    assert (paper.opening, paper.debit, paper.credit, paper.closing) == (D(357), D('59.5'), D('71.9'), D('344.6'))
    assert [line.document for line in paper.lines] == ['Credit note', 'Payment', 'Invoice']
    with runtime.database.reading() as session:
        event = session.exec(select(Event).where(Event.action == 'statement.taken')).one()
    assert event.changes == {'currency': 'EUR', 'from': '2026-02-01', 'to': '2026-03-02'}


def test_periods():
    today = day('2026-05-20')
    assert period('this_month', today) == (day('2026-05-01'), today)
    assert period('last_month', today) == (day('2026-04-01'), day('2026-04-30'))
    assert period('last_month', day('2026-01-05')) == (day('2025-12-01'), day('2025-12-31'))
    assert period('quarter', today) == (day('2026-04-01'), today)
    assert period('year', today) == (day('2026-01-01'), today)
    assert period('all', today) == (None, today)


CENTS = st.integers(-10**7, 10**7).filter(bool)


def paper_over(cents, opening=0, language='en', currency='EUR', places=2):
    balance, lines = D(opening).scaleb(-places), []
    start = balance
    for index, many in enumerate(cents):
        amount = D(many).scaleb(-places)
        balance += amount
        lines.append(StatementLine(dt.date(2026, 1, 1) + dt.timedelta(days=index % 365), 'Invoice', f'IN-{index:06}',
                                   amount if amount > 0 else None, -amount if amount < 0 else None, balance))
    return StatementPaper(SELLER, 'Harbour', 'C-10001', ('Harbour',), None, dt.date(2026, 12, 31), start, balance,
                          tuple(lines), Ageing(current=balance), language, currency)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(CENTS, min_size=1, max_size=60), st.integers(-10**6, 10**6))
def test_pdf_and_csv_are_equal_to_the_cent(cents, opening):
    paper = paper_over(cents, opening)
    listed = list(csv.reader(io.StringIO(statement_csv(paper).decode('utf-8-sig'))))
    text = '\n'.join(page.extract_text() for page in PdfReader(io.BytesIO(statement_file(paper, 'pdf')[1])).pages)
    printed = {}
    for number, rest in re.findall(r'(IN-\d{6})\s+((?:-?€[\d,.]+\s*)+)', text):
        printed[number] = [D(part.replace('€', '').replace(',', '')) for part in rest.split()]
    assert D(listed[1][5]) == paper.opening and D(listed[-1][5]) == paper.closing
    for row in listed[2:-1]:
        amount = D(row[3] or row[4])
        assert printed[row[2]][:2] == [amount, D(row[5])], row
    assert sum(D(row[3] or 0) - D(row[4] or 0) for row in listed[2:-1]) == paper.closing - paper.opening


def test_every_file_says_the_same(runtime, books):
    paper = runtime.run(books.fin, StatementService.take)
    name, book = statement_file(paper, 'xlsx')
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert name == 'C-10001-2026-03-02-EUR.xlsx'
    assert [row[2] for row in found[1:-1]] == [line.number for line in paper.lines]
    assert [D(str(row[5])) for row in found[1:-1]] == [line.balance for line in paper.lines]
    listed = list(csv.reader(io.StringIO(statement_csv(paper).decode('utf-8-sig'))))
    assert [D(row[5]) for row in listed[2:-1]] == [line.balance for line in paper.lines]


def test_currencies_without_and_with_three_decimals():
    assert b',1250,,1250\r\n' in statement_csv(paper_over([1250], currency='JPY', places=0))
    assert b',1.250,,1.250\r\n' in statement_csv(paper_over([1250], currency='KWD', places=3))


def test_no_cell_becomes_a_formula():
    line = StatementLine(day('2026-01-01'), '=1+1', '@SUM(A1)', D(1), None, D(1))
    paper = StatementPaper(SELLER, 'x', 'C-1', (), None, day('2026-01-01'), D(0), D(1), (line,), Ageing(current=D(1)))
    assert b"'=1+1,'@SUM(A1)" in statement_csv(paper)


def test_who_may_say_where_it_goes(runtime, books):
    def put(who, email, **account):
        runtime.run(who, StatementService.set_email, StatementEmail(statement_email=email), **account)

    def now():
        with runtime.database.reading() as session:
            return session.exec(select(Customer.statement_email).where(Customer.account == 'C-10001')).one()
    for who, account in ((books.fin, {}), (books.mara, {}), (books.sam, {'account': 'C-10001'})):
        put(who, f'Books@{who.name}.test', **account)
        assert now() == f'books@{who.name}.test'.lower()
    with pytest.raises(Invalid):
        put(books.fin, 'nonsense')
    for who, account, fault in ((books.ben, {}, Forbidden), (books.vera, {}, Forbidden),
                                (books.luc, {'account': 'C-10001'}, NotFound),
                                (books.wim, {'account': 'C-10001'}, Forbidden)):
        with pytest.raises(fault):
            put(who, 'x@y.test', **account)
    assert now() == 'books@sam.test'


def test_last_months_statement_goes_out_once(runtime, books, clock):
    runtime.run(books.fin, StatementService.set_email, StatementEmail(statement_email='books@harbour.test'))
    assert send_monthly(runtime) == 1 and send_monthly(runtime) == 0
    clock.advance(days=20)
    assert send_monthly(runtime) == 0
    with runtime.database.reading() as session:
        mail = session.exec(select(Mail).where(Mail.message == 'statement')).one()
    assert (mail.recipient, mail.subject) == ('books@harbour.test', 'Your statement of account for February 2026')
    assert '€344.60' in mail.plain and '€' in mail.html
    name, data = RENDERERS['statement'](runtime, mail.document_id)
    text = PdfReader(io.BytesIO(data)).pages[0].extract_text()
    assert name == 'C-10001-2026-02-28-EUR.pdf' and 'CN-1' in text and '€344.60' in text and 'IN-1' not in text
    clock.advance(days=30)
    assert send_monthly(runtime) == 1


def test_two_processes_send_one(runtime, books):
    runtime.run(books.fin, StatementService.set_email, StatementEmail(statement_email='books@harbour.test'))
    from services.core.errors import Conflict
    runtime.run(SYSTEM, StatementMailService.send, books.harbour.id)
    with pytest.raises(Conflict):
        runtime.run(SYSTEM, StatementMailService.send, books.harbour.id)
    with runtime.database.reading() as session:
        assert len(session.exec(select(Mail).where(Mail.message == 'statement')).all()) == 1


def test_those_without_business_or_wish_get_none(runtime, world):
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.execute(sa.update(Customer).where(col(Customer.id) == world.atelier.id)
                             .values(statement_email='a@b.test'))
    bill(runtime, world.harbour, '1', issued_on=day('2026-02-01'))
    assert send_monthly(runtime) == 0
