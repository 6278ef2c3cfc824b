"""The demo company served for the journeys, with a real SMTP server beside it, and one browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo import Portico, run_of, served
from tests.looking import chromium, person, show
from tests.services.post import Postbox

Visit = Callable[..., Page]
expect.set_options(timeout=15_000)


@pytest.fixture(scope='session')
def postbox() -> Iterator[Postbox]:
    """Where the mails of the journeys arrive."""
    postbox = Postbox()
    postbox.start()
    yield postbox
    postbox.stop()


@pytest.fixture(scope='session')
def portico(tmp_path_factory: pytest.TempPathFactory, postbox: Postbox,
            request: pytest.FixtureRequest) -> Iterator[Portico]:
    """Portico with the demo company, for all journeys that leave it alive."""
    with served(tmp_path_factory.mktemp('demo'), run=run_of(request.config), smtp_url=postbox.url) as portico:
        yield portico


@pytest.fixture(scope='module')
def browser(portico: Portico) -> Iterator[Browser]:
    """One Chromium for the journeys of a file."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser, portico: Portico) -> Iterator[Visit]:
    """Opens a path as a person, in a browser of his own; a fault in any page's console fails the journey."""
    contexts, faults = [], []

    def go(email: str, path: str = '/', **options: Any) -> Page:
        context = person(browser, portico, email, **options)
        contexts.append(context)
        page = context.new_page()
        page.on('pageerror', lambda error: faults.append(str(error)))
        if email:
            show(page, path)
        else:
            page.goto(path)
        return page
    yield go
    for context in contexts:
        context.close()
    assert faults == []
