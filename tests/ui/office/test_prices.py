"""Price lists in a browser: pasted, refused whole, seen by the customer at once."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.ui.served import Place


def test_pasted_prices_reach_the_open_shop_page(office: Place) -> None:
    shop = office.visit('luc', '/shop/i/BOLT-M8')
    page = office.visit('sam', '/office/price-lists/BASE')
    page.get_by_role('button', name='Paste prices').click()
    dialog = page.get_by_role('dialog')
    dialog.get_by_label('Lines').fill('BOLT-M8\t1\t0,31\nNOPE\t1\t2')
    dialog.get_by_role('button', name='Take over').click()
    expect(dialog.get_by_text('There is no item with the SKU NOPE.')).to_be_visible()
    dialog.get_by_label('Lines').fill('BOLT-M8\t1\t0,31')
    dialog.get_by_role('button', name='Take over').click()
    expect(page.get_by_text('1 line read, 1 prices changed.')).to_be_visible()
    expect(shop.get_by_text('€0.31').first).to_be_visible()


def test_a_promotion_is_made_and_switched_off(office: Place) -> None:
    page = office.visit('sam', '/office/promotions')
    page.get_by_role('button', name='New promotion').click()
    dialog = page.get_by_role('dialog')
    dialog.get_by_label('Code').fill('ADVENT')
    dialog.get_by_label('Name').fill('Advent')
    dialog.get_by_role('button', name='Create').click()
    expect(page.get_by_role('heading', name='ADVENT')).to_be_visible()
    page.get_by_role('button', name='Deactivate').click()
    expect(page.get_by_text('ADVENT counts no more.')).to_be_visible()
