"""At 390 pixels nothing scrolls sideways on any page; in Arabic everything is mirrored and nothing does either."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from tests.demo import ADMIN, OWNER, Portico
from tests.e2e.conftest import Visit
from tests.looking import PHONE, switch
from tests.places import examples, spots

pytestmark = pytest.mark.browser
GULF = 'orders@gulf.example'
SIDEWAYS = """() => {
    const page = document.scrollingElement, main = document.querySelector('.p-main');
    return [page.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth].some(more => more > 0);
}"""


def wide_pages(page: Page, portico: Portico, email: str) -> list[str]:
    """The paths of the pages of this person that can be scrolled sideways once they are laid out."""
    actor = portico.actor(email)
    found = []
    for spot in spots(examples(portico)):
        if spot.is_open_to(actor):
            switch(page, spot.path)
            try:
                page.wait_for_function(f'() => !({SIDEWAYS})()', timeout=3000)
            except TimeoutError:
                found.append(spot.path)
    return found


@pytest.mark.parametrize(('email', 'path'), [(ADMIN, '/notifications'), (OWNER, '/notifications')])
def test_nothing_scrolls_sideways_on_a_phone(visit: Visit, portico: Portico, email: str, path: str) -> None:
    page = visit(email, path, viewport=PHONE, has_touch=True, is_mobile=True)
    assert wide_pages(page, portico, email) == []


def test_bottom_bar_leads_where_it_says(visit: Visit) -> None:
    page = visit(ADMIN, '/', viewport=PHONE, has_touch=True, is_mobile=True)
    bar = page.locator('.p-bottom-bar')
    for name, heading in (('Shop', 'Shop'), ('Pad', 'Order pad'), ('Orders', 'Orders'), ('Cart', 'Cart'),
                          ('Home', 'Dashboard')):
        bar.get_by_role('link', name=name).tap()
        expect(page.get_by_role('heading', level=1, name=heading, exact=True)).to_be_attached()
    page.get_by_role('button', name='Menu').tap()
    expect(page.get_by_role('navigation', name='Menu').get_by_role('link', name='Shop')).to_be_visible()


def test_arabic_is_mirrored(visit: Visit, portico: Portico) -> None:
    portico.choose(GULF, language='ar')
    page = visit(GULF, '/notifications')
    expect(page.locator('html')).to_have_attribute('dir', 'rtl')
    expect(page.locator('html')).to_have_attribute('lang', 'ar')
    box = page.locator('nav.p-menu').bounding_box()
    assert box is not None and box['x'] > 700
    assert wide_pages(page, portico, GULF) == []
