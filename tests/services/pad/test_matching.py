"""What a person writes is found by every rule of flows 3.4, exact first, and never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.catalogue import Item, PartNumber
from services.core.actor import SYSTEM
from services.core.errors import Forbidden, NotFound
from services.pad.rows import PadInput, PadState
from services.pad.service import PadService


@pytest.fixture
def pad(runtime, world):
    def act(*rows, who=None):
        given = [PadInput(code=row) if isinstance(row, str) else PadInput(code=row[0], quantity=str(row[1]))
                 for row in rows]
        return runtime.run(who or world.ben, PadService.resolve, given)
    return act


@pytest.fixture
def stock(runtime, world):
    """Put more items on sale: SKU and columns."""
    def act(*items):
        with runtime.work(SYSTEM, writes=True) as work:
            for sku, columns in items:
                work.session.add(Item(sku=sku, name=sku.title(), created_at=work.now, **columns))
    return act


def skus(view):
    return [row.item.sku if row.item else row.state for row in view.rows]


@pytest.mark.parametrize('code', ['LAMP-5', 'lamp-5', '  Lamp-5 ', 'LA MP-5', '4006381333948', '4006381 333948'])
def test_sku_and_ean_in_any_dress(pad, code):
    assert skus(pad(code)) == ['LAMP-5']


def test_the_companys_own_number_and_only_its(runtime, world, pad):
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(PartNumber(customer_id=world.harbour.id, part_number='HJ 77', folded='HJ77',
                                    item_id=world.items['LAMP-5'].id))
    assert skus(pad('hj77', 'HJ 77')) == ['LAMP-5', 'LAMP-5']
    assert skus(pad('HJ 77', who=world.luc)) == [PadState.UNKNOWN]


def test_a_sku_goes_before_an_own_number(runtime, world, pad):
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(PartNumber(customer_id=world.harbour.id, part_number='GLOVE-9', folded='GLOVE-9',
                                    item_id=world.items['LAMP-5'].id))
    assert skus(pad('GLOVE-9')) == ['GLOVE-9']


def test_the_makers_number(pad, stock):
    stock(('HAMMER', {'manufacturer_no': 'Ham 300-b'}))
    assert skus(pad('HAM300-B')) == ['HAMMER']


def test_a_gtin_with_and_without_zeros_in_front(pad, stock):
    stock(('SAW', {'ean': '0012345678905'}))
    assert skus(pad('12345678905', '012345678905', '0012345678905', '00012345678905')) == ['SAW'] * 4


def test_an_old_sku_leads_to_what_took_its_place(runtime, pad, stock, world):
    stock(('LAMP-4', {'active': False, 'successor_id': world.items['LAMP-5'].id}))
    row, = pad('lamp-4').rows
    assert (row.item.sku, row.state) == ('LAMP-5', PadState.READY)
    assert 'lamp-4 is replaced by LAMP-5.' in row.hints


def test_zeros_in_front_are_ignored_only_where_that_is_unique(pad, stock):
    stock(('00471', {}), ('00815', {}), ('0815', {}))
    assert skus(pad('471', '0471', '000471', '815')) == ['00471', '00471', '00471', PadState.UNKNOWN]
    assert skus(pad('0815', '00815')) == ['0815', '00815']


def test_what_can_mean_several_is_to_be_chosen(pad, stock):
    stock(('PEN-R', {'manufacturer_no': 'PEN'}), ('PEN-B', {'manufacturer_no': 'PEN'}))
    row, = pad('PEN').rows
    assert (row.state, sorted(p.sku for p in row.proposals)) == (PadState.CHOOSE, ['PEN-B', 'PEN-R'])


def test_an_item_off_sale_looks_like_none(pad, stock):
    stock(('GONE', {'active': False}))
    gone, none = pad('GONE', 'NONE').rows
    assert (gone.state, none.state) == (PadState.UNKNOWN, PadState.UNKNOWN)
    assert gone.messages == ('GONE is no item we know.',)


def test_a_slip_gets_proposals_and_is_no_match(pad):
    row, = pad('LAMP5').rows
    assert (row.state, [p.sku for p in row.proposals]) == (PadState.UNKNOWN, ['LAMP-5'])


def test_learning_a_number(runtime, world, pad):
    runtime.run(world.ben, PadService.learn, ' Our Lamp ', 'LAMP-5')
    assert skus(pad('ourlamp')) == ['LAMP-5']
    runtime.run(world.mara, PadService.learn, 'OUR LAMP', 'GLOVE-9')
    assert skus(pad('ourlamp')) == ['GLOVE-9']
    assert skus(pad('ourlamp', who=world.luc)) == [PadState.UNKNOWN]
    for bad in (('', 'LAMP-5'), ('X', 'NO-SUCH')):
        with pytest.raises(NotFound):
            runtime.run(world.ben, PadService.learn, *bad)
    with pytest.raises(Forbidden):
        runtime.run(world.vera, PadService.learn, 'X', 'LAMP-5')


def test_the_same_item_twice_is_priced_by_its_sum(pad):
    view = pad(('BOLT-M8', 250), ('4006381333931', 250), ('LAMP-5', 1))
    assert [(row.price.unit_price, row.net) for row in view.rows] == [
        (Decimal('0.20'), Decimal(50)), (Decimal('0.20'), Decimal(50)), (Decimal(35), Decimal(35))]
    assert (view.summed, view.ready, view.net) == (('BOLT-M8',), 3, Decimal(135))


@pytest.mark.parametrize(('given', 'meant'), [
    ('', 1), ('3', 3), ('3,0', 3), ('3.00', 3), (' 4 ', 4), ('1.000', 1000), ('1,000', 1000), ("1'000", 1000),
    ('1 000', 1000), ('1.000,0', 1000), ('٣', 3), ('0', None), ('-1', None), ('1e3', None), ('NaN', None),
    ('inf', None), ('x', None), ('2,5', None), ('5 pcs', None), ('9' * 40, None), ('0x10', None), ('1/2', None)])
def test_quantities_as_people_write_them(pad, given, meant):
    row, = pad(('GLOVE-9', given)).rows
    assert row.quantity == meant
    assert row.state is (PadState.READY if meant else PadState.WRONG)


def test_decimals_where_the_unit_allows_them(pad, stock, runtime):
    stock(('ROPE', {'decimals': 2, 'multiple': Decimal('0.25'), 'min_quantity': Decimal('0.25')}))
    assert [row.quantity for row in pad(('ROPE', '2,5'), ('ROPE', '0.25'), ('ROPE', '0,125')).rows] == [
        Decimal('2.5'), Decimal('0.25'), None]


def test_what_cannot_be_is_proposed_not_cut(pad):
    below, above = pad(('BOLT-M8', 60), ('LAMP-5', 9)).rows
    assert (below.quantity, below.state, below.proposals[0].quantity) == (Decimal(60), PadState.WRONG, Decimal(100))
    assert (above.quantity, above.state, above.proposals[0].quantity) == (Decimal(9), PadState.WRONG, Decimal(5))


def test_a_quantity_without_an_item_is_said(pad):
    row, empty = pad(('', 5), '').rows
    assert (row.state, row.messages, empty.state) == (PadState.WRONG, ('This line has no item.',), PadState.EMPTY)
