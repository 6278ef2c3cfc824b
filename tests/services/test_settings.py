"""The seller's settings: defaults, checks, cache and rights."""

from __future__ import annotations

import pytest

from services.core.actor import SYSTEM, VISITOR
from services.core.errors import Forbidden, Invalid, NotFound
from services.core.runtime import Runtime
from services.settings import SETTINGS, SettingService, setting
from tests.services.people import actions
from tests.world import World


def test_every_default_is_a_value_its_setting_may_have(runtime: Runtime, world: World) -> None:
    for key, spec in SETTINGS.items():
        assert runtime.run(VISITOR, SettingService.get, key) == spec.default
        runtime.run(world.olga, SettingService.put, key, spec.default)
    assert actions(runtime) == []


def test_a_change_is_seen_at_once_recorded_and_announced(runtime: Runtime, world: World) -> None:
    heard: set[str] = set()
    runtime.bus.listen(heard.update)
    assert runtime.run(VISITOR, SettingService.get, 'seller.name') == 'My company'
    runtime.run(world.olga, SettingService.put_all, {'seller.name': ' Nordwerk Supply ', 'orders.pad_rows': 500})
    assert runtime.run(VISITOR, SettingService.all)['seller.name'] == 'Nordwerk Supply'
    assert 'settings' in heard and actions(runtime) == ['setting.changed'] * 2
    with runtime.work(SYSTEM, writes=False) as work:
        assert setting(work, 'orders.pad_rows') == 500


def test_what_an_act_changed_it_reads_and_a_failed_one_leaves_nothing(runtime: Runtime, world: World) -> None:
    with pytest.raises(RuntimeError), runtime.work(world.olga, writes=True) as work:
        SettingService(work).put('seller.name', 'Other')
        assert setting(work, 'seller.name') == 'Other'
        raise RuntimeError
    assert runtime.run(VISITOR, SettingService.get, 'seller.name') == 'My company'


@pytest.mark.parametrize(('key', 'value'), [
    ('seller.name', ''), ('seller.name', 'x' * 301), ('seller.name', None), ('brand.colour', 'red;}'),
    ('seller.currency', 'XXQ'), ('seller.country', 'nl'), ('seller.time_zone', 'Mars/Base'),
    ('auth.forgot_password', 'yes'), ('orders.pad_rows', True), ('orders.pad_rows', 1), ('seller.language', 'xx'),
    ('orders.cancel_until', 'shipped'), ('auth.terms_url', 'javascript:alert(1)'), ('auth.terms_url', '//evil')])
def test_a_value_it_cannot_have_is_refused(runtime: Runtime, world: World, key: str, value: object) -> None:
    with pytest.raises(Invalid) as caught:
        runtime.run(world.olga, SettingService.put, key, value)
    assert caught.value.field == key and actions(runtime) == []


def test_only_the_owner_changes_settings(runtime: Runtime, world: World) -> None:
    for person in (world.sam, world.mara, world.wim):
        with pytest.raises(Forbidden):
            runtime.run(person, SettingService.put, 'seller.name', 'Other')
    with pytest.raises(NotFound):
        runtime.run(world.olga, SettingService.put, 'no.such', 1)
