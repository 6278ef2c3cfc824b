"""Matching without a database: what is booked at once, and what is only proposed, with which score."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.banking.matching import Known, OpenItem, Received, exact, named, propose, spread

DAY = dt.date(2026, 3, 2)
HARBOUR, ATELIER = uuid.UUID(int=1), uuid.UUID(int=2)


def item(place: int, amount: str, customer: uuid.UUID = HARBOUR, **more) -> OpenItem:
    return OpenItem(uuid.UUID(int=100 + place), customer, f'IN-2026-{place:06d}', f'RF18IN2026{place:06d}',
                    Decimal(amount), DAY + dt.timedelta(days=place), **more)


ITEMS = [item(1, '119.00'), item(2, '50.00'), item(3, '1190.00', discounted=Decimal('1166.20'),
                                                   discount_until=DAY + dt.timedelta(days=3)),
         item(4, '119.00', ATELIER)]


@pytest.mark.parametrize(('words', 'places'), [
    ('IN-2026-000001', [1]), ('invoice in 2026 000001 thanks', [1]), ('IN2026000001', [1]), ('in-2026-00 0001', [1]),
    ('RF18 IN20 2600 0002', [2]), ('RF18IN2026000002', [2]), ('IN-2026-0000012', []), ('XIN-2026-000001', []),
    ('IN-2026-000001 12.03.2026', [1]), ('IN-2026-000001/IN-2026-000003', [1, 3]), ('IN-2026-00001', []), ('', []),
    ('SEPA IN-2026-000001IN-2026-000002', [1])])
def test_numbers_are_found_however_they_are_written(words, places):
    assert [found.invoice_id.int - 100 for found in named(words, ITEMS)] == places


@pytest.mark.parametrize(('words', 'amount', 'on', 'shares'), [
    ('IN-2026-000001', '119.00', DAY, {1: '119.00'}),
    ('IN-2026-000001', '118.99', DAY, {}), ('IN-2026-000001', '119.01', DAY, {}),
    ('IN-2026-000001 IN-2026-000002', '169.00', DAY, {1: '119.00', 2: '50.00'}),
    ('IN-2026-000001 IN-2026-000002', '119.00', DAY, {}),
    ('IN-2026-000003', '1166.20', DAY + dt.timedelta(days=3), {3: '1166.20'}),
    ('IN-2026-000003', '1190.00', DAY, {3: '1190.00'}),
    ('IN-2026-000003', '1166.20', DAY + dt.timedelta(days=4), {}),
    ('IN-2026-000002 RF18IN2026000003', '1216.20', DAY, {2: '50.00', 3: '1166.20'}),
    ('IN-2026-000001 IN-2026-000004', '238.00', DAY, {}),
    ('thank you', '119.00', DAY, {})])
def test_only_what_fits_to_the_cent_is_exact(words, amount, on, shares):
    received = Received(Decimal(amount), on, words=words)
    found = exact(received, named(words, ITEMS))
    assert {one.invoice_id.int - 100: str(worth) for one, worth in found} == shares


def proposed(received, **known):
    return [(found.customer_id.int, [one[0].int - 100 for one in found.items], found.score, sorted(found.why))
            for found in propose(received, Known(ITEMS, **known))]


def test_a_wrong_amount_with_the_right_number_is_proposed():
    assert proposed(Received(Decimal(100), DAY, words='IN-2026-000001')) == [(1, [1], 60, ['named'])]


def test_the_payer_is_known_by_his_account_and_his_name():
    accounts, names = {'DE1': HARBOUR}, {HARBOUR: 'Harbour Joinery', ATELIER: 'Atelier Bois'}
    received = Received(Decimal(119), DAY, payer='JOINERY HARBOUR', payer_account='DE1')
    assert proposed(received, accounts=accounts, names=names) == [
        (1, [1], 100, ['amount', 'iban', 'name']), (2, [4], 35, ['amount'])]
    assert proposed(Received(Decimal(60), DAY, payer='Atelier Bois'), names=names) == [(2, [4], 25, ['name'])]
    assert proposed(Received(Decimal(200), DAY, payer_account='DE1'), accounts=accounts) == [
        (1, [1, 2, 3], 45, ['iban'])]
    assert proposed(Received(Decimal(60), DAY, payer='Somebody'), accounts=accounts, names=names) == []


def test_a_slip_in_the_number_helps_another_ground():
    assert proposed(Received(Decimal(50), DAY, words='IN-2026-0000O2')) == [(1, [2], 55, ['amount', 'nearly'])]
    assert proposed(Received(Decimal(51), DAY, words='IN-2026-0000O2')) == []


@given(st.decimals('0.01', '3000', places=2))
def test_spreading_never_gives_more_than_there_is_or_is_open(amount):
    shares = spread(amount, ITEMS)
    assert sum((share for _key, _number, share in shares), Decimal(0)) == min(amount, Decimal('1478.00'))
    assert all(0 < share <= next(one.open for one in ITEMS if one.invoice_id == key) for key, _number, share in shares)
