"""Migrations: up to exactly the models, down to nothing, refused on a newer database; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.core.database import Database
from models.core.types import new_id
from models.migrations import making
from services import schema
from services.schema import SchemaError, SchemaState
from tests.databases import PostgresServer


@pytest.fixture(params=['sqlite', 'postgres'])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == 'sqlite':
        address = f'sqlite:///{tmp_path / "empty.sqlite"}'
    else:
        server: PostgresServer = request.getfixturevalue('postgres_server')
        address = server.address(server.create())
    database = Database(address)
    yield database
    database.close()


def things(database: Database) -> set[str]:
    with database.write_engine.connect() as connection:
        inspector = sa.inspect(connection)
        return {f'{table} {sorted(map(str, index["column_names"]))}' for table in inspector.get_table_names()
                for index in inspector.get_indexes(table)} | set(inspector.get_table_names()) - {'alembic_version'}


def test_up_reaches_exactly_the_models(empty: Database) -> None:
    assert schema.state(empty) is SchemaState.EMPTY
    assert schema.upgrade(empty) is SchemaState.EMPTY
    assert schema.state(empty) is SchemaState.CURRENT
    assert schema.differences(empty) == []
    schema.require_current(empty)


def test_down_leaves_nothing_and_up_works_again(empty: Database) -> None:
    schema.upgrade(empty)
    schema.downgrade(empty)
    assert things(empty) == set()
    assert schema.state(empty) is SchemaState.EMPTY
    schema.upgrade(empty)
    assert schema.differences(empty) == []


def test_up_again_changes_nothing(empty: Database) -> None:
    schema.upgrade(empty)
    assert schema.upgrade(empty) is SchemaState.CURRENT


def test_a_newer_database_is_refused(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.write_engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999_future'"))
    assert schema.state(empty) is SchemaState.NEWER
    with pytest.raises(SchemaError, match='newer'):
        schema.upgrade(empty)


def test_differences_are_seen(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.write_engine.begin() as connection:
        connection.execute(sa.text('ALTER TABLE warehouse ADD COLUMN shelf TEXT'))
    assert any('shelf' in difference for difference in schema.differences(empty))


def test_foreign_keys_hold_after_migrating(empty: Database) -> None:
    schema.upgrade(empty)
    with pytest.raises(sa.exc.IntegrityError), empty.write_engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO price_list (id, code, name, kind, currency, customer_id, priority, "
                                   "stacks, active, version) VALUES (:a, 'X', '', 'base', 'EUR', :b, 0, :no, :no, 1)")
                           .bindparams(sa.bindparam('a', type_=sa.Uuid), sa.bindparam('b', type_=sa.Uuid)),
                           {'a': new_id(), 'b': new_id(), 'no': False})


def test_the_first_migration_is_the_one_the_models_make() -> None:
    assert making.text() == making.FIRST.read_text(), 'run `make migration`'
