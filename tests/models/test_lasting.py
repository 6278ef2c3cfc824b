"""What happened and what is posted stays: the databases refuse to change it, and the check finds who did it anyway."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from models.audit import Event
from models.core.lasting import TABLES, is_kept
from models.ledger import LedgerEntry
from services import checks
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.customers import CustomerService
from services.customers.inputs import ReasonInput
from tests.bills import bill
from tests.databases import forging
from tests.world import World

KEPT = {'event': "note = 'it was otherwise'", 'ledger_entry': "number = 'IN-2'"}


@pytest.fixture
def lived(runtime: Runtime, world: World) -> World:
    """Something happened, three times, and something is posted."""
    bill(runtime, world.harbour, '100')
    runtime.run(world.sam, CustomerService.hold, ReasonInput(reason='Late'), account='C-10001')
    runtime.run(world.sam, CustomerService.release, account='C-10001')
    runtime.run(world.sam, CustomerService.hold, ReasonInput(reason='Late again'), account='C-10001')
    return world


def count(runtime: Runtime, table: str) -> int:
    """How many rows there are."""
    with runtime.database.reading() as session:
        return int(session.execute(sa.text(f'SELECT count(*) FROM {table}')).scalar_one())


def carry_out(runtime: Runtime, *statements: str) -> None:
    """Raw statements, as one who got past all services would give them."""
    with runtime.database.writing() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)


def broken(runtime: Runtime) -> list[str]:
    """What the check says about the audit trail."""
    return [finding.message for finding in checks.run(runtime) if finding.check == 'audit trail']


@pytest.mark.usefixtures('lived')
@pytest.mark.parametrize('table', sorted(KEPT))
def test_no_statement_changes_or_deletes(runtime: Runtime, table: str) -> None:
    before = count(runtime, table)
    assert before
    statements = [f'UPDATE {table} SET {KEPT[table]}', f'DELETE FROM {table}']
    if not runtime.database.is_sqlite:
        statements.append(f'TRUNCATE {table}')
    for statement in statements:
        with pytest.raises(sa.exc.IntegrityError, match='never changed'):
            carry_out(runtime, statement)
    assert count(runtime, table) == before
    assert broken(runtime) == []


@pytest.mark.usefixtures('lived')
@pytest.mark.parametrize('entity', [Event, LedgerEntry])
def test_nor_does_the_object_mapper(runtime: Runtime, entity: type[Event] | type[LedgerEntry]) -> None:
    for act in ('change', 'delete'):
        with pytest.raises(sa.exc.IntegrityError), runtime.work(SYSTEM, writes=True) as work:
            row = work.session.execute(sa.select(entity)).scalars().first()
            assert row is not None
            if act == 'delete':
                work.session.delete(row)
            else:
                row.number = 'otherwise'
            work.session.flush()


LAST = "(SELECT max(sequence) FROM event WHERE action = 'customer.held')"


@pytest.mark.parametrize('statement', [
    "UPDATE event SET note = 'it was otherwise' WHERE action = 'customer.released'",
    "UPDATE event SET hash = '' WHERE action = 'customer.released'",
    "DELETE FROM event WHERE action = 'customer.released'",
    f"DELETE FROM event WHERE action = 'customer.held' AND sequence = {LAST}"])
def test_who_drops_the_triggers_is_found(runtime: Runtime, lived: World, statement: str) -> None:
    with forging(runtime.database) as connection:
        connection.exec_driver_sql(statement)
    said = broken(runtime)
    assert said and all(str(lived.harbour.id) in line for line in said)


@pytest.mark.usefixtures('lived')
def test_missing_triggers_are_found(runtime: Runtime) -> None:
    assert checks.run(runtime) == []
    with forging(runtime.database) as connection:
        assert [is_kept(connection, table) for table in TABLES] == [False, True]
        assert list(checks.CHECKS['guards'](Session(connection), runtime)) == [
            'rows of event can be changed, as triggers that refuse it are missing']
    with runtime.database.reading() as session:
        assert [is_kept(session.connection(), table) for table in TABLES] == [True, True]


def test_a_forged_event_is_found(runtime: Runtime, lived: World) -> None:
    forged = Event(id=uuid.uuid4(), at=runtime.now(), action='order.placed', customer_id=lived.harbour.id,
                   sequence=99, hash='0' * 64)
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(forged)
    assert broken(runtime) == [f'event 99 of {lived.harbour.id} was changed or its predecessor is missing',
                               f'the newest events of {lived.harbour.id} are missing']
