"""An order in three parts from two warehouses, a line cancelled, another back in backorder, then paid (Must hold 1, 2).

The pages of customer and office stand open all the time; somebody else acts, and both show the same figures at once.
"""

from __future__ import annotations

import re
import secrets
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from models.invoices import Invoice, InvoiceStatus
from models.shipments import Shipment
from services import checks
from services.carts.service import CartService
from services.orders.checkout import CheckoutInput
from services.orders.confirming import OrderDesk
from services.orders.placing import CheckoutService
from tests.demo import BUYER, OWNER, Portico
from tests.e2e.conftest import Visit
from tests.e2e.test_paying import FINANCE, choose, pay
from tests.looking import switch

pytestmark = pytest.mark.browser
PANE = '.p-pane:not(.is-hidden)'
CABLE, GLOVE, ABSENT = 'CS-5060', 'WG-0005', 'PW-0018'


def ordered(portico: Portico) -> str:
    """A confirmed order of ten, six and four, of which the four are nowhere in stock."""
    run, buyer, owner = portico.runtime.run, portico.actor(BUYER), portico.actor(OWNER)
    run(buyer, CartService.clear)
    run(buyer, CartService.add_many, [(CABLE, Decimal(10)), (GLOVE, Decimal(6)), (ABSENT, Decimal(4))])
    number = run(buyer, CheckoutService.place, CheckoutInput(po_number='PO-3-PARTS'), key=secrets.token_urlsafe(24))
    run(owner, OrderDesk.confirm, number)
    return number


def shipments(portico: Portico, number: str) -> list[str]:
    """The numbers of an order's shipments, oldest first."""
    with portico.runtime.database.reading() as session:
        return list(session.exec(select(Shipment.number).where(Shipment.order_number == number)
                                 .order_by(col(Shipment.number))))


def invoices(portico: Portico, number: str) -> list[Invoice]:
    """The invoices of an order, oldest first."""
    with portico.runtime.database.reading() as session:
        return list(session.exec(select(Invoice).where(Invoice.order_number == number).order_by(col(Invoice.number))))


def ship(page: Page, number: str, *goods: tuple[str, str, int]) -> None:
    """Ship so many of a SKU from Rotterdam or Groningen, and nothing else."""
    page.locator(PANE).get_by_role('button', name='Ship', exact=True).click()
    dialog = page.get_by_role('dialog', name=f'Ship {number}')
    fields = dialog.get_by_role('textbox', name=re.compile('ships now'))
    expect(fields.first).to_be_visible()
    for place in range(fields.count()):
        fields.nth(place).fill('0')
    for sku, house, quantity in goods:
        dialog.get_by_role('textbox', name=f'{sku} from {house} ships now').fill(str(quantity))
    dialog.get_by_role('button', name='Ship', exact=True).click()
    expect(dialog).to_be_hidden()


def cancel_line(page: Page, number: str, sku: str) -> None:
    """Cancel what is open of one line, from the backorder board."""
    switch(page, '/office/backorders')
    page.locator(PANE).get_by_placeholder('Search this list').fill(number)
    row = page.locator(PANE).get_by_role('row').filter(has_text=number).filter(has_text=sku)
    row.click(button='right')
    page.get_by_role('menuitem', name='Cancel the rest').click()
    dialog = page.get_by_role('dialog')
    dialog.get_by_label('Reason').fill('Not made any more')
    dialog.get_by_role('button', name='Cancel the rest').click()
    expect(dialog).to_be_hidden()


def take_back(page: Page, shipment: str, sku: str, quantity: int) -> None:
    """Open so many of a line again that came back from a shipment."""
    switch(page, f'/office/shipments/{shipment}')
    page.locator(PANE).get_by_role('button', name='Take back').click()
    dialog = page.get_by_role('dialog')
    dialog.get_by_role('textbox', name=re.compile(f'^{sku}')).fill(str(quantity))
    dialog.get_by_label('Reason').fill('Two were damaged')
    dialog.get_by_role('button', name='Take back').click()
    expect(dialog).to_be_hidden()


def test_three_parts_one_line_cancelled_one_taken_back_and_paid(visit: Visit, portico: Portico) -> None:
    number = ordered(portico)
    seen = [visit(FINANCE, f'/orders/{number}'), visit(OWNER, f'/office/orders/{number}')]
    desk = visit(OWNER, f'/office/orders/{number}')
    for page in seen:
        page.evaluate('window.never_reloaded = true')

    def both(shipped: dict[str, str], chip: str, **facts: str) -> None:
        """Both open pages say so much of each line, this status, and these sums; and were not loaded again."""
        for page in seen:
            pane = page.locator(PANE)
            for sku, words in shipped.items():
                expect(pane.locator('.p-table tr', has_text=sku).first).to_contain_text(words)
            expect(pane.locator('.p-chip').first).to_have_text(chip)
            for label, text in facts.items():
                row = pane.locator('.p-facts > div', has=page.get_by_text(label.replace('_', ' '), exact=True))
                expect(row.locator('dd')).to_have_text(text) if text else expect(row).to_have_count(0)
            assert page.evaluate('window.never_reloaded') is True

    both({CABLE: '0 of 10', GLOVE: '0 of 6', ABSENT: '0 of 4'}, 'Confirmed', Invoiced='Nothing yet', Paid='')
    ship(desk, number, (CABLE, 'Rotterdam', 6))  # 6 × 10.62 + 18.50 for freight, an export without VAT
    both({CABLE: '6 of 10', GLOVE: '0 of 6'}, 'Partly shipped', Invoiced='€82.22', To_be_paid='€82.22', Paid='')
    ship(desk, number, (CABLE, 'Groningen', 4), (GLOVE, 'Groningen', 6))  # 4 × 10.62 + 6 × 27.50
    both({CABLE: '10 of 10', GLOVE: '6 of 6', ABSENT: '0 of 4'}, 'Partly shipped', Invoiced='€289.70',
         To_be_paid='€289.70')
    for page in seen:
        expect(page.locator(f'{PANE} .is-total, {PANE} .is-sum').last).to_contain_text('€599.42')

    cancel_line(desk, number, ABSENT)
    both({ABSENT: 'Cancelled'}, 'Completed', Invoiced='€289.70', To_be_paid='€289.70')
    second = shipments(portico, number)[1]
    take_back(desk, second, GLOVE, 2)
    both({GLOVE: '4 of 6'}, 'Partly shipped', Invoiced='€289.70', To_be_paid='€289.70')
    both({GLOVE: '2 open'}, 'Partly shipped')
    switch(desk, f'/office/orders/{number}')
    ship(desk, number, (GLOVE, 'Rotterdam', 2))  # invoiced already
    both({CABLE: '10 of 10', GLOVE: '6 of 6'}, 'Completed', Invoiced='€289.70', To_be_paid='€289.70', Paid='')
    assert len(shipments(portico, number)) == 3

    first, other = [str(row.number) for row in invoices(portico, number)]
    payer = visit(FINANCE, '/invoices')
    assert choose(payer, [first, other]) == '€289.70'
    pay(payer, '^Pay €289.70')
    both({}, 'Completed', Invoiced='€289.70', Paid='€289.70', To_be_paid='')
    assert [(row.gross, row.status) for row in invoices(portico, number)] == [
        (Decimal('82.22'), InvoiceStatus.PAID), (Decimal('207.48'), InvoiceStatus.PAID)]
    assert checks.run(portico.runtime) == []
