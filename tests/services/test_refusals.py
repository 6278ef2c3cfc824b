"""An act refused for want of a right leaves one line in the log each time, and one event an hour."""

from __future__ import annotations

import logging

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.audit import Event
from models.customers import Customer, CustomerStatus
from models.tables import metadata
from services import checks
from services.activity import ActivityService
from services.core.actor import VISITOR
from services.core.errors import Forbidden, SignedOut
from services.core.listing import ListQuery
from services.core.runtime import Runtime, SessionKey
from services.customers import CustomerService
from services.customers.inputs import ReasonInput
from services.presence import PresenceService
from services.start import make_runtime
from tests.conftest import Clock
from tests.services.people import enter, key
from tests.world import World

HOLD = 'CustomerService.hold'
LATE = ReasonInput(reason='Late')


@pytest.fixture
def ben(runtime: Runtime, world: World) -> SessionKey:
    """The session of a buyer, who may neither hold customers nor read what happened."""
    return key(enter(runtime, world.ben))


def hold(runtime: Runtime, who: SessionKey) -> None:
    """Try to put a customer on hold without the right to."""
    with pytest.raises(Forbidden, match='You do not have the right to do this'):
        runtime.run(who, CustomerService.hold, LATE, account='C-10001')


def refusals(runtime: Runtime) -> list[Event]:
    """The events of refused acts, oldest first."""
    with runtime.database.reading() as session:
        return list(session.exec(select(Event).where(Event.action == 'act.refused').order_by(
            col(Event.at), col(Event.note))))


def counts(runtime: Runtime) -> dict[str, int]:
    """How many rows each table has."""
    with runtime.database.reading() as session:
        return {name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for name, table in metadata.tables.items()}


def lines(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What the log says about refused acts."""
    return [record for record in caplog.records if record.getMessage() == 'act refused']


def test_it_leaves_one_event_an_hour_and_a_line_each_time(
        runtime: Runtime, world: World, ben: SessionKey, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        hold(runtime, ben)
    event, = refusals(runtime)
    assert (event.actor_id, event.customer_id, event.note, event.number, event.changes) == (
        world.ben.user_id, world.harbour.id, HOLD, '', {})
    said = lines(caplog)
    assert [vars(line)['act'] for line in said] == [HOLD] * 3
    assert {(vars(line)['user'], vars(line)['company']) for line in said} == {
        (str(world.ben.user_id), str(world.harbour.id))}
    assert 'ben' not in ' '.join(str(vars(line)) for line in said).lower()
    with pytest.raises(Forbidden):
        runtime.run(ben, ActivityService.list, ListQuery())
    assert [event.note for event in refusals(runtime)] == ['ActivityService.list', HOLD]
    clock.advance(hours=1)
    hold(runtime, ben)
    hold(runtime, ben)
    assert len(refusals(runtime)) == 3
    assert checks.run(runtime) == []


def test_all_processes_together_write_one(runtime: Runtime, ben: SessionKey, clock: Clock) -> None:
    hold(runtime, ben)
    other = make_runtime(runtime.config, runtime.database, clock=clock)
    clock.advance(minutes=30)
    hold(other, ben)
    assert len(refusals(runtime)) == 1
    clock.advance(minutes=30)
    hold(other, ben)
    assert len(refusals(runtime)) == 2


def test_the_refused_act_itself_leaves_nothing(runtime: Runtime, ben: SessionKey) -> None:
    before = counts(runtime)
    hold(runtime, ben)
    after = counts(runtime)
    assert {name for name in after if after[name] != before[name]} == {'event', 'rate_bucket'}
    with runtime.database.reading() as session:
        assert session.exec(select(Customer.status).where(Customer.account == 'C-10001')).one() is CustomerStatus.ACTIVE


@pytest.mark.usefixtures('world')
def test_visitors_fill_neither_the_trail_nor_the_log(
        runtime: Runtime, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    before = counts(runtime)
    stranger = SessionKey(b'x' * 32, '192.0.2.9')
    for _ in range(5):
        for who in (stranger, VISITOR):
            with pytest.raises(SignedOut):
                runtime.run(who, CustomerService.hold, LATE, account='C-10001')
    assert counts(runtime) == before
    assert [(vars(line)['act'], vars(line)['user']) for line in lines(caplog)] == [(HOLD, None)]
    clock.advance(hours=1)
    with pytest.raises(SignedOut):
        runtime.run(stranger, CustomerService.hold, LATE, account='C-10001')
    assert len(lines(caplog)) == 2


def test_who_has_the_right_pays_nothing_for_it(
        runtime: Runtime, ben: SessionKey, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr('services.core.refusals.Refusals.note', lambda *given: asked.append(given))
    before = counts(runtime)
    runtime.run(ben, PresenceService.me)
    assert asked == [] and counts(runtime) == before


def test_a_database_that_cannot_write_it_down_hides_no_refusal(
        runtime: Runtime, ben: SessionKey, monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture) -> None:
    def full(*given: object) -> float:
        raise sa.exc.OperationalError('INSERT', {}, Exception('disk full'))
    monkeypatch.setattr('services.core.refusals.take', full)
    hold(runtime, ben)
    assert 'a refused act could not be written down' in caplog.text
    assert refusals(runtime) == []
