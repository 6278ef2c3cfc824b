"""Two-step sign-in: codes at the door, one's own app, what companies demand, and resets; no rights before the end."""

from __future__ import annotations

import datetime as dt
import uuid

import pyotp
import pytest
import sqlalchemy as sa
from sqlmodel import select

from models.core.database import Database
from models.two_step import Authenticator, PendingStep, RecoveryCode, Step
from models.users import Membership, Role, User
from services.auth import codes
from services.auth.entering import Entered, HalfWay, Opened
from services.auth.proof import HOLDS
from services.auth.proving import prove
from services.auth.resetting import PasswordService, set_password
from services.auth.second_step import Enrolled, SecondStepService, enrol, pass_code
from services.auth.sessions import SessionService
from services.auth.signing_in import AuthService, Known, at_the_door
from services.auth.two_step import TwoStepService, confirm, switch_off
from services.cli.accounts import AccountService
from services.core.actor import SYSTEM, Actor
from services.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, SignedOut, Throttled, Unproven
from services.core.runtime import Runtime, SessionKey
from services.customers import CustomerService
from services.customers.inputs import PortalInput
from services.customers.own import CompanyService, TwoStepInput
from services.invitations import InvitationService, InviteInput
from services.invitations.accepting import AcceptInput, AcceptService, accept
from services.presence import PresenceService
from services.settings import SettingService
from services.users import MemberService
from tests.conftest import Clock
from tests.services import people
from tests.services.people import HERE, actions, give_password, join, key, mails, membership
from tests.world import PASSWORD, World

STAFF = 'auth.two_step_staff'


def app_of(text: str) -> pyotp.TOTP:
    """The app that was given this key."""
    return pyotp.TOTP(text.replace(' ', ''))


def enter(runtime: Runtime, person: Actor) -> Entered:
    """Go on behind the right password, without the time that takes."""
    give_password(runtime, person)
    with runtime.database.reading() as session:
        known = session.exec(select(User.password_hash).where(User.id == person.user_id)).one()
    found = runtime.run(at_the_door(HERE), AuthService.admit, Known(person.user_id, known), browser=HERE)
    assert found is not None
    return found


def switched_on(runtime: Runtime, person: Actor, clock: Clock) -> tuple[SessionKey, pyotp.TOTP, Enrolled]:
    """Let a person of the cast set up an app; a minute passes, so that its next code is a new one."""
    before = key(entered(enter(runtime, person)))
    runtime.run(before, TwoStepService.begin)
    app = app_of(runtime.run(before, TwoStepService.offer).seed)
    enrolled = confirm(runtime, before, app.at(clock()), browser=HERE)
    clock.advance(minutes=5)
    return key(enrolled.opened), app, enrolled


def entered(found: object) -> Opened:
    assert isinstance(found, Opened)
    return found


def half_way(found: object, step: Step = Step.CODE) -> str:
    assert isinstance(found, HalfWay) and found.step is step
    return found.token


def test_the_codes_are_those_of_the_standard() -> None:
    seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'  # RFC 6238, appendix B
    for at, code in ((59, '287082'), (1111111109, '081804'), (20000000000, '353130')):
        assert codes.step_of(seed, code, dt.datetime.fromtimestamp(at, dt.UTC)) == at // 30


def test_a_code_is_good_one_step_before_and_after() -> None:
    seed, now = codes.new_seed(), dt.datetime(2026, 3, 2, 9, 0, 10, tzinfo=dt.UTC)
    around = [now + dt.timedelta(seconds=30 * apart) for apart in (-2, -1, 0, 1, 2)]
    steps = [codes.step_of(seed, pyotp.TOTP(seed).at(moment), now) for moment in around]
    current = int(now.timestamp()) // 30
    assert steps == [None, current - 1, current, current + 1, None]


def test_digits_of_every_script_are_taken() -> None:
    assert codes.digits(' 12-3４٥۶ abc ²') == '123456'


def test_setting_up_ends_other_sessions_and_says_so(runtime: Runtime, world: World, clock: Clock) -> None:
    other, before = key(entered(enter(runtime, world.ben))), key(entered(enter(runtime, world.ben)))
    runtime.run(before, TwoStepService.begin)
    offer = runtime.run(before, TwoStepService.offer)
    assert offer.address.startswith('otpauth://totp/') and 'ben%40harbour.test' in offer.address
    with pytest.raises(Invalid):
        confirm(runtime, before, '000000', browser=HERE)
    assert runtime.run(before, TwoStepService.own).since is None
    enrolled = confirm(runtime, before, app_of(offer.seed).at(clock()), browser=HERE)
    for ended in (other, before):
        with pytest.raises(SignedOut):
            runtime.run(ended, PresenceService.me)
    own = runtime.run(key(enrolled.opened), TwoStepService.own)
    assert (own.since, own.left, own.asked_by) == (clock(), 10, ())
    assert len(set(enrolled.recovery)) == 10
    assert actions(runtime)[-2:] == ['two_step.refused', 'two_step.on']
    assert mails(runtime)[-1].subject == 'Two-step sign-in was switched on'


def test_nothing_in_the_database_gives_codes_away(runtime: Runtime, world: World, clock: Clock) -> None:
    _key, app, enrolled = switched_on(runtime, world.ben, clock)
    with runtime.database.reading() as session:
        row = session.exec(select(Authenticator)).one()
        hashes = session.exec(select(RecoveryCode.code_hash)).all()
    kept = row.seed + ''.join(hashes)
    assert not any(secret in kept for secret in (app.secret, *(code.replace(' ', '') for code in enrolled.recovery)))
    with pytest.raises(ValueError, match='another key'):
        runtime.secrets.unseal('authenticator', row.seed, bound=str(world.mara.user_id))


def test_a_password_alone_opens_no_session(runtime: Runtime, world: World, clock: Clock) -> None:
    _key, app, _enrolled = switched_on(runtime, world.ben, clock)
    token = half_way(people.enter(runtime, world.ben))
    with pytest.raises(SignedOut):
        runtime.run(key(Opened(token, 'en')), PresenceService.me)
    assert actions(runtime)[-1] == 'two_step.on'
    passed = pass_code(runtime, token, app.at(clock()), browser=HERE)
    assert passed.left is None and runtime.run(key(passed.opened), PresenceService.me).user_id == world.ben.user_id
    assert actions(runtime)[-1] == 'session.opened'
    with pytest.raises(NotFound):
        pass_code(runtime, token, app.at(clock.advance(minutes=1)), browser=HERE)


def test_a_code_works_once(runtime: Runtime, world: World, clock: Clock) -> None:
    _key, app, _enrolled = switched_on(runtime, world.ben, clock)
    code, earlier = app.at(clock()), app.at(clock() - dt.timedelta(seconds=30))
    pass_code(runtime, half_way(enter(runtime, world.ben)), code, browser=HERE)
    for used in (code, earlier):
        with pytest.raises(Invalid) as caught:
            pass_code(runtime, half_way(enter(runtime, world.ben)), used, browser=HERE)
        assert caught.value.field == 'code' and actions(runtime)[-1] == 'two_step.refused'
    assert pass_code(runtime, half_way(enter(runtime, world.ben)), app.at(clock.advance(seconds=30)), browser=HERE)


def test_the_code_of_setting_up_is_used_up(runtime: Runtime, world: World, clock: Clock) -> None:
    before = key(entered(enter(runtime, world.ben)))
    runtime.run(before, TwoStepService.begin)
    code = app_of(runtime.run(before, TwoStepService.offer).seed).at(clock())
    confirm(runtime, before, code, browser=HERE)
    with pytest.raises(Invalid):
        pass_code(runtime, half_way(enter(runtime, world.ben)), code, browser=HERE)


def test_wrong_codes_are_counted_over_all_tokens(runtime: Runtime, world: World, clock: Clock) -> None:
    _key, app, _enrolled = switched_on(runtime, world.ben, clock)
    for _ in range(5):
        with pytest.raises(Invalid):
            pass_code(runtime, half_way(enter(runtime, world.ben)), '000000', browser=HERE)
    token = half_way(enter(runtime, world.ben))
    with pytest.raises(Throttled):
        pass_code(runtime, token, app.at(clock()), browser=HERE)
    assert pass_code(runtime, token, app.at(clock.advance(seconds=61)), browser=HERE)


def test_a_recovery_code_works_once_and_counts_down(runtime: Runtime, world: World, clock: Clock) -> None:
    _key, _app, enrolled = switched_on(runtime, world.ben, clock)
    first, second = enrolled.recovery[:2]
    assert pass_code(runtime, half_way(enter(runtime, world.ben)), first, browser=HERE).left == 9
    assert actions(runtime)[-2:] == ['two_step.recovery_used', 'session.opened']
    with pytest.raises(Invalid):
        pass_code(runtime, half_way(enter(runtime, world.ben)), first, browser=HERE)
    assert pass_code(runtime, half_way(enter(runtime, world.ben)), second.replace(' ', '-'), browser=HERE).left == 8
    _other, _app, theirs = switched_on(runtime, world.mara, clock)
    with pytest.raises(Invalid):
        pass_code(runtime, half_way(enter(runtime, world.ben)), theirs.recovery[0], browser=HERE)


def test_new_recovery_codes_void_the_old_ones(runtime: Runtime, world: World, clock: Clock) -> None:
    own, _app, enrolled = switched_on(runtime, world.ben, clock)
    fresh = runtime.run(own, TwoStepService.renew_codes)
    assert not set(fresh) & set(enrolled.recovery) and mails(runtime)[-1].subject == 'New recovery codes were made'
    with pytest.raises(Invalid):
        pass_code(runtime, half_way(enter(runtime, world.ben)), enrolled.recovery[0], browser=HERE)
    assert pass_code(runtime, half_way(enter(runtime, world.ben)), fresh[0], browser=HERE).left == 9


@pytest.mark.parametrize('change', ['late', 'password', 'disabled', 'blocked'])
def test_a_half_done_sign_in_ends_with_what_it_stood_on(runtime: Runtime, world: World, clock: Clock,
                                                       change: str) -> None:
    _key, app, _enrolled = switched_on(runtime, world.ben, clock)
    token = half_way(enter(runtime, world.ben))
    if change == 'late':
        clock.advance(minutes=10)
    elif change == 'password':
        runtime.run(SYSTEM, AccountService.set_password, 'ben@harbour.test', 'another hash')
    elif change == 'disabled':
        runtime.run(world.mara, MemberService.disable, membership(runtime, world.ben).id)
    else:
        runtime.run(world.olga, CustomerService.block, _reason(), account='C-10001')
    with pytest.raises(NotFound):
        pass_code(runtime, token, app.at(clock()), browser=HERE)


def _reason() -> object:
    from services.customers.inputs import ReasonInput
    return ReasonInput(reason='Closed')


def test_a_forgotten_password_does_not_skip_the_code(runtime: Runtime, world: World, clock: Clock) -> None:
    switched_on(runtime, world.ben, clock)
    runtime.run(SYSTEM, PasswordService.ask, 'ben@harbour.test')
    token = mails(runtime)[-1].plain.split('/reset/')[1].split()[0]
    set_password(runtime, token, 'seven green umbrellas', browser=HERE)
    with pytest.raises(NotFound):
        set_password(runtime, token, 'seven green umbrellas', browser=HERE)
    half_way(enter(runtime, world.ben))


def test_switching_off_takes_the_password(runtime: Runtime, world: World, clock: Clock) -> None:
    own, _app, _enrolled = switched_on(runtime, world.ben, clock)
    with pytest.raises(Invalid) as caught:
        switch_off(runtime, own, 'wrong', browser=HERE)
    assert caught.value.field == 'password' and actions(runtime)[-1] == 'password.refused'
    opened = switch_off(runtime, own, PASSWORD, browser=HERE)
    with pytest.raises(SignedOut):
        runtime.run(own, PresenceService.me)
    assert runtime.run(key(opened), TwoStepService.own).since is None
    assert mails(runtime)[-1].subject == 'Two-step sign-in was switched off' and actions(runtime)[-1] == 'two_step.off'
    entered(enter(runtime, world.ben))
    assert _count(runtime.database, RecoveryCode) == 0


def test_what_a_company_demands_comes_before_the_session(runtime: Runtime, world: World, clock: Clock) -> None:
    ben, mara = key(entered(enter(runtime, world.ben))), key(entered(enter(runtime, world.mara)))
    luc = key(entered(enter(runtime, world.luc)))
    runtime.run(mara, CompanyService.demand_two_step, TwoStepInput(two_step_by_company=True))
    for without in (ben, mara):
        with pytest.raises(SignedOut):
            runtime.run(without, PresenceService.me)
    assert runtime.run(luc, PresenceService.me) and actions(runtime)[-1] == 'two_step.demanded'
    token = half_way(enter(runtime, world.ben), Step.ENROL)
    with pytest.raises(NotFound):
        pass_code(runtime, token, '000000', browser=HERE)
    app = app_of(runtime.run(SYSTEM, SecondStepService.offer, token).seed)
    with pytest.raises(Invalid):
        enrol(runtime, token, '000000', browser=HERE)
    enrolled = enrol(runtime, token, app.at(clock()), browser=HERE)
    own = key(enrolled.opened)
    assert runtime.run(own, TwoStepService.own).asked_by == ('Harbour Joinery',)
    with pytest.raises(Conflict):
        switch_off(runtime, own, PASSWORD, browser=HERE)
    assert runtime.run(own, PresenceService.me).customer_id == world.harbour.id


def test_an_unfinished_setting_up_dies_when_another_is_done(runtime: Runtime, world: World, clock: Clock) -> None:
    runtime.run(world.olga, SettingService.put, STAFF, True)
    stale, good = (half_way(enter(runtime, world.sam), Step.ENROL) for _ in range(2))
    apps = [app_of(runtime.run(SYSTEM, SecondStepService.offer, token).seed) for token in (stale, good)]
    assert apps[0].secret != apps[1].secret
    enrol(runtime, good, apps[1].at(clock()), browser=HERE)
    with pytest.raises(NotFound):
        enrol(runtime, stale, apps[0].at(clock()), browser=HERE)
    half_way(enter(runtime, world.sam))


def test_staff_are_asked_when_the_setting_is_on(runtime: Runtime, world: World) -> None:
    sam, ben = key(entered(enter(runtime, world.sam))), key(entered(enter(runtime, world.ben)))
    runtime.run(world.olga, SettingService.put, STAFF, True)
    with pytest.raises(SignedOut):
        runtime.run(sam, PresenceService.me)
    half_way(enter(runtime, world.sam), Step.ENROL)
    assert runtime.run(ben, PresenceService.me)


def test_the_seller_demands_it_of_a_customer(runtime: Runtime, world: World) -> None:
    given = PortalInput(is_portal_user=True, portal_email='mara@harbour.test', two_step_by_seller=True)
    runtime.run(world.sam, CustomerService.set_portal, given, account='C-10001')
    half_way(enter(runtime, world.ben), Step.ENROL)
    with pytest.raises(Forbidden):
        runtime.run(world.ben, CompanyService.demand_two_step, TwoStepInput(two_step_by_company=True))
    runtime.run(world.mara, CompanyService.demand_two_step, TwoStepInput(two_step_by_company=False))
    half_way(enter(runtime, world.ben), Step.ENROL)
    entered(enter(runtime, world.luc))


def test_an_invited_person_sets_it_up_first(runtime: Runtime, world: World) -> None:
    runtime.run(world.olga, SettingService.put, STAFF, True)
    runtime.run(world.olga, InvitationService.send, InviteInput('nora@nordwerk.test', Role.SALES))
    token = mails(runtime)[-1].plain.split('/invite/')[1].split()[0]
    half_way(accept(runtime, token, AcceptInput('Nora', 'seven green umbrellas', 'en', True), browser=HERE), Step.ENROL)


def test_joining_or_switching_to_a_company_that_asks(runtime: Runtime, world: World, clock: Clock) -> None:
    runtime.run(world.luc, CompanyService.demand_two_step, TwoStepInput(two_step_by_company=True))
    runtime.run(world.luc, InvitationService.send, InviteInput('ben@harbour.test', Role.BUYER))
    token = mails(runtime)[-1].plain.split('/invite/')[1].split()[0]
    ben = key(entered(enter(runtime, world.ben)))
    waiting = half_way(runtime.run(ben, AcceptService.join, token, browser=HERE), Step.ENROL)
    atelier = next(place for place in _memberships(runtime, world.ben) if place != membership_of(runtime, world.ben))
    half_way(runtime.run(ben, AuthService.switch, atelier, browser=HERE), Step.ENROL)
    assert runtime.run(ben, PresenceService.me).customer_id == world.harbour.id
    app = app_of(runtime.run(SYSTEM, SecondStepService.offer, waiting).seed)
    enrolled = enrol(runtime, waiting, app.at(clock()), browser=HERE)
    assert runtime.run(key(enrolled.opened), PresenceService.me).customer_id == world.atelier.id


def membership_of(runtime: Runtime, person: Actor) -> uuid.UUID:
    with runtime.database.reading() as session:
        return session.exec(select(Membership.id).where(Membership.user_id == person.user_id,
                                                        Membership.customer_id == person.customer_id)).one()


def _memberships(runtime: Runtime, person: Actor) -> list[uuid.UUID]:
    with runtime.database.reading() as session:
        return list(session.exec(select(Membership.id).where(Membership.user_id == person.user_id)))


def test_an_admin_resets_a_lost_phone(runtime: Runtime, world: World, clock: Clock) -> None:
    ben, _app, _enrolled = switched_on(runtime, world.ben, clock)
    place = membership(runtime, world.ben).id
    assert [(p.name, p.may_reset) for p in runtime.run(world.mara, MemberService.people) if p.two_step] == [
        ('Ben', True)]
    runtime.run(world.mara, MemberService.reset_two_step, place)
    with pytest.raises(SignedOut):
        runtime.run(ben, PresenceService.me)
    assert actions(runtime)[-1] == 'two_step.reset' and mails(runtime)[-1].subject == 'Two-step sign-in was reset'
    assert mails(runtime)[-1].recipient == 'ben@harbour.test'
    entered(enter(runtime, world.ben))
    with pytest.raises(Conflict):
        runtime.run(world.mara, MemberService.reset_two_step, place)


@pytest.mark.parametrize(('name', 'error'), [
    ('luc', NotFound), ('vera', Forbidden), ('sam', Forbidden), ('ben', Forbidden)])
def test_a_reset_is_refused_to_others(runtime: Runtime, world: World, clock: Clock, name: str,
                                      error: type[DomainError]) -> None:
    switched_on(runtime, world.ben, clock)
    with pytest.raises(error):
        runtime.run(getattr(world, name), MemberService.reset_two_step, membership(runtime, world.ben).id)
    assert _count(runtime.database, Authenticator) == 1 and actions(runtime)[-1] == 'two_step.on'


def test_an_admin_opens_no_way_into_other_companies(runtime: Runtime, world: World, clock: Clock) -> None:
    switched_on(runtime, world.ben, clock)
    place = membership(runtime, world.ben).id
    join(runtime, world.ben, world.atelier.id, 'buyer')
    with pytest.raises(Forbidden):
        runtime.run(world.mara, MemberService.reset_two_step, place)
    runtime.run(world.olga, MemberService.reset_two_step, place)
    assert _count(runtime.database, Authenticator) == 0


def test_the_command_line_helps_a_lost_owner(runtime: Runtime, world: World, clock: Clock) -> None:
    switched_on(runtime, world.olga, clock)
    runtime.run(SYSTEM, AccountService.reset_two_step, 'olga@nordwerk.test')
    entered(enter(runtime, world.olga))


def test_nobody_changes_it_through_a_customers_eyes(runtime: Runtime, world: World) -> None:
    sam = key(entered(enter(runtime, world.sam)))
    looking = key(runtime.run(sam, AuthService.view_as, 'C-10001', browser=HERE))
    for act in (TwoStepService.begin, TwoStepService.offer, TwoStepService.renew_codes):
        with pytest.raises(Forbidden):
            runtime.run(looking, act)


def test_what_guards_access_wants_a_recent_password(runtime: Runtime, world: World, clock: Clock) -> None:
    mara, olga = key(entered(enter(runtime, world.mara))), key(entered(enter(runtime, world.olga)))
    place = membership(runtime, world.ben).id
    clock.advance(seconds=HOLDS.total_seconds())
    runtime.run(mara, SessionService.touch)
    refused = [(mara, TwoStepService.begin, ()), (mara, MemberService.change_role, (place, Role.VIEWER)),
               (mara, CompanyService.demand_two_step, (TwoStepInput(two_step_by_company=True),)),
               (olga, SettingService.put, ('seller.iban', 'DE02120300000000202051')),
               (olga, SettingService.put, (STAFF, True)),
               (olga, InvitationService.send, (InviteInput('new@nordwerk.test', Role.OWNER),))]
    for who, act, given in refused:
        with pytest.raises(Unproven):
            runtime.run(who, act, *given)
    assert actions(runtime) == ['session.opened'] * 2 and membership(runtime, world.ben).role is Role.BUYER
    runtime.run(olga, SettingService.put, 'seller.phone', '1')
    with pytest.raises(Invalid):
        prove(runtime, mara, 'wrong')
    with pytest.raises(Unproven):
        runtime.run(mara, TwoStepService.begin)
    prove(runtime, mara, PASSWORD)
    runtime.run(mara, MemberService.change_role, place, Role.VIEWER)
    assert membership(runtime, world.ben).role is Role.VIEWER


def test_another_company_is_no_proof(runtime: Runtime, world: World, clock: Clock) -> None:
    give_password(runtime, world.ben)
    other = join(runtime, world.ben, world.atelier.id, 'admin')
    ben = key(entered(enter(runtime, world.ben)))
    clock.advance(minutes=14)
    there = key(entered(runtime.run(ben, AuthService.switch, other.id, browser=HERE)))
    runtime.run(there, TwoStepService.begin)
    clock.advance(minutes=1)
    with pytest.raises(Unproven):
        runtime.run(there, TwoStepService.begin)


def test_tokens_of_old_steps_are_forgotten(runtime: Runtime, world: World, clock: Clock) -> None:
    switched_on(runtime, world.ben, clock)
    half_way(enter(runtime, world.ben))
    clock.advance(minutes=11)
    runtime.run(SYSTEM, SessionService.purge)
    assert _count(runtime.database, PendingStep) == 0


def _count(database: Database, entity: type) -> int:
    with database.reading() as session:
        return int(session.execute(sa.select(sa.func.count()).select_from(entity)).scalar_one())
