"""The demo company: exact by every invariant, the same each time, and lively enough to look at."""

from __future__ import annotations

import datetime as dt
import secrets
from decimal import Decimal

import pytest
from sqlmodel import col, func, select

from models.catalogue import Category, Item, ItemPicture, PartNumber
from models.claims import Dispute, Pledge
from models.core.database import Database
from models.core.words import LANGUAGES
from models.customers import Customer
from models.files import StoredFile
from models.invoices import Invoice
from models.mail import Mail
from models.numbering import NumberSeries
from models.orders import OPEN_STATUSES, HoldReason, Order, OrderStatus
from models.payments import BankEntry, Payment
from models.reminders import Reminder
from models.settings import Setting
from models.shipments import Shipment
from models.shipments import ShipmentStatus as S
from models.users import Invitation, InvitationState, User
from services import checks
from services.auth import passwords
from services.banking import checks as bank_checks
from services.carts.service import CartService
from services.claims import checks as claim_checks
from services.core.actor import SYSTEM
from services.core.config import Config
from services.core.listing import ListQuery
from services.customers import CustomerService
from services.demo.customers import PASSWORD
from services.demo.loading import DemoService, load
from services.files import FileService
from services.invoices import checks as invoice_checks
from services.notifications import NotificationService
from services.orders.checkout import CheckoutInput
from services.orders.placing import CheckoutService
from services.orders.reading import OrderService
from services.shipments.checks import CHECKS
from services.shipments.proving import ProofService
from services.start import make_runtime

NOW = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)
MARA = 'admin@harbour.example'


def made(store, folder, now=NOW):
    """An installation with the demo company, loaded at this moment, and how it told its progress."""
    config = Config(data_dir=folder / 'data', database_url=store.fresh(folder, 'tables'),
                    base_url='http://127.0.0.1:8080')
    runtime = make_runtime(config, Database(config.database), clock=lambda: now)
    steps = []
    load(runtime, lambda done, total, what: steps.append((done, total, what)))
    return runtime, steps


@pytest.fixture(scope='module')
def demo(store, tmp_path_factory):
    runtime, steps = made(store, tmp_path_factory.mktemp('demo'))
    assert steps[-1][0] == steps[-1][1]
    yield runtime
    runtime.database.close()


def count(runtime, kind, *conditions):
    with runtime.database.reading() as session:
        return session.exec(select(func.count()).select_from(kind).where(*conditions)).one()


def everything(runtime, kind, *conditions):
    with runtime.database.reading() as session:
        return session.exec(select(kind).where(*conditions)).all()


def test_every_invariant_holds(demo):
    assert checks.run(demo) == []


def test_the_catalogue_is_whole(demo):
    assert count(demo, Item) == 299
    assert count(demo, Item, col(Item.place).is_(None)) == 0
    assert count(demo, Item, col(Item.picture_id).is_(None)) == 0
    assert count(demo, ItemPicture) == 299
    assert all(set(item.names) == set(LANGUAGES) for item in everything(demo, Item))
    tree = {category.id: category for category in everything(demo, Category)}
    assert all(category.path == (tree[category.parent_id].path if category.parent_id else '') + category.code + '/'
               for category in tree.values())
    assert count(demo, PartNumber) == 32


def test_pictures_are_stored_as_they_are(demo):
    file = everything(demo, StoredFile)[0]
    opened = demo.run(SYSTEM, FileService.open, file.id)
    assert opened.media_type == 'image/webp'
    assert opened.data[8:12] == b'WEBP'


def test_people_have_the_one_password(demo):
    people = everything(demo, User)
    assert len(people) == 22
    assert len({user.password_hash for user in people}) == 1
    assert passwords.matches(people[0].password_hash, PASSWORD)


def test_a_year_of_orders(demo):
    orders = sorted(everything(demo, Order), key=lambda order: order.placed_at)
    assert 230 <= len(orders) <= 270
    assert len({order.customer_id for order in orders}) == 12
    assert orders[0].placed_at < NOW - dt.timedelta(days=330)
    assert all(order.placed_at <= NOW for order in orders)
    assert [order.number for order in orders] == sorted(order.number for order in orders)
    assert {order.status for order in orders} == set(OrderStatus)
    assert all(order.placed_at > NOW - dt.timedelta(days=15) for order in orders if order.status in OPEN_STATUSES)
    assert [order.hold for order in orders if order.hold] == [HoldReason.PAYMENT]
    series = {row.year: row.last for row in everything(demo, NumberSeries) if row.kind == 'SO'}
    assert orders[-1].number == f'SO-2026-{series[2026]:06d}'


def test_goods_are_on_their_way_in_every_state(demo):
    states = {row.status for row in everything(demo, Shipment)}
    assert {S.PICKING, S.PACKED, S.OUT_FOR_DELIVERY, S.DELIVERED, S.PROBLEM} <= states
    series = {row.year: row.last for row in everything(demo, NumberSeries) if row.kind == 'SH'}
    assert max(row.number for row in everything(demo, Shipment)) == f'SH-2026-{series[2026]:06d}'
    partly = next(order for order in everything(demo, Order) if order.status is OrderStatus.IN_FULFILMENT)
    lines = demo.run(SYSTEM, OrderService.read, partly.number)
    assert [(line.sku, line.shipped, line.open) for line in lines.lines] == [
        ('OP-2440', 40, 0), ('HB-0860', 12, 18), ('WL-0060', 0, 20)]
    assert [one.shipment.status for one in lines.shipments] == [S.OUT_FOR_DELIVERY, S.DELIVERED]


def test_harbours_newest_orders(demo):
    mara = demo.run(SYSTEM, DemoService.person, MARA)
    newest = demo.run(mara, OrderService.recent, 5)
    assert [(order.status, order.line_count, order.placed_by_name) for order in newest] == [
        (OrderStatus.PLACED, 4, 'Tom Whitfield'), (OrderStatus.CONFIRMED, 12, 'Mara Olsen'),
        (OrderStatus.IN_FULFILMENT, 3, 'Mara Olsen'), (OrderStatus.CONFIRMED, 8, 'Tom Whitfield'),
        (OrderStatus.COMPLETED, 15, 'Mara Olsen')]
    partly = demo.run(mara, OrderService.read, newest[2].number)
    assert [(line.sku, line.ordered, line.shipped, line.unit_price) for line in partly.lines] == [
        ('OP-2440', 40, 40, Decimal('112.14')), ('HB-0860', 30, 12, Decimal('21.30')), ('WL-0060', 20, 0, Decimal(42))]
    assert [event.action for event in partly.events] == ['order.placed', 'order.confirmed', 'order.shipped']


def test_desks_are_laid(demo):
    mara = demo.run(SYSTEM, DemoService.person, MARA)
    assert demo.run(mara, NotificationService.unread) == 3
    assert demo.run(mara, CartService.count) == 7
    states = {invitation.email: invitation.state for invitation in everything(demo, Invitation)}
    assert states == {'info@desmet.example': InvitationState.SENT, 'almacen@marin.example': InvitationState.EXPIRED}
    assert count(demo, Mail, Mail.message == 'invitation') == 2
    access = {row['account']: row['portal'] for row in demo.run(SYSTEM, CustomerService.list, ListQuery()).rows}
    assert access['C-10470'] == 'invited'
    assert access['C-10428'] == 'users'


def test_something_is_said_against_invoices_and_the_bank_waits(demo):
    assert sorted(row.state for row in everything(demo, Dispute)) == ['credited', 'open']
    assert [row.state for row in everything(demo, Pledge)] == ['open']
    assert sorted(row.state for row in everything(demo, BankEntry)) == ['booked', *['open'] * 3, 'set_aside']
    with demo.database.reading() as session:
        found = {**claim_checks.CHECKS, **bank_checks.CHECKS, **invoice_checks.CHECKS}
        assert [line for check in found.values() for line in check(session, demo)] == []


def test_reminders_rose_in_levels_and_charged_fees(demo):
    levels = {row.level for row in everything(demo, Reminder, Reminder.kind == 'invoice_overdue')}
    assert levels == {1, 2, 3}
    charges = everything(demo, Invoice, col(Invoice.reminder_id).is_not(None))
    harbour = next(row for row in everything(demo, Customer) if row.account == 'C-10428')
    assert len(charges) > 3 and all(row.number.startswith('RC-') for row in charges)
    assert any(row.free for row in everything(demo, Payment, Payment.customer_id == harbour.id))


def test_goods_left_two_houses_and_were_signed_for(demo):
    shipments = everything(demo, Shipment)
    assert len({row.warehouse_id for row in shipments}) == 2
    signed = [row for row in shipments if row.proof_id]
    assert len(signed) == 60 and all(row.delivered_to and row.status is S.DELIVERED for row in signed)
    assert demo.run(SYSTEM, ProofService.open, signed[0].number).data[8:12] == b'WEBP'


def test_it_says_that_it_is_a_demo(demo):
    assert [row.value for row in everything(demo, Setting, Setting.key == 'demo')] == [{'value': True}]


def test_a_demo_customer_can_order(demo):
    mara = demo.run(SYSTEM, DemoService.person, MARA)
    before = sorted(order.number for order in everything(demo, Order))
    number = demo.run(mara, CheckoutService.place, CheckoutInput(po_number='PO-7800'), key=secrets.token_urlsafe(24))
    assert number > before[-1]
    assert checks.run(demo) == []


@pytest.mark.parametrize('store', ['sqlite'], indirect=True)
def test_it_is_the_same_each_time_and_fits_any_day(store, tmp_path):
    def sums(place, now):
        (tmp_path / place).mkdir()
        runtime, _steps = made(store, tmp_path / place, now)
        assert checks.run(runtime) == []
        with runtime.database.reading() as session:
            assert [found for check in CHECKS.values() for found in check(session, runtime)] == []
        orders = sorted((order.number, order.gross) for order in everything(runtime, Order))
        names = sorted(customer.name for customer in everything(runtime, Customer))
        runtime.database.close()
        return orders, names

    new_year = dt.datetime(2028, 1, 1, 0, 5, tzinfo=dt.UTC)
    assert sums('one', new_year) == sums('two', new_year)
