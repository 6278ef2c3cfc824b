"""Every page of every module, in light and in dark: axe finds nothing serious or critical (Must hold 6)."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.demo import ADMIN, OWNER, Portico
from tests.e2e.conftest import Visit
from tests.looking import switch
from tests.places import examples, spots

pytestmark = pytest.mark.browser
EVERYTHING: dict[str, Any] = {'resultTypes': ['violations']}
COLOURS: dict[str, Any] = EVERYTHING | {'runOnly': ['color-contrast']}
GRAVE = ('serious', 'critical')


def faults(page: Page, options: dict[str, Any], *, where: str) -> list[str]:
    """What axe finds that is grave, with the first element that has it; panes behind are shown to nobody.

    They keep their layout, and axe asks for it piece by piece, so that looking at them too takes minutes.
    """
    found = Axe().run(page, {'exclude': [['.p-pane.is-hidden']]}, options).response['violations']
    return [f'{where}: {fault["id"]} ×{len(fault["nodes"])}: {fault["nodes"][0]["html"][:160]}'
            for fault in found if fault['impact'] in GRAVE]


def turn(page: Page, scheme: Literal['dark', 'light']) -> None:
    """Let the system of the person be dark or light, and wait until no colour is on its way any more."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function("""scheme => document.body.classList.contains('body--dark') === (scheme === 'dark')
        && document.getAnimations().every(one => one.playState !== 'running')""", arg=scheme)


@pytest.mark.parametrize('email', [ADMIN, OWNER])
def test_every_page_is_accessible_in_light_and_dark(visit: Visit, portico: Portico, email: str) -> None:
    portico.choose(email, language='en', theme='system')
    actor, found = portico.actor(email), []
    page = visit(email, '/notifications')
    for spot in spots(examples(portico)):
        if spot.is_open_to(actor):
            switch(page, spot.path)
            found += faults(page, EVERYTHING, where=spot.path)
            turn(page, 'dark')
            found += faults(page, COLOURS, where=f'{spot.path} dark')
            turn(page, 'light')
    assert not found, '\n'.join(found)


@pytest.mark.parametrize('scheme', ['light', 'dark'])
def test_pages_before_sign_in_are_accessible(visit: Visit, scheme: str) -> None:
    page = visit('', '/sign-in', color_scheme=scheme)
    found = []
    for path in ('/sign-in', '/forgot-password', '/invite/none', '/reset/none', '/no/such/page'):
        page.goto(path)
        found += faults(page, EVERYTHING, where=f'{path} {scheme}')
    assert not found, '\n'.join(found)
