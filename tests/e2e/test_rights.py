"""Who is no longer signed in sees nothing more; who may only look finds no way to order."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.demo import ADMIN, VIEWER, Portico
from tests.e2e.conftest import Visit
from tests.looking import settled, switch

pytestmark = pytest.mark.browser


def test_signing_out_elsewhere_ends_the_open_page(visit: Visit) -> None:
    open_page = visit('buyer@harbour.example', '/orders')
    other = visit('buyer@harbour.example', '/')
    other.goto('/sessions')
    other.get_by_role('button', name='Sign out everywhere else').click()
    open_page.wait_for_url('**/sign-in*')
    expect(open_page.get_by_role('button', name='Sign in')).to_be_visible()
    other.goto('/')
    settled(other)


def test_viewer_sees_no_way_to_order(visit: Visit, portico: Portico) -> None:
    page = visit(VIEWER, '/shop')
    buttons = page.get_by_role('button', name='Add')
    expect(buttons).to_have_count(0)
    menu = page.get_by_role('navigation', name='Menu')
    for name in ('Cart', 'Order pad', 'Checkout'):
        expect(menu.get_by_role('link', name=name)).to_have_count(0)
    expect(page.get_by_role('link', name='Cart')).to_have_count(0)
    switch(page, f'/orders/{portico.orders("C-10428")[0]}')
    for name in ('Reorder', 'Cancel order'):
        expect(page.get_by_role('button', name=name)).to_have_count(0)
    for path in ('/cart', '/checkout', '/order-pad'):
        switch(page, path)
        expect(page.get_by_role('heading', level=1, name='Not allowed')).to_be_visible()
        answer = page.request.get(path)
        assert answer.status == 403 and 'Place order' not in answer.text()


def test_words_of_the_address_bar_meet_the_same_rules(visit: Visit) -> None:
    page = visit(ADMIN, '/')
    for path in ('/office', '/office/customers', '/orders/SO-1999-000001', '/orders/no/such'):
        switch(page, path)
        expect(page.get_by_role('heading', level=1, name='Not found')).to_be_visible()
