"""The last pieces are sold once, whoever comes at the same moment."""

from __future__ import annotations

import threading
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import select

from models.core.types import new_id
from models.orders import Order, OrderLine
from models.stock import Reservation, StockLevel, Warehouse
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.core.work import Work
from services.stock.levels import availability
from services.stock.reserving import release, reserve
from tests.world import World

ONE = Decimal(1)


def add_line(work: Work, world: World, number: str, quantity: Decimal = ONE) -> OrderLine:
    order = Order(id=new_id(), number=number, customer_id=world.harbour.id, placed_at=work.now)
    work.session.add(order)
    work.session.flush()
    line = OrderLine(id=new_id(), customer_id=world.harbour.id, order_id=order.id, item_id=world.items['LAMP-5'].id,
                     sku='LAMP-5', name='Work lamp', ordered=quantity, unit_price=ONE, net=ONE)
    work.session.add(line)
    work.session.flush()
    return line


def test_twenty_at_once_for_the_last_five_get_exactly_five(runtime: Runtime, world: World) -> None:
    taken: list[Decimal] = []
    failed: list[BaseException] = []
    ready = threading.Barrier(20)

    def buy(number: int) -> None:
        try:
            ready.wait()
            with runtime.work(SYSTEM, writes=True) as work:
                line = add_line(work, world, f'SO-{number}')
                taken.append(reserve(work, line.id, world.items['LAMP-5'], ONE))
        except BaseException as error:
            failed.append(error)

    buyers = [threading.Thread(target=buy, args=(number,)) for number in range(20)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()
    assert not failed
    assert sorted(taken) == [0] * 15 + [1] * 5
    with runtime.work(SYSTEM, writes=False) as work:
        left = availability(work, [world.items['LAMP-5'].id])[world.items['LAMP-5'].id]
        assert (left.on_hand, left.reserved, left.available) == (5, 5, 0)
        assert sum(row.quantity for row in work.session.exec(select(Reservation))) == 5


def test_it_takes_what_there_is_from_the_warehouses_in_their_order(runtime: Runtime, world: World) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        second = Warehouse(id=new_id(), code='NORTH', name='North', position=5)
        closed = Warehouse(id=new_id(), code='OLD', name='Old', position=1, active=False)
        work.session.add_all((second, closed))
        work.session.flush()
        for place in (second, closed):
            work.session.add(StockLevel(id=new_id(), item_id=world.items['LAMP-5'].id, warehouse_id=place.id,
                                        on_hand=Decimal(4)))
        work.session.flush()
        line = add_line(work, world, 'SO-1', Decimal(7))
        assert reserve(work, line.id, world.items['LAMP-5'], Decimal(7)) == 7
        rows = work.session.exec(select(Reservation).order_by(sa.desc('quantity'))).all()
        assert [(row.warehouse_id, row.quantity) for row in rows] == [(world.warehouse.id, 5), (second.id, 2)]
        more = add_line(work, world, 'SO-2', Decimal(7))
        assert reserve(work, more.id, world.items['LAMP-5'], Decimal(7)) == 2
        assert 'stock:LAMP-5' in work.topics


def test_what_is_released_is_free_again_and_only_once(runtime: Runtime, world: World) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        line = add_line(work, world, 'SO-1', Decimal(3))
        reserve(work, line.id, world.items['LAMP-5'], Decimal(3))
        release(work, [line.id])
        release(work, [line.id])
        left = availability(work, [world.items['LAMP-5'].id])[world.items['LAMP-5'].id]
        assert (left.reserved, left.available) == (0, 5)
