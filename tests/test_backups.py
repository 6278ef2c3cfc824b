"""Backups: whole or not at all, verified before anything is touched, on both databases."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from sqlmodel import func, select

from models.core.database import Database
from models.mail import Mail, MailState
from models.users import User
from services import checks, schema
from services.backups import BackupError, back_up, restore
from services.core.actor import SYSTEM
from services.core.config import Config
from services.core.runtime import Runtime
from tests.databases import PostgresServer
from tests.world import World


def quietly(done: int, total: int, what: str) -> None:
    """A progress bar nobody watches."""


@pytest.fixture
def elsewhere(runtime: Runtime, tmp_path: Path, request: pytest.FixtureRequest) -> Config:
    """An empty installation of the same kind beside the one under test."""
    if runtime.database.is_sqlite:
        return Config(data_dir=tmp_path / 'elsewhere')
    server: PostgresServer = request.getfixturevalue('postgres_server')
    return Config(data_dir=tmp_path / 'elsewhere', database_url=server.address(server.create()))


@pytest.fixture
def saved(runtime: Runtime, world: World, tmp_path: Path) -> Path:
    """A backup of the small cast with a file in its folder and a mail on its way."""
    (runtime.config.data_dir / 'files').mkdir()
    (runtime.config.data_dir / 'files' / 'picture').write_bytes(b'\x00picture')
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(Mail(recipient='ben@harbour.test', created_at=work.now, next_try_at=work.now))
        work.record('backup.tested')
    back_up(runtime, tmp_path / 'saved.zip', quietly)
    return tmp_path / 'saved.zip'


def people(address: str) -> int:
    database = Database(address)
    with database.reading() as session:
        found = session.exec(select(func.count()).select_from(User)).one()
    database.close()
    return found


def test_restored_elsewhere_it_is_the_same(saved: Path, elsewhere: Config) -> None:
    assert restore(elsewhere, saved, replace=False, progress=quietly) is None
    assert people(elsewhere.database) == 9
    assert (elsewhere.data_dir / 'files' / 'picture').read_bytes() == b'\x00picture'
    database = Database(elsewhere.database)
    schema.require_current(database)
    assert schema.differences(database) == []
    database.close()


def test_waiting_mails_are_held_back(saved: Path, elsewhere: Config) -> None:
    restore(elsewhere, saved, replace=False, progress=quietly)
    database = Database(elsewhere.database)
    with database.reading() as session:
        assert session.exec(select(Mail)).one().state is MailState.DEAD
    database.close()


def test_data_is_replaced_only_when_told(saved: Path, elsewhere: Config) -> None:
    restore(elsewhere, saved, replace=False, progress=quietly)
    with pytest.raises(BackupError, match='--replace'):
        restore(elsewhere, saved, replace=False, progress=quietly)
    kept = restore(elsewhere, saved, replace=True, progress=quietly)
    assert kept is not None and (kept / 'files' / 'picture').exists()
    assert people(elsewhere.database) == 9


@pytest.mark.parametrize('harm', ['changed', 'cut', 'foreign', 'escaping'])
def test_a_damaged_backup_touches_nothing(saved: Path, elsewhere: Config, harm: str) -> None:
    spoil(saved, harm)
    with pytest.raises(BackupError):
        restore(elsewhere, saved, replace=True, progress=quietly)
    database = Database(elsewhere.database)
    assert schema.state(database) is schema.SchemaState.EMPTY
    database.close()


def spoil(path: Path, harm: str) -> None:
    if harm == 'cut':
        path.write_bytes(path.read_bytes()[:-400])
    elif harm == 'foreign':
        path.write_bytes(b'PK not ours')
    else:
        with zipfile.ZipFile(path) as archive:
            entries = {name: archive.read(name) for name in archive.namelist()}
        if harm == 'changed':
            entries['files/files/picture'] = b'other'
        else:
            manifest = json.loads(entries['manifest.json'])
            manifest['entries']['files/../../out'] = manifest['entries'].pop('files/files/picture')
            entries['files/../../out'] = entries.pop('files/files/picture')
            entries['manifest.json'] = json.dumps(manifest).encode()
        with zipfile.ZipFile(path, 'w') as archive:
            for name, content in entries.items():
                archive.writestr(name, content)


def test_the_secret_stays_at_home(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        assert not [name for name in archive.namelist() if 'secret' in name or 'lock' in name]


def test_manifest_counts_every_row(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        manifest = json.loads(archive.read('manifest.json'))
    assert manifest['counts']['user'] == 9
    assert set(manifest['entries']) | {'manifest.json'} == set(zipfile.ZipFile(saved).namelist())


def test_the_world_keeps_every_invariant(runtime: Runtime, world: World) -> None:
    assert checks.run(runtime) == []
