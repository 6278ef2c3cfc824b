"""The office ships part of an order in two parcels, and the customer's open order page shows it live."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from models.orders import Order, OrderStatus
from tests.demo import ADMIN, OWNER, Portico
from tests.e2e.conftest import Visit
from tests.looking import settled

pytestmark = pytest.mark.browser
PANE = '.p-pane:not(.is-hidden)'


def partly_shipped(portico: Portico) -> str:
    """Mara's order of which a part has left; 18 boxes of bolts and 20 lamps are open."""
    with portico.runtime.database.reading() as session:
        return str(session.exec(select(Order.number).where(Order.status == OrderStatus.IN_FULFILMENT)).one())


def test_part_of_an_order_ships_in_two_parcels_before_the_customers_eyes(visit: Visit, portico: Portico) -> None:
    number = partly_shipped(portico)
    office, buyer = visit(OWNER, f'/office/orders/{number}'), visit(ADMIN, f'/orders/{number}')
    lamps = buyer.locator(f'{PANE} tr', has_text='WL-0060').first
    expect(lamps).to_contain_text('0 of 20')
    buyer.evaluate('window.never_reloaded = true')

    office.locator(PANE).get_by_role('button', name='Ship', exact=True).click()
    dialog = office.get_by_role('dialog', name=f'Ship {number}')
    fields = dialog.get_by_role('textbox', name=re.compile('HB-0860 .* ships now'))
    for place in range(fields.count()):
        fields.nth(place).fill('0')
    dialog.get_by_role('textbox', name='WL-0060 from Rotterdam ships now').fill('12')
    dialog.get_by_role('textbox', name='Tracking number of parcel 1').fill('JJD0150031')
    dialog.get_by_role('button', name='Add parcel').click()
    dialog.get_by_role('textbox', name='Tracking number of parcel 2').fill('JJD0150032')
    dialog.get_by_role('button', name='Ship', exact=True).click()

    expect(lamps).to_contain_text('12 of 20')
    newest = buyer.locator(f'{PANE} tr', has_text='JJD0150031').first
    expect(newest).to_contain_text('and 1 more parcel')
    expect(newest.get_by_role('link', name='JJD0150031')).to_have_attribute('href', re.compile('^https://.*JJD0150031'))
    assert buyer.evaluate('window.never_reloaded') is True

    newest.get_by_role('link', name=re.compile('^SH-')).click()
    expect(buyer.locator(f'{PANE} h1')).to_contain_text('SH-')
    expect(buyer.locator(PANE).get_by_text('JJD0150032')).to_be_visible()
    shipment = buyer.locator(f'{PANE} h1').inner_text().split('\n')[0].strip()
    with buyer.expect_download() as waiting:
        buyer.locator(PANE).get_by_role('link', name='Delivery note').click()
    assert waiting.value.suggested_filename == f'{shipment}.pdf'

    settled(office)
    office.goto(f'{portico.url}/office/shipments/{shipment}')
    office.locator(PANE).get_by_role('button', name='Set status').click()
    office.get_by_role('dialog').get_by_role('button', name='Set status').click()
    expect(buyer.locator(f'{PANE} .p-chip').first).to_have_text('In transit')
