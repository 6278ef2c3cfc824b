"""Looking at Portico in a real browser: contexts of signed-in people, and waiting for what is to be seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import executable, launch_arguments
from tests.demo import COOKIE, Portico

DESK = {'width': 1440, 'height': 900}
PHONE = {'width': 390, 'height': 844}
SETTLED = """() => window.did_handshake && document.querySelector('.p-bell[data-ready]') && (() => {
    const pane = document.querySelector('.p-pane:not(.is-hidden)');
    return pane && pane.getAttribute('aria-busy') === 'false' && pane.querySelector('h1')
        && !pane.querySelector('.p-skeleton, [aria-busy=true]');
})()"""
WAIT = 15_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """One Chromium while the block runs."""
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=launch_arguments())
        yield browser
        browser.close()


def person(browser: Browser, portico: Portico, email: str = '', **options: Any) -> BrowserContext:
    """A browser of this person, signed in; of a visitor when no e-mail is given."""
    context = browser.new_context(**{'viewport': DESK, 'reduced_motion': 'reduce', 'base_url': portico.url, **options})
    context.set_default_timeout(WAIT)
    if email:
        context.add_cookies([{'name': COOKIE, 'value': portico.session(email), 'url': portico.url}])
    return context


def show(page: Page, path: str) -> None:
    """Open this path from nothing, as by a deep link, and wait for its content."""
    page.goto(path)
    settled(page)


def switch(page: Page, path: str) -> None:
    """Open this path in the open workstation, as a click on a link would, and wait for its content."""
    page.evaluate("path => { const a = Object.assign(document.createElement('a'), {href: path}); "
                  "document.querySelector('.p-pane').append(a); a.click(); a.remove(); }", path)
    page.wait_for_function('path => location.pathname === path', arg=path.split('?', maxsplit=1)[0])
    settled(page)


def settled(page: Page) -> None:
    """Wait until the page is connected and the pane in front shows its content."""
    page.wait_for_function(SETTLED)
