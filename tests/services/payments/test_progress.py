"""How far an order is with its money, as its page shows the way of it: prepaid, in parts, collected, let go, ended."""

from __future__ import annotations

import secrets
from decimal import Decimal

import pytest
from sqlmodel import select

from models.core.words import language
from models.customers import InvoicingRule
from models.invoices import Invoice, InvoiceKind
from models.orders import PaymentMethod
from services.carts.service import CartService
from services.core.actor import SYSTEM
from services.invoices.collecting import CollectingService
from services.orders.cancelling import CancelService
from services.orders.checkout import CheckoutInput
from services.orders.confirming import OrderDesk
from services.orders.placing import CheckoutService
from services.orders.reading import OrderService
from services.payments.recording import RecordService
from services.settings import SettingService
from services.shipments.desk import ShipmentDesk
from services.shipments.inputs import ShipInput
from services.stock.service import StockService
from tests.services.payments.test_prepaying import pay
from ui.pieces.order import steps

D = Decimal
WAYS = {'done': '+', 'next': '>', 'bad': '!'}


@pytest.fixture
def placed(till, world):
    """Places an order of Ben over 4 lamps and 10 gloves: 140.00 + 49.00 + 9.90 + 19 % = 236.69."""
    def act(method=PaymentMethod.ON_ACCOUNT):
        run = till.runtime.run
        run(SYSTEM, SettingService.put, 'seller.country', 'DE')
        for sku in ('LAMP-5', 'GLOVE-9'):
            run(world.wim, StockService.receive, sku, 'MAIN', D(10))
        run(world.ben, CartService.add_many, [('LAMP-5', D(4)), ('GLOVE-9', D(10))])
        return run(world.ben, CheckoutService.place, CheckoutInput(payment_method=method),
                   key=secrets.token_urlsafe(24))
    return act


@pytest.fixture
def confirmed(till, world, placed):
    number = placed()
    till.runtime.run(world.sam, OrderDesk.confirm, number)
    return number


@pytest.fixture
def way(till, world):
    """The steps behind Placed as a person sees them: `+` done, `>` next, `!` ended, and those of money with notes."""
    def seen(number, who=None):
        found = till.runtime.run(who or world.fin, OrderService.read, number)
        with language('en'):
            shown = [(next((sign for name, sign in WAYS.items() if getattr(step, name)), '') + step.title, step.note)
                     for step in steps(found)]
        return [f'{title} {note}'.strip() if title.strip('+>') in ('Invoiced', 'Paid') else title
                for title, note in shown[1:]]
    return seen


def ship(till, number, **quantities):
    found = till.runtime.run(SYSTEM, OrderService.read, number)
    lines = [{'line_id': line.id, 'warehouse': 'MAIN', 'quantity': quantities[line.sku.split('-')[0]]}
             for line in found.lines if line.sku.split('-')[0] in quantities]
    till.runtime.run(till.world.wim, ShipmentDesk.ship, number, ShipInput(lines=lines))


def bills(till):
    with till.runtime.database.reading() as session:
        return session.exec(select(Invoice.number).where(Invoice.kind == InvoiceKind.INVOICE)
                            .order_by(Invoice.number)).all()


def test_on_account_it_is_invoiced_as_it_ships_and_paid_when_all_of_that_is(till, world, confirmed, way):
    assert way(confirmed) == ['+Confirmed', '>Everything shipped', 'Invoiced', 'Paid']
    ship(till, confirmed, LAMP=4)
    shipped = ['+Confirmed', '+Partly shipped', '>Everything shipped']
    assert way(confirmed) == [*shipped, 'Invoiced All but €58.31', 'Paid To be paid: €178.38']
    till.paid((bills(till)[0], '178.38'))
    assert way(confirmed) == [*shipped, 'Invoiced All but €58.31', 'Paid'], 'the rest is neither invoiced nor paid'
    ship(till, confirmed, GLOVE=10)
    whole = ['+Confirmed', '+Everything shipped', '+Invoiced €236.69']
    assert way(confirmed) == [*whole, '>Paid To be paid: €58.31']
    till.paid((bills(till)[1], '50.00'))
    assert way(confirmed) == [*whole, '>Paid To be paid: €8.31']
    till.paid((bills(till)[1], '8.31'))
    assert way(confirmed) == [*whole, '+Paid €236.69']
    assert way(confirmed, world.vera) == ['+Confirmed', '+Everything shipped', '+Invoiced'], 'money is not hers to see'


def test_in_advance_it_is_paid_before_it_is_worked_on(till, world, placed, way):
    number = placed(PaymentMethod.PREPAYMENT)
    assert way(number) == ['>On hold: payment', 'Paid', 'Confirmed', 'Everything shipped', 'Invoiced']
    pay(till, world.ben, number)
    assert way(number) == ['+Paid €236.69', '>Confirmed', 'Everything shipped', 'Invoiced']
    till.runtime.run(world.sam, OrderDesk.confirm, number)
    ship(till, number, LAMP=4, GLOVE=10)
    assert way(number) == way(number, world.ben) == [
        '+Paid €236.69', '+Confirmed', '+Everything shipped', '+Invoiced €236.69']


def test_what_ended_says_what_was_paid_and_claims_no_more(till, world, placed, confirmed, way):
    till.runtime.run(world.sam, CancelService.cancel, confirmed, 'Sold out')
    assert way(confirmed) == ['+Confirmed', '!Cancelled']
    number = placed(PaymentMethod.PREPAYMENT)
    pay(till, world.ben, number)
    till.runtime.run(world.ben, CancelService.cancel, number, 'Twice')
    assert way(number) == ['+Paid €236.69', '!Cancelled']


def test_what_was_let_go_is_not_called_paid(till, world, confirmed, way):
    ship(till, confirmed, LAMP=4, GLOVE=10)
    till.runtime.run(world.olga, RecordService.write_off, bills(till)[0], 'Insolvent')
    assert way(confirmed) == ['+Confirmed', '+Everything shipped', '+Invoiced €236.69']


def test_on_an_invoice_of_several_orders_nothing_is_said_of_its_money(till, world, placed, confirmed, way):
    till.alter(world.harbour, invoicing=InvoicingRule.MONTHLY)
    ship(till, confirmed, LAMP=4, GLOVE=10)
    assert way(confirmed) == ['+Confirmed', '+Everything shipped', '>Invoiced', 'Paid']
    other = placed()
    till.runtime.run(world.sam, OrderDesk.confirm, other)
    ship(till, other, GLOVE=10)
    till.runtime.run(world.olga, CollectingService.at_once, 'C-10001')
    assert way(confirmed) == ['+Confirmed', '+Everything shipped', '+Invoiced']
    assert way(other) == ['+Confirmed', '+Partly shipped', '>Everything shipped', 'Invoiced All but €166.60']


def test_history_without_invoices_waits_for_none(till, world, confirmed, way):
    till.alter(world.harbour, invoicing=InvoicingRule.MONTHLY)
    ship(till, confirmed, LAMP=4, GLOVE=10)
    till.alter(till.runtime.run(SYSTEM, OrderService.read, confirmed).order, source='import')
    assert way(confirmed) == ['+Confirmed', '+Everything shipped']
