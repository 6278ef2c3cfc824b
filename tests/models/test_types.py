"""Exact values survive the database, alone and in sums and differences."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlmodel import col

from models.core.types import Amount, Quantity, UtcDateTime
from models.stock import StockLevel


def test_a_difference_of_two_quantities_is_a_quantity(runtime, world):
    with runtime.database.reading() as session:
        free = col(StockLevel.on_hand) - col(StockLevel.reserved)
        here = sa.select(free).where(col(StockLevel.item_id) == world.items['LAMP-5'].id)
        assert session.execute(here.where(free >= Decimal(5))).scalars().all() == [Decimal(5)]
        assert session.execute(here.where(free >= Decimal('5.0001'))).scalars().all() == []
        assert session.execute(here.where(col(StockLevel.reserved) + Decimal(2) <= col(StockLevel.on_hand))).all() != []


def test_the_stock_of_two_warehouses_serves_one_line(runtime, world):
    from models.core.types import new_id
    from models.stock import Warehouse
    from services.core.actor import SYSTEM
    from services.stock.reserving import reserve
    with runtime.work(SYSTEM, writes=True) as work:
        second = Warehouse(code='NORTH', name='North', position=2)
        work.session.add(second)
        work.session.flush()
        work.session.add(StockLevel(item_id=world.items['LAMP-5'].id, warehouse_id=second.id, on_hand=Decimal(2)))
        work.session.flush()
        with pytest.raises(sa.exc.IntegrityError), work.session.begin_nested():
            reserve(work, new_id(), world.items['LAMP-5'], Decimal(6))
        levels = work.session.execute(sa.select(col(StockLevel.reserved)).where(
            col(StockLevel.item_id) == world.items['LAMP-5'].id)).scalars().all()
        assert list(levels) == [Decimal(0), Decimal(0)]


@pytest.mark.parametrize('value', [Decimal('0.00001'), Decimal(10) ** 15])
def test_what_cannot_be_kept_exactly_is_refused(value):
    with pytest.raises(ValueError, match='four places'):
        Amount().process_bind_param(value, sa.dialects.sqlite.dialect())


def test_a_float_is_refused():
    with pytest.raises(TypeError):
        Quantity().process_bind_param(0.5, sa.dialects.sqlite.dialect())


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match='naive'):
        UtcDateTime().process_bind_param(dt.datetime(2026, 1, 1), sa.dialects.sqlite.dialect())  # noqa: DTZ001
