"""The same item for two customers: each sees his own price, and why (Must hold 3)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.demo import ADMIN, ATELIER, Portico
from tests.e2e.conftest import Visit

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
