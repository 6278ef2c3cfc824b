"""Addresses: the company's Admin and the office keep them; nobody else's are touched; old ones stay on documents."""

from __future__ import annotations

import secrets

import pytest

from models.customers import Address, AddressKind
from services.carts.service import CartService
from services.core.errors import Conflict, Forbidden, Invalid, NotFound
from services.customers import AddressService
from services.customers.inputs import AddressInput
from services.orders.checkout import CheckoutInput
from services.orders.placing import CheckoutService
from services.orders.reading import OrderService

YARD = AddressInput(name='Harbour yard', street='Dock 6', postcode='20459', city='Hamburg', country='DE')


def cities(runtime, who, **asked):
    return [(address.street, address.is_default) for address in
            runtime.run(who, AddressService.list, kind=AddressKind.SHIPPING, **asked)]


@pytest.mark.parametrize('name', ['mara', 'sam'])
def test_admin_and_office_add_addresses(runtime, world, account, traces, name):
    who = getattr(world, name)
    company = {'account': account} if name == 'sam' else {}
    runtime.run(who, AddressService.add, YARD, **company)
    assert cities(runtime, who, **company) == [('Kai 1', True), ('Dock 6', False)]
    assert traces() == ['address.added']


def test_a_new_default_replaces_the_old(runtime, world):
    added = runtime.run(world.mara, AddressService.add, YARD.model_copy(update={'is_default': True}))
    assert cities(runtime, world.mara) == [('Dock 6', True), ('Kai 1', False)]
    old = next(a for a in runtime.run(world.mara, AddressService.list, kind=AddressKind.SHIPPING) if a.id != added.id)
    runtime.run(world.mara, AddressService.make_default, old.id)
    assert cities(runtime, world.mara) == [('Kai 1', True), ('Dock 6', False)]
    billing = runtime.run(world.mara, AddressService.list, kind=AddressKind.BILLING)
    assert [address.is_default for address in billing] == [True]


def test_changing_shows_and_checks_the_version(runtime, world, look):
    address = runtime.run(world.mara, AddressService.add, YARD)
    changed = YARD.model_copy(update={'street': 'Dock 7'})
    runtime.run(world.mara, AddressService.change, changed, address_id=address.id, version=address.version)
    assert look(Address, Address.id == address.id)[0].street == 'Dock 7'
    with pytest.raises(Conflict):
        runtime.run(world.mara, AddressService.change, YARD, address_id=address.id, version=address.version)
    for wrong in ({'kind': AddressKind.BILLING}, {'country': 'QQ'}):
        with pytest.raises(Invalid):
            runtime.run(world.mara, AddressService.change, YARD.model_copy(update=wrong), address_id=address.id)


def test_a_retired_address_stays_on_its_order(runtime, world):
    address = runtime.run(world.mara, AddressService.add, YARD.model_copy(update={'is_default': True}))
    runtime.run(world.mara, CartService.add, 'LAMP-5', 1)
    number = runtime.run(world.mara, CheckoutService.place, CheckoutInput(address_id=address.id),
                         key=secrets.token_urlsafe(24))
    runtime.run(world.mara, AddressService.retire, address.id)
    assert cities(runtime, world.mara) == [('Kai 1', True)]
    assert cities(runtime, world.mara, retired=True) == [('Kai 1', True), ('Dock 6', False)]
    assert runtime.run(world.mara, OrderService.read, number).order.ship_to['street'] == 'Dock 6'
    with pytest.raises(NotFound):
        runtime.run(world.mara, AddressService.retire, address.id)


def test_others_see_but_do_not_write(runtime, world, traces):
    assert len(runtime.run(world.vera, AddressService.list)) == 2
    mine = runtime.run(world.mara, AddressService.list)[0]
    for who in (world.ben, world.vera, world.fin, world.wim):
        with pytest.raises(Forbidden):
            runtime.run(who, AddressService.add, YARD)
        with pytest.raises(Forbidden):
            runtime.run(who, AddressService.change, YARD, address_id=mine.id)
        for act in (AddressService.retire, AddressService.make_default):
            with pytest.raises(Forbidden):
                runtime.run(who, act, mine.id)
    assert traces() == []


def test_another_company_is_not_there(runtime, world, account, traces):
    theirs = runtime.run(world.mara, AddressService.list)[0]
    with pytest.raises(NotFound):
        runtime.run(world.luc, AddressService.list, account)
    with pytest.raises(NotFound):
        runtime.run(world.luc, AddressService.add, YARD, account=account)
    with pytest.raises(NotFound):
        runtime.run(world.luc, AddressService.change, YARD, address_id=theirs.id)
    for act in (AddressService.retire, AddressService.make_default):
        with pytest.raises(NotFound):
            runtime.run(world.luc, act, theirs.id)
    assert traces() == []
