"""Every page of every module, in light and in dark: axe finds nothing serious or critical (Must hold 6)."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.demo import ADMIN, OWNER, Portico
from tests.e2e.conftest import Visit
from tests.looking import switch
from tests.places import examples, spots

pytestmark = pytest.mark.browser
EVERYTHING: dict[str, Any] = {'resultTypes': ['violations'], 'preload': False}
COLOURS: dict[str, Any] = EVERYTHING | {'runOnly': ['color-contrast']}
FIRST = '/notifications'
GRAVE = ('serious', 'critical')


def faults(page: Page, options: dict[str, Any], *, where: str) -> list[str]:
    """What axe finds that is grave, with the first element that has it."""
    found = Axe().run(page, options=options).response['violations']
    return [f'{where}: {fault["id"]} ×{len(fault["nodes"])}: {fault["nodes"][0]["html"][:160]}'
            for fault in found if fault['impact'] in GRAVE]


def close(page: Page) -> None:
    """Close the tab in front and wait for the first one; axe looks at panes behind too, which takes minutes."""
    page.keyboard.press('Alt+w')
    page.wait_for_function('path => location.pathname === path && document.querySelectorAll(".p-pane").length === 1',
                           arg=FIRST)


@pytest.mark.parametrize(('scheme', 'options'), [('light', EVERYTHING), ('dark', COLOURS)], ids=['light', 'dark'])
@pytest.mark.parametrize('email', [ADMIN, OWNER])
def test_every_page_is_accessible(visit: Visit, portico: Portico, email: str, scheme: str,
                                  options: dict[str, Any]) -> None:
    portico.choose(email, language='en', theme='system')
    actor = portico.actor(email)
    page = visit(email, FIRST, color_scheme=scheme)
    found = faults(page, options, where=f'{FIRST} {scheme}')
    for spot in spots(examples(portico)):
        if spot.is_open_to(actor) and spot.path != FIRST:
            switch(page, spot.path)
            found += faults(page, options, where=f'{spot.path} {scheme}')
            close(page)
    assert not found, '\n'.join(found)


@pytest.mark.parametrize('scheme', ['light', 'dark'])
def test_pages_before_sign_in_are_accessible(visit: Visit, scheme: str) -> None:
    page = visit('', '/sign-in', color_scheme=scheme)
    found = []
    for path in ('/sign-in', '/forgot-password', '/invite/none', '/reset/none', '/no/such/page'):
        page.goto(path)
        found += faults(page, EVERYTHING, where=f'{path} {scheme}')
    assert not found, '\n'.join(found)
