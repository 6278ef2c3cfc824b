"""Ending mails by a link: looking changes nothing, the button and a mail program's POST do."""

from __future__ import annotations

import httpx

from models.reminders import MailWay
from services.core.actor import SYSTEM
from services.informing import unsubscribing
from services.informing.wishes import NewsWishService
from tests.web.conftest import Site


def link(site: Site, who: str, event: str) -> str:
    person = getattr(site.world, who)
    with site.runtime.work(SYSTEM, writes=False) as work:
        return unsubscribing.address(work, person.user_id, person.customer_id, event)[len(site.runtime.config.url):]


def way(site: Site, who: str, event: str) -> MailWay:
    return next(w.mail for w in site.runtime.run(getattr(site.world, who), NewsWishService.own) if w.event == event)


def test_looking_changes_nothing_and_the_button_ends_them(site: Site) -> None:
    path = link(site, 'ben', 'order_confirmed')
    with httpx.Client(base_url=site.base, timeout=10, headers={'Origin': site.base}) as browser:
        page = browser.get(path)
        assert page.status_code == 200 and 'Orders: Order confirmed' in page.text and 'b•••@harbour.test' in page.text
        assert page.headers['Referrer-Policy'] == 'strict-origin'
        assert way(site, 'ben', 'order_confirmed') is MailWay.AT_ONCE
        assert browser.post(path).status_code == 200
    assert way(site, 'ben', 'order_confirmed') is MailWay.NEVER


def test_a_mail_program_ends_them_by_one_click(site: Site) -> None:
    path = link(site, 'mara', 'order_changed')
    with httpx.Client(base_url=site.base, timeout=10) as program:
        assert program.post(path, data={'List-Unsubscribe': 'One-Click'}).status_code == 200
    assert way(site, 'mara', 'order_changed') is MailWay.NEVER


def test_a_link_that_is_not_ours_is_not_found(site: Site) -> None:
    path = link(site, 'vera', 'order_confirmed')
    with httpx.Client(base_url=site.base, timeout=10, headers={'Origin': site.base}) as browser:
        for bad in (path[:-1], path.replace('confirmed', 'declined'), '/unsubscribe/x'):
            assert browser.get(bad).status_code == 404 and browser.post(bad).status_code == 404
    assert way(site, 'vera', 'order_confirmed') is MailWay.AT_ONCE
