"""The main job, from the invitation to the confirmed order, as three people live it (Must hold 2)."""

from __future__ import annotations

import re
import threading
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from models.catalogue import BackorderPolicy, Item
from models.pricing import Price, PriceKind, PriceList
from tests.demo import OWNER, Portico
from tests.e2e.conftest import Visit
from tests.looking import settled
from tests.services.post import Postbox

pytestmark = pytest.mark.browser
CUSTOMER, ACCOUNT, EMAIL = 'Houtwerk De Smet BV', 'C-10470', 'els@desmet.example'
SECRET = 'seven wooden spoons at dawn'


def test_invited_customer_orders_and_sees_it_confirmed(visit: Visit, portico: Portico, postbox: Postbox) -> None:
    office = visit(OWNER, '/office')
    invite(office)
    link = link_in(postbox, EMAIL)
    buyer = visit('')
    sign_up(buyer, link)
    search_menu(buyer, 'ordrs', 'Orders')
    search_menu(buyer, 'basket', 'Cart')
    fill_cart_from_spreadsheet(buyer, portico)

    office.keyboard.press('/')
    search_menu(office, 'orders desk', 'Orders desk', follow=True)
    expect(office.get_by_role('heading', level=1, name='Orders desk')).to_be_visible()
    number = order_twice_at_once(buyer)
    row = office.get_by_role('row').filter(has_text=number)
    expect(row).to_contain_text(CUSTOMER)
    assert portico.orders(ACCOUNT)[0] == number
    assert len([order for order in portico.orders(ACCOUNT) if order >= number]) == 1

    row.get_by_role('link', name=number).click()
    expect(office.get_by_role('heading', level=1, name=number)).to_be_visible()
    bell = buyer.get_by_role('button', name=re.compile('^Notifications'))
    expect(bell).to_have_accessible_name('Notifications')
    buyer.evaluate('window.never_reloaded = true')
    office.get_by_role('button', name='Confirm', exact=True).click()
    begun = time.monotonic()
    expect(buyer.locator('.p-pane:not(.is-hidden) .p-chip').first).to_have_text('Confirmed')
    page_took = time.monotonic() - begun
    expect(bell).to_have_accessible_name('Notifications, 1 unread')
    print(f'confirmed: page after {page_took:.2f} s, bell after {time.monotonic() - begun:.2f} s')  # noqa: T201
    assert buyer.evaluate('window.never_reloaded') is True
    bell.click()
    expect(buyer.get_by_role('link', name=re.compile(f'{number}.*confirmed'))).to_be_visible()


def invite(office: Page) -> None:
    """Customer Centre → right-click → Open → Portal → e-mail → Options → Send portal invitation."""
    search_menu(office, 'customer', 'Customer Centre', follow=True)
    office.get_by_role('searchbox', name=re.compile('Search this list|Name, account')).fill('de smet')
    row = office.get_by_role('row').filter(has_text=CUSTOMER)
    expect(office.locator('.p-pane:not(.is-hidden) tbody tr')).to_have_count(1)
    row.click(button='right')
    office.get_by_role('menuitem', name='Open').click()
    expect(office.get_by_role('heading', level=1, name=ACCOUNT)).to_be_visible()
    office.get_by_role('tab', name='Portal', exact=True).click()
    office.get_by_role('checkbox', name='Is portal user').check()
    office.get_by_role('textbox', name='Portal account e-mail').fill(EMAIL)
    office.get_by_role('button', name='Options').click()
    office.get_by_role('menuitem', name='Send portal invitation').click()
    expect(office.get_by_text(f'Invitation sent to {EMAIL}.')).to_be_visible()


def link_in(postbox: Postbox, address: str) -> str:
    """The link of the invitation, once the mail has arrived."""
    until = time.monotonic() + 20
    waiting = threading.Event()
    while time.monotonic() < until:
        for mail in postbox.mails:
            if address in str(mail['X-Envelope-To']):
                text = mail.get_body(('plain',)).get_content()  # type: ignore[union-attr]
                return re.search(r'\S+/invite/\S+', text)[0]  # type: ignore[index]
        waiting.wait(0.05)
    raise AssertionError(f'no mail to {address}')


def sign_up(page: Page, link: str) -> None:
    """Follow the link, choose a password, sign out and in again with it."""
    page.goto(urlsplit(link).path)
    expect(page.locator('html')).to_have_attribute('lang', 'nl')
    page.locator('select[name=language]').select_option('en')
    expect(page.locator('html')).to_have_attribute('lang', 'en')
    page.get_by_role('textbox', name='Name').fill('Els De Smet')
    page.get_by_role('textbox', name='Password').fill(SECRET)
    page.get_by_role('checkbox', name='I accept the terms of use').check()
    page.get_by_role('button', name='Create account').click()
    settled(page)
    page.get_by_role('button', name='Profile').click()
    page.get_by_role('menuitem', name='Logout').click()
    page.get_by_role('textbox', name='E-mail').fill(EMAIL)
    page.get_by_role('textbox', name='Password').fill('not ' + SECRET)
    page.get_by_role('button', name='Sign in').click()
    expect(page.get_by_role('alert')).to_have_count(1)
    page.get_by_role('textbox', name='Password').fill(SECRET)
    page.get_by_role('button', name='Sign in').click()
    settled(page)


def search_menu(page: Page, words: str, found: str, *, follow: bool = False) -> None:
    """Look for a module in the menu by a related or mistyped word."""
    search = page.get_by_role('searchbox', name='Search menu')
    search.fill(words)
    link = page.get_by_role('navigation', name='Menu').get_by_role('link', name=found, exact=True)
    expect(link).to_be_visible()
    expect(page.get_by_role('navigation', name='Menu').locator('.p-menu-link').first).to_contain_text(found)
    if follow:
        search.press('Enter')
        settled(page)
    else:
        search.fill('')


def fill_cart_from_spreadsheet(page: Page, portico: Portico) -> None:
    """Paste 30 lines of which 3 are wrong; those stay on the pad, the others go into the cart."""
    right = cheap_lines(portico, 27)
    wrong = ['XX-99999\t5', f'{right[0][0]}\t1O', '9999999999994\t2']
    lines = [f'{sku}\t{quantity}' for sku, quantity in right]
    block = '\n'.join([*lines[:10], wrong[0], *lines[10:20], wrong[1], *lines[20:], wrong[2]])
    search_menu(page, 'order pad', 'Order pad', follow=True)
    cell = page.get_by_role('combobox', name='Item 1', exact=True)
    cell.focus()
    cell.evaluate("""(field, text) => {
        const data = new DataTransfer(); data.setData('text', text);
        field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }""",
                  block)
    expect(page.locator('.p-pad tr.is-error')).to_have_count(3)
    expect(page.get_by_role('status').filter(has_text='3 lines need your attention')).to_be_visible()
    page.get_by_role('button', name='Add 27 lines to cart').click()
    expect(page.get_by_role('link', name='Cart, 27 lines')).to_be_visible()
    expect(page.locator('.p-pad tr.is-error')).to_have_count(3)


def cheap_lines(portico: Portico, count: int) -> list[tuple[str, int]]:
    """So many items that anybody can order, each with a quantity that suits it."""
    with portico.runtime.database.reading() as session:
        found = session.exec(select(Item.sku, Item.min_quantity, Item.multiple).join(
            Price, col(Price.item_id) == Item.id).join(PriceList, col(PriceList.id) == Price.price_list_id).where(
            PriceList.kind == PriceKind.BASE, Price.min_quantity == 1, Price.price < 20, Price.price > 1,
            Item.backorder != BackorderPolicy.BLOCK, col(Item.active), col(Item.successor_id).is_(None))
            .order_by(Item.sku).limit(count)).all()
    return [(sku, int(max(least, step))) for sku, least, step in found]


def order_twice_at_once(page: Page) -> str:
    """Check out and press Place order twice as fast as one can; the number of the order."""
    page.get_by_role('link', name='Cart, 27 lines').click()
    page.get_by_role('button', name='Checkout').click()
    place = page.get_by_role('button', name='Place order')
    expect(place).to_be_enabled()
    page.get_by_role('textbox', name='PO number').fill('DS-2026-1')
    expect(place).to_be_enabled()
    place.dblclick()
    heading = page.get_by_role('heading', level=1, name=re.compile(r'^SO-\d{4}-\d+'))
    expect(heading).to_be_visible()
    return re.match(r'SO-\d{4}-\d+', heading.inner_text())[0]  # type: ignore[index]
