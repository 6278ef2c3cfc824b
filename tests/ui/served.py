"""The whole application, served over the small cast, and a browser in which one of them is signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from models.core.database import Database
from services.core.config import Config
from services.core.runtime import Runtime
from services.start import make_runtime
from tests.browser import executable, launch_arguments
from tests.databases import make_tables
from tests.web.server import running, signed_in
from tests.world import World, build

PATIENCE = 15_000


@dataclass(frozen=True)
class Place:
    """A served installation with its cast; `visit(name, path)` opens a page as one of them, None is a visitor."""

    base: str
    runtime: Runtime
    world: World
    visit: Callable[[str | None, str], Page]


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """Serve a new installation while the block runs; a fault in a page's script fails the test."""
    folder.mkdir()
    config = Config(data_dir=folder, base_url='http://127.0.0.1:8080')
    make_tables(config.database)
    runtime = make_runtime(config, Database(config.database))
    world = build(runtime)
    chromium, faults = executable(), list[str]()
    with running(runtime) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=launch_arguments())
        yield Place(base, runtime, world, lambda name, path: _open(browser, base, faults, (
            signed_in(runtime, getattr(world, name)) if name else '', path)))
        browser.close()
    runtime.database.close()
    assert faults == []


def _open(browser: Browser, base: str, faults: list[str], where: tuple[str, str]) -> Page:
    token, path = where
    context = browser.new_context(viewport={'width': 1440, 'height': 900},
                                  permissions=['clipboard-read', 'clipboard-write'])
    if token:
        context.add_cookies([{'name': 'portal', 'value': token, 'url': base}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on('pageerror', lambda error: faults.append(str(error)))
    page.goto(base + path)
    if token:
        page.locator('.p-bell[data-ready]').wait_for()
    return page
