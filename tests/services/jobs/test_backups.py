"""The backups in the data folder: written, proved, kept for a while, seen and taken only by the owner."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from services.backups import BackupError, sealing
from services.backups.desk import BackupService
from services.backups.nightly import Backup, back_up_here, folder_of, kept
from services.core.errors import Forbidden, NotFound
from services.core.runtime import Runtime
from services.jobs.running import BoardService, wait_for_asked
from services.jobs.schedule import BACKUP
from tests.conftest import Clock
from tests.services.people import actions
from tests.world import World


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is quick to derive."""
    monkeypatch.setattr(sealing, 'COST', 4)


def test_seven_days_four_weeks_and_twelve_months_are_kept() -> None:
    last = dt.datetime(2026, 12, 31, 1, 30)  # noqa: DTZ001
    every = [Backup(str(day), last - dt.timedelta(days=day), 1, False) for day in range(800)]
    left = [backup for backup in every if backup.name in kept(every)]
    assert [backup.name for backup in left[:7]] == [str(day) for day in range(7)]
    mondays = {backup.at.date() for backup in left if backup.at.weekday() == 0}
    assert {dt.date(2026, 12, day) for day in (28, 21, 14, 7)} <= mondays
    assert [backup.at.month for backup in left if backup.at.day == 1] == [*range(12, 0, -1)]
    assert len(left) <= 7 + 4 + 12
    today = [Backup(f'again {hour}', last.replace(hour=hour), 1, False) for hour in (2, 3)]
    assert {'0', 'again 2', 'again 3'} <= kept([*every, *today])
    assert kept([]) == set()


def test_the_owner_backs_up_sees_the_proof_and_takes_it(runtime: Runtime, world: World, clock: Clock) -> None:
    assert runtime.run(world.olga, BackupService.shelf).backups == []
    for hours in (0, 1):
        clock.advance(hours=hours)
        runtime.run(world.olga, BoardService.run_now, BACKUP)
        wait_for_asked()
    shelf = runtime.run(world.olga, BackupService.shelf)
    assert [b.name for b in shelf.backups] == ['portico-2026-03-02-110000.zip', 'portico-2026-03-02-100000.zip']
    assert shelf.job.last is not None and shelf.job.last.state == 'done', shelf.job.last
    assert shelf.proof['findings'] == [] and shelf.proof['rows'] > 50 and not shelf.seals and not shelf.is_late
    path = runtime.run(world.olga, BackupService.take, shelf.backups[0].name)
    assert path.stat().st_size == shelf.backups[0].size and path.stat().st_mode & 0o077 == 0
    assert 'backup.downloaded' in actions(runtime)
    for name in ('../secret.key', 'portico-2026-03-02-100001.zip', 'secret.key'):
        with pytest.raises(NotFound):
            runtime.run(world.olga, BackupService.take, name)
    clock.advance(days=3)
    assert runtime.run(world.olga, BackupService.shelf).is_late


def test_others_neither_see_nor_start_nor_take_one(runtime: Runtime, world: World) -> None:
    for person in (world.sam, world.mara):
        for act, given in ((BackupService.shelf, ()), (BackupService.take, ('x',)), (BoardService.run_now, (BACKUP,))):
            with pytest.raises(Forbidden):
                runtime.run(person, act, *given)
    assert not folder_of(runtime.config).exists()


@pytest.mark.parametrize('store', ['sqlite'], indirect=True)
def test_a_useless_backup_is_not_kept_and_no_old_one_goes(runtime: Runtime, world: World,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    moment = dt.datetime(2026, 3, 1, 1, 30)  # noqa: DTZ001
    back_up_here(runtime, moment)
    old = sorted(path.name for path in folder_of(runtime.config).iterdir())

    def spoilt(_runtime: Runtime, target: Path, _progress: object) -> None:
        target.write_bytes(b'PK nothing')
    monkeypatch.setattr('services.backups.nightly.back_up', spoilt)
    with pytest.raises(BackupError):
        back_up_here(runtime, moment + dt.timedelta(days=400))
    assert sorted(path.name for path in folder_of(runtime.config).iterdir()) == old
