"""The shell in a real browser: tabs, panes, menu, palette, bell, live pages, lost connections."""

from __future__ import annotations

import re

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.ui.kernel.conftest import Server, Visit, ready


def menu(page: Page) -> Locator:
    return page.get_by_role('navigation', name='Menu')


def tabs(page: Page) -> Locator:
    return page.get_by_role('tablist', name='Workstation').get_by_role('tab')


def go(page: Page, name: str) -> None:
    menu(page).get_by_role('link', name=name, exact=True).click()
    heading(page, name)


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role('heading', level=1, name=name)).to_be_visible()


def test_modules_open_as_tabs_with_their_own_address(visit: Visit) -> None:
    page = visit('mara', '/invoices')
    go(page, 'Shop')
    go(page, 'Orders')
    page.get_by_role('link', name='SO-3', exact=True).click()
    heading(page, 'SO-3')
    expect(tabs(page)).to_have_text(['Invoices', 'Shop', 'Orders', 'SO-3'])
    expect(page).to_have_url(re.compile('/orders/SO-3$'))
    expect(page).to_have_title(re.compile('^SO-3'))
    expect(page.get_by_role('heading', level=1, name='SO-3')).to_be_focused()
    expect(page.get_by_role('navigation', name='Breadcrumbs').get_by_role('link', name='Orders')).to_be_visible()


def test_back_and_forward_switch_panes(visit: Visit) -> None:
    page = visit('mara')
    go(page, 'Shop')
    go(page, 'Invoices')
    page.go_back()
    heading(page, 'Shop')
    page.go_forward()
    heading(page, 'Invoices')


def test_a_pane_keeps_scroll_and_typed_words_while_another_is_in_front(visit: Visit) -> None:
    page = visit('mara', '/orders')
    page.get_by_label('Filter').fill('oak')
    go(page, 'Shop')
    page.evaluate("document.querySelector('.p-main').scrollTop = 400")
    go(page, 'Orders')
    expect(page.get_by_label('Filter')).to_have_value('oak')
    go(page, 'Shop')
    page.wait_for_function("document.querySelector('.p-main').scrollTop === 400")


def test_tabs_close_and_come_back(visit: Visit) -> None:
    page = visit('mara', '/invoices')
    for name in ('Shop', 'Orders', 'Cart'):
        go(page, name)
    page.get_by_role('button', name='Close Cart').click()
    expect(tabs(page)).to_have_text(['Invoices', 'Shop', 'Orders'])
    page.keyboard.press('Alt+Shift+T')
    expect(tabs(page)).to_have_text(['Invoices', 'Shop', 'Orders', 'Cart'])
    heading(page, 'Cart')
    page.keyboard.press('Alt+2')
    heading(page, 'Shop')
    page.keyboard.press('Alt+w')
    expect(tabs(page)).to_have_text(['Invoices', 'Orders', 'Cart'])
    tabs(page).nth(0).click(button='middle')
    expect(tabs(page)).to_have_text(['Orders', 'Cart'])
    tabs(page).nth(1).click(button='right')
    page.get_by_role('menuitem', name='Close others').click()
    expect(tabs(page)).to_have_text(['Cart'])


PRESS = "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {code: key, altKey: true, bubbles: true}))"


def test_a_tab_closed_while_it_opens_stays_closed(visit: Visit) -> None:
    page = visit('mara', '/invoices')
    go(page, 'Shop')
    go(page, 'Orders')
    page.evaluate(f"() => {{ const press = {PRESS}; press('Digit2'); press('KeyW'); }}")
    expect(tabs(page)).to_have_text(['Invoices', 'Orders'])
    page.wait_for_timeout(300)
    expect(tabs(page)).to_have_text(['Invoices', 'Orders'])
    heading(page, 'Orders')


def test_a_click_after_closing_wins_over_the_neighbour(visit: Visit) -> None:
    page = visit('mara', '/invoices')
    go(page, 'Shop')
    page.evaluate(f"""() => {{
        const press = {PRESS};
        press('KeyW');
        document.querySelector('.p-menu a[href="/orders"]').click();
    }}""")
    heading(page, 'Orders')
    expect(tabs(page)).to_have_text(['Invoices', 'Orders'])
    page.wait_for_timeout(300)
    expect(page).to_have_url(re.compile('/orders$'))


def test_another_device_starts_with_what_was_open(visit: Visit) -> None:
    page = visit('wim', '/office/nowhere')
    page.get_by_role('link', name='Go to the start page').click()
    heading(page, 'Dashboard')
    page.get_by_role('button', name='Notifications').click()
    page.get_by_role('link', name='All notifications').click()
    heading(page, 'Notifications')
    page.wait_for_timeout(600)
    other = visit('wim', '/office')
    expect(tabs(other)).to_have_text(['Dashboard', 'Notifications'])


def test_a_page_that_arrives_does_not_close_what_was_opened_meanwhile(visit: Visit) -> None:
    page = visit('mara', '/invoices')
    heading(page, 'Invoices')
    page.evaluate("""() => {
        document.querySelector('.p-menu a[href="/orders"]').click();
        document.querySelector('.p-bell').click();
    }""")
    expect(tabs(page)).to_have_count(2)
    expect(page.locator('.p-pane:not(.is-hidden)')).to_have_attribute('aria-busy', 'false')
    page.wait_for_timeout(200)
    expect(page.get_by_role('region', name='Notifications')).to_be_visible()
    expect(page.get_by_role('region', name='Notifications')).to_be_focused()


def test_reload_brings_tabs_and_half_typed_words_back(visit: Visit) -> None:
    page = visit('ben', '/form')
    go(page, 'Shop')
    go(page, 'Form')
    page.get_by_label('Note').press_sequentially('half typed')
    page.reload()
    ready(page)
    expect(page.get_by_label('Note')).to_have_value('half typed')
    expect(tabs(page)).to_have_text(['Form', 'Shop'])


def test_what_is_not_saved_is_not_closed_silently(visit: Visit) -> None:
    page = visit('ben', '/form')
    page.get_by_label('Note').fill('words')
    go(page, 'Shop')
    page.get_by_role('button', name='Close Form').click()
    page.get_by_role('button', name='Cancel').click()
    expect(tabs(page)).to_have_count(2)
    page.get_by_role('button', name='Close Form').click()
    page.get_by_role('button', name='Discard').click()
    expect(tabs(page)).to_have_text(['Shop'])


def test_eight_panes_live_and_the_rest_come_back_from_their_state(visit: Visit) -> None:
    page = visit('vera', '/form')
    page.get_by_label('Note').fill('mine')
    go(page, 'Orders')
    page.get_by_label('Filter').fill('oak')
    for number in range(1, 11):
        tabs(page).nth(1).click()
        page.get_by_role('link', name=f'SO-{number}', exact=True).click()
        heading(page, f'SO-{number}')
        tabs(page).nth(1).click()
    for number in range(2, 12):
        tabs(page).nth(number).click()
        heading(page, f'SO-{number - 1}')
    expect(page.locator('section.p-pane')).to_have_count(8)
    expect(page.locator('section.p-pane[aria-label=Form]')).to_have_count(1)
    tabs(page).nth(1).click()
    expect(page.get_by_label('Filter')).to_have_value('oak')


def test_a_slow_pane_blocks_no_other(visit: Visit) -> None:
    page = visit('mara')
    menu(page).get_by_role('link', name='Slow').click()
    expect(page.locator('section[aria-busy=true]')).to_have_count(1)
    menu(page).get_by_role('link', name='Shop').click()
    expect(page.get_by_role('heading', level=1, name='Shop')).to_be_visible(timeout=1500)


@pytest.mark.parametrize(('path', 'status', 'words'), [
    ('/nowhere', 404, 'There is nothing here'), ('/office', 404, 'There is nothing here'),
    ('/orders/SO-99', 404, 'There is no such order'), ('/closed', 403, 'You do not have the right'),
    ('/broken', 500, 'Please quote reference')])
def test_what_cannot_be_shown_says_so(visit: Visit, server: Server, path: str, status: int, words: str) -> None:
    page = visit('ben')
    answer = page.goto(server.url + path)
    assert answer is not None
    assert answer.status == status
    expect(page.locator('.p-pane')).to_contain_text(words)
    expect(page.locator('.p-pane')).not_to_contain_text('secret')


def test_the_menu_is_searched_with_typos_and_other_words(visit: Visit) -> None:
    page = visit('mara')
    page.keyboard.press('/')
    for words, name in (('bill', 'Invoices'), ('ordrs', 'Orders'), ('basket', 'Cart')):
        page.get_by_role('searchbox', name='Search menu').fill(words)
        expect(page.locator('.p-menu-item')).to_have_text([re.compile(name)])
        page.keyboard.press('Enter')
        heading(page, name)


def test_a_pinned_module_moves_to_the_top(visit: Visit) -> None:
    page = visit('fin')
    menu(page).get_by_role('link', name='Invoices').hover()
    page.get_by_role('button', name='Pin Invoices', exact=True).click()
    expect(page.locator('.p-menu-item').nth(1)).to_contain_text('Invoices')
    page.reload()
    ready(page)
    expect(page.locator('.p-menu-item').nth(1)).to_contain_text('Invoices')


def test_search_everything_by_keyboard(visit: Visit) -> None:
    page = visit('mara', '/orders/SO-7')
    go(page, 'Shop')
    page.keyboard.press('Control+k')
    expect(page.get_by_role('option', name='SO-7')).to_be_visible()
    page.keyboard.type('invoi')
    expect(page.get_by_role('option')).to_contain_text(['Invoices'])
    page.keyboard.press('Enter')
    heading(page, 'Invoices')


def test_the_bell_rings_and_open_panes_look_again_without_reload(visit: Visit, server: Server) -> None:
    page = visit('ada', '/orders/SO-1')
    expect(page.get_by_role('button', name='Notifications', exact=True)).to_be_visible()
    httpx.post(f'{server.url}/tell/{server.id_of("ada")}')
    expect(page.get_by_text('read 1')).to_be_visible()
    page.get_by_role('button', name='Notifications, 1 unread').click()
    page.get_by_role('link', name='Order SO-LIVE is confirmed').click()
    heading(page, 'SO-LIVE')
    expect(page.get_by_role('button', name='Notifications', exact=True)).to_be_visible()


def test_refusals_and_faults_become_words(visit: Visit) -> None:
    page = visit('mara', '/shop')
    page.get_by_role('button', name='Refuse').click()
    expect(page.get_by_role('alert')).to_contain_text('This order has been shipped already.')
    page.get_by_role('button', name='Fail').click()
    expect(page.get_by_text(re.compile('Please quote reference [0-9A-F]{8} '))).to_be_visible()
    page.get_by_role('button', name='Done').click()
    page.get_by_role('button', name='Undo').click()
    expect(page.get_by_text('It is undone')).to_be_visible()
    go(page, 'Form')
    page.get_by_role('button', name='Save').click()
    expect(page.get_by_text('at the field: Too short.')).to_be_visible()


def test_ctrl_click_opens_a_browser_tab_of_its_own(visit: Visit) -> None:
    page = visit('mara', '/shop')
    with page.context.expect_page() as opened:
        menu(page).get_by_role('link', name='Orders').click(modifiers=['ControlOrMeta'])
    other = opened.value
    ready(other)
    expect(tabs(other)).to_have_text(['Orders'])


def test_language_and_theme_are_kept(visit: Visit) -> None:
    page = visit('luc')
    page.get_by_role('button', name='Profile').click()
    page.get_by_role('menuitemradio', name='Dark').click()
    expect(page.locator('body.body--dark')).to_be_visible()
    page.get_by_role('button', name='Profile').click()
    page.get_by_role('menuitemradio', name='العربية').click()
    expect(page.locator('html[lang=ar][dir=rtl]')).to_be_visible()
    expect(page.locator('body.body--dark')).to_be_visible()


def test_profile_has_its_entries(visit: Visit) -> None:
    page = visit('mara')
    page.get_by_role('button', name='Profile').click()
    entries = ['Change picture', 'Change password', 'Two-step sign-in', 'Logout']
    expect(page.get_by_role('menuitem')).to_have_text(entries)
    page.get_by_role('menuitem', name='Change picture').click()
    expect(page.get_by_role('dialog', name='Change picture')).to_be_visible()


def test_a_phone_has_a_drawer_and_a_bottom_bar(visit: Visit) -> None:
    page = visit('mara', viewport={'width': 390, 'height': 844}, has_touch=True, is_mobile=True)
    expect(page.get_by_role('navigation', name='Quick access').get_by_role('link')).to_have_text(
        ['Home', 'Shop', 'Orders', 'Cart'])
    page.get_by_role('button', name='Open menu').click()
    menu(page).get_by_role('link', name='Invoices').click()
    heading(page, 'Invoices')
    assert page.evaluate('document.documentElement.scrollWidth') == 390


@pytest.mark.parametrize('path', ['/', '/orders/SO-1', '/notifications', '/form'])
def test_axe_finds_nothing(visit: Visit, path: str) -> None:
    page = visit('fin', path)
    page.keyboard.press('Control+k')
    found = Axe().run(page).response['violations']
    assert [(one['id'], [node['html'] for node in one['nodes']]) for one in found] == []


def test_a_lost_session_signs_in_again(visit: Visit, server: Server) -> None:
    page = visit('sam', '/office')
    httpx.post(server.url + '/end/sam')
    page.get_by_role('button', name='Notifications').click()
    page.wait_for_url(re.compile(r'/sign-in\?next=/office'))


def test_a_restarted_server_loses_nothing(visit: Visit, server: Server) -> None:
    page = visit('ada', '/form')
    go(page, 'Shop')
    go(page, 'Form')
    page.get_by_label('Note').fill('before')
    server.stop()
    expect(page.get_by_text('Connection lost')).to_be_visible()
    page.get_by_label('Note').fill('before and while it was away')
    with page.expect_event('load', timeout=60_000):
        server.start()
    ready(page)
    expect(page.get_by_label('Note')).to_have_value('before and while it was away')
    expect(tabs(page)).to_have_text(['Form', 'Shop'])
