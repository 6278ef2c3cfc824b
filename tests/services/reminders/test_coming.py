"""What comes next is exactly what the rules say, though only the invoices of the next days are read."""

from __future__ import annotations

import datetime as dt
import random  # noqa: TID251 - seeded, nothing secret
from decimal import Decimal

import pytest

from models.core.types import new_id
from models.invoices import Invoice, InvoiceStatus
from models.reminders import Reminder
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.reminders.calendar import is_working_day
from services.reminders.deciding import ladder
from services.reminders.ladder import Kind, Step, owed
from services.reminders.reading import ReminderService
from services.reminders.sending import run_reminders
from tests.conftest import Clock
from tests.services.reminders.conftest import at_home, next_day
from tests.world import World

TODAY = dt.date(2026, 3, 2)
LADDERS = ({}, {'soon_days': 0, 'on_due': False, 'level_1': 0}, {'level_2': 0, 'gap_days': 9}, {'level_3': 0})


@pytest.mark.parametrize('given', LADDERS, ids=str)
def test_it_is_what_the_rules_say(runtime: Runtime, world: World, clock: Clock, given: dict[str, object]) -> None:
    at_home(runtime, world, **given)
    chance = random.Random(3)
    with runtime.work(SYSTEM, writes=True) as work:
        for number in range(90):
            due_on = TODAY + dt.timedelta(days=chance.randint(-75, 25))
            parts = [{'on': (due_on - dt.timedelta(days=40)).isoformat(), 'amount': '40'},
                     {'on': due_on.isoformat(), 'amount': '60'}] if number % 9 == 0 else []
            work.session.add(Invoice(
                id=new_id(), customer_id=chance.choice((world.harbour, world.atelier)).id, number=f'IN-{number:03}',
                status=InvoiceStatus.ISSUED, created_at=work.now, issued_on=due_on, due_on=due_on, currency='EUR',
                gross=Decimal(100), net=Decimal(100), instalments=parts, settled=Decimal(chance.choice((0, 0, 40)))))
    for _turn in range(12):
        _agree(runtime, clock)
        clock.advance(days=chance.randint(1, 6))
        run_reminders(runtime)
    _agree(runtime, clock)


def _agree(runtime: Runtime, clock: Clock) -> None:
    today = clock.now.date()
    with runtime.work(SYSTEM, writes=False) as work:
        rungs, sent = ladder(work), {}
        for row in work.session.query(Reminder).filter(Reminder.kind.in_(list(Kind))):  # type: ignore[attr-defined]
            sent.setdefault((row.subject_id, row.cycle), {})[Step(Kind(row.kind), row.level)] = row.on
        expected = []
        for invoice in work.session.query(Invoice):
            what = owed(invoice, today)
            found = what and next_day(rungs, what.on, today, sent.get((invoice.id, what.on.isoformat()), {}), within=14)
            if what and found:
                step, day = found
                while not is_working_day(work, day):
                    day += dt.timedelta(days=1)
                expected.append((day, invoice.number, step.kind.value, step.level, what.amount))
    told = runtime.run(SYSTEM, ReminderService.upcoming)
    assert sorted((one.day, one.number, one.kind, one.level, one.amount) for one in told) == sorted(expected)
