"""Asking for access over HTTP: there only when it is on, the same answer for everybody, and links that only show."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from models.access import AccessState
from services.core.runtime import Runtime
from services.settings import SettingService
from tests.services.people import mails
from tests.services.test_access import requests
from tests.web.conftest import Site

FORM = {'company': 'Nordlicht', 'name': 'Nora', 'email': 'nora@nordlicht.test', 'country': 'DE'}


@pytest.fixture
def browser(site: Site) -> Iterator[httpx.Client]:
    """A visitor's browser while the seller lets people ask."""
    site.runtime.run(site.world.olga, SettingService.put, 'access.requests', True)
    with httpx.Client(base_url=site.base, timeout=10, headers={'Origin': site.base, 'Accept': 'text/html'}) as found:
        yield found
    site.runtime.run(site.world.olga, SettingService.put, 'access.requests', False)


def _link(runtime: Runtime) -> str:
    found = re.search(r'/request-access/\S+', [m for m in mails(runtime) if m.message == 'access_confirm'][-1].plain)
    assert found
    return found[0]


def test_switched_off_there_is_no_link_and_no_page(site: Site) -> None:
    with httpx.Client(base_url=site.base, timeout=10, headers={'Origin': site.base}) as browser:
        assert '/request-access' not in browser.get('/sign-in').text
        assert browser.get('/request-access').status_code == 404
        assert browser.post('/request-access', data=FORM).status_code == 404
    assert requests(site.runtime) == []


def test_everybody_reads_the_same_and_only_a_button_confirms(site: Site, browser: httpx.Client) -> None:
    assert 'href="/request-access"' in browser.get('/sign-in').text
    page = browser.get('/request-access').text
    assert 'name="website"' in page and 'aria-hidden="true"' in page
    answers = [browser.post('/request-access', data=FORM | {'email': email})
               for email in ('nora@nordlicht.test', 'ben@harbour.test')]
    assert answers[0].status_code == answers[1].status_code == 200
    plain = [re.sub(r'nonce[^ >]*', '', answer.text) for answer in answers]
    assert plain[0] == plain[1] and 'Look into your mail' in plain[0]
    link = _link(site.runtime)
    for _time in range(2):
        shown = browser.get(link)
        assert shown.status_code == 200 and 'Nordlicht' in shown.text and 'nora@' not in shown.text
    assert requests(site.runtime)[-1].state is AccessState.UNCONFIRMED
    assert 'Thank you' in browser.post(link).text
    assert requests(site.runtime)[-1].state is AccessState.WAITING
    assert browser.get(link + 'x').status_code == 410 and browser.post('/request-access/x').status_code == 410


def test_a_wrong_field_says_so_and_keeps_what_was_typed(browser: httpx.Client) -> None:
    answer = browser.post('/request-access', data=FORM | {'vat_id': 'DE1', 'message': 'Hello <b>'})
    assert answer.status_code == 422 and 'id="vat_id-note"' in answer.text
    assert 'value="Nordlicht"' in answer.text and 'Hello &lt;b&gt;' in answer.text
