"""Invoices in a browser: what waits on an order, a typed draft, a credit note, and what the customer then sees."""

from __future__ import annotations

import re
import secrets
from decimal import Decimal

from playwright.sync_api import expect
from sqlmodel import select

from models.catalogue import Item
from models.customers import Customer
from models.invoices import Invoice, InvoicingRule
from services.carts.service import CartService
from services.core.actor import SYSTEM
from services.orders.checkout import CheckoutInput
from services.orders.confirming import OrderDesk
from services.orders.placing import CheckoutService
from services.orders.reading import OrderService
from services.settings import SettingService
from services.shipments.desk import ShipmentDesk
from services.shipments.inputs import ShipInput
from tests.ui.served import Place


def german(place: Place, rule: InvoicingRule) -> None:
    """A German seller, and Harbour invoiced by this rule."""
    place.runtime.run(SYSTEM, SettingService.put_all, {'seller.country': 'DE', 'seller.vat_id': 'DE136695976'})
    with place.runtime.work(SYSTEM, writes=True) as work:
        customer = work.session.exec(select(Customer).where(Customer.account == 'C-10001')).one()
        customer.invoicing = rule
        assert work.session.exec(select(Item.id)).first()


def shipped(place: Place) -> str:
    """An order of Harbour of which two lamps went out."""
    run, world = place.runtime.run, place.world
    run(world.ben, CartService.add, 'LAMP-5', 2)
    number = run(world.ben, CheckoutService.place, CheckoutInput(), key=secrets.token_urlsafe(24))
    run(world.sam, OrderDesk.confirm, number)
    line = run(SYSTEM, OrderService.read, number).lines[0]
    run(world.wim, ShipmentDesk.ship, number, ShipInput(lines=[
        {'line_id': line.id, 'quantity': Decimal(2), 'warehouse': 'MAIN'}]))
    return number


def test_what_waits_is_invoiced_from_the_order_and_credited_in_part(office: Place) -> None:
    german(office, InvoicingRule.MONTHLY)
    number = shipped(office)
    page = office.visit('olga', f'/office/orders/{number}')
    page.get_by_role('button', name='Issue invoice', exact=True).click()
    expect(page.get_by_text(re.compile('^Invoice IN-.* is issued'))).to_be_visible()
    with office.runtime.database.reading() as session:
        invoice = session.exec(select(Invoice).where(Invoice.order_number == number)).one()
    assert invoice.gross == Decimal('95.08')
    expect(page.get_by_role('link', name=str(invoice.number))).to_be_visible()

    page = office.visit('olga', f'/office/invoices/{invoice.number}')
    page.get_by_role('button', name='Write credit note', exact=True).click()
    page.get_by_label('LAMP-5, at most 2 pcs').fill('1')
    page.get_by_role('button', name='Issue credit note', exact=True).click()
    expect(page.get_by_role('alert')).to_be_visible()  # without a reason it is refused, and nothing typed is lost
    expect(page.get_by_label('LAMP-5, at most 2 pcs')).to_have_value('1')
    page.get_by_label('Reason').fill('Scratched')
    page.get_by_role('button', name='Issue credit note', exact=True).click()
    expect(page.get_by_text(re.compile('^Credit note CN-.* is issued'))).to_be_visible()
    expect(page.get_by_text('Partly paid')).to_be_visible()

    seen = office.visit('fin', '/invoices')
    expect(seen.get_by_role('row').filter(has_text=str(invoice.number))).to_contain_text('€53.43')
    seen.get_by_role('link', name=str(invoice.number)).click()
    expect(seen.get_by_role('heading', level=1, name=str(invoice.number))).to_be_visible()
    expect(seen.get_by_text('Scratched')).to_have_count(0)
    expect(seen.get_by_role('link', name='CN-').first).to_be_visible()


def test_a_draft_is_typed_and_issued(office: Place) -> None:
    german(office, InvoicingRule.ON_SHIPMENT)
    page = office.visit('olga', '/office/customers/C-10001?tab=invoices')
    page.get_by_role('button', name='New invoice', exact=True).click()
    page.get_by_role('button', name='Begin', exact=True).click()
    expect(page.get_by_role('heading', level=1, name='Draft')).to_be_visible()
    page.get_by_role('button', name='Add line', exact=True).click()
    page.get_by_role('textbox', name='What').fill('Assembly on site')
    page.get_by_role('textbox', name='Unit price, net').fill('80')
    page.get_by_role('button', name='Save', exact=True).click()
    expect(page.get_by_text('1 pcs at €80.00, VAT 19%')).to_be_visible()
    page.get_by_role('button', name='Issue invoice', exact=True).click()
    page.get_by_role('dialog').get_by_role('button', name='Issue invoice', exact=True).click()
    expect(page.get_by_role('heading', level=1, name='IN-')).to_be_visible()
    expect(page.get_by_text('€95.20').first).to_be_visible()
