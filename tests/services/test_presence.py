"""Who is there, and how the house is."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlmodel import select

from models.mail import Mail, MailState
from models.users import User, UserSession
from services.auth.sessions import SessionService, token_hash
from services.core.actor import SYSTEM
from services.core.errors import Forbidden, SignedOut
from services.core.runtime import Runtime, SessionKey
from services.presence import PresenceService
from tests.conftest import Clock
from tests.web.server import signed_in
from tests.world import World
from ui.kernel import work as acts


def test_session_is_alive_until_it_ends(runtime: Runtime, world: World) -> None:
    mine, other = (token_hash(signed_in(runtime, world.mara)) for _ in range(2))
    assert runtime.run(SessionKey(mine), PresenceService.me).user_id == world.mara.user_id
    assert runtime.run(SYSTEM, PresenceService.alive, {mine, other, b'x' * 32}) == {mine, other}
    runtime.run(SessionKey(mine), SessionService.end_others)
    assert runtime.run(SYSTEM, PresenceService.alive, {mine, other}) == {mine}
    with pytest.raises(SignedOut):
        runtime.run(SessionKey(other), PresenceService.me)


def test_disabled_person_is_not_alive(runtime: Runtime, world: World) -> None:
    mine = token_hash(signed_in(runtime, world.mara))
    with runtime.work(SYSTEM, writes=True) as work:
        user = work.session.exec(select(User).where(User.id == world.mara.user_id)).one()
        user.active = False
        work.session.add(user)
    assert runtime.run(SYSTEM, PresenceService.alive, [mine]) == set()


def test_probe_sees_waiting_mail(runtime: Runtime, world: World, clock: Clock) -> None:
    assert runtime.run(SYSTEM, PresenceService.probe).is_well
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(Mail(recipient='a@b.example', state=MailState.QUEUED, created_at=work.now,
                              next_try_at=work.now - dt.timedelta(minutes=20)))
    health = runtime.run(SYSTEM, PresenceService.probe)
    assert health.mail_waits == 1200
    assert not health.is_well
    with pytest.raises(Forbidden):
        runtime.run(world.olga, PresenceService.probe)


def test_active_person_stays_signed_in(runtime: Runtime, world: World, clock: Clock) -> None:
    mine = token_hash(signed_in(runtime, world.sam))
    later = clock.advance(minutes=20)
    asyncio.run(acts.do(runtime, SessionKey(mine), SessionService.touch))
    with runtime.work(SYSTEM, writes=False) as work:
        seen = work.session.exec(select(UserSession.last_seen_at).where(UserSession.token_hash == mine)).one()
    assert seen == later
