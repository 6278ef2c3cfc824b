"""What the tests of goods share: an order ready to ship, two warehouses, and the invariants looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import Decimal

import pytest
from sqlmodel import select

from models.shipments import Shipment
from models.stock import MovementReason, StockLevel, StockMovement, Warehouse
from services import checks
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.orders.confirming import OrderDesk
from services.orders.reading import OrderView
from services.shipments import carriers
from services.shipments.checks import CHECKS
from services.shipments.desk import ShipmentDesk
from services.shipments.inputs import ShipInput
from services.shipments.reading import ShipmentService, ShipmentView
from tests.services.orders.conftest import alter, last, order, place, promised, refused, told, traces  # noqa: F401
from tests.world import World


@pytest.fixture
def carried(runtime: Runtime, world: World) -> None:
    """The carriers a new company begins with."""
    with runtime.work(SYSTEM, writes=True) as work:
        carriers.seed(work.session)


@pytest.fixture
def north(runtime: Runtime, world: World) -> Warehouse:
    """A second warehouse with four lamps."""
    with runtime.work(SYSTEM, writes=True) as work:
        house = Warehouse(code='NORTH', name='North', position=1)
        work.session.add(house)
        work.session.flush()
        lamp = {'item_id': world.items['LAMP-5'].id, 'warehouse_id': house.id}
        work.session.add(StockLevel(on_hand=Decimal(4), **lamp))
        work.session.add(StockMovement(quantity=Decimal(4), reason=MovementReason.COUNT, at=work.now, **lamp))
        return house


@pytest.fixture
def number(runtime: Runtime, world: World, place: Callable[..., str], carried: None) -> str:  # noqa: F811
    """Ben's confirmed order of 500 bolts, 5 lamps and 20 gloves of which none are there."""
    found = place(world.ben, ('BOLT-M8', 500), ('LAMP-5', 5), ('GLOVE-9', 20))
    runtime.run(world.sam, OrderDesk.confirm, found)
    return found


@pytest.fixture
def ship(runtime: Runtime, world: World, order: Callable[[str], OrderView]) -> Callable[..., tuple[str, ...]]:  # noqa: F811
    """Ship (SKU, quantity[, warehouse]) of an order; `choices` are carrier, parcels and so on."""
    def act(number: str, *wanted: tuple[object, ...], version: int | None = None, **choices: object) -> tuple[str, ...]:
        lines = {line.sku: line.id for line in order(number).lines}
        given = ShipInput(lines=[{'line_id': lines[sku], 'quantity': quantity, 'warehouse': (*rest, 'MAIN')[0]}
                                 for sku, quantity, *rest in wanted], **choices)
        return runtime.run(world.wim, ShipmentDesk.ship, number, given, version=version)
    return act


@pytest.fixture
def sound(runtime: Runtime) -> Callable[[], None]:
    """Make sure that every invariant of stock, orders and shipments holds."""
    def look() -> None:
        with runtime.database.reading() as session:
            for name in ('stock', 'reservations', 'order totals', 'order lines'):
                assert list(checks.CHECKS[name](session, runtime)) == [], name
            for name, check in CHECKS.items():
                assert list(check(session, runtime)) == [], name
    return look


@pytest.fixture
def sent(runtime: Runtime) -> Callable[[str], ShipmentView]:
    """A shipment of this number as it stands."""
    return lambda number: runtime.run(SYSTEM, ShipmentService.read, number)


@pytest.fixture
def on_hand(runtime: Runtime, world: World) -> Callable[[str], Decimal]:
    """What is there of a SKU in all warehouses."""
    def counted(sku: str) -> Decimal:
        with runtime.database.reading() as session:
            return sum(session.exec(select(StockLevel.on_hand).where(
                StockLevel.item_id == world.items[sku].id)).all(), Decimal(0))
    return counted


@pytest.fixture
def shipments(runtime: Runtime) -> Callable[[], int]:
    """How many shipments there are."""
    def counted() -> int:
        with runtime.database.reading() as session:
            return len(session.exec(select(Shipment)).all())
    return counted


@dataclass
class Goods:
    """What a test of goods does and looks at, in one hand."""

    place: Callable[..., str]
    ship: Callable[..., tuple[str, ...]]
    order: Callable[[str], OrderView]
    sent: Callable[[str], ShipmentView]
    promised: Callable[[], dict[str, Decimal]]
    on_hand: Callable[[str], Decimal]
    shipments: Callable[[], int]
    sound: Callable[[], None]


@pytest.fixture
def goods(request: pytest.FixtureRequest) -> Goods:
    """All of it."""
    return Goods(**{field.name: request.getfixturevalue(field.name) for field in fields(Goods)})
