"""The shell in a server of its own, and a browser to look at it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import executable, launch_arguments

Visit = Callable[..., Page]


class Server:
    """The harness in a process of its own, over one folder, so that it can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            self.port = free.getsockname()[1]
        self.url = f'http://127.0.0.1:{self.port}'
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Come up and answer."""
        self._process = subprocess.Popen([sys.executable, '-m', 'tests.ui.kernel.harness', str(self.port),
                                          str(self.folder)])
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                httpx.get(self.url + '/sign-in')
                return
            except httpx.TransportError:
                if self._process.poll() is not None:
                    raise RuntimeError('the harness ended') from None
        raise RuntimeError('the harness does not answer')

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def id_of(self, name: str) -> uuid.UUID:
        """The user id of one of the cast."""
        rows = dict(line.split() for line in (self.folder / 'people').read_text().splitlines())
        return uuid.UUID(rows[name])


@pytest.fixture(scope='module')
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The shell over the small cast and the modules of the tests."""
    server = Server(tmp_path_factory.mktemp('shell'))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope='module')
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file."""
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=launch_arguments())
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """Opens a path as one of the cast in a browser of his own; faults in the console fail the test."""
    contexts, faults = [], []

    def go(name: str, path: str = '/', **options: object) -> Page:
        context = browser.new_context(**{'viewport': {'width': 1440, 'height': 900}, **options})  # type: ignore[arg-type]
        context.add_cookies([{'name': 'person', 'value': name, 'url': server.url}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on('pageerror', lambda error: faults.append(str(error)))
        page.goto(server.url + path)
        ready(page)
        return page
    yield go
    for context in contexts:
        context.close()
    assert faults == []


def ready(page: Page) -> None:
    """Wait until the page is connected and its tabs are back."""
    page.wait_for_function("window.did_handshake && document.querySelector('.p-bell[data-ready]')")
