"""The fixtures themselves: every test gets a database of its own, alike on both."""

from __future__ import annotations

from sqlmodel import func, select

from models.core.database import Database
from models.customers import Customer
from models.users import User
from services import schema
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from tests.conftest import MONDAY, Clock
from tests.world import World


def count(database: Database, entity: type) -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(entity)).one()


def test_world_is_there_and_left_dirty(runtime: Runtime, world: World) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(Customer(account='C-1', name='Left behind', created_at=work.now))
    assert count(runtime.database, Customer) == 3
    assert world.mara.customer_id == world.harbour.id


def test_world_is_clean_again(database: Database, world: World) -> None:
    assert count(database, Customer) == 2
    assert count(database, User) == 9


def test_without_world_there_are_only_tables(database: Database) -> None:
    assert count(database, Customer) == 0


def test_clock_stands_still_until_moved(runtime: Runtime, clock: Clock) -> None:
    assert runtime.now() == MONDAY == runtime.now()
    assert clock.advance(days=1) == runtime.now()


def test_tables_are_what_the_models_say(database: Database) -> None:
    assert schema.differences(database) == []
