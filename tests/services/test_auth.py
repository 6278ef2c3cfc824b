"""Signing in, sessions and rights read anew, and the switch of company."""

from __future__ import annotations

import base64
import statistics
import time

import pytest
import sqlalchemy as sa
from sqlmodel import col

from models.customers import Customer, CustomerStatus
from models.users import Membership, Role, User
from services.auth import codes, passwords, turnstile
from services.auth.sessions import Browser, SessionService, new_token
from services.auth.signing_in import AuthService, Credentials, sign_in
from services.core.actor import SYSTEM, Actor
from services.core.errors import Forbidden, Invalid, NotFound, SignedOut, Throttled, Unavailable
from services.core.permissions import READING, ROLES, Permission
from services.core.runtime import Runtime
from services.presence import PresenceService
from tests.conftest import Clock
from tests.services.people import HERE, actions, enter, give_password, join, key
from tests.world import PASSWORD, World


def _update(runtime: Runtime, statement: sa.Update) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.execute(statement.execution_options(synchronize_session=False))


def test_signing_in_opens_a_session_with_the_rights_of_the_role(runtime: Runtime, world: World) -> None:
    opened = enter(runtime, world.ben)
    actor = runtime.run(key(opened), PresenceService.me)
    assert (actor.user_id, actor.customer_id, actor.role) == (world.ben.user_id, world.harbour.id, Role.BUYER)
    assert actor.permissions == ROLES[Role.BUYER]
    assert actor.customer_name == 'Harbour Joinery' and actor.account == 'C-10001'
    assert actions(runtime)[-1] == 'session.opened'


@pytest.mark.parametrize(('email', 'password'), [('ben@harbour.test', 'wrong'), ('nobody@harbour.test', PASSWORD),
                                                 ('', ''), ('ben@harbour.test\r\nBcc: x@y.z', PASSWORD)])
def test_wrong_credentials_say_nothing_but_leave_a_trace(runtime: Runtime, world: World, email: str,
                                                         password: str) -> None:
    give_password(runtime, world.ben)
    with pytest.raises(Invalid) as caught:
        sign_in(runtime, Credentials(email, password, HERE))
    assert caught.value.message == 'The e-mail or the password is not right.' and caught.value.field is None
    assert actions(runtime) == ['session.refused']


def test_the_e_mail_may_be_typed_in_capitals_and_with_blanks(runtime: Runtime, world: World) -> None:
    email = give_password(runtime, world.ben)
    assert sign_in(runtime, Credentials(f' {email.upper()} ', PASSWORD, HERE)).token


def test_a_person_without_password_cannot_sign_in(runtime: Runtime, world: World) -> None:
    with pytest.raises(Invalid):
        sign_in(runtime, Credentials('ben@harbour.test', '', HERE))


def test_unknown_people_take_as_long_as_known_ones(runtime: Runtime, world: World) -> None:
    known = give_password(runtime, world.ben)

    def taken(email: str) -> float:
        began = time.thread_time()
        passwords.matches(runtime.run(SYSTEM, AuthService.find, email).password_hash, 'wrong')
        return time.thread_time() - began
    pairs = [(taken(known), taken(f'nobody{n}@harbour.test')) for n in range(8)]
    apart = statistics.median(a for a, _ in pairs) - statistics.median(b for _, b in pairs)
    assert abs(apart) < 0.02


def test_too_many_tries_wait_but_never_lock_out(runtime: Runtime, world: World, clock: Clock) -> None:
    email = give_password(runtime, world.ben)
    for _ in range(10):
        with pytest.raises(Invalid):
            sign_in(runtime, Credentials(email, 'wrong', HERE))
    with pytest.raises(Throttled) as caught:
        sign_in(runtime, Credentials(email, PASSWORD, HERE))
    assert 0 < caught.value.details <= 90
    assert sign_in(runtime, Credentials(email, PASSWORD, Browser('198.51.100.9'))).token
    clock.advance(minutes=2)
    assert sign_in(runtime, Credentials(email, PASSWORD, HERE)).token


def test_one_password_for_many_accounts_is_slowed_down(runtime: Runtime, world: World) -> None:
    door = SYSTEM
    for number in range(100):
        runtime.run(door, AuthService.find, f'person{number}@harbour.test')
    with pytest.raises(Throttled):
        runtime.run(door, AuthService.find, 'another@harbour.test')


def test_an_old_hash_is_made_anew_at_sign_in(runtime: Runtime, world: World) -> None:
    from argon2 import PasswordHasher
    email = give_password(runtime, world.ben)
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    _update(runtime, sa.update(User).where(col(User.email) == email).values(password_hash=weak))
    sign_in(runtime, Credentials(email, PASSWORD, HERE))
    assert not passwords.is_outdated(runtime.run(SYSTEM, AuthService.find, email).password_hash)


def test_sessions_idle_out_sooner_for_staff(runtime: Runtime, world: World, clock: Clock) -> None:
    ben, sam = key(enter(runtime, world.ben)), key(enter(runtime, world.sam))
    clock.advance(minutes=29)
    runtime.run(sam, SessionService.touch)
    clock.advance(minutes=29)
    assert runtime.run(sam, PresenceService.me).is_staff
    clock.advance(minutes=2)
    with pytest.raises(SignedOut):
        runtime.run(sam, PresenceService.me)
    assert runtime.run(ben, PresenceService.me)
    clock.advance(hours=12)
    with pytest.raises(SignedOut):
        runtime.run(ben, PresenceService.me)


def test_no_session_lives_longer_than_seven_days(runtime: Runtime, world: World, clock: Clock) -> None:
    ben = key(enter(runtime, world.ben))
    for _ in range(15):
        clock.advance(hours=11)
        runtime.run(ben, SessionService.touch)
    assert runtime.run(ben, PresenceService.me)
    clock.advance(hours=4)
    with pytest.raises(SignedOut):
        runtime.run(ben, PresenceService.me)


def test_what_was_taken_away_is_gone_with_the_next_act(runtime: Runtime, world: World) -> None:
    ben = key(enter(runtime, world.ben))
    of_ben = col(Membership.user_id) == world.ben.user_id
    _update(runtime, sa.update(Membership).where(of_ben).values(role=Role.VIEWER))
    assert not runtime.run(ben, PresenceService.me).may(Permission.ORDERS_PLACE)
    _update(runtime, sa.update(Membership).where(of_ben).values(active=False))
    with pytest.raises(SignedOut):
        runtime.run(ben, PresenceService.me)
    _update(runtime, sa.update(Membership).where(of_ben).values(active=True))
    _update(runtime, sa.update(Customer).where(col(Customer.id) == world.harbour.id).values(
        status=CustomerStatus.BLOCKED))
    with pytest.raises(SignedOut):
        runtime.run(ben, PresenceService.me)
    with pytest.raises(Forbidden):
        enter(runtime, world.ben)


def test_tokens_are_long_and_never_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {new_token() for _ in range(1000)}
    assert len(made) == 1000 and {len(base64.urlsafe_b64decode(token + '=')) for token in made} == {32}
    seeds, papers = {codes.new_seed() for _ in range(100)}, codes.new_recovery_codes()
    assert len(seeds) == 100 and {len(seed) for seed in seeds} == {32}
    assert len(set(papers)) == 10 and {len(code) for code in papers} == {12}
    monkeypatch.setattr('secrets.token_urlsafe', lambda size: f'chosen {size}')
    assert new_token() == 'chosen 32'


def test_signing_out_ends_the_session_and_tells_its_pages(runtime: Runtime, world: World) -> None:
    heard: set[str] = set()
    runtime.bus.listen(heard.update)
    ben = key(enter(runtime, world.ben))
    runtime.run(ben, AuthService.sign_out)
    assert f'session:{ben.token_hash.hex()}' in heard
    with pytest.raises(SignedOut):
        runtime.run(ben, PresenceService.me)


def test_a_person_of_two_companies_lands_where_he_was_last(runtime: Runtime, world: World, clock: Clock) -> None:
    second = join(runtime, world.ben, world.atelier.id, 'viewer')
    clock.advance(minutes=1)
    first = enter(runtime, world.ben)
    assert runtime.run(key(first), PresenceService.me).customer_id == world.harbour.id
    clock.advance(minutes=1)
    other = runtime.run(key(first), AuthService.switch, second.id, browser=HERE)
    assert other.token != first.token
    assert runtime.run(key(other), PresenceService.me).customer_id == world.atelier.id
    with pytest.raises(SignedOut):
        runtime.run(key(first), PresenceService.me)
    clock.advance(minutes=1)
    assert runtime.run(key(enter(runtime, world.ben)), PresenceService.me).customer_id == world.atelier.id


def test_nobody_switches_to_a_company_that_is_not_his(runtime: Runtime, world: World) -> None:
    foreign = join(runtime, world.mara, world.atelier.id, 'admin')
    ben = key(enter(runtime, world.ben))
    with pytest.raises(NotFound):
        runtime.run(ben, AuthService.switch, foreign.id, browser=HERE)
    assert runtime.run(ben, PresenceService.me).customer_id == world.harbour.id


def test_staff_look_through_a_customers_eyes_and_can_only_look(runtime: Runtime, world: World) -> None:
    sam = enter(runtime, world.sam)
    viewing = runtime.run(key(sam), AuthService.view_as, 'C-10001', browser=HERE)
    actor = runtime.run(key(viewing), PresenceService.me)
    assert actor.viewing_as and actor.real_user_id == world.sam.user_id and actor.customer_id == world.harbour.id
    assert not actor.is_staff and actor.permissions <= READING & ROLES[Role.ADMIN]
    assert 'customer.viewed_as' in actions(runtime)
    back = runtime.run(key(viewing), AuthService.leave_view, browser=HERE)
    assert runtime.run(key(back), PresenceService.me).is_staff


@pytest.mark.parametrize('name', ['ben', 'mara', 'wim'])
def test_others_cannot_view_as_a_customer(runtime: Runtime, world: World, name: str) -> None:
    person: Actor = getattr(world, name)
    with pytest.raises(Forbidden):
        runtime.run(key(enter(runtime, person)), AuthService.view_as, 'C-10002', browser=HERE)


def test_own_sessions_are_listed_and_others_ended(runtime: Runtime, world: World, clock: Clock) -> None:
    first, second = key(enter(runtime, world.ben)), key(enter(runtime, world.ben, browser=Browser('10.0.0.1', 'Phone')))
    mara = key(enter(runtime, world.mara))
    found = runtime.run(second, SessionService.own)
    assert [(s.agent, s.current) for s in found if s.current] == [('Phone', True)] and len(found) == 2
    other = next(s for s in found if not s.current)
    with pytest.raises(NotFound):
        runtime.run(mara, SessionService.end, other.id)
    runtime.run(second, SessionService.end, other.id)
    with pytest.raises(SignedOut):
        runtime.run(first, PresenceService.me)
    third = key(enter(runtime, world.ben))
    assert runtime.run(third, SessionService.end_others) == 1
    with pytest.raises(SignedOut):
        runtime.run(second, PresenceService.me)
    assert runtime.run(mara, PresenceService.me)
    clock.advance(days=40)
    runtime.run(SYSTEM, SessionService.purge)
    assert runtime.run(key(enter(runtime, world.ben)), SessionService.own)


def test_the_turnstile_turns_people_away_when_too_many_wait() -> None:
    import threading
    go = threading.Event()
    waiting = [turnstile.enter(go.wait) for _ in range(turnstile.AT_ONCE + turnstile.WAITING)]
    with pytest.raises(Unavailable):
        turnstile.enter(go.wait)
    go.set()
    assert all(turn.result(5) for turn in waiting)
    assert turnstile.enter(lambda: 7).result(5) == 7
