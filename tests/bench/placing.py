"""Placing orders: one of 20 lines over the generated store, and eight buyers at once on both databases."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col, select

from models.catalogue import Item
from models.core.database import Database
from models.orders import Order, OrderLine
from models.stock import StockLevel
from models.users import Role
from services.carts.service import CartService
from services.core.actor import SYSTEM, Actor
from services.core.config import Config
from services.core.errors import DomainError
from services.core.runtime import Runtime
from services.orders.checkout import CheckoutInput
from services.orders.placing import CheckoutService
from services.start import make_runtime
from tests.bench.measuring import Budget, Measured, of_times, once
from tests.bench.stand import ADMIN, opened, person
from tests.bench.store import MADE
from tests.databases import PostgresServer, make_tables
from tests.world import World, add_person, build

RUNS, BUYERS, ORDERS_EACH, CROWD, LAST = 40, 8, 25, 20, 5
DURABLE = ('fsync', 'synchronous_commit', 'full_page_writes')


def rows(config: Config) -> list[Measured]:
    """Times of one buyer, then orders per second and the last pieces on SQLite and on PostgreSQL."""
    found = [_twenty_lines(config)]
    with _sqlite(config.data_dir / 'crowd') as runtime:
        found += _crowd(runtime, 'SQLite')
    with _postgres(config.data_dir / 'crowd-postgres') as runtime:
        found += _crowd(runtime, 'PostgreSQL')
    return found


def _twenty_lines(config: Config) -> Measured:
    with opened(config) as runtime:
        admin, times = person(runtime, ADMIN), []
        with runtime.database.reading() as session:
            skus = session.exec(select(Item.sku).where(col(Item.ean).startswith(MADE)).limit(20)).all()
        for number in range(RUNS + 3):
            runtime.run(admin, CartService.add_many, [(sku, 2) for sku in skus], replace=True)
            choices = CheckoutInput(po_number=f'BENCH-{number}')
            began = time.perf_counter()
            runtime.run(admin, CheckoutService.place, choices, key=f'twenty-lines-{number:08d}')
            times.append((time.perf_counter() - began) * 1000)
    return of_times(Budget('Place an order of 20 lines, durable, on SQLite', 40, 80), times[3:])


@contextmanager
def _sqlite(folder: Path) -> Iterator[Runtime]:
    folder.mkdir()
    make_tables(f'sqlite:///{folder}/portico.sqlite')
    with opened(Config(data_dir=folder)) as runtime:
        yield runtime


@contextmanager
def _postgres(folder: Path) -> Iterator[Runtime]:
    """A database of the tests' server with durability, which tests do without, switched on."""
    folder.mkdir()
    server = PostgresServer(f'bench-{os.getpid()}')
    try:
        address = server.address(server.create())
        make_tables(address)
        admin = sa.create_engine(server.address(), isolation_level='AUTOCOMMIT')
        with admin.connect() as connection:
            for setting in DURABLE:
                connection.execute(sa.text(f'ALTER SYSTEM SET {setting} = on'))
            connection.execute(sa.text('SELECT pg_reload_conf()'))
        admin.dispose()
        runtime = make_runtime(Config(data_dir=folder, database_url=address), Database(address))
        yield runtime
        runtime.database.close()
    finally:
        server.stop()


@dataclass
class Crowd:
    """What a crowd of buyers got: order numbers, refusals, faults, and how long all of it took."""

    numbers: list[str]
    refused: int
    faults: list[Exception]
    seconds: float


def _crowd(runtime: Runtime, name: str) -> list[Measured]:
    world = build(runtime)
    buyers = _buyers(runtime, world, CROWD)
    _stock(runtime, world, 'GLOVE-9', 1_000_000)
    many = _at_once(runtime, buyers[:BUYERS], ORDERS_EACH, [('BOLT-M8', 50), ('GLOVE-9', 2)])
    with runtime.database.reading() as session:
        kept = set(session.exec(select(Order.number)).all())
        reserved = session.exec(select(StockLevel.reserved).where(
            StockLevel.item_id == world.items['GLOVE-9'].id)).one()
        wanted = Decimal(str(session.execute(sa.select(sa.func.sum(OrderLine.ordered)).where(
            col(OrderLine.sku) == 'GLOVE-9')).scalar_one()))
    lost = len(set(many.numbers) - kept) + BUYERS * ORDERS_EACH - len(set(many.numbers))
    last = _at_once(runtime, buyers, 1, [('LAMP-5', 1)])
    return [once(f'Orders per second, {BUYERS} buyers at once, {name}', len(many.numbers) / many.seconds, 50, '/s',
                 least=True),
            once(f'… of {BUYERS * ORDERS_EACH}: lost, doubled or failed, {name}', lost + len(many.faults), 0, ''),
            once(f'… reserved but not ordered, {name}', float(abs(reserved - wanted)), 0, 'pcs'),
            once(f'{CROWD} buyers for the last {LAST} pieces: sold too many or too few, {name}',
                 abs(len(last.numbers) - LAST), 0, 'pcs'),
            once(f'… not told politely, {name}', CROWD - LAST - last.refused, 0, '')]


def _buyers(runtime: Runtime, world: World, count: int) -> list[Actor]:
    with runtime.work(SYSTEM, writes=True) as work:
        companies = (world.harbour, world.atelier)
        return [add_person(work.session, work.now, f'buyer{number}', Role.BUYER, companies[number % 2])
                for number in range(count)]


def _stock(runtime: Runtime, world: World, sku: str, pieces: int) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(StockLevel(item_id=world.items[sku].id, warehouse_id=world.warehouse.id,
                                    on_hand=Decimal(pieces)))


def _at_once(runtime: Runtime, buyers: list[Actor], each: int, lines: list[tuple[str, int]]) -> Crowd:
    """Let all buyers fill their carts and order at the same time; only placing counts."""
    crowd, gate = Crowd([], 0, [], 0.0), threading.Barrier(len(buyers) + 1)

    def buy(buyer: Actor, place: Callable[..., str]) -> None:
        runtime.run(buyer, CartService.add_many, lines, replace=True)
        gate.wait()
        for number in range(each):
            if number:
                runtime.run(buyer, CartService.add_many, lines, replace=True)
            try:
                key = f'{buyer.user_id.hex if buyer.user_id else ""}-{lines[0][0]}-{number}'
                crowd.numbers.append(runtime.run(buyer, place, CheckoutInput(), key=key))
            except DomainError:
                crowd.refused += 1
            except Exception as error:
                crowd.faults.append(error)
    threads = [threading.Thread(target=buy, args=(buyer, CheckoutService.place)) for buyer in buyers]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    crowd.seconds = time.perf_counter() - began
    return crowd
