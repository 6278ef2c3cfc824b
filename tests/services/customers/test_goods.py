"""What a customer may see and how he calls it: assortments and own part numbers."""

from __future__ import annotations

import pytest

from models.catalogue import AssortmentEntry, PartNumber
from services.carts.service import CartService
from services.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from services.customers import AssortmentService, PartNumberService


def sees(runtime, who, sku):
    try:
        runtime.run(who, CartService.add, sku, 50)
    except DomainError:
        return False
    return True


def test_a_restricted_customer_sees_his_entries_only(runtime, world, account, traces):
    runtime.run(world.sam, AssortmentService.restrict, account, True)
    assert not sees(runtime, world.ben, 'BOLT-M8')
    runtime.run(world.sam, AssortmentService.add_item, account, 'BOLT-M8')
    assert sees(runtime, world.ben, 'BOLT-M8')
    assert not sees(runtime, world.ben, 'GLOVE-9')
    runtime.run(world.sam, AssortmentService.add_category, account, 'tools')
    assert sees(runtime, world.ben, 'GLOVE-9')
    found = runtime.run(world.wim, AssortmentService.read, account)
    assert found.restricted
    assert [(row.is_category, row.code, row.name) for row in found.entries] == [
        (True, 'tools', 'Tools'), (False, 'BOLT-M8', 'Hex bolt M8')]
    runtime.run(world.sam, AssortmentService.remove, account, found.entries[0].id)
    assert [row.code for row in runtime.run(world.sam, AssortmentService.read, account).entries] == ['BOLT-M8']
    runtime.run(world.sam, AssortmentService.restrict, account, False)
    assert traces() == ['assortment.restricted', 'assortment.entry_added', 'assortment.entry_added',
                        'assortment.entry_removed', 'assortment.opened']


def test_an_assortment_takes_what_exists_and_once(runtime, world, account, counted):
    runtime.run(world.sam, AssortmentService.add_item, account, 'LAMP-5')
    for act, code, refusal in ((AssortmentService.add_item, 'LAMP-5', Conflict),
                               (AssortmentService.add_item, 'NOTHING', NotFound),
                               (AssortmentService.add_category, 'nothing', NotFound)):
        with pytest.raises(refusal):
            runtime.run(world.sam, act, account, code)
    entry = runtime.run(world.sam, AssortmentService.read, account).entries[0]
    with pytest.raises(NotFound):
        runtime.run(world.sam, AssortmentService.remove, world.atelier.account, entry.id)
    assert counted(AssortmentEntry) == 1


def test_assortments_are_the_offices(runtime, world, account, traces):
    for who in (world.mara, world.wim):
        for act, given in ((AssortmentService.restrict, True), (AssortmentService.add_item, 'LAMP-5'),
                           (AssortmentService.add_category, 'tools'), (AssortmentService.remove, world.harbour.id)):
            with pytest.raises(Forbidden):
                runtime.run(who, act, account, given)
    assert traces() == []


@pytest.mark.parametrize('name', ['mara', 'sam'])
def test_own_numbers_are_added_and_removed(runtime, world, account, traces, name):
    who = getattr(world, name)
    company = {'account': account} if name == 'sam' else {}
    runtime.run(who, PartNumberService.add, 'LAMP-5', ' HJ  100 ', **company)
    runtime.run(who, PartNumberService.add, 'LAMP-5', 'HJ 100', **company)
    found, = runtime.run(who, PartNumberService.list, **company)
    assert (found.part_number, found.sku, found.name, found.learned) == ('HJ 100', 'LAMP-5', 'Work lamp', False)
    runtime.run(who, PartNumberService.remove, found.id)
    assert runtime.run(who, PartNumberService.list, **company) == []
    assert traces() == ['part_number.added', 'part_number.removed']


def test_a_number_means_one_item(runtime, world, look):
    runtime.run(world.mara, PartNumberService.add, 'LAMP-5', 'HJ-100')
    with pytest.raises(Conflict):
        runtime.run(world.mara, PartNumberService.add, 'GLOVE-9', 'hj -100')
    for sku, number, refusal in (('NOTHING', 'X1', NotFound), ('LAMP-5', ' ', Invalid), ('LAMP-5', 'x' * 81, Invalid)):
        with pytest.raises(refusal):
            runtime.run(world.mara, PartNumberService.add, sku, number)
    runtime.run(world.luc, PartNumberService.add, 'GLOVE-9', 'HJ-100')
    assert len(look(PartNumber)) == 2


def test_own_numbers_of_others_are_not_there(runtime, world, account, traces):
    runtime.run(world.mara, PartNumberService.add, 'LAMP-5', 'HJ-100')
    theirs = runtime.run(world.mara, PartNumberService.list)[0]
    with pytest.raises(NotFound):
        runtime.run(world.luc, PartNumberService.list, account)
    with pytest.raises(NotFound):
        runtime.run(world.luc, PartNumberService.add, 'LAMP-5', 'X', account=account)
    with pytest.raises(NotFound):
        runtime.run(world.luc, PartNumberService.remove, theirs.id)
    for who in (world.ben, world.vera, world.wim):
        with pytest.raises(Forbidden):
            runtime.run(who, PartNumberService.add, 'LAMP-5', 'Y')
        with pytest.raises(Forbidden):
            runtime.run(who, PartNumberService.remove, theirs.id)
    assert traces() == ['part_number.added']
