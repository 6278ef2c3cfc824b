"""Pictures of every module and document of the demo: light, dark, on a phone, in Arabic; `make screenshots`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error

from tests.demo import ADMIN, OWNER, ROOT, Portico, served
from tests.looking import DESK, PHONE, chromium, person, settled, show
from tests.places import examples, spots

FOLDER = ROOT / 'screenshots'
FOR_README = ROOT / 'docs' / 'portico.png'
LOOKS: dict[str, dict[str, Any]] = {
    'light': {'viewport': DESK, 'color_scheme': 'light'},
    'dark': {'viewport': DESK, 'color_scheme': 'dark'},
    'phone': {'viewport': PHONE, 'color_scheme': 'light', 'has_touch': True, 'is_mobile': True},
    'arabic': {'viewport': DESK, 'color_scheme': 'light'},
}


def take(portico: Portico, browser: Browser, look: str, email: str) -> None:
    """Pictures of all places this person may see, in this look, each opened anew."""
    portico.choose(email, language='ar' if look == 'arabic' else 'en', theme='system')
    actor = portico.actor(email)
    context = person(browser, portico, email, **LOOKS[look])
    for spot in spots(examples(portico)):
        if not spot.is_open_to(actor):
            continue
        page = context.new_page()
        try:
            show(page, spot.path)
            page.wait_for_load_state('networkidle')
        except Error as error:
            sys.stderr.write(f'{look} {spot.path}: {error.message.splitlines()[0]}\n')
        page.screenshot(path=FOLDER / f'{spot.name}-{look}.png')
        page.close()
    context.close()


def doors(portico: Portico, browser: Browser) -> None:
    """The pages before sign-in."""
    for look, options in LOOKS.items():
        context = person(browser, portico, **options, locale='ar' if look == 'arabic' else 'en')
        for path in ('/sign-in', '/forgot-password'):
            page = context.new_page()
            page.goto(path)
            page.screenshot(path=FOLDER / f'{path[1:]}-{look}.png')
            page.close()
        context.close()


def for_readme(portico: Portico, browser: Browser) -> None:
    """The picture of the README: the dashboard in light, with a few tabs open."""
    portico.choose(ADMIN, language='en', theme='light')
    context = person(browser, portico, ADMIN)
    page = context.new_page()
    for path in ('/order-pad', '/orders', '/'):
        show(page, path)
    settled(page)
    page.wait_for_load_state('networkidle')
    page.screenshot(path=FOR_README)
    context.close()


def main() -> None:
    """Take all of them from a new demo company."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob('*.png'):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix='portico-') as folder, served(Path(folder)) as portico, \
            chromium() as browser:
        doors(portico, browser)
        for look in LOOKS:
            for email in (ADMIN, OWNER):
                take(portico, browser, look, email)
        for_readme(portico, browser)
    sys.stdout.write(f'{len(list(FOLDER.glob("*.png")))} pictures in {FOLDER.name}/, and {FOR_README.name}\n')


if __name__ == '__main__':
    main()
