"""Checkout of a company without an address, in a browser: its Admin adds one on the spot and orders."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from sqlmodel import col, update

from models.customers import Address
from services.carts.service import CartService
from services.core.actor import SYSTEM
from services.settings import SettingService
from tests.ui.served import Place


def test_an_admin_adds_the_missing_address_and_orders(portal: Place) -> None:
    runtime, world = portal.runtime, portal.world
    runtime.run(SYSTEM, SettingService.put, 'seller.country', 'DE')
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.execute(update(Address).where(col(Address.customer_id) == world.harbour.id).values(active=False))
    runtime.run(world.mara, CartService.add, 'BOLT-M8', 50)
    page = portal.visit('mara', '/checkout')
    submit = page.get_by_role('button', name='Place order')
    expect(submit).to_be_disabled()
    page.get_by_role('button', name='Add address').click()
    dialog = page.get_by_role('dialog')
    dialog.get_by_label('Street').fill('Speicher 4')
    dialog.get_by_label('City').fill('Hamburg')
    dialog.get_by_role('button', name='Add address').click()
    expect(page.get_by_label('Ship to')).to_have_value(re.compile('Speicher 4'))
    expect(submit).to_be_enabled()
    submit.click()
    expect(page.get_by_role('heading', level=1, name=re.compile('^SO-'))).to_be_visible()
    expect(page.get_by_text('Speicher 4').first).to_be_visible()
