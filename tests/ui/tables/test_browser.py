"""Lists, forms and documents in a real browser: what a person does with them, by mouse, keyboard and on a phone."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser import executable, launch_arguments

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope='module')
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the stand is served."""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp('stand')
    with subprocess.Popen([sys.executable, '-m', 'tests.ui.tables.stand', str(port), str(folder)], cwd=ROOT,
                          stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None and server.stdout.readline().strip() == 'ready'
        yield f'http://127.0.0.1:{port}'
        server.terminate()


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    """A page that fails the test when something in it raises."""
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=launch_arguments())
        page = browser.new_page(viewport={'width': 1280, 'height': 900}, base_url=address)
        faults: list[str] = []
        page.on('pageerror', lambda error: faults.append(str(error)))
        page.goto('/clear')
        yield page
        browser.close()
    assert faults == []


def opened(page: Page, path: str) -> Page:
    """The page, ready to be clicked."""
    page.goto(path)
    page.wait_for_function('window.did_handshake')
    return page


def rows(page: Page) -> object:
    return page.locator('tbody tr')


def assert_accessible(page: Page) -> None:
    found = Axe().run(page).response['violations']
    assert [(fault['id'], fault['nodes'][0]['html']) for fault in found] == []


def test_list_by_keyboard_and_menu(page: Page) -> None:
    opened(page, '/')
    expect(rows(page)).to_have_count(25)
    assert_accessible(page)
    page.get_by_label('Search this list').press('ArrowDown')
    page.keyboard.press('ArrowDown')
    page.keyboard.press(' ')
    expect(page.get_by_role('region', name='Selected rows')).to_contain_text('1 selected')
    page.keyboard.press('Shift+F10')
    expect(page.get_by_role('menuitem', name='Open')).to_be_focused()
    page.keyboard.press('ArrowDown')
    page.keyboard.press('Escape')
    expect(rows(page).nth(1)).to_be_focused()
    page.keyboard.press('Enter')
    expect(page.locator('[data-said]')).to_have_text('opened /orders/SO-2026-000059')
    rows(page).nth(5).click(button='right')
    page.get_by_role('menuitem', name='Greet').click()
    expect(page.locator('[data-said]')).to_have_text('greeted SO-2026-000055')
    rows(page).nth(4).click(button='right')
    expect(page.get_by_role('menuitem', name='Greet')).to_have_attribute('aria-disabled', 'true')


def test_list_narrowed_sorted_kept_and_taken_away(page: Page, tmp_path: Path) -> None:
    opened(page, '/')
    page.get_by_role('button', name='Status: any').click()
    page.get_by_role('checkbox', name='Completed').check()
    expect(page.locator('.p-pager-count')).to_have_text('1–10 of 10')
    page.keyboard.press('Escape')
    expect(page.get_by_role('button', name='Status: Completed')).to_be_focused()
    page.get_by_role('button', name='Total').click()
    expect(page.get_by_role('columnheader', name='Total')).to_have_attribute('aria-sort', 'ascending')
    expect(rows(page).first).to_contain_text('SO-2026-000004')
    with page.expect_download() as taken:
        page.get_by_role('button', name='Export to Excel', exact=True).click()
    taken.value.save_as(tmp_path / 'list.xlsx')
    sheet = openpyxl.load_workbook(tmp_path / 'list.xlsx').active
    assert sheet.max_row == 11 and sheet['A2'].value == 'SO-2026-000004' and sheet['C2'].value == "'=2+3"
    page.get_by_role('button', name='Views').click()
    page.get_by_label('Save what is shown as').fill('Done ones')
    page.keyboard.press('Enter')
    expect(page.get_by_role('button', name='Done ones', exact=True)).to_be_visible()
    page.get_by_role('button', name='Everything').click()
    expect(page.locator('.p-pager-count')).to_have_text('1–25 of 60')
    page.get_by_role('button', name='Next page').click()
    expect(page.locator('.p-pager-count')).to_have_text('26–50 of 60')
    opened(page, '/')
    expect(page.locator('.p-pager-count')).to_have_text('26–50 of 60')


def test_news_refresh_the_list_and_keep_the_focus(page: Page) -> None:
    opened(page, '/')
    expect(rows(page)).to_have_count(25)
    rows(page).nth(3).focus()
    page.evaluate("fetch('/news')")
    expect(rows(page).first).to_contain_text('SO-2027')
    expect(rows(page).nth(4)).to_be_focused()


def test_phone_shows_cards(page: Page) -> None:
    page.set_viewport_size({'width': 390, 'height': 844})
    opened(page, '/')
    expect(page.locator('.p-rowcard')).to_have_count(25)
    assert page.evaluate('document.documentElement.scrollWidth') <= 390
    assert_accessible(page)


def test_form_shows_errors_keeps_input_and_saves_once(page: Page) -> None:
    opened(page, '/form')
    assert_accessible(page)
    page.get_by_label('Name').fill('Taken')
    page.get_by_label('Credit limit').fill('much')
    page.keyboard.press('Control+Enter')
    expect(page.get_by_text('This is not a number.')).to_be_visible()
    expect(page.get_by_label('Credit limit')).to_be_focused()
    page.get_by_label('Credit limit').fill('2,000.50')
    page.keyboard.press('Control+Enter')
    expect(page.get_by_text('There is a customer of this name already.')).to_be_visible()
    page.get_by_label('Name').fill('Clash')
    page.keyboard.press('Control+Enter')
    expect(page.get_by_role('alert')).to_be_focused()
    page.get_by_label('Name').fill('Fine')
    page.get_by_label('Price list').fill('exp')
    page.get_by_role('option', name='Export').click()
    page.get_by_role('tab', name='Deutsch').click()
    page.locator('[role=tabpanel] input').fill('Hallo')
    page.get_by_role('button', name='Save customer').dblclick()
    expect(page.locator('[data-said]')).to_have_text("saved 3 2000.50 Hull e ['de']")
    page.get_by_label('Name').fill('Half typed')
    page.get_by_label('Key').fill('hush')
    page.wait_for_timeout(300)
    opened(page, '/form')
    expect(page.get_by_label('Name')).to_have_value('Half typed')
    expect(page.get_by_label('Key')).to_have_value('')
    page.get_by_role('button', name='Cancel').click()
    expect(page.get_by_label('Name')).to_have_value('Harbour')


def test_document_says_why_and_asks(page: Page) -> None:
    opened(page, '/document')
    assert_accessible(page)
    off = page.get_by_role('button', name='Return items')
    expect(off).to_have_attribute('aria-disabled', 'true')
    expect(off).to_have_accessible_description('Nothing was shipped yet.')
    expect(page.get_by_role('button', name='Confirm order')).to_have_count(0)
    page.get_by_role('button', name='Decline').click()
    page.get_by_role('textbox', name='Reason').fill('no')
    page.get_by_role('button', name='Decline order').click()
    expect(page.get_by_text('At least 3 characters, please.')).to_be_visible()
    page.get_by_role('textbox', name='Reason').fill('no stock')
    page.keyboard.press('Control+Enter')
    expect(page.locator('[data-said]')).to_have_text('declined no stock')
    page.get_by_role('button', name='One').or_(page.get_by_role('button', name='Quantity of HB-0860 +')).click()
    expect(page.locator('[data-said]')).to_have_text('quantity 7')
