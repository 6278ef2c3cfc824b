"""Keeping customers: every act works, is recorded, refuses the wrong person and state, and leaves no trace then."""

from __future__ import annotations

import datetime as dt
import secrets
from decimal import Decimal

import pytest
from pydantic import ValidationError
from sqlmodel import select

from models.audit import Event
from models.customers import Address, Customer, CustomerStatus
from models.pricing import PriceKind, PriceList
from models.users import Invitation, InvitationState, Membership, Role, User, UserSession
from services.auth.resolving import resolve
from services.auth.sessions import Browser, open_session, token_hash
from services.carts.service import CartService
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, Invalid, NotFound
from services.core.listing import ListQuery
from services.core.runtime import SessionKey
from services.customers import CustomerService
from services.customers.inputs import CustomerInput, PortalInput, ReasonInput
from services.orders.checkout import CheckoutInput
from services.orders.placing import CheckoutService
from tests.bills import bill

NEW = {'name': 'Van Dijk Techniek B.V.', 'vat_id': 'nl 8811.42.670.B01', 'street': 'Havenstraat 112',
       'postcode': '3011 TG', 'city': 'Rotterdam', 'country': 'NL', 'language': 'nl', 'credit_limit': Decimal('30000')}
HARBOUR = {'name': 'Harbour Joinery', 'vat_id': 'DE123456788', 'street': 'Kai 1', 'postcode': '20457',
           'city': 'Hamburg', 'country': 'DE', 'credit_limit': Decimal(10000)}


def rows(runtime, who, **asked):
    return {row['account']: row for row in runtime.run(who, CustomerService.list, ListQuery(**asked)).rows}


def customer(look, account):
    return look(Customer, Customer.account == account)[0]


def invite(runtime, world, clock, **values):
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(Invitation(**{'customer_id': world.atelier.id, 'email': 'new@atelier.test', 'role': Role.ADMIN,
                                       'sent_at': clock.now, 'expires_at': clock.now + dt.timedelta(days=7)} | values))


def test_the_list_says_who_has_access(runtime, world, clock):
    found = rows(runtime, world.sam)
    assert found['C-10001']['portal_text'] == '5 users'
    assert found['C-10001']['place'] == 'Hamburg, Germany'
    assert found['C-10002']['portal_text'] == '1 user'
    assert runtime.run(world.sam, CustomerService.counts) == (2, 2)


def test_the_list_tells_invited_from_forgotten(runtime, world, clock):
    with runtime.work(SYSTEM, writes=True) as work:
        membership = work.session.exec(select(Membership).where(Membership.user_id == world.luc.user_id)).one()
        membership.active = False
        work.session.add(membership)
    assert rows(runtime, world.sam)['C-10002']['portal_text'] == 'No access'
    invite(runtime, world, clock, sent_at=clock.now - dt.timedelta(days=2))
    assert rows(runtime, world.sam)['C-10002']['portal_text'] == 'Invited 2 days ago'
    assert list(rows(runtime, world.sam, filters={'portal': ['invited']})) == ['C-10002']
    invite(runtime, world, clock, email='other@atelier.test', sent_at=clock.now)
    assert rows(runtime, world.sam)['C-10002']['portal_text'] == 'Invited today'


def test_the_list_shows_what_is_owed(runtime, world):
    assert rows(runtime, world.sam)['C-10001']['balance'] == 0
    runtime.run(world.ben, CartService.add, 'LAMP-5', 2)
    number = runtime.run(world.ben, CheckoutService.place, CheckoutInput(), key=secrets.token_urlsafe(24))
    bill(runtime, world.harbour, '100')
    found = rows(runtime, world.sam, sort='-balance')['C-10001']
    assert found['balance'] == Decimal(119)
    assert found['last_order_text'] == 'today'
    view = runtime.run(world.sam, CustomerService.read, 'C-10001')
    assert view.figures.open_gross > 70
    assert (view.figures.orders, view.figures.open_orders) == (1, 1)
    assert view.figures.available_credit == Decimal(10000) - view.figures.open_gross - Decimal(119)
    assert [order.number for order in view.recent] == [number]


@pytest.mark.parametrize(('words', 'accounts'), [
    ('harb', ['C-10001']), ('10002', ['C-10002']), ('ben@harbour', ['C-10001']), ('de1234', ['C-10001']),
    ('lyon', ['C-10002']), ('nobody', []), ('atelier lyon', ['C-10002'])])
def test_the_list_is_searched_by_anything_known(runtime, world, words, accounts):
    assert list(rows(runtime, world.sam, search=words)) == accounts


@pytest.mark.parametrize(('filters', 'accounts'), [
    ({'country': ['FR']}, ['C-10002']), ({'status': ['active']}, ['C-10001', 'C-10002']), ({'status': ['blocked']}, []),
    ({'portal': ['users'], 'country': ['DE', 'FR']}, ['C-10001', 'C-10002']), ({'price_list': 'trade'}, [])])
def test_the_list_is_filtered(runtime, world, filters, accounts):
    assert list(rows(runtime, world.sam, filters=filters)) == accounts


def test_reading_shows_people_and_addresses(runtime, world, clock):
    invite(runtime, world, clock, customer_id=world.harbour.id)
    view = runtime.run(world.wim, CustomerService.read, 'C-10001')
    assert [person.name for person in view.users] == ['Ada', 'Ben', 'Fin', 'Mara', 'Vera']
    assert [invitation.email for invitation in view.invitations] == ['new@atelier.test']
    assert len(view.addresses) == 2


def test_reading_needs_staff_and_an_account(runtime, world):
    for act in (lambda: runtime.run(world.mara, CustomerService.read, 'C-10001'),
                lambda: runtime.run(world.mara, CustomerService.list, ListQuery())):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(NotFound):
        runtime.run(world.sam, CustomerService.read, 'C-99999')


def test_a_new_customer_gets_number_and_addresses(runtime, world, look, traces):
    account = runtime.run(world.sam, CustomerService.create, CustomerInput(**NEW))
    assert account == 'C-10003'
    made = customer(look, account)
    assert (made.vat_id, made.credit_limit, made.status) == ('NL881142670B01', Decimal(30000), CustomerStatus.ACTIVE)
    assert {address.kind for address in look(Address, Address.customer_id == made.id)} == {'shipping', 'billing'}
    assert traces() == ['customer.created']
    assert runtime.run(world.sam, CustomerService.create, CustomerInput(**NEW | {'account': 'X.1'})) == 'X.1'


@pytest.mark.parametrize(('wrong', 'field'), [
    ({'account': 'C-10001'}, 'account'), ({'vat_id': 'NL881142671B01'}, 'vat_id'), ({'country': 'QQ'}, 'country'),
    ({'currency': 'XYZ'}, 'currency'), ({'language': 'xx'}, 'language')])
def test_a_new_customer_is_checked(runtime, world, counted, traces, wrong, field):
    with pytest.raises(Invalid) as refusal:
        runtime.run(world.sam, CustomerService.create, CustomerInput(**NEW | wrong))
    assert refusal.value.field == field
    assert (counted(Customer), traces()) == (2, [])


def test_the_input_has_bounds():
    for wrong in ({'name': ' '}, {'credit_limit': Decimal('0.001')}, {'payment_terms_days': -1}, {'colour': 'red'}):
        with pytest.raises(ValidationError):
            CustomerInput(**NEW | wrong)


@pytest.mark.parametrize(('given', 'country', 'kept'), [
    ('FR 40 303 265 045', 'FR', 'FR40303265045'), ('40303265045', 'FR', 'FR40303265045'),
    ('GB 411 0561 67', 'GB', 'GB411056167'), ('579624043MVA', 'NO', '579624043MVA'),
    ('EL094259216', 'GR', 'EL094259216'), ('12-3456789', 'US', '12-3456789'), ('', 'DE', '')])
def test_vat_numbers_are_kept_as_their_country_writes_them(runtime, world, look, given, country, kept):
    new = CustomerInput(**NEW | {'vat_id': given, 'country': country})
    account = runtime.run(world.sam, CustomerService.create, new)
    assert customer(look, account).vat_id == kept


def test_saving_records_what_changed(runtime, world, look, account):
    version = world.harbour.version
    runtime.run(world.sam, CustomerService.save, CustomerInput(**HARBOUR | {'city': 'Kiel', 'credit_limit': None}),
                account=account, version=version)
    assert customer(look, account).city == 'Kiel'
    event, = look(Event)
    assert (event.action, event.number, event.changes) == (
        'customer.changed', account, {'city': ['Hamburg', 'Kiel'], 'credit_limit': ['10000.0000', None]})
    with pytest.raises(Conflict):
        runtime.run(world.sam, CustomerService.save, CustomerInput(**HARBOUR), account=account, version=version)


def test_saving_nothing_new_leaves_no_trace(runtime, world, traces, account):
    runtime.run(world.sam, CustomerService.save, CustomerInput(**HARBOUR), account=account)
    assert traces() == []


def test_saving_refuses_another_number_and_a_currency_in_use(runtime, world, account, traces):
    runtime.run(world.ben, CartService.add, 'LAMP-5', 1)
    runtime.run(world.ben, CheckoutService.place, CheckoutInput(), key=secrets.token_urlsafe(24))
    before = traces()
    for wrong, field in (({'account': 'C-5'}, 'account'), ({'currency': 'GBP'}, 'currency')):
        with pytest.raises(Invalid) as refusal:
            runtime.run(world.sam, CustomerService.save, CustomerInput(**HARBOUR | wrong), account=account)
        assert refusal.value.field == field
    assert traces() == before


def test_writing_needs_the_right(runtime, world, account, traces):
    because = ReasonInput(reason='x')
    for who in (world.wim, world.mara):
        for act, given in ((CustomerService.save, CustomerInput(**HARBOUR)), (CustomerService.hold, because),
                           (CustomerService.set_portal, PortalInput()), (CustomerService.block, because)):
            with pytest.raises(Forbidden):
                runtime.run(who, act, given, account=account)
        with pytest.raises(Forbidden):
            runtime.run(who, CustomerService.create, CustomerInput(**NEW))
        with pytest.raises(Forbidden):
            runtime.run(who, CustomerService.release, account)
    assert traces() == []


def test_portal_access_needs_an_email(runtime, world, look, traces, account):
    for email in ('', 'not an address'):
        with pytest.raises(Invalid) as refusal:
            runtime.run(world.sam, CustomerService.set_portal, PortalInput(is_portal_user=True, portal_email=email),
                        account=account)
        assert refusal.value.field == 'portal_email'
    assert traces() == []
    given = PortalInput(is_portal_user=True, portal_email='Mara@Harbour.test ')
    runtime.run(world.sam, CustomerService.set_portal, given, account=account)
    assert customer(look, account).portal_email == 'mara@harbour.test'
    assert traces() == ['customer.portal_changed']


def test_closing_the_portal_voids_invitations_but_not_people(runtime, world, look, clock, account):
    closed = PortalInput(is_portal_user=False, portal_email='')
    with pytest.raises(Conflict):
        runtime.run(world.sam, CustomerService.set_portal, closed, account=account)
    lonely = runtime.run(world.sam, CustomerService.create, CustomerInput(**NEW))
    runtime.run(world.sam, CustomerService.set_portal, PortalInput(is_portal_user=True, portal_email='a@b.test'),
                account=lonely)
    invite(runtime, world, clock, customer_id=customer(look, lonely).id)
    runtime.run(world.sam, CustomerService.set_portal, closed, account=lonely)
    assert [invitation.state for invitation in look(Invitation)] == [InvitationState.REVOKED]


def test_hold_and_release(runtime, world, look, traces, account):
    runtime.run(world.sam, CustomerService.hold, ReasonInput(reason='Two invoices are overdue.'), account=account)
    held = customer(look, account)
    assert (held.status, held.hold_reason) == (CustomerStatus.ON_HOLD, 'Two invoices are overdue.')
    with pytest.raises(Conflict):
        runtime.run(world.sam, CustomerService.hold, ReasonInput(reason='Again'), account=account)
    runtime.run(world.sam, CustomerService.release, account)
    assert (customer(look, account).status, customer(look, account).hold_reason) == (CustomerStatus.ACTIVE, '')
    with pytest.raises(Conflict):
        runtime.run(world.sam, CustomerService.release, account)
    assert traces() == ['customer.held', 'customer.released']


def test_blocking_ends_the_sessions_of_its_people_only(runtime, world, look, account):
    keys = {}
    with runtime.work(SYSTEM, writes=True) as work:
        for name in ('ben', 'luc'):
            membership = work.session.exec(
                select(Membership).join(User, User.id == Membership.user_id).where(User.name == name.title())).one()
            token = open_session(work, user_id=membership.user_id, membership_id=membership.id, browser=Browser())
            keys[name] = SessionKey(token_hash(token))
    runtime.run(world.sam, CustomerService.block, ReasonInput(reason='Unpaid for a year.'), account=account)
    with runtime.database.reading() as session:
        assert resolve(session, keys['ben'], runtime.now()) is None
        assert resolve(session, keys['luc'], runtime.now()) is not None
    assert [row.token_hash for row in look(UserSession) if row.ended_at] == [keys['ben'].token_hash]
    with pytest.raises(Conflict):
        runtime.run(world.sam, CustomerService.hold, ReasonInput(reason='x'), account=account)
    runtime.run(world.sam, CustomerService.release, account)
    assert customer(look, account).status is CustomerStatus.ACTIVE


def test_price_lists_fit_the_customer(runtime, world, look, traces, account):
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add_all((PriceList(code='trade-a', name='Trade A', kind=PriceKind.GROUP),
                              PriceList(code='uk', name='United Kingdom', kind=PriceKind.GROUP, currency='GBP')))
    assert runtime.run(world.sam, CustomerService.price_lists, account) == [('trade-a', 'Trade A')]
    runtime.run(world.sam, CustomerService.set_price_list, account, 'trade-a')
    assert rows(runtime, world.sam)[account]['price_list'] == 'Trade A'
    for code in ('uk', 'BASE', 'nothing'):
        with pytest.raises(Invalid):
            runtime.run(world.sam, CustomerService.set_price_list, account, code)
    runtime.run(world.sam, CustomerService.set_price_list, account, '')
    assert customer(look, account).price_list_id is None
    assert traces() == ['customer.price_list_changed'] * 2
