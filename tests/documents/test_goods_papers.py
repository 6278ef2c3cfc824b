"""Delivery note and pick list: quantities without prices, over many pages, in every language."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from models.core.words import LANGUAGES
from services.documents.delivery_note import DeliveryLine, DeliveryNotePaper, Parcel, delivery_note_pdf
from services.documents.pick_list import PickLine, PickListPaper, pick_list_pdf
from tests.documents.reading import EVIL, SELLER, is_plain, pages

PLACE = ('Harbour Yard', 'Kai 2', '20457 Hamburg', 'Germany')
NOTE = DeliveryNotePaper(
    seller=SELLER, number='SH-2026-000042', shipped_on=dt.date(2026, 11, 20), customer='Harbour', account='C-10001',
    ship_to=PLACE, order_number='SO-2026-000123', reference='PO-7781', delivery='Standard', note='Ring twice',
    parcels=(Parcel('DHL', '00340434161094042557'), Parcel('Own van')),
    lines=(DeliveryLine('BOLT-M8', 'Hex bolt M8', Decimal(500), 'pcs', own_number='4711', to_follow=Decimal(100)),
           DeliveryLine('LAMP-5', 'Work lamp', Decimal('2.5'), 'm')))
PICK = PickListPaper(
    seller=SELLER, number='SH-2026-000042', made_on=dt.date(2026, 11, 20), customer='Harbour', account='C-10001',
    ship_to=PLACE, warehouse='Main warehouse', order_number='SO-2026-000123', wanted_on=dt.date(2026, 11, 23),
    lines=(PickLine('BOLT-M8', 'Hex bolt M8', Decimal(500), 'pcs', place='A-03-12', ean='4006381333931'),
           PickLine('LAMP-5', 'Work lamp', Decimal(2), note='fragile')))


def test_the_note_says_what_comes_and_what_follows() -> None:
    (text,) = pages(delivery_note_pdf(NOTE))
    for part in ('Delivery note SH-2026-000042', 'SO-2026-000123', 'PO-7781', 'Harbour Yard', 'BOLT-M8', '500 pcs',
                 'Your number: 4711', '100 pcs', '2.5 m', 'DHL, number 00340434161094042557', 'Own van', 'Ring twice',
                 'Still to come', '20 Nov 2026'):
        assert part in text, part
    assert '€' not in text


def test_a_whole_delivery_has_no_column_of_rests() -> None:
    lines = tuple(replace(line, to_follow=Decimal(0)) for line in NOTE.lines)
    assert 'Still to come' not in pages(delivery_note_pdf(replace(NOTE, lines=lines)))[0]


def test_the_list_says_where_to_take_how_much() -> None:
    (text,) = pages(pick_list_pdf(PICK))
    for part in ('Pick list SH-2026-000042', 'A-03-12', 'BOLT-M8', '4006381333931', '500 pcs', 'fragile',
                 'Main warehouse', '23 Nov 2026'):
        assert part in text, part


@pytest.mark.parametrize('make', [lambda n: delivery_note_pdf(replace(NOTE, lines=NOTE.lines * n)),
                                  lambda n: pick_list_pdf(replace(PICK, lines=PICK.lines * n))])
def test_long_ones_repeat_the_head_and_carry_no_sums(make) -> None:
    texts = pages(make(100))
    assert len(texts) > 4
    assert all('Quantity' in text for text in texts[:-1])
    assert not any('Carried over' in text for text in texts)
    assert f'Page {len(texts)} of {len(texts)}' in texts[-1]


@pytest.mark.parametrize('code', list(LANGUAGES))
def test_they_speak_every_language(code: str) -> None:
    assert 'SH-2026-000042' in pages(delivery_note_pdf(replace(NOTE, language=code)))[0]
    assert 'SH-2026-000042' in pages(pick_list_pdf(replace(PICK, language=code)))[0]


@pytest.mark.parametrize('evil', EVIL)
def test_whatever_is_written_stays_text(evil: str) -> None:
    note = replace(NOTE, note=evil, ship_to=(evil,), parcels=(Parcel(evil, evil),),
                   lines=(DeliveryLine(evil[:60], evil, Decimal(1), evil[:9], evil, evil, Decimal(1), evil),))
    pick = replace(PICK, number=evil[:40], note=evil, warehouse=evil,
                   lines=(PickLine(evil[:60], evil, Decimal(1), place=evil[:40], note=evil),))
    assert is_plain(delivery_note_pdf(note)) and is_plain(pick_list_pdf(pick))
