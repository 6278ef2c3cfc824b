"""Shipping: stock, reservation, line, order, parcels and news agree; never more than is open or there; once."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from sqlmodel import select

from models.orders import HoldReason, OrderStatus
from models.shipments import ShipmentStatus
from models.stock import MovementReason, StockMovement
from services.core.actor import SYSTEM
from services.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from services.orders.cancelling import CancelService
from services.orders.confirming import OrderDesk
from services.orders.reading import OrderService, lines_of, load
from services.shipments.desk import ShipmentDesk
from services.shipments.inputs import ParcelInput
from services.shipments.reading import ShipmentService
from services.shipments.returning import ReturningService
from services.stock.reserving import release


def test_part_of_an_order_leaves_in_two_parcels(runtime, world, number, goods, last, told):
    heard: list[str] = []
    runtime.bus.listen(heard.extend)
    (one,) = goods.ship(number, ('BOLT-M8', 200), ('LAMP-5', 5), carrier='dhl', parcels=[
        {'tracking_number': 'JD01', 'weight_kg': '7.5'}, {'tracking_number': '1Z 9', 'carrier': 'ups'}])
    assert one == 'SH-2026-000001'
    found = goods.order(number)
    assert found.order.status is OrderStatus.IN_FULFILMENT
    assert [(line.shipped, line.open) for line in found.lines] == [(200, 300), (5, 0), (0, 20)]
    assert goods.promised() == {'BOLT-M8': Decimal(300)}
    assert (goods.on_hand('BOLT-M8'), goods.on_hand('LAMP-5')) == (9800, 0)
    shipment = goods.sent(one)
    assert (shipment.shipment.status, shipment.shipment.shipped_at) == (ShipmentStatus.SHIPPED, runtime.now())
    assert [(row.sku, row.quantity) for row in shipment.lines] == [('BOLT-M8', 200), ('LAMP-5', 5)]
    assert [(parcel.carrier, parcel.parcel.tracking_number, parcel.parcel.weight_kg, parcel.link)
            for parcel in shipment.parcels] == [
        ('DHL', 'JD01', Decimal('7.5'), 'https://www.dhl.com/en/express/tracking.html?AWB=JD01'),
        ('UPS', '1Z 9', None, 'https://www.ups.com/track?tracknum=1Z%209')]
    with runtime.database.reading() as session:
        moved = session.exec(select(StockMovement).where(StockMovement.reason == MovementReason.SHIPMENT)).all()
    assert {(row.quantity, row.document_id, row.note) for row in moved} == {
        (-200, shipment.shipment.id, one), (-5, shipment.shipment.id, one)}
    assert last('order.shipped') == ('Wim', number, one)
    assert last('shipment.shipped') == ('Wim', one, number)
    assert told('order_shipped') == ({world.ben.user_id}, ['ben@harbour.test'])
    assert {f'order:{found.order.id}', f'shipment:{shipment.shipment.id}', f'company:{world.harbour.id}',
            'office:shipments', 'office:orders', 'stock:LAMP-5'} <= set(heard)
    goods.sound()


def test_the_last_piece_completes_the_order(runtime, world, goods, carried):
    number = goods.place(world.ben, ('LAMP-5', 5))
    runtime.run(world.sam, OrderDesk.confirm, number)
    goods.ship(number, ('LAMP-5', 3))
    assert goods.order(number).order.status is OrderStatus.IN_FULFILMENT
    goods.ship(number, ('LAMP-5', 2))
    found = goods.order(number)
    assert (found.order.status, found.order.closed_at) == (OrderStatus.COMPLETED, runtime.now())
    goods.sound()


def test_two_warehouses_make_two_shipments(runtime, world, number, north, goods):
    """Two of the five lamps reserved in the first warehouse leave from the second, and are free in the first again."""
    numbers = goods.ship(number, ('LAMP-5', 3), ('LAMP-5', 2, 'NORTH'), parcels=[
        {'warehouse': 'NORTH', 'tracking_number': 'N1'}, {'tracking_number': 'M1'}])
    views = [goods.sent(one) for one in numbers]
    assert [(view.warehouse.code, view.lines[0].quantity, view.parcels[0].parcel.tracking_number)
            for view in views] == [('MAIN', 3, 'M1'), ('NORTH', 2, 'N1')]
    assert goods.promised() == {'BOLT-M8': Decimal(500)}
    goods.sound()


def test_what_is_free_may_go_without_being_reserved(runtime, world, goods, carried):
    number = goods.place(world.ben, ('LAMP-5', 4))
    runtime.run(world.sam, OrderDesk.confirm, number)
    with runtime.work(SYSTEM, writes=True) as work:
        release(work, [line.id for line in lines_of(work, load(work, number))])
    goods.ship(number, ('LAMP-5', 4))
    assert goods.on_hand('LAMP-5') == 1
    goods.sound()


@pytest.mark.parametrize(('wanted', 'kind'), [
    ((('LAMP-5', 6),), Invalid), ((('GLOVE-9', 1),), Conflict), ((('LAMP-5', 1, 'NOWHERE'),), Invalid),
    ((('BOLT-M8', 500), ('GLOVE-9', 1)), Conflict)])
def test_more_than_is_open_or_there_is_refused_whole(number, goods, refused, wanted, kind):
    refused(kind, lambda: goods.ship(number, *wanted))
    assert goods.shipments() == 0
    goods.sound()


def test_unknown_carriers_are_refused(number, goods, refused):
    assert refused(Invalid, lambda: goods.ship(number, ('LAMP-5', 1), carrier='pigeon')).field == 'carrier'


def test_held_stale_and_foreign_orders_are_refused(runtime, world, number, goods, refused):
    version = goods.order(number).order.version
    runtime.run(world.sam, OrderDesk.hold, number, HoldReason.STOCK, 'Counting')
    refused(Conflict, lambda: goods.ship(number, ('LAMP-5', 1)))
    runtime.run(world.sam, OrderDesk.release, number)
    refused(Conflict, lambda: goods.ship(number, ('LAMP-5', 1), version=version))
    for who in (world.ben, world.sam):
        refused(Forbidden, lambda who=who: runtime.run(who, ShipmentDesk.pick, number))
    (one,) = goods.ship(number, ('LAMP-5', 1))
    refused(NotFound, lambda: runtime.run(world.luc, ShipmentService.read, one))
    assert runtime.run(world.ben, ShipmentService.read, one).shipment.number == one
    assert runtime.run(world.mara, ShipmentService.read, one).shipment.number == one


def test_a_colleague_without_the_right_sees_only_his_own(runtime, world, goods, carried, refused):
    number = goods.place(world.mara, ('LAMP-5', 1))
    runtime.run(world.sam, OrderDesk.confirm, number)
    (one,) = goods.ship(number, ('LAMP-5', 1))
    refused(NotFound, lambda: runtime.run(world.ben, ShipmentService.read, one))
    assert runtime.run(world.ben, ShipmentService.count_under_way) == 0
    assert runtime.run(world.vera, ShipmentService.count_under_way) == 1


def test_picking_packing_shipping(runtime, world, number, goods, refused):
    (one,) = runtime.run(world.wim, ShipmentDesk.pick, number)
    assert [(row.sku, row.quantity) for row in goods.sent(one).lines] == [('BOLT-M8', 500), ('LAMP-5', 5)]
    assert goods.promised() == {'BOLT-M8': Decimal(500), 'LAMP-5': Decimal(5)}
    assert goods.order(number).order.status is OrderStatus.CONFIRMED
    refused(NotFound, lambda: runtime.run(world.ben, ShipmentService.read, one))
    refused(Conflict, lambda: runtime.run(world.wim, ShipmentDesk.pick, number))
    runtime.run(world.wim, ShipmentDesk.pack, one, 'dhl', [ParcelInput(tracking_number='A1')])
    runtime.run(world.wim, ShipmentDesk.pack, one, 'dhl', [ParcelInput(tracking_number='A2')])
    assert [parcel.parcel.tracking_number for parcel in goods.sent(one).parcels] == ['A2']
    runtime.run(world.wim, ShipmentDesk.ship_picked, one, version=goods.sent(one).shipment.version)
    assert [line.open for line in goods.order(number).lines] == [0, 0, 20]
    assert goods.promised() == {}
    assert goods.sent(one).parcels[0].parcel.status is ShipmentStatus.SHIPPED
    refused(Conflict, lambda: runtime.run(world.wim, ShipmentDesk.ship_picked, one))
    goods.sound()


def test_what_is_being_picked_cannot_be_shipped_twice(runtime, world, number, goods, refused):
    runtime.run(world.wim, ShipmentDesk.pick, number)
    refused(Invalid, lambda: goods.ship(number, ('LAMP-5', 1)))
    goods.sound()


def test_a_pick_cancelled_leaves_its_goods_reserved(runtime, world, number, goods):
    (one,) = runtime.run(world.wim, ShipmentDesk.pick, number)
    runtime.run(world.wim, ReturningService.cancel, one, 'Wrong shelf')
    assert goods.sent(one).shipment.status is ShipmentStatus.CANCELLED
    assert goods.promised() == {'BOLT-M8': Decimal(500), 'LAMP-5': Decimal(5)}
    goods.ship(number, ('LAMP-5', 5))
    goods.sound()


def test_cancelling_the_order_ends_its_pick(runtime, world, number, goods):
    (one,) = runtime.run(world.wim, ShipmentDesk.pick, number)
    runtime.run(world.sam, CancelService.cancel, number, 'Ordered twice')
    assert goods.sent(one).shipment.status is ShipmentStatus.CANCELLED
    assert goods.promised() == {}
    goods.sound()


def race(*acts):
    """Carry out acts at the same time; returns how many were refused."""
    refusals: list[DomainError] = []
    gate = threading.Barrier(len(acts))

    def run(act):
        gate.wait()
        try:
            act()
        except DomainError as error:
            refusals.append(error)
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(refusals)


def test_a_doubled_click_ships_once(runtime, world, number, goods):
    version = goods.order(number).order.version
    act = lambda: goods.ship(number, ('BOLT-M8', 100), version=version)  # noqa: E731
    assert race(act, act) == 1
    assert goods.shipments() == 1
    assert goods.order(number).lines[0].shipped == 100
    goods.sound()


def test_two_shippers_never_ship_more_than_is_open(runtime, world, number, goods):
    act = lambda: goods.ship(number, ('LAMP-5', 3))  # noqa: E731
    assert race(act, act, act) == 2
    assert (goods.order(number).lines[1].shipped, goods.on_hand('LAMP-5')) == (3, 2)
    goods.sound()


def test_either_shipped_or_cancelled(runtime, world, number, goods):
    refusals = race(lambda: goods.ship(number, ('LAMP-5', 5)),
                    lambda: runtime.run(world.sam, CancelService.cancel, number, 'Too late'))
    assert refusals == 1
    status = goods.order(number).order.status
    assert (status, goods.shipments()) in ((OrderStatus.CANCELLED, 0), (OrderStatus.IN_FULFILMENT, 1))
    goods.sound()


def test_a_pick_is_shipped_or_cancelled(runtime, world, number, goods):
    (one,) = runtime.run(world.wim, ShipmentDesk.pick, number)
    assert race(lambda: runtime.run(world.wim, ShipmentDesk.ship_picked, one),
                lambda: runtime.run(world.wim, ReturningService.cancel, one, 'No')) == 1
    assert goods.sent(one).shipment.status in (ShipmentStatus.SHIPPED, ShipmentStatus.CANCELLED)
    goods.sound()


def test_the_order_page_shows_what_was_shipped(runtime, world, number, goods):
    goods.ship(number, ('BOLT-M8', 100))
    assert runtime.run(world.ben, OrderService.read, number).shipped == 100
