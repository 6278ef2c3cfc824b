"""Two-step sign-in over HTTP: the pages, and that a sign-in half done opens nothing at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pyotp
import pytest
from websockets.exceptions import InvalidStatus

from models.users import UserSession
from services.auth.sessions import token_hash
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.customers.own import CompanyService, TwoStepInput
from services.users.members import MemberService
from tests.services.people import give_password, membership
from tests.web.conftest import Site
from tests.web.wire import Wire, page_query
from tests.world import PASSWORD

KEY = re.compile(r'<code class="p-auth-key" dir="ltr">([A-Z2-7 ]+)</code>')
RECOVERY = re.compile(r'<li><code>([\d ]+)</code></li>')


@pytest.fixture
def browser(site: Site) -> Iterator[httpx.Client]:
    """A visitor's browser that sends its own origin, as browsers do."""
    with httpx.Client(base_url=site.base, timeout=10, headers={'Origin': site.base, 'Accept': 'text/html'}) as found:
        yield found


def sign_in(browser: httpx.Client, email: str, **more: str) -> httpx.Response:
    return browser.post('/sign-in', data={'email': email, 'password': PASSWORD, **more})


def code(page: str, runtime: Runtime, *, later: int = 0) -> str:
    """What an app shows that took the key of this page."""
    found = KEY.search(page)
    assert found
    return pyotp.TOTP(found[1].replace(' ', '')).at(int(runtime.now().timestamp()) + 30 * later)


def test_a_person_switches_it_on_and_signs_in_with_it(site: Site, browser: httpx.Client) -> None:
    email = give_password(site.runtime, site.world.fin)
    sign_in(browser, email)
    before = browser.cookies['portal']
    assert browser.get('/two-step/set-up').headers['Location'] == '/two-step'
    begun = browser.post('/two-step', data={'act': 'begin', 'next': '/account?tab=security'})
    page = browser.get(begun.headers['Location']).text
    assert 'src="data:image/svg+xml' in page and 'autocomplete="one-time-code"' in page
    wrong = browser.post('/two-step/set-up', data={'code': '12'})
    assert wrong.status_code == 422 and 'id="code-note" role="alert"' in wrong.text and KEY.search(wrong.text)
    done = browser.post('/two-step/set-up', data={'code': code(page, site.runtime), 'next': '/account?tab=security'})
    recovery = RECOVERY.findall(done.text)
    assert len(recovery) == 10 and 'href="/account?tab=security"' in done.text
    assert done.headers['Cache-Control'] == 'no-store' and browser.cookies['portal'] != before
    assert '10 recovery codes are left.' in browser.get('/two-step').text
    browser.post('/sign-out')

    asked = sign_in(browser, email, next='/orders')
    assert asked.headers['Location'] == '/sign-in/code?next=%2Forders' and 'portal' not in browser.cookies
    assert browser.get('/sign-in/set-up').headers['Location'] == '/sign-in/code'
    assert 'name="next" value="/orders"' in browser.get('/sign-in/code?next=/orders').text
    right = browser.post('/sign-in/code', data={'code': code(page, site.runtime, later=1), 'next': '/orders'})
    assert right.headers['Location'] == '/orders' and browser.get('/sessions').status_code == 200
    assert 'portal-step' not in browser.cookies
    browser.post('/sign-out')

    sign_in(browser, email)
    notice = browser.post('/sign-in/code', data={'code': recovery[0]})
    assert notice.status_code == 200 and '9 are left.' in notice.text and browser.get('/sessions').status_code == 200
    fresh = browser.post('/two-step', data={'act': 'codes'})
    assert len(RECOVERY.findall(fresh.text)) == 10 and recovery[1] not in fresh.text
    assert browser.post('/two-step', data={'act': 'off', 'password': 'wrong'}).status_code == 422
    assert browser.post('/two-step', data={'act': 'off', 'password': PASSWORD}).status_code == 303
    browser.post('/sign-out')
    assert sign_in(browser, email).headers['Location'] == '/'


def test_a_sign_in_half_done_opens_nothing(site: Site, browser: httpx.Client) -> None:
    site.runtime.run(site.world.luc, CompanyService.demand_two_step, TwoStepInput(two_step_by_company=True))
    begun = sign_in(browser, give_password(site.runtime, site.world.luc))
    assert begun.headers['Location'] == '/sign-in/set-up' and 'HttpOnly' in begun.headers['Set-Cookie']
    token = browser.cookies['portal-step']
    with site.browser('mara') as other:
        client = site.open_probe(other)
    for cookies in ({'portal': token, 'portal-step': token}, {'portal-step': token}):
        with httpx.Client(base_url=site.base, cookies=cookies, headers={'Origin': site.base}) as thief:
            for path in ('/', '/orders', '/sessions', '/two-step', '/change-password', '/probe',
                         '/download/list/orders.csv', '/download/statement.csv'):
                answer = thief.get(path, headers={'Accept': 'text/html'})
                assert answer.status_code == 303 and answer.headers['Location'].startswith('/sign-in'), path
            assert thief.post('/profile/picture', files={'picture': b'x'}).status_code == 401
            assert thief.post(f'/_nicegui/client/{client}/upload/1', files={'file': b'x'}).status_code == 404
    with pytest.raises(InvalidStatus):
        Wire(site.base, token=token, origin=site.base, **page_query(client))
    page = browser.get('/sign-in/set-up')
    assert 'Your access asks for a second step.' in page.text
    done = browser.post('/sign-in/set-up', data={'code': code(page.text, site.runtime), 'next': '/orders'})
    assert len(RECOVERY.findall(done.text)) == 10 and browser.get('/sessions').status_code == 200
    assert browser.post('/sign-in/set-up', data={'code': '000000'}).headers['Location'] == '/sign-in'
    assert token_hash(token) != token_hash(browser.cookies['portal'])
    assert 'cannot be switched off' in browser.post('/two-step', data={'act': 'off', 'password': PASSWORD}).text
    site.runtime.run(site.world.olga, MemberService.reset_two_step, membership(site.runtime, site.world.luc).id)
    assert browser.get('/sessions').headers['Location'].startswith('/sign-in')
    site.runtime.run(site.world.luc, CompanyService.demand_two_step, TwoStepInput())


def test_a_stranger_is_sent_to_the_beginning(browser: httpx.Client) -> None:
    for path in ('/sign-in/code', '/sign-in/set-up'):
        assert browser.get(path).headers['Location'] == '/sign-in'
        assert browser.post(path, data={'code': '123456'}).headers['Location'] == '/sign-in'
        browser.cookies.set('portal-step', 'A' * 43)
        assert browser.post(path, data={'code': '123456'}).headers['Location'] == '/sign-in?note=late'
        browser.cookies.delete('portal-step')
    assert 'This took too long.' in browser.get('/sign-in?note=late').text


def test_the_password_is_asked_again_after_a_while(site: Site, browser: httpx.Client) -> None:
    sign_in(browser, give_password(site.runtime, site.world.ada))
    with site.runtime.work(SYSTEM, writes=True) as work:
        row = work.session.get_one(UserSession, token_hash(browser.cookies['portal']))
        row.reauthenticated_at = row.created_at.replace(year=2020)
    asked = browser.post('/two-step', data={'act': 'begin', 'next': '/orders'})
    assert asked.headers['Location'] == '/confirm-password?next=%2Ftwo-step%3Fnext%3D%252Forders'
    assert browser.post('/confirm-password', data={'password': 'wrong'}).status_code == 422
    right = browser.post('/confirm-password', data={'password': PASSWORD, 'next': '/two-step?next=%2Forders'})
    assert right.headers['Location'] == '/two-step?next=%2Forders'
    assert browser.post('/two-step', data={'act': 'begin'}).headers['Location'] == '/two-step/set-up'
