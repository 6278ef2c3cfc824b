"""Invitations: sent, opened, accepted, joined, renewed, revoked; by whom, and by whom not."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.customers import Customer
from models.users import Invitation, InvitationState, Role, User
from services.auth.signing_in import Credentials, sign_in
from services.core.actor import SYSTEM, Actor
from services.core.errors import Conflict, Forbidden, Invalid, NotFound, Throttled
from services.core.listing import ListQuery
from services.core.runtime import Runtime
from services.invitations import AcceptService, InvitationService, InviteInput, accept, expire
from services.invitations.accepting import AcceptInput
from services.notifications import NotificationService
from services.presence import PresenceService
from tests.conftest import Clock
from tests.services.people import HERE, actions, enter, key, mails, membership
from tests.world import World

NEW = InviteInput('nora@harbour.test', Role.BUYER, 'C-10001', 'Nora')
FILLED = AcceptInput('Nora Nord', 'seven green umbrellas', 'nl', True)


def _token(runtime: Runtime) -> str:
    mail = [mail for mail in mails(runtime) if mail.message == 'invitation'][-1]
    found = re.search(r'(\S+)/invite/(\S+)', mail.plain)
    assert found and found[1] == runtime.config.url and mail.secret
    return found[2]


def _state(runtime: Runtime) -> InvitationState:
    with runtime.work(SYSTEM, writes=False) as work:
        return work.session.exec(select(Invitation)).one().state


def test_an_invited_person_signs_up_and_is_in(runtime: Runtime, world: World) -> None:
    runtime.run(world.sam, InvitationService.send, NEW)
    token = _token(runtime)
    seen = runtime.run(SYSTEM, AcceptService.peek, token)
    assert (seen.state, seen.company, seen.email, seen.has_account) == (
        'live', 'Harbour Joinery', 'n•••@harbour.test', False)
    assert _state(runtime) is InvitationState.SENT, 'looking changes nothing'
    opened = accept(runtime, token, FILLED, browser=HERE)
    actor = runtime.run(key(opened), PresenceService.me)
    assert (actor.name, actor.role, actor.customer_id, actor.language) == (
        'Nora Nord', Role.BUYER, world.harbour.id, 'nl')
    assert _state(runtime) is InvitationState.ACCEPTED
    assert actions(runtime) == ['invitation.sent', 'invitation.accepted']
    assert runtime.run(world.sam, NotificationService.latest)[0].text == 'Nora Nord of Harbour Joinery has signed up'
    with runtime.work(SYSTEM, writes=False) as work:
        user = work.session.exec(select(User).where(User.email == NEW.email)).one()
        assert user.terms_version and user.terms_accepted_at == work.now
    assert sign_in(runtime, Credentials(NEW.email, FILLED.password, HERE)).token


def test_a_link_works_once(runtime: Runtime, world: World) -> None:
    runtime.run(world.sam, InvitationService.send, NEW)
    token = _token(runtime)
    accept(runtime, token, FILLED, browser=HERE)
    with pytest.raises(Conflict):
        accept(runtime, token, FILLED, browser=HERE)
    assert runtime.run(SYSTEM, AcceptService.peek, token).state == 'gone'


@pytest.mark.parametrize(('change', 'field'), [({'name': ' '}, 'name'), ({'terms': False}, 'terms'),
                                               ({'password': 'short'}, 'password'),
                                               ({'password': 'harbour joinery nora'}, 'password')])
def test_what_is_missing_is_said_at_its_field_and_uses_nothing_up(runtime: Runtime, world: World,
                                                                  change: dict[str, object], field: str) -> None:
    runtime.run(world.sam, InvitationService.send, NEW)
    with pytest.raises(Invalid) as caught:
        accept(runtime, _token(runtime), replace(FILLED, **change), browser=HERE)  # type: ignore[arg-type]
    assert caught.value.field == field
    assert _state(runtime) is InvitationState.OPENED


@pytest.mark.parametrize('bad', ['', 'x', 'x.y', 'AAAA.BBBB', '../..', 'ÄÖ.Ü', 'a' * 5000])
def test_a_made_up_link_opens_nothing(runtime: Runtime, world: World, bad: str) -> None:
    with pytest.raises(NotFound):
        runtime.run(SYSTEM, AcceptService.peek, bad)


def test_a_resend_makes_the_old_link_of_the_same_person_worthless(runtime: Runtime, world: World,
                                                                  clock: Clock) -> None:
    runtime.run(world.sam, InvitationService.send, replace(NEW, email='other@harbour.test'))
    other = _token(runtime)
    clock.advance(seconds=1)
    sent = runtime.run(world.sam, InvitationService.send, NEW)
    first = _token(runtime)
    clock.advance(seconds=1)
    runtime.run(world.mara, InvitationService.resend, sent.id)
    second = _token(runtime)
    assert first != second
    with pytest.raises(NotFound):
        accept(runtime, first, FILLED, browser=HERE)
    assert runtime.run(SYSTEM, AcceptService.peek, other).state == 'live'
    assert runtime.run(world.sam, InvitationService.link, sent.id).endswith(second)
    clock.advance(seconds=1)
    again = runtime.run(world.sam, InvitationService.send, NEW)
    assert again.id == sent.id, 'there is one live invitation a person and company'
    assert accept(runtime, _token(runtime), FILLED, browser=HERE).token


def test_a_revoked_link_is_gone(runtime: Runtime, world: World) -> None:
    sent = runtime.run(world.sam, InvitationService.send, NEW)
    token = _token(runtime)
    runtime.run(world.sam, InvitationService.revoke, sent.id)
    with pytest.raises(Conflict):
        accept(runtime, token, FILLED, browser=HERE)
    for act in (InvitationService.revoke, InvitationService.resend, InvitationService.link):
        with pytest.raises(Conflict):
            runtime.run(world.sam, act, sent.id)


def test_an_expired_link_is_renewed_to_the_same_address(runtime: Runtime, world: World, clock: Clock) -> None:
    runtime.run(world.sam, InvitationService.send, NEW)
    token = _token(runtime)
    with pytest.raises(Conflict):
        runtime.run(SYSTEM, AcceptService.renew, token)
    clock.advance(days=7)
    assert runtime.run(SYSTEM, AcceptService.peek, token).state == 'expired'
    with pytest.raises(Conflict):
        accept(runtime, token, FILLED, browser=HERE)
    expire(runtime)
    assert _state(runtime) is InvitationState.EXPIRED
    runtime.run(SYSTEM, AcceptService.renew, token)
    assert mails(runtime)[-1].recipient == NEW.email and _token(runtime) != token
    assert 'nora@harbour.test' in runtime.run(world.sam, NotificationService.latest)[0].text
    with pytest.raises(NotFound):
        runtime.run(SYSTEM, AcceptService.renew, token)
    assert accept(runtime, _token(runtime), FILLED, browser=HERE).token


def test_a_person_with_an_account_joins_after_signing_in(runtime: Runtime, world: World) -> None:
    runtime.run(world.sam, InvitationService.send, InviteInput('luc@atelier.test', Role.BUYER, 'C-10001'))
    token = _token(runtime)
    assert runtime.run(SYSTEM, AcceptService.peek, token).has_account
    with pytest.raises(Conflict):
        accept(runtime, token, FILLED, browser=HERE)
    ben = key(enter(runtime, world.ben))
    with pytest.raises(Forbidden):
        runtime.run(ben, AcceptService.join, token, browser=HERE)
    joined = runtime.run(key(enter(runtime, world.luc)), AcceptService.join, token, browser=HERE)
    actor = runtime.run(key(joined), PresenceService.me)
    assert (actor.user_id, actor.customer_id, actor.role) == (world.luc.user_id, world.harbour.id, Role.BUYER)


@pytest.mark.parametrize(('name', 'given', 'error'), [
    ('ben', NEW, Forbidden), ('wim', NEW, Forbidden), ('luc', NEW, NotFound),
    ('mara', replace(NEW, role=Role.OWNER), Invalid), ('sam', replace(NEW, account='C-99999'), NotFound),
    ('sam', InviteInput('new@nordwerk.test', Role.SALES), Forbidden), ('sam', replace(NEW, email='nora@'), Invalid),
    ('sam', replace(NEW, email='a@b.test\r\nBcc: c@d.test'), Invalid),
    ('sam', replace(NEW, email='ben@harbour.test'), Conflict)])
def test_who_may_not_be_invited_is_not(runtime: Runtime, world: World, name: str, given: InviteInput,
                                       error: type[Exception]) -> None:
    person: Actor = getattr(world, name)
    with pytest.raises(error):
        runtime.run(person, InvitationService.send, given)
    assert mails(runtime) == [] and actions(runtime) == []


def test_the_owner_invites_staff(runtime: Runtime, world: World) -> None:
    runtime.run(world.olga, InvitationService.send, InviteInput('new@nordwerk.test', Role.SALES))
    opened = accept(runtime, _token(runtime), FILLED, browser=HERE)
    assert runtime.run(key(opened), PresenceService.me).is_staff


def test_a_customer_without_portal_is_not_invited(runtime: Runtime, world: World) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.execute(sa.update(Customer).where(col(Customer.id) == world.harbour.id)
                             .values(is_portal_user=False))
    with pytest.raises(Invalid) as caught:
        runtime.run(world.sam, InvitationService.send, NEW)
    assert caught.value.field == 'is_portal_user'


def test_thirty_invitations_a_day_are_enough(runtime: Runtime, world: World) -> None:
    for number in range(30):
        runtime.run(world.sam, InvitationService.send, replace(NEW, email=f'n{number}@harbour.test'))
    with pytest.raises(Throttled):
        runtime.run(world.sam, InvitationService.send, NEW)


def test_an_admin_sees_his_companys_links_and_staff_see_all(runtime: Runtime, world: World) -> None:
    runtime.run(world.mara, InvitationService.send, replace(NEW, account=''))
    runtime.run(world.sam, InvitationService.send, InviteInput('x@atelier.test', Role.VIEWER, 'C-10002'))
    page = runtime.run(world.sam, InvitationService.page, ListQuery(search='harbour'))
    assert [(row['email'], row['company'], row['state']) for row in page.rows] == [
        (NEW.email, 'Harbour Joinery', InvitationState.SENT)]
    assert runtime.run(world.sam, InvitationService.page, ListQuery(filters={'state': 'sent'})).total == 2
    assert runtime.run(world.sam, InvitationService.count_live) == 2
    own = runtime.run(world.mara, InvitationService.of_company)
    assert [row.email for row in own] == [NEW.email]
    assert runtime.run(world.mara, InvitationService.counts) == {'sent': 1}
    with pytest.raises(NotFound):
        runtime.run(world.luc, InvitationService.revoke, own[0].id)
    with pytest.raises(NotFound):
        runtime.run(world.mara, InvitationService.of_company, 'C-10002')


def test_rejoining_brings_an_old_membership_back(runtime: Runtime, world: World) -> None:
    from services.users import MemberService
    ben = key(enter(runtime, world.ben))
    runtime.run(world.mara, MemberService.disable, membership(runtime, world.ben).id)
    runtime.run(world.mara, InvitationService.send, InviteInput('ben@harbour.test', Role.VIEWER))
    assert ben
    with pytest.raises(Forbidden):
        enter(runtime, world.ben)
