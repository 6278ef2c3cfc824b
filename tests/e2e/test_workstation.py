"""Nothing is lost: ten tabs, half-typed words, Back and Forward, reload, a restarted server (Must hold 5)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.demo import Portico, run_of, served
from tests.e2e.conftest import Visit
from tests.looking import settled, switch

pytestmark = pytest.mark.browser
BUYER = 'einkauf@krueger.example'


@pytest.fixture(scope='module')
def portico(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Portico]:
    """An installation of its own, since these journeys stop it."""
    with served(tmp_path_factory.mktemp('restarted'), run=run_of(request.config)) as portico:
        portico.choose(BUYER, language='en')
        yield portico





def test_ten_tabs_keep_everything(visit: Visit, portico: Portico) -> None:
    orders = [f'/orders/{number}' for number in portico.orders('C-10447')[:6]]
    paths = ['/', '/shop', '/orders', '/order-pad', *orders]
    page = visit(BUYER, '/')
    for path in paths[1:]:
        switch(page, path)
    tabs = page.get_by_role('tablist', name='Workstation').get_by_role('tab')
    expect(tabs).to_have_count(10)
    switch(page, '/order-pad')
    page.get_by_role('combobox', name='Item 1', exact=True).fill('oak pan')
    page.get_by_role('combobox', name='Item 1', exact=True).press('Tab')
    switch(page, '/orders')
    page.get_by_label('Search this list').fill('B-401')
    for path in orders[:2]:
        switch(page, path)

    page.go_back()
    page.wait_for_function('path => location.pathname === path', arg=orders[0])
    expect(page.get_by_role('tab', selected=True)).to_contain_text(orders[0].rpartition('/')[2])
    page.go_forward()
    page.wait_for_function('path => location.pathname === path', arg=orders[1])
    switch(page, '/orders')
    expect(page.get_by_label('Search this list')).to_have_value('B-401')
    page.reload()
    settled(page)
    expect(tabs).to_have_count(10)
    assert [tab.get_attribute('href') for tab in tabs.all()] == paths
    expect(page.get_by_label('Search this list')).to_have_value('B-401')
    switch(page, '/order-pad')
    expect(page.get_by_role('combobox', name='Item 1', exact=True)).to_have_value('oak pan')
    page.keyboard.press('Alt+3')
    page.wait_for_function("location.pathname === '/orders'")
    page.get_by_role('button', name='Close Dashboard').click()
    expect(tabs).to_have_count(9)


def test_restarted_server_comes_back_with_cart_session_and_words(visit: Visit, portico: Portico) -> None:
    page = visit(BUYER, '/shop/i/OP-2440')
    page.get_by_role('button', name='Add to cart').first.click()
    cart = page.get_by_role('link', name='Cart, 1 line')
    expect(cart).to_be_visible()
    switch(page, '/order-pad')
    page.get_by_role('combobox', name='Item 1', exact=True).fill('half a wor')
    portico.stop(hard=True)
    expect(page.locator('.p-reconnect')).to_be_visible()
    page.keyboard.type('d')
    portico.start()
    expect(page.locator('.p-reconnect')).to_have_count(0, timeout=30_000)
    settled(page)
    assert page.url.endswith('/order-pad')
    expect(page.get_by_role('combobox', name='Item 1', exact=True)).to_have_value('half a word')
    cart.click()
    expect(page.get_by_role('heading', level=1, name='Cart')).to_be_visible()
    expect(page.get_by_role('link', name='OP-2440')).to_be_visible()
