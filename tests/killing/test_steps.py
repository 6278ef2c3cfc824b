"""A prepaid order whose process dies at each step: the reconciler ends it in a legal state, and takes the money once.

T-DUR-3 of the requirements, in small; where power fails is decided by `stepper`, not by the application.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from models.core.database import Database
from models.orders import Order, OrderStatus
from models.payments import IN_HAND, Payment, PaymentStatus
from models.stock import Reservation
from services import checks
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.orders.checkout import CheckoutInput
from services.orders.placing import CheckoutService
from services.payments import methods
from services.payments.reconciling import end_unpaid_orders, reconcile
from services.settings import SettingService
from tests.conftest import Clock
from tests.killing.stepper import DEAD, STEPS
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
KEY = 'dies-at-some-step-of-its-order'


def die(runtime: Runtime, step: str) -> None:
    config = runtime.config
    environment = {**os.environ, 'PORTICO_DATA_DIR': str(config.data_dir), 'PORTICO_BASE_URL': config.base_url,
                   'PORTICO_DATABASE_URL': config.database_url, 'PORTICO_LOG_LEVEL': 'ERROR'}
    done = subprocess.run([sys.executable, '-m', 'tests.killing.stepper', step, 'ben@harbour.test', KEY], cwd=ROOT,
                          env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == DEAD, done.stderr


def held(database: Database) -> int:
    with database.reading() as session:
        return int(session.exec(select(func.count()).select_from(Reservation).where(Reservation.active)).one())


@pytest.mark.parametrize('step', STEPS)
def test_every_step_ends_in_a_legal_state(runtime: Runtime, world: World, clock: Clock, step: str) -> None:
    clock.now = dt.datetime.now(dt.UTC)
    runtime.run(SYSTEM, SettingService.put, 'payments.test', True)
    die(runtime, step)
    assert checks.run(runtime) == []
    clock.now = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    for _again in range(2):
        reconcile(runtime)
    captures = [row['captures'] for row in methods.test_gateway(runtime).rows().values() if row['captures']]
    with runtime.database.reading() as session:
        orders = session.exec(select(Order)).all()
        payments = session.exec(select(Payment)).all()
        paid = [payment for payment in payments if payment.status in IN_HAND]
    if step == 'after_reserve':
        assert (orders, payments, captures, held(runtime.database)) == ([], [], [], 0)
        number = runtime.run(world.ben, CheckoutService.place, CheckoutInput(), key=KEY)
        assert runtime.run(world.ben, CheckoutService.place, CheckoutInput(), key=KEY) == number
    elif step == 'before_capture':
        assert (captures, [payment.status for payment in payments]) == ([], [PaymentStatus.EXPIRED])
        clock.advance(days=30)
        end_unpaid_orders(runtime)
        with runtime.database.reading() as session:
            assert session.exec(select(col(Order.status))).one() is OrderStatus.CANCELLED
        assert held(runtime.database) == 0
    else:
        assert (captures, len(paid), paid[0].amount) == ([1], 1, orders[0].gross)
        assert (len(orders), orders[0].hold, paid[0].order_id) == (1, None, orders[0].id)
    assert checks.run(runtime) == []
