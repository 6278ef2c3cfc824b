"""Ordering without a mouse: sign in, menu search, order pad, checkout, place."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.demo import BUYER, PASSWORD
from tests.e2e.conftest import Visit
from tests.looking import settled

pytestmark = pytest.mark.browser


def tab_to(page: Page, target: Locator, *, most: int = 60) -> None:
    """Press Tab until this has the focus."""
    for _ in range(most):
        if target.evaluate('one => one === document.activeElement'):
            return
        page.keyboard.press('Tab')
    raise AssertionError(f'{target} cannot be reached by Tab')


def test_buyer_orders_by_keyboard_alone(visit: Visit) -> None:
    page = visit('', '/sign-in')
    expect(page.get_by_role('textbox', name='E-mail')).to_be_focused()
    page.keyboard.type(BUYER)
    page.keyboard.press('Tab')
    page.keyboard.type(PASSWORD)
    page.keyboard.press('Enter')
    settled(page)

    page.keyboard.press('/')
    expect(page.get_by_role('searchbox', name='Search menu')).to_be_focused()
    page.keyboard.type('quick ordr')
    expect(page.locator('.p-menu-link').first).to_contain_text('Order pad')
    page.keyboard.press('Enter')
    settled(page)
    expect(page.get_by_role('heading', level=1, name='Order pad')).to_be_focused()

    tab_to(page, page.get_by_role('combobox', name='Item 1', exact=True))
    for row, (sku, quantity) in enumerate((('OD-1210', '20'), ('SH-0001', '3')), 1):
        expect(page.get_by_role('combobox', name=f'Item {row}', exact=True)).to_be_focused()
        page.keyboard.type(sku)
        expect(page.get_by_role('option', name=re.compile(f'^{sku}'))).to_be_visible()
        page.keyboard.press('Enter')
        expect(page.get_by_role('spinbutton').nth(row - 1)).to_be_focused()
        page.keyboard.type(quantity)
        page.keyboard.press('Enter')
    tab_to(page, page.get_by_role('button', name='Add 2 lines to cart'))
    page.keyboard.press('Enter')
    cart = page.get_by_role('link', name='Cart, 2 lines')
    expect(cart).to_be_visible()

    page.keyboard.press('/')
    page.keyboard.type('basket')
    expect(page.locator('.p-menu-link').first).to_contain_text('Cart')
    page.keyboard.press('Enter')
    settled(page)
    tab_to(page, page.get_by_role('button', name='Checkout'))
    page.keyboard.press('Enter')
    expect(page.get_by_role('heading', level=1, name='Checkout')).to_be_visible()
    tab_to(page, page.get_by_role('textbox', name='PO number'))
    page.keyboard.type('KB-1')
    place = page.get_by_role('button', name='Place order')
    expect(place).not_to_have_attribute('aria-disabled', 'true')
    tab_to(page, place)
    page.keyboard.press('Enter')
    expect(page.get_by_role('heading', level=1, name=re.compile(r'^SO-\d{4}-\d+'))).to_be_visible()
    expect(page.get_by_role('heading', level=1, name=re.compile(r'^SO-\d{4}-\d+'))).to_be_focused()
