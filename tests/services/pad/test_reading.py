"""Pasted text and files become rows; nothing is lost, nothing is evaluated, and what is wrong can be downloaded."""

from __future__ import annotations

import csv
import io
import time
from decimal import Decimal

import pytest
from openpyxl import Workbook

from services.carts.service import CartService
from services.core.actor import SYSTEM
from services.core.errors import Forbidden, Invalid
from services.pad.rows import PadInput, PadState
from services.pad.service import PadService
from services.settings import SettingService


@pytest.fixture
def parse(runtime, world):
    def act(text):
        return [(row.code, row.quantity) for row in runtime.run(world.ben, PadService.parse, text)]
    return act


@pytest.fixture
def read(runtime, world):
    def act(name, data):
        return [(row.code, row.quantity, row.source_row)
                for row in runtime.run(world.ben, PadService.parse_file, name, data)]
    return act


@pytest.mark.parametrize('text', [
    'BOLT-M8\t50\nLAMP-5\t2', 'BOLT-M8;50\r\nLAMP-5;2\r\n', 'BOLT-M8,50\nLAMP-5,2', 'BOLT-M8 50\nLAMP-5 2',
    'BOLT-M8   50\n\n\nLAMP-5   2', 'SKU\tQty\nBOLT-M8\t50\nLAMP-5\t2', 'Menge;Artikel-Nr.\n50;BOLT-M8\n2;LAMP-5',
    'BOLT-M8;Hex bolt;50\nLAMP-5;Work lamp;2', '50;BOLT-M8\n2;LAMP-5', 'Référence;Quantité\nBOLT-M8;50\nLAMP-5;2'])
def test_pasted_in_any_usual_form(parse, text):
    assert parse(text) == [('BOLT-M8', '50'), ('LAMP-5', '2')]


def test_one_code_a_line_means_one_each(parse):
    assert parse('LAMP-5\nGLOVE-9') == [('LAMP-5', ''), ('GLOVE-9', '')]


def test_a_quantity_that_is_none_is_kept_as_written(parse):
    assert parse('LAMP-5\tx\nGLOVE-9\t1O') == [('LAMP-5', 'x'), ('GLOVE-9', '1O')]


def test_a_row_without_item_is_kept(parse):
    assert parse('SKU;Qty\nLAMP-5;1\n;7') == [('LAMP-5', '1'), ('', '7')]


@pytest.mark.parametrize('encoding', ['utf-8', 'utf-8-sig', 'cp1252', 'utf-16'])
def test_files_in_any_usual_encoding(read, encoding):
    text = 'Stück;Artikel\n2;Größe-ß\n3;LAMP-5\n'
    assert read('rows.csv', text.encode(encoding)) == [('Größe-ß', '2', 2), ('LAMP-5', '3', 3)]


def test_quoted_cells_and_blank_rows_keep_their_numbers(read):
    assert read('rows.csv', b'"LAMP-5","2"\n\n"GLOVE-9","3"\n') == [('LAMP-5', '2', 1), ('GLOVE-9', '3', 3)]


def test_a_workbook_whose_formulas_are_not_evaluated(read):
    book = Workbook()
    for row in (['SKU', 'Quantity'], ['LAMP-5', 2], ['GLOVE-9', 2.5], ['BOLT-M8', '=25*2'], [4006381333955, 4]):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    assert read('rows.xlsx', target.getvalue()) == [
        ('LAMP-5', '2', 2), ('GLOVE-9', '2.5', 3), ('BOLT-M8', '', 4), ('4006381333955', '4', 5)]


@pytest.mark.parametrize(('name', 'data'), [('rows.xlsx', b'PK\x03\x04 no workbook'), ('rows.pdf', b'%PDF-1.7'),
                                            ('rows.xls', b'\xd0\xcf\x11\xe0'), ('rows.csv', b'\x00\x01\x02')])
def test_what_is_no_table_is_refused(read, name, data):
    with pytest.raises(Invalid) as caught:
        read(name, data)
    assert caught.value.field == 'file'


def test_too_much_is_refused_not_cut(runtime, world, parse, read):
    with pytest.raises(Invalid):
        read('rows.csv', b'x' * (10 * 1024 * 1024 + 1))
    with pytest.raises(Invalid):
        parse('x' * 2_000_001)
    rows = [PadInput(code='LAMP-5', quantity='1')] * 2001
    with pytest.raises(Invalid) as caught:
        runtime.run(world.ben, PadService.resolve, rows)
    assert caught.value.message == 'The pad takes 2,000 rows; these are 2,001.'
    runtime.run(SYSTEM, SettingService.put, 'orders.pad_rows', 10)
    assert runtime.run(world.ben, PadService.most_rows) == 10


def test_rows_in_are_rows_out_and_quickly(runtime, world):
    rows = [PadInput(code=('LAMP-5', 'NO-SUCH-1', '', 'BOLT-M8')[n % 4] + ('' if n % 4 != 1 else str(n)), quantity='1',
                     source_row=n) for n in range(2000)]
    begun = time.perf_counter()
    view = runtime.run(world.ben, PadService.resolve, rows)
    assert time.perf_counter() - begun < 5
    assert [(row.code, row.source_row) for row in view.rows] == [(row.code, row.source_row) for row in rows]
    assert len(view.rows) == view.ready + view.attention


def test_the_ready_go_to_the_cart_and_the_others_stay(runtime, world):
    rows = [PadInput(code='LAMP-5', quantity='2'), PadInput(code='NOPE', quantity='1'),
            PadInput(code='BOLT-M8', quantity='500'), PadInput(code='GLOVE-9', quantity='x')]
    added = runtime.run(world.ben, PadService.add, rows)
    assert (added.new, added.lines) == (2, 2)
    cart = runtime.run(world.ben, CartService.read)
    assert [(row.item.sku, row.quantity) for row in cart.lines] == [('LAMP-5', Decimal(2)), ('BOLT-M8', Decimal(500))]
    with pytest.raises(Invalid):
        runtime.run(world.ben, PadService.add, rows[1:2])


def test_the_errors_as_a_file_that_can_be_put_right_and_read_again(runtime, world, read):
    rows = [PadInput(code='LAMP-5', quantity='2', source_row=2), PadInput(code='=HYPER', quantity='1', source_row=3),
            PadInput(code='GLOVE-9', quantity='x', source_row=7)]
    data = runtime.run(world.ben, PadService.errors, rows)
    assert list(csv.reader(io.StringIO(data.decode('utf-8-sig')))) == [
        ['Row', 'SKU', 'Quantity', 'What is wrong'], ['3', "'=HYPER", '1', "'=HYPER is no item we know."],
        ['7', 'GLOVE-9', 'x', 'Please give the quantity as a number above 0 and up to 1,000,000.']]
    assert [row[:2] for row in read('errors.csv', data)] == [('=HYPER', '1'), ('GLOVE-9', 'x')]


def test_the_sample_can_be_read(runtime, world, read):
    data = runtime.run(world.ben, PadService.sample)
    rows = read('sample.csv', data)
    assert len(rows) == 2
    view = runtime.run(world.ben, PadService.resolve, [PadInput(code=c, quantity=q) for c, q, _row in rows])
    assert {row.state for row in view.rows} == {PadState.READY}


@pytest.mark.parametrize('who', ['vera', 'fin', 'sam'])
def test_people_without_a_cart_have_no_pad(runtime, world, who):
    for act, given in ((PadService.resolve, []), (PadService.parse, 'x'), (PadService.add, [])):
        with pytest.raises(Forbidden):
            runtime.run(getattr(world, who), act, given)
