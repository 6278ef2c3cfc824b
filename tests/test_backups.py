"""Backups: whole or not at all, verified before anything is touched, sealed with a passphrase, on both databases."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, func, select

from models.audit import Event
from models.core.database import Database
from models.mail import Mail, MailState
from models.users import User, UserSession
from services import checks, schema
from services.backups import BackupError, Kept, back_up, restore, sealing, verify
from services.backups.resting import RestService
from services.core.actor import SYSTEM
from services.core.config import Config
from services.core.errors import Conflict, Forbidden
from services.core.runtime import Runtime
from services.files import store
from services.jobs.declaring import Past, is_due
from services.jobs.leading import Leader
from services.jobs.running import BoardService
from services.jobs.runs import RunService
from services.jobs.schedule import SCHEDULE
from services.mail.sending import SendingService
from services.reminders.sending import ReminderSendingService
from services.start import make_runtime
from tests.databases import PostgresServer, forging
from tests.world import World

PASSPHRASE = 'nine lanterns over the harbour'


def quietly(done: int, total: int, what: str) -> None:
    """A progress bar nobody watches."""


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is quick to derive."""
    monkeypatch.setattr(sealing, 'COST', 4)


@pytest.fixture
def elsewhere(runtime: Runtime, tmp_path: Path, request: pytest.FixtureRequest) -> Config:
    """An empty installation of the same kind beside the one under test."""
    if runtime.database.is_sqlite:
        return Config(data_dir=tmp_path / 'elsewhere')
    server: PostgresServer = request.getfixturevalue('postgres_server')
    return Config(data_dir=tmp_path / 'elsewhere', database_url=server.address(server.create()))


@pytest.fixture
def lived_in(runtime: Runtime, world: World) -> Runtime:
    """The small cast with a stored file and a mail on its way."""
    with runtime.work(SYSTEM, writes=True) as work:
        store(work, b'\x00picture', kind='picture', name='a.webp', media_type='image/webp')
        work.session.add(Mail(recipient='ben@harbour.test', created_at=work.now, next_try_at=work.now))
        work.record('backup.tested')
    return runtime


@pytest.fixture
def saved(lived_in: Runtime, tmp_path: Path) -> Path:
    """A backup of it."""
    back_up(lived_in, tmp_path / 'saved.zip', quietly)
    return tmp_path / 'saved.zip'


@pytest.fixture
def sealed(lived_in: Runtime, tmp_path: Path) -> Path:
    """A sealed one; the passphrase lies in the data folder."""
    write_passphrase(lived_in.config.data_dir)
    back_up(lived_in, tmp_path / 'saved.sealed', quietly)
    return tmp_path / 'saved.sealed'


def write_passphrase(folder: Path, text: str = PASSPHRASE, mode: int = 0o600) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / 'backup.passphrase'
    path.write_text(f'{text}\n')
    path.chmod(mode)
    return path


@pytest.fixture
def restored(saved: Path, elsewhere: Config) -> Iterator[Runtime]:
    """What the backup became elsewhere."""
    restore(elsewhere, saved, replace=False, progress=quietly)
    runtime = make_runtime(elsewhere, Database(elsewhere.database))
    yield runtime
    runtime.database.close()


def people(address: str) -> int:
    database = Database(address)
    with database.reading() as session:
        found = session.exec(select(func.count()).select_from(User)).one()
    database.close()
    return found


def pictures(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in (folder / 'files').rglob('*') if path.is_file()]


def is_untouched(config: Config) -> bool:
    database = Database(config.database)
    try:
        return schema.state(database) is schema.SchemaState.EMPTY
    finally:
        database.close()


def test_restored_elsewhere_it_is_the_same(saved: Path, elsewhere: Config) -> None:
    assert restore(elsewhere, saved, replace=False, progress=quietly) == Kept()
    assert people(elsewhere.database) == 9
    assert pictures(elsewhere.data_dir) == [b'\x00picture']
    runtime = make_runtime(elsewhere, Database(elsewhere.database))
    schema.require_current(runtime.database)
    assert schema.differences(runtime.database) == []
    assert checks.run(runtime) == []
    runtime.database.close()


def test_data_is_replaced_only_when_told_and_is_kept(saved: Path, elsewhere: Config) -> None:
    restore(elsewhere, saved, replace=False, progress=quietly)
    with pytest.raises(BackupError, match='--replace'):
        restore(elsewhere, saved, replace=False, progress=quietly)
    kept = restore(elsewhere, saved, replace=True, progress=quietly)
    assert kept.folder is not None and pictures(kept.folder) == [b'\x00picture']
    assert people(elsewhere.database) == 9
    if elsewhere.database.startswith('sqlite'):
        assert people(f'sqlite:///{kept.folder / "portico.sqlite"}') == 9
        return
    database = Database(elsewhere.database, schema=kept.schema)
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(User)).one() == 9
    database.close()


@pytest.mark.parametrize('harm', ['changed', 'cut', 'foreign', 'escaping'])
def test_a_damaged_backup_touches_nothing(saved: Path, elsewhere: Config, harm: str) -> None:
    spoil(saved, harm)
    with pytest.raises(BackupError):
        restore(elsewhere, saved, replace=True, progress=quietly)
    assert is_untouched(elsewhere)


def spoil(path: Path, harm: str) -> None:
    if harm == 'cut':
        path.write_bytes(path.read_bytes()[:-400])
    elif harm == 'foreign':
        path.write_bytes(b'PK not ours')
    else:
        with zipfile.ZipFile(path) as archive:
            entries = {name: archive.read(name) for name in archive.namelist()}
        file = next(name for name in entries if name.startswith('files/files/'))
        if harm == 'changed':
            entries[file] = b'other'
        else:
            manifest = json.loads(entries['manifest.json'])
            manifest['entries']['files/../../out'] = manifest['entries'].pop(file)
            entries['files/../../out'] = entries.pop(file)
            entries['manifest.json'] = json.dumps(manifest).encode()
        with zipfile.ZipFile(path, 'w') as archive:
            for name, content in entries.items():
                archive.writestr(name, content)


@pytest.mark.parametrize('keys', [1, 2])
def test_without_passphrase_the_secret_stays_at_home(lived_in: Runtime, tmp_path: Path, elsewhere: Config,
                                                     keys: int) -> None:
    if keys == 2:
        lived_in.secrets.rotate()
    saved = tmp_path / 'plain.zip'
    back_up(lived_in, saved, quietly)
    with zipfile.ZipFile(saved) as archive:
        assert not [name for name in archive.namelist() if 'secret' in name or 'lock' in name or 'passphrase' in name]
    own = make_runtime(elsewhere, Database(elsewhere.database)).secrets.key
    restore(elsewhere, saved, replace=False, progress=quietly)
    assert make_runtime(elsewhere, Database(elsewhere.database)).secrets.key == own


def test_manifest_counts_rows_and_money(lived_in: Runtime, saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        manifest = json.loads(archive.read('manifest.json'))
        assert set(manifest['entries']) | {'manifest.json'} == set(archive.namelist())
    assert manifest['counts']['user'] == 9 and manifest['version'] and manifest['revision']


def test_sealed_it_is_unreadable_and_brings_the_secret(lived_in: Runtime, sealed: Path, elsewhere: Config) -> None:
    assert b'ben@harbour.test' not in sealed.read_bytes() and not zipfile.is_zipfile(sealed)
    with pytest.raises(BackupError, match='PORTICO_BACKUP_PASSPHRASE'):
        restore(elsewhere, sealed, replace=False, progress=quietly)
    write_passphrase(elsewhere.data_dir, 'another one entirely')
    with pytest.raises(BackupError, match='not the passphrase'):
        restore(elsewhere, sealed, replace=False, progress=quietly)
    assert is_untouched(elsewhere)
    write_passphrase(elsewhere.data_dir)
    restore(elsewhere, sealed, replace=False, progress=quietly)
    assert people(elsewhere.database) == 9 and pictures(elsewhere.data_dir) == [b'\x00picture']
    assert (elsewhere.data_dir / 'secret.key').read_bytes() == (lived_in.config.data_dir / 'secret.key').read_bytes()


def test_a_passphrase_is_refused_when_others_read_it_or_it_is_short(lived_in: Runtime, tmp_path: Path) -> None:
    for text, mode, why in ((PASSPHRASE, 0o644, 'chmod 600'), ('short', 0o600, 'shorter than')):
        write_passphrase(lived_in.config.data_dir, text, mode)
        with pytest.raises(BackupError, match=why):
            back_up(lived_in, tmp_path / 'no.sealed', quietly)
    assert not list(tmp_path.glob('*no.sealed*'))


@pytest.mark.parametrize('size', [0, 1, 100, 101, 200, 333])
def test_a_sealed_stream_reads_back_and_notices_every_harm(size: int, tmp_path: Path,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, 'CHUNK', 100)
    path, content = tmp_path / 'stream', bytes(place % 251 for place in range(size))
    with path.open('wb') as target:
        sealer = sealing.Sealer(target, PASSPHRASE)
        for place in range(0, size, 7):
            sealer.write(content[place:place + 7])
        sealer.finish()
    whole = path.read_bytes()
    assert unsealed(path) == content
    first = len(whole) - size - sealing.TAG * max(-(-size // 100), 1)
    spoilt = [whole[:cut] for cut in {len(whole) - 1, first, first + 116, 20} if cut < len(whole)]
    spoilt += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:] for at in (0, 17, 30, first - 1, len(whole) - 1)]
    spoilt += [whole + b'\x00', whole + whole[-20:]]
    spoilt += [whole[:first] + whole[first + 116:first + 232] + whole[first:first + 116] + whole[first + 232:]
               ] if size == 333 else []
    for data in spoilt:
        path.write_bytes(data)
        with pytest.raises(BackupError):
            unsealed(path)


def unsealed(path: Path) -> bytes:
    with path.open('rb') as source:
        return sealing.Unsealer(source, PASSPHRASE).readall() or b''


def test_a_backup_proves_itself_and_leaves_nothing(lived_in: Runtime, sealed: Path) -> None:
    found = verify(lived_in.config, sealed, quietly)
    assert found.findings == [] and found.manifest.counts['user'] == 9
    assert not list(lived_in.config.data_dir.glob('.*'))
    with lived_in.database.reading() as session:
        assert session.exec(select(Mail.state)).one() is MailState.QUEUED
        if not lived_in.database.is_sqlite:
            assert not session.execute(sa.text("SELECT 1 FROM pg_namespace WHERE nspname = 'portico_verify'")).all()


def test_verifying_tells_what_is_wrong(lived_in: Runtime, tmp_path: Path) -> None:
    with forging(lived_in.database) as connection:
        connection.exec_driver_sql("UPDATE event SET note = 'forged' WHERE action = 'backup.tested'")
    next(path for path in (lived_in.config.data_dir / 'files').rglob('*') if path.is_file()).unlink()
    back_up(lived_in, tmp_path / 'bad.zip', quietly)
    assert {finding.check for finding in verify(lived_in.config, tmp_path / 'bad.zip', quietly).findings} == {
        'audit trail', 'files'}
    spoil_count(tmp_path / 'bad.zip')
    with pytest.raises(BackupError) if not lived_in.database.is_sqlite else pytest.MonkeyPatch.context():
        found = verify(lived_in.config, tmp_path / 'bad.zip', quietly).findings
        assert 'backup' in {finding.check for finding in found}


def spoil_count(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(entries['manifest.json'])
    manifest['counts']['user'] += 1
    entries['manifest.json'] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, 'w') as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def test_a_restore_waits_for_portico_to_stop(saved: Path, elsewhere: Config) -> None:
    leader = Leader(Database(elsewhere.database))
    if not elsewhere.database.startswith('sqlite'):
        assert leader.leads()
        with pytest.raises(BackupError, match='running'):
            restore(elsewhere, saved, replace=True, progress=quietly)
        assert is_untouched(elsewhere)
        leader.resign()


def test_after_a_restore_nothing_goes_out_by_itself(restored: Runtime, world: World) -> None:
    with restored.database.reading() as session:
        assert session.exec(select(Mail.state)).one() is MailState.DEAD
        assert session.exec(select(UserSession)).first() is None
        event = session.exec(select(Event).where(Event.action == 'backup.restored')).one()
        assert event.changes['made_at'].startswith('2026-03-02') and event.note == 'saved.zip'
    with restored.work(SYSTEM, writes=True) as work:
        work.session.add(Mail(recipient='ben@harbour.test', created_at=work.now, next_try_at=work.now))
    assert restored.run(SYSTEM, SendingService.due) == []
    assert restored.run(SYSTEM, ReminderSendingService.waiting) == []
    _past, settings = restored.run(SYSTEM, RunService.past)
    resting = {work.name for work in SCHEDULE if work.rests}
    assert {'send outbox', 'reminders', 'monthly invoices', 'send statements', 'end unpaid orders'} <= resting
    assert not [work.name for work in SCHEDULE if work.rests and is_due(work, Past(), restored.now(), settings)]
    with pytest.raises(Conflict):
        restored.run(world.olga, BoardService.run_now, 'reminders')


def test_the_owner_lets_it_go_on(restored: Runtime, world: World) -> None:
    with restored.work(SYSTEM, writes=True) as work:
        work.session.add(Mail(recipient='ben@harbour.test', created_at=work.now, next_try_at=work.now))
    for other in (world.sam, world.mara):
        with pytest.raises(Forbidden):
            restored.run(other, RestService.resume)
    assert restored.run(world.olga, RestService.rests).startswith('2026-03-02')
    restored.run(world.olga, RestService.resume)
    assert restored.run(world.olga, RestService.rests) == ''
    assert len(restored.run(SYSTEM, SendingService.due)) == 1
    with pytest.raises(Conflict):
        restored.run(world.olga, RestService.resume)
    with restored.database.reading() as session:
        event = session.exec(select(Event).where(col(Event.action) == 'backup.resumed')).one()
        assert event.actor_id == world.olga.user_id


def test_what_is_discarded_meanwhile_is_still_there(lived_in: Runtime, tmp_path: Path) -> None:
    """A file whose row the backup holds, gone before the files' turn came."""
    def throw_away(done: int, total: int, what: str) -> None:
        for path in (lived_in.config.data_dir / 'files').rglob('*'):
            if what == 'Database' and path.is_file():
                path.unlink()
    back_up(lived_in, tmp_path / 'a.zip', throw_away)
    assert verify(lived_in.config, tmp_path / 'a.zip', quietly).findings == []


def test_the_world_keeps_every_invariant(runtime: Runtime, world: World) -> None:
    assert checks.run(runtime) == []
