"""Paying three invoices at once, as a customer does it; a decline and a lost answer beside (Must hold 3)."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, or_, select, update

from models.customers import Customer
from models.invoices import Invoice, InvoiceKind, InvoiceStatus
from models.ledger import Account, LedgerEntry
from models.payments import Payment, PaymentStatus
from services.payments.checks import CHECKS
from services.payments.reconciling import reconcile
from tests.demo import HARBOUR, OWNER, Portico
from tests.e2e.conftest import Visit
from tests.looking import settled

pytestmark = pytest.mark.browser
FINANCE = 'finance@harbour.example'


def open_invoices(portico: Portico, *, disputed: bool = False) -> list[Invoice]:
    """Harbour's invoices that nothing is paid of, what is due first first; `disputed` ones only when wanted."""
    with portico.runtime.database.reading() as session:
        return list(session.exec(select(Invoice).join(Customer, col(Customer.id) == Invoice.customer_id).where(
            Customer.account == HARBOUR, Invoice.kind == InvoiceKind.INVOICE,
            Invoice.status == InvoiceStatus.ISSUED, or_(disputed, Invoice.disputed == 0)).order_by(Invoice.due_on)))


def standing(portico: Portico, *rows: Invoice) -> list[InvoiceStatus]:
    with portico.runtime.database.reading() as session:
        return [session.get_one(Invoice, row.id).status for row in rows]


def payment(portico: Portico, number: str) -> Payment:
    with portico.runtime.database.reading() as session:
        return session.exec(select(Payment).where(Payment.number == number)).one()


def choose(page: Page, numbers: list[str]) -> str:
    """Go to the page to pay from the list with these invoices ticked; returns the sum it shows."""
    for number in numbers:
        page.get_by_role('row').filter(has_text=number).get_by_role('checkbox').check()
    page.get_by_role('button', name='Pay now').last.click()
    page.wait_for_function("location.pathname === '/pay'")
    settled(page)
    shown = page.locator('.p-pane:not(.is-hidden) .p-summary .is-total').last
    expect(shown).not_to_contain_text('€0.00')
    return shown.inner_text().split('\n')[-1]


def pay(page: Page, button: str) -> str:
    """Press Pay now and a button of the gateway's page; returns the payment's number."""
    page.locator('.p-pane:not(.is-hidden)').get_by_role('button', name='Pay now', exact=True).click()
    page.wait_for_url('**/pay/test/**')
    page.get_by_role('button', name=re.compile(button)).click()
    page.wait_for_url('**/payments/PA-*')
    settled(page)
    return page.url.rpartition('/')[2]


def test_three_invoices_with_one_payment(visit: Visit, portico: Portico) -> None:
    first, second, third = rows = open_invoices(portico)[:3]
    page = visit(FINANCE, '/invoices')
    shown = choose(page, [str(row.number) for row in rows])
    total = sum(row.open for row in rows)
    assert shown.replace(',', '') == f'€{total:.2f}'
    declined = pay(page, 'Decline')
    expect(page.get_by_role('status').filter(has_text='Nothing was taken')).to_be_visible()
    assert payment(portico, declined).status is PaymentStatus.FAILED
    assert standing(portico, first, second, third) == [InvoiceStatus.ISSUED] * 3

    page.get_by_role('button', name='Pay again').or_(page.get_by_role('link', name='Pay again')).click()
    page.wait_for_function("location.pathname === '/pay'")
    settled(page)
    office = visit(OWNER, '/office/payments')
    number = pay(page, r'^Pay €')
    expect(page.locator('.p-pane:not(.is-hidden) .p-chip').first).to_have_text('Received')
    assert standing(portico, first, second, third) == [InvoiceStatus.PAID] * 3
    expect(office.get_by_role('row').filter(has_text=number)).to_be_visible()
    with portico.runtime.database.reading() as session:
        money = session.exec(select(LedgerEntry.amount).where(
            LedgerEntry.number == number, LedgerEntry.account == Account.MONEY)).all()
    assert money == [total]
    receipt = page.request.get(f'/download/payments/{number}.pdf')
    assert receipt.body()[:5] == b'%PDF-'
    page.goto(f'/pay/go/{number}')  # going there once more takes nothing
    expect(page.get_by_text('is not to be paid any more')).to_be_visible()


def test_a_lost_answer_is_found_out(visit: Visit, portico: Portico) -> None:
    row = open_invoices(portico)[-1]
    page = visit(FINANCE, f'/pay?invoices={row.number}')
    page.locator('.p-pane:not(.is-hidden)').get_by_role('button', name='Pay now', exact=True).click()
    page.wait_for_url('**/pay/test/**')
    page.get_by_role('button', name='lose the answer').click()
    expect(page.get_by_role('alert')).to_contain_text('not known yet')
    until = time.monotonic() + 90
    while standing(portico, row) != [InvoiceStatus.PAID] and time.monotonic() < until:
        with portico.runtime.database.writing() as session:  # the minute until it looks again is over
            session.exec(update(Payment).where(col(Payment.next_look_at).is_not(None)).values(
                next_look_at=portico.runtime.now()))
        reconcile(portico.runtime)
        page.wait_for_timeout(500)
    assert standing(portico, row) == [InvoiceStatus.PAID]
    with portico.runtime.database.reading() as session:
        assert [found for look in CHECKS.values() for found in look(session, portico.runtime)] == []


def test_an_amount_is_spread_and_shown_before_it_is_paid(visit: Visit, portico: Portico) -> None:
    rows = open_invoices(portico)
    page = visit(FINANCE, '/pay?for=balance')
    amount = sum(row.due_now for row in open_invoices(portico, disputed=True) if row.due_on <= rows[0].due_on)
    page.get_by_label('Amount in EUR').fill(f'{amount + 10:.2f}')
    page.get_by_role('button', name='Spread it').click()
    pane = page.locator('.p-pane:not(.is-hidden)')
    expect(pane.get_by_role('row').filter(has_text=str(rows[0].number))).to_contain_text('then paid')
    expect(pane.get_by_label('How')).to_be_visible()
    assert standing(portico, rows[0]) == [InvoiceStatus.ISSUED]
