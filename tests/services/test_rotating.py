"""A new secret key takes nothing from anybody, and a second one ends what the first had made."""

from __future__ import annotations

import stat

import pytest
from sqlmodel import select

from models.two_step import Authenticator, PendingStep, Step
from models.users import User
from services import checks
from services.auth.authenticators import renewed_codes, take_recovery_code, unsealed
from services.auth.entering import SEED, await_step
from services.auth.rotating import RotationService, rotate
from services.core.actor import SYSTEM
from services.core.errors import Forbidden, Unavailable
from services.core.runtime import Runtime
from services.core.secrets import NAME, OLD, Secrets
from services.start import StartError, make_runtime
from tests.services.people import actions, membership
from tests.world import World

THING = 'JBSWY3DPEHPK3PXP'


@pytest.fixture
def app(runtime: Runtime, world: World) -> None:
    """Mara has an authenticator app."""
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(Authenticator(
            user_id=world.mara.user_id, last_step=1, since=work.now,
            seed=runtime.secrets.seal(SEED, THING, bound=str(world.mara.user_id))))


def kept(runtime: Runtime, world: World) -> str:
    """What is stored of her seed."""
    with runtime.database.reading() as session:
        return session.get_one(Authenticator, world.mara.user_id).seed


def seed(runtime: Runtime, world: World) -> str:
    """Her seed as the codes are worked out of it."""
    with runtime.work(SYSTEM, writes=False) as work:
        assert world.mara.user_id is not None
        return unsealed(work, kept(runtime, world), world.mara.user_id)


@pytest.mark.usefixtures('app')
def test_apps_come_under_the_new_key(runtime: Runtime, world: World) -> None:
    before, key = kept(runtime, world), runtime.secrets.key
    assert rotate(runtime) == 0
    assert runtime.secrets.key != key and runtime.secrets.old == key
    assert kept(runtime, world) != before and seed(runtime, world) == THING
    (runtime.config.data_dir / OLD).unlink()
    alone = make_runtime(runtime.config, runtime.database)
    assert alone.secrets.old is None and seed(alone, world) == THING
    assert actions(runtime)[-1] == 'secret.rotated' and checks.run(runtime) == []


@pytest.mark.usefixtures('app')
def test_one_cut_off_halfway_loses_nothing(runtime: Runtime, world: World) -> None:
    runtime.secrets.rotate()
    assert seed(runtime, world) == THING
    assert rotate(runtime) == 0
    assert seed(runtime, world) == THING


def test_a_seed_of_another_installation_is_left_and_counted(runtime: Runtime, world: World, app: None) -> None:
    foreign = runtime.secrets.seal(SEED, THING, bound='somebody else')
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.get_one(Authenticator, world.mara.user_id).seed = foreign
    assert rotate(runtime) == 1
    assert kept(runtime, world) == foreign
    with pytest.raises(Unavailable):
        seed(runtime, world)


def test_an_app_about_to_be_set_up_goes_on(runtime: Runtime, world: World) -> None:
    user_id = world.mara.user_id
    assert user_id is not None
    own = membership(runtime, world.mara).id
    with runtime.work(SYSTEM, writes=True) as work:
        await_step(work, work.session.get_one(User, user_id), own, Step.OWN)
    rotate(runtime)
    (runtime.config.data_dir / OLD).unlink()
    fresh = Secrets(runtime.config.data_dir)
    with runtime.database.reading() as session:
        row = session.exec(select(PendingStep)).one()
    assert len(fresh.unseal(SEED, row.seed, bound=str(user_id))) >= 32


def test_recovery_codes_and_links_outlive_one_new_key_but_not_two(runtime: Runtime, world: World) -> None:
    user_id = world.mara.user_id
    assert user_id is not None
    signature = runtime.secrets.sign('invitation', 'x')
    with runtime.work(SYSTEM, writes=True) as work:
        first, second, *_rest = [code.replace(' ', '') for code in renewed_codes(work, user_id)]
    rotate(runtime)
    assert runtime.secrets.sign('invitation', 'x') != signature
    assert runtime.secrets.verify('invitation', 'x', signature)
    assert not runtime.secrets.verify('reset', 'x', signature)
    with runtime.work(SYSTEM, writes=True) as work:
        assert take_recovery_code(work, user_id, first)
        assert not take_recovery_code(work, user_id, first)
    rotate(runtime)
    assert not runtime.secrets.verify('invitation', 'x', signature)
    with runtime.work(SYSTEM, writes=True) as work:
        assert not take_recovery_code(work, user_id, second)


def test_both_keys_are_their_owners_only(runtime: Runtime) -> None:
    folder = runtime.config.data_dir
    runtime.secrets.rotate()
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in (NAME, OLD)} == {0o600}
    assert [path.name for path in folder.iterdir() if path.name.startswith('.')] == []
    (folder / OLD).chmod(0o644)
    with pytest.raises(StartError, match='chmod 600'):
        make_runtime(runtime.config, runtime.database)


def test_nobody_does_it_from_a_page(runtime: Runtime, world: World) -> None:
    with pytest.raises(Forbidden):
        runtime.run(world.olga, RotationService.reseal)
