"""Asking for access: the same answer for everybody, nothing before the mail is confirmed, and one decision."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.access import AccessRequest, AccessState
from models.customers import Customer
from models.users import Invitation, Role
from services.access.asking import AskInput, AskService, expire
from services.access.deciding import AccessService, ApproveInput, NewCustomerInput, RejectInput
from services.access.proposing import company_domain
from services.auth.signing_in import at_the_door
from services.core.actor import SYSTEM, VISITOR, Actor
from services.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, SignedOut, Throttled
from services.core.listing import ListQuery
from services.core.runtime import Runtime
from services.notifications import NotificationService
from services.settings import SettingService
from tests.conftest import Clock
from tests.services.people import HERE, actions, mails
from tests.world import World, add_person

NORA = AskInput('Nordlicht Möbel GmbH', 'Nora Lind', 'nora@nordlicht.test', 'DE')


@pytest.fixture(autouse=True)
def _on(runtime: Runtime, world: World) -> None:
    runtime.run(world.olga, SettingService.put, 'access.requests', True)


def ask(runtime: Runtime, given: AskInput = NORA) -> str:
    """Ask from outside; the token that was mailed, if one was."""
    before = {mail.id for mail in mails(runtime)}
    runtime.run(at_the_door(HERE), AskService.ask, given)
    new = [mail for mail in mails(runtime) if mail.id not in before]
    found = re.search(r'/request-access/(\S+)', new[0].plain) if new else None
    return found[1] if found else ''


def waiting(runtime: Runtime, given: AskInput = NORA) -> uuid.UUID:
    """A confirmed request; its id."""
    runtime.run(at_the_door(HERE), AskService.confirm, ask(runtime, given))
    with runtime.work(SYSTEM, writes=False) as work:
        return work.session.exec(select(AccessRequest.id).where(AccessRequest.email == given.email.lower())).one()


def requests(runtime: Runtime) -> list[AccessRequest]:
    """All that are kept."""
    with runtime.work(SYSTEM, writes=False) as work:
        return list(work.session.exec(select(AccessRequest).order_by(col(AccessRequest.id))))


def refused(runtime: Runtime, who: Actor, act: object, *args: object, **more: object) -> type[DomainError] | None:
    """How an act is refused, None when it is not."""
    try:
        runtime.run(who, act, *args, **more)  # type: ignore[arg-type]
    except DomainError as error:
        return type(error)
    return None


def test_a_request_is_seen_once_its_mail_is_confirmed_and_looking_changes_nothing(runtime: Runtime,
                                                                                  world: World) -> None:
    token = ask(runtime)
    asked = runtime.run(VISITOR, AskService.peek, token)
    assert (asked.company, asked.email, asked.is_confirmed) == ('Nordlicht Möbel GmbH', 'n•••@nordlicht.test', False)
    assert runtime.run(world.sam, AccessService.page, ListQuery()).total == 0
    assert refused(runtime, world.sam, AccessService.read, requests(runtime)[0].id) is NotFound
    for _time in range(2):
        runtime.run(at_the_door(HERE), AskService.confirm, token)
    assert runtime.run(world.sam, AccessService.count_waiting) == 1
    assert [news.text for news in runtime.run(world.sam, NotificationService.latest)] == [
        'Nora Lind asks for access for Nordlicht Möbel GmbH']
    assert runtime.run(world.wim, NotificationService.latest) == []
    assert actions(runtime)[1:] == ['access.asked', 'access.confirmed']


def test_the_mail_carries_nothing_a_stranger_typed(runtime: Runtime) -> None:
    ask(runtime, replace(NORA, company='Buy at http://evil.test', name='http://evil.test', message='http://evil.test'))
    mail, = mails(runtime)
    assert 'evil' not in mail.plain + mail.html + mail.subject + mail.recipient_name


def test_known_and_unknown_people_get_the_same_answer_and_a_mail_each(runtime: Runtime, world: World) -> None:
    waiting(runtime)
    for email in ('ben@harbour.test', 'BEN@harbour.test ', NORA.email, 'new@else.test'):
        assert refused(runtime, at_the_door(HERE), AskService.ask, replace(NORA, email=email)) is None
    assert [mail.message for mail in mails(runtime)] == [
        'access_confirm', 'access_known', 'access_known', 'access_known', 'access_confirm']
    assert {row.email for row in requests(runtime)} == {NORA.email, 'new@else.test'}


def test_asking_again_replaces_the_link_and_what_was_typed(runtime: Runtime) -> None:
    first, second = ask(runtime), ask(runtime, replace(NORA, company='Nordlicht'))
    assert refused(runtime, VISITOR, AskService.peek, first) is NotFound
    assert runtime.run(VISITOR, AskService.peek, second).company == 'Nordlicht'
    assert len(requests(runtime)) == 1


@pytest.mark.parametrize(('change', 'field'), [
    ({'company': ' '}, 'company'), ({'name': '\n'}, 'name'), ({'email': 'nora'}, 'email'),
    ({'email': 'a@b.test\r\nBcc: c@d.test'}, 'email'), ({'country': 'XX'}, 'country'),
    ({'vat_id': 'DE123'}, 'vat_id')])
def test_what_cannot_be_is_refused_at_its_field(runtime: Runtime, change: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        runtime.run(at_the_door(HERE), AskService.ask, replace(NORA, **change))
    assert caught.value.field == field and mails(runtime) == [] and requests(runtime) == []


def test_robots_and_floods_come_to_nothing(runtime: Runtime) -> None:
    assert ask(runtime, replace(NORA, trap='https://spam.test')) == '' and requests(runtime) == []
    for _time in range(2):
        ask(runtime)
    with pytest.raises(Throttled):
        ask(runtime)
    for number in range(20):
        refused(runtime, at_the_door(HERE), AskService.ask, replace(NORA, email=f'n{number}@else.test'))
    assert refused(runtime, at_the_door(HERE), AskService.ask, replace(NORA, email='last@else.test')) is Throttled


def test_switched_off_there_is_nothing(runtime: Runtime, world: World) -> None:
    runtime.run(world.olga, SettingService.put, 'access.requests', False)
    assert refused(runtime, at_the_door(HERE), AskService.ask, NORA) is NotFound
    assert not runtime.run(VISITOR, AskService.may_ask) and requests(runtime) == []
    assert refused(runtime, VISITOR, AskService.ask, NORA) is SignedOut
    assert refused(runtime, VISITOR, AskService.peek, 'made.up') is NotFound


def test_what_nobody_confirms_is_forgotten_after_a_day(runtime: Runtime, clock: Clock) -> None:
    token = ask(runtime)
    kept = waiting(runtime, replace(NORA, email='kept@else.test'))
    clock.advance(hours=24)
    assert refused(runtime, at_the_door(HERE), AskService.confirm, token) is NotFound
    expire(runtime)
    assert [row.id for row in requests(runtime)] == [kept]


def test_proposals_by_number_vat_domain_and_name_but_never_by_a_mail_service(runtime: Runtime, world: World) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.execute(sa.update(Customer).where(col(Customer.id) == world.atelier.id).values(
            portal_email='post@gmail.com', website='https://www.atelier-bois.test/de'))
    def proposed(**change: str) -> list[tuple[str, tuple[str, ...]]]:
        found = runtime.run(world.sam, AccessService.read, waiting(runtime, replace(NORA, **change)))
        return [(one.account, one.why) for one in found.proposals]
    assert proposed(email='x@gmail.com') == []
    assert proposed(email='a@harbour.test') == [('C-10001', ('domain',))]
    assert proposed(email='b@atelier-bois.test') == [('C-10002', ('domain',))]
    assert proposed(email='c@else.test', vat_id=world.harbour.vat_id) == [('C-10001', ('vat',))]
    assert proposed(email='d@else.test', account='c-10002') == [('C-10002', ('account',))]
    assert proposed(email='e@else.test', company='HARBOUR Joinery Ltd.') == [('C-10001', ('name',))]
    assert proposed(email='f@harbour.test', account='C-10002') == [
        ('C-10002', ('account',)), ('C-10001', ('domain',))]


@pytest.mark.parametrize(('email', 'domain'), [
    ('a@gmail.com', ''), ('a@yahoo.co.uk', ''), ('a@gmx.de', ''), ('a@t-online.de', ''), ('a@web.de', ''),
    ('a@nordlicht.test', 'nordlicht.test'), ('a@mail.nordlicht.co.uk', 'mail.nordlicht.co.uk'), ('a@localhost', '')])
def test_mail_services_say_nothing_about_a_company(email: str, domain: str) -> None:
    assert company_domain(email) == domain


def test_approving_for_a_customer_sends_the_ordinary_invitation_once(runtime: Runtime, world: World) -> None:
    key = waiting(runtime)
    runtime.run(world.sam, AccessService.approve, ApproveInput(role=Role.BUYER), request_id=key, account='C-10001')
    with runtime.work(SYSTEM, writes=False) as work:
        sent = work.session.exec(select(Invitation)).one()
    assert (sent.email, sent.role, sent.customer_id, sent.name) == (
        NORA.email, Role.BUYER, world.harbour.id, 'Nora Lind')
    assert mails(runtime)[-1].message == 'invitation'
    assert actions(runtime)[-2:] == ['invitation.sent', 'access.approved']
    found = runtime.run(world.sam, AccessService.read, key)
    assert (found.request.state, found.customer, found.proposals) == (
        AccessState.APPROVED, ('C-10001', 'Harbour Joinery'), ())
    before = actions(runtime)
    for act, given in ((AccessService.approve, {'account': 'C-10002'}), (AccessService.reject, {})):
        wanted = ApproveInput() if given else RejectInput(reason='No')
        assert refused(runtime, world.sam, act, wanted, request_id=key, **given) is Conflict
    assert actions(runtime) == before


def test_approving_as_a_new_customer_adds_one_who_pays_in_advance(runtime: Runtime, world: World) -> None:
    account = runtime.run(world.sam, AccessService.approve_new, NewCustomerInput(
        name='Nordlicht', country='DE', currency='EUR'), request_id=waiting(runtime))
    with runtime.work(SYSTEM, writes=False) as work:
        customer = work.session.exec(select(Customer).where(Customer.account == account)).one()
        sent = work.session.exec(select(Invitation)).one()
    assert (customer.name, customer.prepayment, customer.is_portal_user, customer.portal_email) == (
        'Nordlicht', True, True, NORA.email)
    assert (sent.customer_id, sent.role) == (customer.id, Role.ADMIN)


def test_rejecting_tells_the_person_why(runtime: Runtime, world: World) -> None:
    key = waiting(runtime)
    runtime.run(world.sam, AccessService.reject, RejectInput(reason='We sell to trade only.'), request_id=key)
    assert mails(runtime)[-1].message == 'access_rejected' and 'We sell to trade only.' in mails(runtime)[-1].plain
    assert runtime.run(world.sam, AccessService.count_waiting) == 0
    assert ask(runtime), 'a rejected person may ask again'


def test_who_may_not_decides_nothing(runtime: Runtime, world: World) -> None:
    key = waiting(runtime)
    with runtime.work(SYSTEM, writes=True) as work:
        sue = add_person(work.session, work.now, 'sue', Role.SUPPORT)
        work.session.execute(sa.update(Customer).where(col(Customer.id) == world.atelier.id)
                             .values(is_portal_user=False))
    before = actions(runtime)
    new = NewCustomerInput(name='X', country='DE', currency='EUR')
    for person in (world.mara, world.wim):
        assert refused(runtime, person, AccessService.page, ListQuery()) is Forbidden
        assert refused(runtime, person, AccessService.read, key) is Forbidden
        assert refused(runtime, person, AccessService.reject, RejectInput(reason='x'), request_id=key) is Forbidden
        assert refused(runtime, person, AccessService.approve, ApproveInput(), request_id=key,
                       account='C-10001') is Forbidden
    assert refused(runtime, sue, AccessService.approve_new, new, request_id=key) is Forbidden
    assert refused(runtime, sue, AccessService.approve, ApproveInput(), request_id=key, account='C-10002') is Forbidden
    assert refused(runtime, sue, AccessService.approve, ApproveInput(), request_id=key, account='C-9') is NotFound
    assert actions(runtime) == before and requests(runtime)[0].state is AccessState.WAITING
    runtime.run(sue, AccessService.approve, ApproveInput(), request_id=key, account='C-10001')
