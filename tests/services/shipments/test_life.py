"""Whatever is shipped, picked, taken back, lost, received or closed in whatever order, every invariant holds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.orders import OPEN_STATUSES, OrderStatus
from models.shipments import IN_HOUSE, ON_THE_WAY
from services.carts.service import CartService
from services.core.actor import SYSTEM
from services.core.errors import DomainError
from services.orders.cancelling import CancelService
from services.orders.closing import ClosingService
from services.orders.confirming import OrderDesk
from services.orders.reading import OrderService
from services.shipments.desk import ShipmentDesk
from services.shipments.inputs import ShipInput
from services.shipments.returning import ReturningService
from services.shipments.tracking import StatusInput, TrackingService
from services.stock.service import StockService

ACTS = ('place', 'ship', 'ship', 'ship', 'pick', 'ship_picked', 'cancel_pick', 'come_back', 'take_back', 'lose',
        'deliver', 'close_line', 'close_rest', 'receive', 'cancel')
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 6), st.integers(0, 7)), min_size=3, max_size=14)


class Life:
    """Orders of Ben and Luc for lamps and gloves out of two warehouses, acted on by hand of a random sequence."""

    def __init__(self, runtime, world, goods):
        self.run, self.world, self.goods = runtime.run, world, goods
        self.numbers: list[str] = []

    def act(self, step, value, which):
        """One step on one of the orders; what the rules do not allow is refused."""
        if step == 'receive':
            self.run(self.world.wim, StockService.receive, ('GLOVE-9', 'LAMP-5')[which % 2],
                     ('MAIN', 'NORTH')[which // 2 % 2], Decimal(value))
        elif step == 'place' or not self.numbers:
            who = (self.world.ben, self.world.luc)[which % 2]
            self.run(who, CartService.clear)
            self.numbers.append(self.goods.place(who, ('LAMP-5', min(value, 2)), ('GLOVE-9', value)))
            self.run(self.world.sam, OrderDesk.confirm, self.numbers[-1])
        else:
            self._on(self.run(SYSTEM, OrderService.read, self.numbers[which % len(self.numbers)]), step, value, which)

    def _on(self, found, step, value, which):
        number, line = found.order.number, found.lines[which % 2]
        house = ('MAIN', 'NORTH')[which // 2 % 2]
        shipments = [one for one in found.shipments if one.shipment.status in (
            IN_HOUSE if step in ('ship_picked', 'cancel_pick') else ON_THE_WAY)]
        chosen = shipments[which % len(shipments)] if shipments else None
        wim, sam = self.world.wim, self.world.sam
        if step == 'ship':
            given = ShipInput(lines=[{'line_id': line.id, 'warehouse': house, 'quantity': value}])
            self.run(wim, ShipmentDesk.ship, number, given)
        elif step == 'pick':
            self.run(wim, ShipmentDesk.pick, number)
        elif step in ('close_line', 'close_rest'):
            self.run(sam, ClosingService.close_rest, number, 'x', lines=[line.id] if step == 'close_line' else None)
        elif step == 'cancel':
            self.run(sam, CancelService.cancel, number, 'x')
        elif chosen is not None:
            self._with(chosen, step, value)

    def _with(self, chosen, step, value):
        wim, number = self.world.wim, chosen.shipment.number
        part = {chosen.lines[0].id: Decimal(value)}
        {'ship_picked': lambda: self.run(wim, ShipmentDesk.ship_picked, number),
         'cancel_pick': lambda: self.run(wim, ReturningService.cancel, number, 'x'),
         'come_back': lambda: self.run(wim, ReturningService.come_back, number, 'x'),
         'take_back': lambda: self.run(wim, ReturningService.take_back, number, part, 'x'),
         'lose': lambda: self.run(wim, ReturningService.take_back, number, part, 'x', lost=True),
         'deliver': lambda: self.run(wim, TrackingService.say, number, StatusInput(status='delivered'))}[step]()

    def check(self):
        """Status, sums and quantities of every order agree."""
        for number in self.numbers:
            found = self.run(SYSTEM, OrderService.read, number)
            assert (found.order.status in OPEN_STATUSES) == any(line.open > 0 for line in found.lines)
            assert sum(line.net for line in found.lines) == found.order.lines_net
            if found.order.status is not OrderStatus.CANCELLED:
                assert found.order.uninvoiced == found.order.gross


@pytest.mark.usefixtures('north', 'carried')
@settings(max_examples=12, derandomize=True, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_life_of_goods_keeps_every_invariant(runtime, world, goods, steps):
    life = Life(runtime, world, goods)
    for step in steps:
        traces = goods.promised(), goods.on_hand('LAMP-5'), goods.shipments()
        try:
            life.act(*step)
        except DomainError:
            assert (goods.promised(), goods.on_hand('LAMP-5'), goods.shipments()) == traces
        goods.sound()
        life.check()
