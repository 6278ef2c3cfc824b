"""The browser of the tests: Playwright's own, else the system's Chromium, else one from its package manager."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

NAMES = ('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable')
PLACES = ('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
          '/Applications/Chromium.app/Contents/MacOS/Chromium')
INSTALLERS = (('apt-get', ('install', '-y', '-q', 'chromium')), ('dnf', ('install', '-y', '-q', 'chromium')),
              ('brew', ('install', '--cask', 'chromium')))


def launch_arguments() -> list[str]:
    """What to start Chromium with, so that it runs as root too and calls nobody."""
    quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
             '--disable-sync']
    return [*quiet, '--no-sandbox'] if hasattr(os, 'geteuid') and os.geteuid() == 0 else quiet


@functools.cache
def executable() -> str | None:
    """The browser to start, or None when there is none on this machine."""
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    if own.exists():
        return str(own)
    return next((path for path in map(shutil.which, NAMES) if path),
                next((place for place in PLACES if Path(place).exists()), None))


def starts(path: str) -> bool:
    """Whether this browser comes up and shows a page."""
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=launch_arguments())
            page = browser.new_page()
            page.set_content('<h1>Portico</h1>')
            found = page.inner_text('h1')
            browser.close()
    except Error:
        return False
    return found == 'Portico'


def ensure() -> str | None:
    """The browser to start, fetched or installed if there was none; None when nothing helped."""
    found = executable()
    if found and starts(found):
        return found
    if not found:
        _try([sys.executable, '-m', 'playwright', 'install', 'chromium'])
    for name, arguments in (('', ()), *INSTALLERS):
        if name and shutil.which(name):
            _install(name, arguments)
        executable.cache_clear()
        found = executable()
        if found and starts(found):
            return found
    return None


def _install(name: str, arguments: tuple[str, ...]) -> None:
    root = name == 'brew' or os.geteuid() == 0
    before = [] if root else ['sudo']
    if name == 'apt-get':
        _try([*before, name, 'update', '-q'])
    _try([*before, name, *arguments])


def _try(command: list[str]) -> None:
    sys.stdout.write(f'Trying: {" ".join(command)}\n')
    sys.stdout.flush()
    try:
        subprocess.run(command, check=False, timeout=900)
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.stdout.write(f'{error}\n')


if __name__ == '__main__':
    path = ensure()
    sys.stdout.write(f'Browser for the tests: {path}\n' if path else 'No browser could be found or installed; '
                     'please install Chromium and try again.\n')
    sys.exit(0 if path else 1)
