"""The shop at one's own prices: the same item for two, each told why (Must hold 3), and a way in by collections."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.demo import ADMIN, ATELIER, Portico
from tests.e2e.conftest import Visit
from tests.looking import settled, switch

pytestmark = pytest.mark.browser
SKU = 'OD-1210'


def price_and_reason(page: Page) -> tuple[str, str]:
    """What the item costs here, and the explanation that a click on the price gives."""
    price = page.get_by_label('Buy').locator('.p-price-why')
    shown = price.inner_text()
    price.click()
    dialog = page.get_by_role('dialog')
    expect(dialog).to_contain_text(SKU)
    return shown, dialog.inner_text()


def test_two_customers_see_two_prices_each_explained(visit: Visit, portico: Portico) -> None:
    portico.choose(ATELIER, language='en')
    harbour, why_harbour = price_and_reason(visit(ADMIN, f'/shop/i/{SKU}'))
    atelier, why_atelier = price_and_reason(visit(ATELIER, f'/shop/i/{SKU}'))
    assert harbour != atelier
    assert why_harbour != why_atelier
    assert 'Contract' in why_harbour and 'Contract' not in why_atelier
    for price, why in ((harbour, why_harbour), (atelier, why_atelier)):
        assert price in why


def test_a_buyer_begins_with_a_collection_and_sees_what_the_cart_comes_to(visit: Visit) -> None:
    page = visit(ADMIN, '/shop')
    page.get_by_role('navigation', name='Collections').get_by_role('link', name='Winter workwear').click()
    page.wait_for_function("location.pathname === '/shop/collections/winter-workwear'")
    expect(page.get_by_role('heading', level=1, name='Winter workwear')).to_be_visible()
    settled(page)
    page.get_by_role('button', name='Add to cart').first.click()
    expect(page.get_by_text(' is in your cart.')).to_be_visible()
    switch(page, '/cart')
    cart = page.get_by_role('link', name=re.compile(r'^Cart, \d+ lines?$'))
    expect(cart).to_have_text(re.compile(r'^Cart · \d+ · €[\d,.]+$'))
    expect(page.locator('.p-checkout aside')).to_contain_text(cart.inner_text().rpartition(' · ')[2])
    switch(page, '/shop')
    page.get_by_role('button', name='Collection', exact=True).click()
    choice = page.get_by_role('group', name='Collection').get_by_role('checkbox', name='Winter workwear')
    count = choice.locator('.p-num').inner_text()
    choice.click()
    expect(page.locator('.p-pane:not(.is-hidden) .p-pager-count')).to_contain_text(f'of {count}')
