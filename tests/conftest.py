"""The fixtures every test may ask for: both databases, a running installation with a clock, and the small cast.

A test that asks for `runtime`, `database` or `world` runs on SQLite and on PostgreSQL. One for which the database does
not matter says `pytestmark = pytest.mark.parametrize('store', ['sqlite'], indirect=True)`.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.core.database import Database
from services.core.config import Config
from services.core.runtime import Runtime
from services.start import make_runtime
from tests.commands import Commands
from tests.databases import Kept, PostgresServer, PostgresStore, SqliteStore
from tests.world import World, build

Store = SqliteStore | PostgresStore
MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


class Clock:
    """The time of a test; it stands still unless told to move."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> dt.datetime:
        return self.now

    def advance(self, **amount: float) -> dt.datetime:
        """Move on by e.g. days=1, minutes=5 and return the new now."""
        self.now += dt.timedelta(**amount)
        return self.now


@pytest.fixture(scope='session', autouse=True)
def _own_environment() -> Iterator[None]:
    taken = {key: os.environ.pop(key) for key in list(os.environ) if key.startswith('PORTICO_')}
    yield
    os.environ.update(taken)


@pytest.fixture(scope='session')
def commands() -> Iterator[Commands]:
    """The command line, loaded when a test first needs it."""
    commands = Commands()
    yield commands
    commands.close()


@pytest.fixture(scope='session')
def postgres_server(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """The PostgreSQL server of this run; it starts when a test first needs it."""
    worker = getattr(request.config, 'workerinput', None)
    server = PostgresServer(worker['testrunuid'] if worker else f'alone-{os.getpid()}')
    yield server
    server.stop()


@pytest.fixture(scope='session', params=['sqlite', 'postgres'])
def store(request: pytest.FixtureRequest, postgres_server: PostgresServer) -> Iterator[Store]:
    """Where the databases of the tests come from."""
    if request.param == 'postgres':
        yield PostgresStore(postgres_server)
        return
    with tempfile.TemporaryDirectory(prefix='portico-') as folder:
        yield SqliteStore(Path(folder))


@pytest.fixture
def clock() -> Clock:
    """The time of this test: Monday, 2 March 2026, 9 o'clock UTC."""
    return Clock()


@pytest.fixture
def config(store: Store, tmp_path: Path, request: pytest.FixtureRequest) -> Config:
    """Settings over a database of its own, which holds the small cast when the test asks for `world`."""
    kind = 'world' if 'world' in request.fixturenames else 'tables'
    if not store.has(kind) and kind == 'world':
        _save_world(store, tmp_path)
    return _config(store.fresh(tmp_path, kind), tmp_path)


@pytest.fixture
def runtime(config: Config, clock: Clock) -> Iterator[Runtime]:
    """A running installation with nothing but tables in it, or with the small cast."""
    runtime = make_runtime(config, kept.open(config.database), clock=clock)
    yield runtime
    kept.close(runtime.database)


@pytest.fixture
def database(runtime: Runtime) -> Database:
    """The database of this test."""
    return runtime.database


@pytest.fixture
def world(runtime: Runtime, store: Store) -> World:
    """The small cast: two companies with their people, the seller's office, and something to sell."""
    return _worlds[store.name].read_anew(runtime)


_worlds: dict[str, World] = {}
kept = Kept()


def _config(address: str, folder: Path) -> Config:
    return Config(data_dir=folder / 'data', database_url=address, base_url='http://127.0.0.1:8080')


def _save_world(store: Store, folder: Path) -> None:
    address = store.fresh(folder, 'tables')
    runtime = make_runtime(_config(address, folder), Database(address), clock=Clock())
    _worlds[store.name] = build(runtime)
    runtime.database.close()
    store.save(address, 'world')
