"""What a browser says: when something asked for was painted, and what came over the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Page

from tests.looking import settled

PAINTED = """([act, done, path]) => new Promise((answer, refuse) => {
    setTimeout(() => refuse(new Error('not painted within 15 s: ' + act)), 15000);
    const ready = new Function('path', 'return ' + done), began = performance.now();
    const painted = () => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => answer(performance.now() - began);
        channel.port2.postMessage(0);
    };
    const look = () => ready(path) ? requestAnimationFrame(painted) : requestAnimationFrame(look);
    new Function('path', act)(path);
    look();
})"""
PANE = """(() => { const pane = document.querySelector('.p-pane:not(.is-hidden)');
    return pane && pane.dataset.path === path && pane.getAttribute('aria-busy') === 'false'
        && pane.querySelector('h1') && !pane.querySelector('.p-skeleton, [aria-busy=true]'); })()"""
CLICK = 'document.querySelector(`.p-menu a.p-menu-link[href="${path}"]`).click()'
LARGEST = """() => new Promise((answer) => { let last = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) last = entry.startTime; })
        .observe({type: 'largest-contentful-paint', buffered: true});
    setTimeout(() => answer(last), 100); })"""
FIRST = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def opened_in(page: Page, path: str) -> float:
    """Milliseconds from a click in the menu until the content is painted."""
    return float(page.evaluate(PAINTED, [CLICK, PANE, path]))


def painted(page: Page, act: str, done: str) -> float:
    """Milliseconds from an act in the page (JavaScript) until what `done` (an expression) asks for is painted."""
    return float(page.evaluate(PAINTED, [act, done, '']))


@dataclass
class Traffic:
    """What a page fetched, without what it only fetches ahead: number, and bytes as they came over the wire."""

    kinds: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        """How many there were."""
        return len(self.kinds)

    def kilobytes(self, *without: str) -> float:
        """Their weight, but for addresses that hold one of these words."""
        return sum(size for key, size in self.sizes.items() if key in self.kinds
                   and not any(word in self.kinds[key] for word in without)) / 1024


def listened(context: BrowserContext, page: Page) -> Traffic:
    """Listen to what this page fetches from now on."""
    traffic, wire = Traffic(), context.new_cdp_session(page)
    wire.send('Network.enable')

    def asked(event: dict[str, Any]) -> None:
        ahead = event['request']['headers'].get('Sec-Purpose') == 'prefetch'
        if not ahead and event['request']['url'].startswith('http'):
            traffic.kinds[event['requestId']] = event['request']['url']
    wire.on('Network.requestWillBeSent', asked)
    wire.on('Network.loadingFinished', lambda event: traffic.sizes.update(
        {event['requestId']: int(event['encodedDataLength'])}))
    return traffic


def loaded(page: Page, path: str) -> float:
    """Open a path from nothing and give its largest paint, in milliseconds."""
    page.goto(path)
    settled(page)
    return float(page.evaluate(LARGEST))
