"""What people wait for in a browser, which shares the machine with the server."""

from __future__ import annotations

import sys
from typing import Any

from playwright.sync_api import Browser, Error, Page
from sqlmodel import col, select

from models.catalogue import Item
from services.carts.service import CartService
from services.core.config import Config
from services.orders.checkout import CheckoutInput
from services.orders.placing import CheckoutService
from tests.bench.browsing import FIRST, listened, loaded, opened_in, painted
from tests.bench.measuring import Budget, Measured, of_times, once
from tests.bench.stand import ADMIN, OWNER
from tests.bench.store import MADE
from tests.demo import Portico
from tests.looking import chromium, person, show

ROUNDS, COLD, CHANGES = 5, 5, 6
PORTAL = ('/orders', '/shop', '/order-pad', '/cart')
OFFICE = ('/office/orders', '/office/customers', '/office/items', '/office/stock')
FIELD = "const field = document.querySelector('.p-pane:not(.is-hidden) input[type=search]');"
TYPED = ('bolt', 'glove', 'lamp', 'screw')


def rows(config: Config) -> list[Measured]:
    """The whole way from sign-in to work."""
    portico = Portico(config.data_dir)
    portico.start()
    try:
        with chromium() as browser:
            for email in (ADMIN, OWNER):
                loaded(person(browser, portico, email).new_page(), '/' if email == ADMIN else '/office')
            found: list[Measured] = []
            for step in (_sign_in, _first, _menu, _table, _search, _change):
                try:
                    found += step(portico, browser)
                except Error as error:
                    sys.stderr.write(f'{step.__name__[1:]}: {error.message.splitlines()[0]}\n')
            return found
    finally:
        portico.stop(hard=True)
        portico.runtime.database.close()


def _sign_in(portico: Portico, browser: Browser) -> list[Measured]:
    times = []
    for _ in range(COLD):
        context = person(browser, portico)
        page = context.new_page()
        traffic = listened(context, page)
        page.goto('/sign-in')
        times.append(float(page.evaluate(FIRST)))
        context.close()
    return [once('Sign-in page, cold: requests', traffic.requests, 4, ''),
            once('Sign-in page, cold: weight', traffic.kilobytes(), 60, 'KB'),
            of_times(Budget('Sign-in page, cold: first paint', 150, 150), times)]


def _first(portico: Portico, browser: Browser) -> list[Measured]:
    cold, warm, weights = [], [], []
    for _ in range(COLD):
        context = person(browser, portico, ADMIN)
        page = context.new_page()
        traffic = listened(context, page)
        cold.append(loaded(page, '/'))
        weights.append(traffic.kilobytes('echart'))
        page.close()
        warm.append(loaded(context.new_page(), '/'))
        context.close()
    return [of_times(Budget('First page after sign-in, warm: largest paint', 500, 500), warm),
            of_times(Budget('First page after sign-in, cold: largest paint', 900, 900), cold),
            of_times(Budget('Cold weight to a usable dashboard, without chart library', 450, 450, 'KB'), weights)]


def _menu(portico: Portico, browser: Browser) -> list[Measured]:
    first: dict[str, list[float]] = {}
    back: list[float] = []
    for email, home, paths in ((ADMIN, '/', PORTAL), (OWNER, '/office', OFFICE)):
        context = person(browser, portico, email)
        for number in range(ROUNDS + 1):
            page = context.new_page()
            show(page, home)
            opened = {path: opened_in(page, path) for path in paths}
            again = [opened_in(page, path) for path in paths]
            if number:
                back += again
                for path, took in opened.items():
                    first.setdefault(path, []).append(took)
            page.close()
        context.close()
    every = [time for times in first.values() for time in times]
    return [of_times(Budget('Click in the menu → content painted', 60, 120), every),
            *(of_times(Budget(f'… {path}', 60, 120), times) for path, times in first.items()),
            of_times(Budget('Click in the menu, back to an open tab → painted', 40, 80), back)]


def _table(portico: Portico, browser: Browser) -> list[Measured]:
    page = person(browser, portico, OWNER).new_page()
    show(page, '/office/stock')
    turns = [_turned(page, "document.querySelector('.p-pane:not(.is-hidden) .p-pager button:last-of-type').click()")
             for _ in range(20)]
    show(page, '/office/items')
    sorts = [_turned(page, "document.querySelectorAll('.p-pane:not(.is-hidden) thead th button')[0].click()")
             for _ in range(12)]
    return [of_times(Budget('Page turn of a list of 100,000 rows → painted', 60, 120), turns[2:]),
            of_times(Budget('Sort of a list of 100,000 rows → painted', 60, 120), sorts[2:])]


def _turned(page: Page, act: str) -> float:
    """Act on the list in front, and wait until its first row is another one."""
    first = "document.querySelector('.p-pane:not(.is-hidden) tbody tr')?.innerText"
    page.evaluate(f'() => {{ window.before = {first}; }}')
    return painted(page, act, f'{first} && {first} !== window.before')


def _search(portico: Portico, browser: Browser) -> list[Measured]:
    page = person(browser, portico, ADMIN).new_page()
    show(page, '/shop')
    times = []
    for words in TYPED * 4:
        page.wait_for_timeout(700)
        page.evaluate("() => { window.before = document.querySelector('.p-pane:not(.is-hidden)').innerText; }")
        times.append(painted(page, f"""{FIELD}
            field.value = '{words}'; field.dispatchEvent(new Event('input', {{bubbles: true}}));""",
                             "document.querySelector('.p-pane:not(.is-hidden)').innerText !== window.before") - 120)
    return [of_times(Budget('Shop search, typed → first results painted, after the debounce', 80, 150), times[2:])]


def _change(portico: Portico, browser: Browser) -> list[Measured]:
    """The office confirms an order that its customer has open."""
    numbers, times = _placed(portico), []
    customer, office = (person(browser, portico, email).new_page() for email in (ADMIN, OWNER))
    for number in numbers:
        show(customer, f'/orders/{number}')
        show(office, f'/office/orders/{number}')
        customer.evaluate("""() => { window.seen = new Promise((answer) => {
            const chip = () => document.querySelector(".p-pane:not(.is-hidden) h1 .p-chip")?.innerText;
            const before = chip();
            const look = () => chip() !== before ? answer(Date.now()) : requestAnimationFrame(look);
            look(); }); }""")
        began = office.evaluate("""() => { const now = Date.now();
            [...document.querySelectorAll('.p-pane:not(.is-hidden) .p-head .p-btn')]
                .find((button) => button.innerText.trim() === 'Confirm').click(); return now; }""")
        times.append(float(customer.evaluate('() => window.seen')) - began)
    return [of_times(Budget("A change by one person → seen on another's open page", 300, 800), times)]


def _placed(portico: Portico) -> list[str]:
    admin: Any = portico.actor(ADMIN)
    with portico.runtime.database.reading() as session:
        skus = session.exec(select(Item.sku).where(col(Item.ean).startswith(MADE)).limit(3)).all()
    found = []
    for number in range(CHANGES):
        portico.runtime.run(admin, CartService.add_many, [(sku, 1) for sku in skus], replace=True)
        found.append(portico.runtime.run(admin, CheckoutService.place, CheckoutInput(po_number=f'LIVE-{number}'),
                                         key=f'seen-by-others-{number:06d}'))
    return found
