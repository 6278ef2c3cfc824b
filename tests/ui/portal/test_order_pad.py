"""The order pad in a browser, when somebody pastes more than it takes: said in words, and the pad goes on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.ui.served import Place

PASTE = """text => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}));
}"""


def paste(page: Page, text: str) -> None:
    """Paste a text into the first free row."""
    page.locator('[data-cell=item]').last.click()
    page.evaluate(PASTE, text)


@pytest.mark.parametrize(('rows', 'said'), [
    (150_000, 'This is too much text to paste'), (40_000, 'This is too much text to paste'),
    (5_000, 'The pad takes 2,000 rows')])
def test_what_is_too_much_is_refused_and_the_pad_goes_on(portal: Place, rows: int, said: str) -> None:
    page = portal.visit('ben', '/order-pad')
    paste(page, 'BOLT-M8\t50\n' * rows)
    expect(page.get_by_text(said)).to_be_visible()
    paste(page, 'LAMP-5\t1\nGLOVE-9\t2')
    expect(page.get_by_role('button', name='Add 2 lines to cart')).to_be_visible()
    page.get_by_role('button', name='Clear the pad').click()
    page.get_by_role('dialog').get_by_role('button', name='Clear').click()
    expect(page.get_by_role('button', name='Clear the pad')).to_have_count(0)
    page.context.close()
