"""Saved views: own ones, shared ones, and nobody else's."""

from __future__ import annotations

import pytest

from services.core.errors import Forbidden, Invalid, NotFound
from services.core.runtime import Runtime
from services.views import ViewService
from tests.ui.tables.lists import ORDERS
from tests.world import World

QUERY = {'search': 'bolt', 'filters': {'status': ['placed']}, 'sort': '-gross', 'columns': ['number']}


def test_a_view_is_kept_replaced_shared_and_deleted(runtime: Runtime, world: World) -> None:
    key = runtime.run(world.mara, ViewService.save, ORDERS.name, ' Mine  now ', query={})
    assert runtime.run(world.mara, ViewService.save, ORDERS.name, 'Mine now', query=QUERY) == key
    (kept,) = runtime.run(world.mara, ViewService.list, ORDERS.name)
    assert (kept.name, kept.query, kept.own, kept.shared, kept.by) == ('Mine now', QUERY, True, False, '')
    assert runtime.run(world.ben, ViewService.list, ORDERS.name) == []
    runtime.run(world.mara, ViewService.share, str(key), shared=True)
    (seen,) = runtime.run(world.ben, ViewService.list, ORDERS.name)
    assert (seen.own, seen.by) == (False, 'Mara')
    for stranger in (world.luc, world.olga):
        assert runtime.run(stranger, ViewService.list, ORDERS.name) == []
    for other in (world.ben, world.luc):
        with pytest.raises(NotFound):
            runtime.run(other, ViewService.delete, str(key))
    runtime.run(world.mara, ViewService.delete, str(key))
    assert runtime.run(world.ben, ViewService.list, ORDERS.name) == []


def test_sharing_needs_its_right_and_a_name_is_needed(runtime: Runtime, world: World) -> None:
    with pytest.raises(Forbidden):
        runtime.run(world.ben, ViewService.save, ORDERS.name, 'For all', query=QUERY, shared=True)
    assert runtime.run(world.ben, ViewService.list, ORDERS.name) == []
    for name in ('', '  ', 'x' * 81):
        with pytest.raises(Invalid):
            runtime.run(world.ben, ViewService.save, ORDERS.name, name, query=QUERY)
    with pytest.raises(NotFound):
        runtime.run(world.ben, ViewService.save, 'no_such_list', 'Name', query=QUERY)
    with pytest.raises(NotFound):
        runtime.run(world.ben, ViewService.delete, 'not-a-key')
