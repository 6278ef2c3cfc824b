"""The bell: told to the right people, in their language, read by nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.core.actor import SYSTEM
from services.core.errors import NotFound
from services.core.listing import ListQuery
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.notifications import MESSAGES, NotificationService, who_may, worded
from tests.bell import ring
from tests.world import World


def _tell(runtime: Runtime, world: World, *, customer: bool = True) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        assert world.ben.user_id
        ring(work, [world.ben.user_id, world.ben.user_id], 'order_confirmed', facts={'number': 'SO-2026-000001'},
               path='/orders/SO-2026-000001', customer_id=world.harbour.id if customer else None)
        assert work.topics == {f'person:{world.ben.user_id}'}


def test_news_is_told_once_read_and_counted(runtime: Runtime, world: World) -> None:
    _tell(runtime, world)
    assert runtime.run(world.ben, NotificationService.unread) == 1
    news = runtime.run(world.ben, NotificationService.latest)
    assert [(n.text, n.path, n.read) for n in news] == [
        ('Order SO-2026-000001 is confirmed', '/orders/SO-2026-000001', False)]
    assert runtime.run(world.ben, NotificationService.read, news[0].id) == '/orders/SO-2026-000001'
    assert runtime.run(world.ben, NotificationService.unread) == 0
    page = runtime.run(world.ben, NotificationService.page, ListQuery())
    assert page.total == 1 and page.rows[0]['text'] == news[0].text


def test_nobody_reads_anothers_news(runtime: Runtime, world: World) -> None:
    _tell(runtime, world)
    news = runtime.run(world.ben, NotificationService.latest)[0]
    for other in (world.mara, world.luc, world.olga):
        assert runtime.run(other, NotificationService.latest) == []
        assert runtime.run(other, NotificationService.page, ListQuery()).total == 0
        with pytest.raises(NotFound):
            runtime.run(other, NotificationService.read, news.id)
        assert runtime.run(other, NotificationService.read_all) == 0
    assert runtime.run(world.ben, NotificationService.unread) == 1


def test_news_of_another_company_waits_until_one_works_for_it(runtime: Runtime, world: World) -> None:
    _tell(runtime, world)
    elsewhere = replace(world.ben, customer_id=world.atelier.id)
    assert runtime.run(elsewhere, NotificationService.unread) == 0
    _tell(runtime, world, customer=False)
    assert runtime.run(elsewhere, NotificationService.unread) == 1
    assert runtime.run(world.ben, NotificationService.read_all) == 2


def test_who_may_finds_the_people_of_a_company_or_the_staff(runtime: Runtime, world: World) -> None:
    with runtime.work(SYSTEM, writes=False) as work:
        placing = set(who_may(work, Permission.ORDERS_PLACE, world.harbour.id))
        confirming = set(who_may(work, Permission.ORDERS_CONFIRM))
    assert placing == {world.mara.user_id, world.ben.user_id}
    assert confirming == {world.olga.user_id, world.sam.user_id}


def test_every_message_reads_even_with_a_fact_missing() -> None:
    assert all(worded(message, {}) for message in MESSAGES)
    assert worded('order_placed', {'customer': '{x} <b>', 'number': 1}) == '{x} <b> placed order 1'
