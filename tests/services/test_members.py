"""The people of a company: roles, access, and one's own profile."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from models.users import Role
from services.core.actor import SYSTEM, Actor
from services.core.errors import Conflict, Forbidden, Invalid, NotFound, SignedOut
from services.core.runtime import Runtime
from services.notifications import NotificationService
from services.presence import PresenceService
from services.users import MemberService, ProfileInput, UserService, change_picture
from tests.services.people import actions, enter, join, key, membership
from tests.world import World


def test_an_admin_sees_his_own_company_and_staff_see_all(runtime: Runtime, world: World) -> None:
    assert [p.name for p in runtime.run(world.mara, MemberService.people)] == ['Ada', 'Ben', 'Fin', 'Mara', 'Vera']
    assert [p.name for p in runtime.run(world.sam, MemberService.people, 'C-10002')] == ['Luc']
    assert [p.name for p in runtime.run(world.sam, MemberService.people)] == ['Olga', 'Sam', 'Wim']
    with pytest.raises(NotFound):
        runtime.run(world.mara, MemberService.people, 'C-10002')
    with pytest.raises(Forbidden):
        runtime.run(world.ben, MemberService.people)


def test_a_role_is_changed_told_and_recorded(runtime: Runtime, world: World) -> None:
    runtime.run(world.mara, MemberService.change_role, membership(runtime, world.ben).id, Role.FINANCE)
    assert membership(runtime, world.ben).role is Role.FINANCE
    assert actions(runtime) == ['user.role_changed']
    assert runtime.run(world.ben, NotificationService.latest)[0].text == 'Your role at Harbour Joinery is now Finance'


@pytest.mark.parametrize(('name', 'role', 'error'), [
    ('ben', Role.ADMIN, Forbidden), ('luc', Role.BUYER, NotFound), ('wim', Role.BUYER, Forbidden)])
def test_a_role_is_not_changed_by_the_wrong_person(runtime: Runtime, world: World, name: str, role: Role,
                                                   error: type[Exception]) -> None:
    person: Actor = getattr(world, name)
    with pytest.raises(error):
        runtime.run(person, MemberService.change_role, membership(runtime, world.vera).id, role)
    assert membership(runtime, world.vera).role is Role.VIEWER and actions(runtime) == []


def test_nobody_touches_his_own_role_or_gives_one_of_the_other_side(runtime: Runtime, world: World) -> None:
    with pytest.raises(Forbidden):
        runtime.run(world.mara, MemberService.change_role, membership(runtime, world.mara).id, Role.BUYER)
    with pytest.raises(Invalid):
        runtime.run(world.mara, MemberService.change_role, membership(runtime, world.ben).id, Role.OWNER)
    with pytest.raises(Forbidden):
        runtime.run(world.sam, MemberService.change_role, membership(runtime, world.wim).id, Role.OWNER)


def test_the_last_active_admin_stays(runtime: Runtime, world: World) -> None:
    mara = membership(runtime, world.mara).id
    for act in (lambda: runtime.run(world.sam, MemberService.disable, mara),
                lambda: runtime.run(world.sam, MemberService.change_role, mara, Role.BUYER)):
        with pytest.raises(Conflict):
            act()
    runtime.run(world.sam, MemberService.change_role, membership(runtime, world.ben).id, Role.ADMIN)
    runtime.run(world.sam, MemberService.disable, mara)
    assert not membership(runtime, world.mara).active


def test_disabling_ends_the_sessions_in_that_company_only(runtime: Runtime, world: World) -> None:
    ben = key(enter(runtime, world.ben))
    first = membership(runtime, world.ben).id
    join(runtime, world.ben, world.atelier.id, 'viewer')
    runtime.run(world.mara, MemberService.disable, first)
    with pytest.raises(SignedOut):
        runtime.run(ben, PresenceService.me)
    assert runtime.run(key(enter(runtime, world.ben)), PresenceService.me).customer_id == world.atelier.id
    with pytest.raises(Conflict):
        runtime.run(world.mara, MemberService.disable, first)
    runtime.run(world.mara, MemberService.enable, first)
    assert next(p for p in runtime.run(world.mara, MemberService.people) if p.name == 'Ben').active


def test_the_profile_is_ones_own(runtime: Runtime, world: World) -> None:
    ben = key(enter(runtime, world.ben))
    runtime.run(ben, UserService.update, ProfileInput(name='  Ben\r\nBuyer ', language='de', theme='dark'))
    actor = runtime.run(ben, PresenceService.me)
    assert (actor.name, actor.language, actor.theme) == ('Ben Buyer', 'de', 'dark')
    for bad in (ProfileInput(name='  '), ProfileInput(language='xx'), ProfileInput(theme='pink')):
        with pytest.raises(Invalid):
            runtime.run(ben, UserService.update, bad)


def test_a_picture_is_taken_and_removed(runtime: Runtime, world: World) -> None:
    ben = key(enter(runtime, world.ben))
    data = io.BytesIO()
    Image.new('RGB', (300, 200), 'red').save(data, 'PNG')
    change_picture(runtime, ben, data.getvalue())
    assert (runtime.run(ben, PresenceService.me).picture or '').startswith('/picture/')
    with pytest.raises(Invalid):
        change_picture(runtime, ben, b'<svg/>')
    runtime.run(ben, UserService.remove_picture)
    assert runtime.run(ben, PresenceService.me).picture is None


def test_the_system_may_not_be_asked_by_people(runtime: Runtime, world: World) -> None:
    from services.auth.resetting import PasswordService
    for person in (world.olga, world.mara):
        with pytest.raises(Forbidden):
            runtime.run(person, PasswordService.reset, 'x', 'y')
    assert runtime.run(SYSTEM, PasswordService.may_ask)
