"""Stock in a browser: the warehouse counts, the customer's open page shows it, sales only look."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.ui.served import Place


def test_a_count_reaches_the_open_shop_page_and_is_taken_back(office: Place) -> None:
    shop = office.visit('mara', '/shop/i/LAMP-5')
    page = office.visit('wim', '/office/stock')
    page.get_by_role('button', name='Actions for LAMP-5').click()
    page.get_by_role('menuitem', name='Count').click()
    page.get_by_role('dialog').get_by_label('On hand').fill('64')
    page.get_by_role('dialog').get_by_role('button', name='Set').click()
    expect(shop.get_by_text('64 in stock').first).to_be_visible()
    page.get_by_role('button', name='Undo').click()
    expect(shop.get_by_text('Only 5 left').first).to_be_visible()


def test_a_delivery_is_pasted(office: Place) -> None:
    page = office.visit('wim', '/office/stock')
    page.get_by_role('button', name='Paste a delivery').click()
    dialog = page.get_by_role('dialog')
    dialog.get_by_label('Lines').fill('BOLT-M8;50\nNOPE;1')
    dialog.get_by_role('button', name='Receive all').click()
    expect(dialog.get_by_text('These lines have no known SKU or no quantity: 2.')).to_be_visible()
    dialog.get_by_label('Lines').fill('BOLT-M8;50')
    dialog.get_by_role('button', name='Receive all').click()
    expect(page.get_by_text('1 line received, 50 pieces in all.')).to_be_visible()


def test_sales_only_look(office: Place) -> None:
    page = office.visit('sam', '/office/stock')
    expect(page.get_by_role('link', name='LAMP-5')).to_be_visible()
    expect(page.get_by_role('button', name='Receive goods')).to_have_count(0)
