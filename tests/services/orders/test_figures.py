"""The figures of both dashboards, to the cent, for each in his reach."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from models.orders import HoldReason
from services.core.actor import SYSTEM
from services.core.errors import Forbidden
from services.orders.cancelling import CancelService
from services.orders.changing import ChangeService, LineChange
from services.orders.confirming import OrderDesk
from services.orders.figures import FigureService
from services.settings import SettingService

pytestmark = pytest.mark.usefixtures('german')


def test_a_companys_figures(runtime, world, place, clock, order):
    first = place(world.ben, ('LAMP-5', 1))
    runtime.run(world.sam, OrderDesk.confirm, first, dates={order(first).lines[0].id: dt.date(2026, 3, 20)})
    clock.advance(days=31)
    second = place(world.mara, ('LAMP-5', 2))
    place(world.luc, ('LAMP-5', 1))
    runtime.run(world.ben, CancelService.cancel, place(world.ben, ('GLOVE-9', 1)), 'No')
    lamp = order(second).lines[0]
    runtime.run(world.sam, ChangeService.propose, second, {lamp.id: LineChange(quantity=Decimal(1))}, 'Short')
    figures = runtime.run(world.mara, FigureService.customer)
    assert (figures.currency, figures.limit, figures.open, figures.orders) == ('EUR', Decimal(10000), 2, 3)
    assert figures.available == Decimal(10000) - Decimal('53.43') - Decimal('95.08')
    assert [(month.first, month.orders, month.net) for month in figures.months[-2:]] == [
        (dt.date(2026, 3, 1), 1, Decimal('44.90')), (dt.date(2026, 4, 1), 1, Decimal('79.90'))]
    assert (len(figures.months), figures.bought) == (12, Decimal('124.80'))
    assert figures.answers == ((second, 'Short'),)
    assert figures.next_on is None


def test_a_buyer_sees_his_own_and_no_credit(runtime, world, place):
    place(world.mara, ('LAMP-5', 2))
    place(world.ben, ('LAMP-5', 1))
    figures = runtime.run(world.ben, FigureService.customer)
    assert (figures.limit, figures.available, figures.open, figures.bought) == (None, None, 1, Decimal('44.90'))


def test_the_offices_figures(runtime, world, place, clock):
    runtime.run(SYSTEM, SettingService.put, 'orders.cancel_until', 'never')
    yesterday = place(world.ben, ('LAMP-5', 1))
    clock.advance(days=1)
    runtime.run(world.sam, OrderDesk.confirm, place(world.ben, ('LAMP-5', 1)))
    runtime.run(world.sam, OrderDesk.hold, place(world.luc, ('LAMP-5', 1)), HoldReason.OTHER, 'Wait')
    runtime.run(world.ben, CancelService.cancel, yesterday, 'Twice')
    figures = runtime.run(world.sam, FigureService.office)
    assert (figures.today, figures.today_net) == (2, Decimal('44.90') + Decimal('49.90'))
    assert (figures.unconfirmed, figures.held, figures.sold) == (2, 1, Decimal('139.70'))
    assert figures.asked == ((yesterday, 'Twice'),)
    loading = runtime.run(world.wim, FigureService.office)  # what he may not answer does not wait for him
    assert (loading.today, loading.unconfirmed, loading.asked) == (2, 0, ())


def test_today_begins_at_the_sellers_midnight(runtime, world, place, clock):
    runtime.run(SYSTEM, SettingService.put, 'seller.time_zone', 'Europe/Berlin')
    clock.now = dt.datetime(2026, 3, 31, 21, 59, tzinfo=dt.UTC)
    place(world.ben, ('LAMP-5', 1))
    clock.now = dt.datetime(2026, 3, 31, 22, 1, tzinfo=dt.UTC)
    place(world.ben, ('LAMP-5', 1))
    figures = runtime.run(world.sam, FigureService.office)
    assert figures.today == 1
    assert [(month.first.month, month.orders) for month in figures.months[-2:]] == [(3, 1), (4, 1)]


def test_it_refuses_other_people(runtime, world):
    for who in (world.ben, world.mara):
        with pytest.raises(Forbidden):
            runtime.run(who, FigureService.office)
