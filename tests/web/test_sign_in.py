"""The sign-in side over HTTP: what a browser without a script sees and may do."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator

import httpx
import pytest
from PIL import Image

from models.core.words import LANGUAGES
from models.users import Role
from services.auth.throttle import SIGN_IN_HERE
from services.branding import BrandService, change_logo
from services.core.errors import Forbidden
from services.core.runtime import Runtime
from services.invitations import InvitationService, InviteInput
from services.settings import SettingService
from tests.services.people import give_password, join, mails
from tests.web.conftest import Site
from tests.world import PASSWORD

NEW = 'seven green umbrellas'


@pytest.fixture
def browser(site: Site) -> Iterator[httpx.Client]:
    """A visitor's browser that sends its own origin, as browsers do."""
    with httpx.Client(base_url=site.base, timeout=10, headers={'Origin': site.base, 'Accept': 'text/html'}) as found:
        yield found


def _sign_in(browser: httpx.Client, email: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    return browser.post('/sign-in', data={'email': email, 'password': password, **more})


def _link(runtime: Runtime, kind: str) -> str:
    newest = [mail for mail in mails(runtime) if f'/{kind}/' in mail.plain][-1]
    found = re.search(rf'/{kind}/\S+', newest.plain)
    assert found
    return found[0]


def test_the_page_has_the_names_people_rely_on(browser: httpx.Client) -> None:
    page = browser.get('/sign-in')
    assert page.status_code == 200
    for piece in ('<h1>Sign in</h1>', '<label for="email">E-mail</label>', '<label for="password">Password</label>',
                  '<button class="p-btn is-main" type="submit">Sign in</button>', 'aria-label="Language"',
                  '<a class="p-link" href="/forgot-password">Forgot password?</a>', 'lang="en" dir="ltr"'):
        assert piece in page.text
    assert re.search(r'name="password" type="password" [^>]*autocomplete="current-password"', page.text)
    assert 'onpaste' not in page.text
    nonce = re.search(r"'nonce-([^']+)'", page.headers['Content-Security-Policy'])
    assert nonce and f'<script nonce="{nonce[1]}">' in page.text
    assert page.headers['Cache-Control'] == 'no-store'


def test_the_right_password_opens_a_session_with_a_new_token(site: Site, browser: httpx.Client) -> None:
    email = give_password(site.runtime, site.world.ben)
    first = _sign_in(browser, email, next='/orders')
    assert (first.status_code, first.headers['Location']) == (303, '/orders')
    cookie = first.headers['Set-Cookie']
    assert 'HttpOnly' in cookie and 'SameSite=lax' in cookie
    token = browser.cookies['portal']
    assert browser.get('/sign-in').headers['Location'] == '/'
    assert _sign_in(browser, email).status_code == 303 and browser.cookies['portal'] != token
    with httpx.Client(base_url=site.base, cookies={'portal': token}) as old:
        assert old.get('/sessions', headers={'Accept': 'text/html'}).headers['Location'].startswith('/sign-in')


def test_wrong_credentials_look_alike(site: Site, browser: httpx.Client) -> None:
    email = give_password(site.runtime, site.world.fin)
    known, unknown = _sign_in(browser, email, 'wrong'), _sign_in(browser, 'nobody@harbour.test', 'wrong')
    assert known.status_code == unknown.status_code == 422
    assert known.text.count('role="alert"') == 1

    def bare(page: httpx.Response, typed: str) -> str:
        return re.sub(r'nonce="[^"]+"', '', page.text).replace(typed, '')
    assert bare(known, email) == bare(unknown, 'nobody@harbour.test')
    assert known.headers.keys() == unknown.headers.keys() and 'portal' not in browser.cookies


def test_too_many_tries_are_told_to_wait(browser: httpx.Client) -> None:
    for _ in range(SIGN_IN_HERE.tries):
        assert _sign_in(browser, 'tired@harbour.test', 'wrong').status_code == 422
    late = _sign_in(browser, 'tired@harbour.test', 'wrong')
    assert late.status_code == 429 and int(late.headers['Retry-After']) > 0 and 'role="alert"' in late.text


@pytest.mark.parametrize('target', ['//evil.example', '/\\evil.example', 'https:evil', '/%09/evil', '/\t/evil', '',
                                    'javascript:alert(1)'])
def test_one_is_led_to_our_own_pages_only(site: Site, browser: httpx.Client, target: str) -> None:
    email = give_password(site.runtime, site.world.ada)
    assert _sign_in(browser, email, next=target).headers['Location'] == '/'


def test_what_was_typed_is_never_markup(browser: httpx.Client) -> None:
    bad = '"><script>alert(1)</script>'
    page = _sign_in(browser, bad, 'wrong', next='/x"><b>', chosen=bad)
    assert bad not in page.text and html.escape(bad) in page.text.replace('&#34;', '&quot;')


def test_a_foreign_page_cannot_sign_anybody_in(site: Site, browser: httpx.Client) -> None:
    email = give_password(site.runtime, site.world.ben)
    for headers in ({'Origin': 'https://evil.example'}, {'Origin': 'null'}):
        answer = browser.post('/sign-in', data={'email': email, 'password': PASSWORD}, headers=headers)
        assert answer.status_code == 403 and 'portal' not in browser.cookies


def test_the_language_is_chosen_before_and_kept_after(site: Site, browser: httpx.Client) -> None:
    answer = browser.post('/language', data={'language': 'ar', 'here': '/sign-in', 'next': '/orders'})
    assert answer.headers['Location'] == '/sign-in?language=ar&next=%2Forders'
    page = browser.get(answer.headers['Location'])
    assert 'lang="ar" dir="rtl"' in page.text and 'name="chosen" value="ar"' in page.text
    assert _sign_in(browser, give_password(site.runtime, site.world.vera), chosen='ar').status_code == 303
    assert 'lang="ar"' in browser.get('/change-password').text
    browser.post('/language', data={'language': 'en', 'here': '/change-password'})
    assert 'lang="en"' in browser.get('/change-password').text


def test_a_browsers_wish_counts_until_somebody_chooses(browser: httpx.Client) -> None:
    for code in LANGUAGES:
        assert f'<html lang="{code}"' in browser.get('/sign-in', headers={'Accept-Language': f'{code},en;q=0.5'}).text


def test_signing_out_ends_it(site: Site, browser: httpx.Client) -> None:
    _sign_in(browser, give_password(site.runtime, site.world.ben))
    token = browser.cookies['portal']
    gone = browser.post('/sign-out')
    assert gone.headers['Location'].startswith('/sign-in') and 'Clear-Site-Data' in gone.headers
    assert 'portal' not in browser.cookies
    browser.cookies.set('portal', token)
    assert browser.get('/change-password').headers['Location'].startswith('/sign-in')
    assert browser.get('/sign-out').status_code in (303, 404)


def test_a_forgotten_password_by_mail(site: Site, browser: httpx.Client) -> None:
    email = give_password(site.runtime, site.world.luc)
    known = browser.post('/forgot-password', data={'email': email}, headers={'Host': site.base.removeprefix('http://')})
    unknown = browser.post('/forgot-password', data={'email': 'nobody@atelier.test'})
    assert known.status_code == unknown.status_code == 200
    assert re.sub('nonce="[^"]+"', '', known.text) == re.sub('nonce="[^"]+"', '', unknown.text)
    link = _link(site.runtime, 'reset')
    for _ in range(2):
        page = browser.get(link)
        assert page.status_code == 200 and page.headers['Referrer-Policy'] == 'strict-origin'
    assert browser.post(link, data={'password': 'short'}).status_code == 422
    assert browser.post(link, data={'password': NEW}).headers['Location'] == '/sign-in?note=reset'
    assert browser.get(link).status_code == 410 and browser.post(link, data={'password': NEW}).status_code == 410
    assert _sign_in(browser, email, NEW).status_code == 303


def test_the_forgot_page_is_gone_when_switched_off(site: Site, browser: httpx.Client) -> None:
    site.runtime.run(site.world.olga, SettingService.put, 'auth.forgot_password', False)
    try:
        assert browser.get('/forgot-password').status_code == 404
        assert browser.post('/forgot-password', data={'email': 'a@b.test'}).status_code == 404
        assert 'Forgot password?' not in browser.get('/sign-in').text
    finally:
        site.runtime.run(site.world.olga, SettingService.put, 'auth.forgot_password', True)


def test_changing_the_password_rotates_the_token(site: Site, browser: httpx.Client) -> None:
    email = give_password(site.runtime, site.world.wim)
    _sign_in(browser, email)
    token = browser.cookies['portal']
    wrong = browser.post('/change-password', data={'current': 'wrong', 'password': NEW})
    assert wrong.status_code == 422 and 'id="current-note" role="alert"' in wrong.text
    right = browser.post('/change-password', data={'current': PASSWORD, 'password': NEW, 'next': '/account'})
    assert right.headers['Location'] == '/account' and browser.cookies['portal'] != token
    assert browser.get('/change-password').status_code == 200


def test_an_invited_person_signs_up(site: Site, browser: httpx.Client) -> None:
    site.runtime.run(site.world.sam, InvitationService.send,
                     InviteInput('nora@harbour.test', Role.BUYER, 'C-10001', 'Nora <b>'))
    link = _link(site.runtime, 'invite')
    page = browser.get(link)
    assert page.status_code == 200 and 'Harbour Joinery' in page.text and 'n•••@harbour.test' in page.text
    assert 'Nora &lt;b&gt;' in page.text and page.headers['Referrer-Policy'] == 'strict-origin'
    assert browser.post(f'{link}/opened').status_code == 204
    weak = browser.post(link, data={'name': 'Nora', 'password': 'short', 'terms': 'yes', 'language': 'en'})
    assert weak.status_code == 422 and 'value="Nora"' in weak.text and 'checked' in weak.text
    done = browser.post(link, data={'name': 'Nora', 'password': NEW, 'terms': 'yes', 'language': 'de'})
    assert done.headers['Location'] == '/' and 'portal' in browser.cookies
    assert 'lang="de"' in browser.get('/change-password').text
    assert browser.get(link).status_code == 410 and browser.get('/invite/made.up').status_code == 410


def test_a_person_with_an_account_signs_in_and_joins(site: Site, browser: httpx.Client) -> None:
    email = give_password(site.runtime, site.world.mara)
    site.runtime.run(site.world.sam, InvitationService.send, InviteInput(email, Role.BUYER, 'C-10002'))
    link = _link(site.runtime, 'invite')
    assert f'href="/sign-in?next={link}"' in browser.get(link).text
    assert _sign_in(browser, email, next=link).headers['Location'] == link
    assert f'action="{link}/join"' in browser.get(link).text
    token = browser.cookies['portal']
    assert browser.post(f'{link}/join').headers['Location'] == '/' and browser.cookies['portal'] != token


def test_companies_are_switched_and_customers_looked_at(site: Site, browser: httpx.Client) -> None:
    other = join(site.runtime, site.world.fin, site.world.atelier.id, 'finance')
    _sign_in(browser, give_password(site.runtime, site.world.fin))
    token = browser.cookies['portal']
    assert browser.post('/switch-company', data={'membership': 'nonsense'}).status_code == 404
    assert browser.post('/switch-company', data={'membership': str(other.id)}).headers['Location'] == '/'
    assert browser.cookies['portal'] != token
    assert browser.post('/view-as', data={'account': 'C-10001'}).status_code == 403
    browser.post('/sign-out')
    _sign_in(browser, give_password(site.runtime, site.world.olga))
    assert browser.post('/view-as', data={'account': 'C-10001', 'next': '/orders'}).headers['Location'] == '/orders'
    assert browser.post('/change-password', data={'current': PASSWORD, 'password': NEW}).status_code == 403
    assert browser.post('/view-as/end').headers['Location'] == '/office/customers/C-10001'


def test_own_sessions_are_shown_and_ended(site: Site, browser: httpx.Client) -> None:
    email = give_password(site.runtime, site.world.sam)
    with httpx.Client(base_url=site.base, headers={'Origin': site.base, 'User-Agent': '<Phone>'}) as phone:
        _sign_in(phone, email)
        _sign_in(browser, email)
        page = browser.get('/sessions')
        assert page.status_code == 200 and '&lt;Phone&gt;' in page.text
        assert browser.post('/sessions/end', data={'which': 'others'}).headers['Location'] == '/sessions'
        assert phone.get('/sessions', headers={'Accept': 'text/html'}).headers['Location'].startswith('/sign-in')


def test_the_logo_is_seen_before_signing_in(site: Site, browser: httpx.Client) -> None:
    assert browser.get('/logo').status_code == 404
    data = io.BytesIO()
    Image.new('RGBA', (900, 300), (0, 0, 0, 0)).save(data, 'PNG')
    change_logo(site.runtime, site.world.olga, data.getvalue())
    shown = re.search(r'<img src="(/logo[^"]+)"', browser.get('/sign-in').text)
    assert shown and browser.get(shown[1]).headers['Content-Type'] == 'image/webp'
    with pytest.raises(Forbidden):
        site.runtime.run(site.world.mara, BrandService.remove_logo)
    site.runtime.run(site.world.olga, BrandService.remove_logo)
    assert browser.get('/logo').status_code == 404


def test_a_picture_is_handed_in_cut_and_shown(site: Site, browser: httpx.Client) -> None:
    data = io.BytesIO()
    Image.new('RGB', (600, 400), 'green').save(data, 'JPEG')
    assert browser.post('/profile/picture', files={'picture': data.getvalue()}).status_code == 401
    _sign_in(browser, give_password(site.runtime, site.world.ada))
    box = {'left': '0.1', 'top': '0', 'right': '0.5', 'bottom': '0.6'}
    assert browser.post('/profile/picture', files={'picture': data.getvalue()}, data=box).status_code == 200
    for bad in (b'', b'<svg onload=alert(1)>', b'x' * 5_300_000):
        refused = browser.post('/profile/picture', files={'picture': bad})
        assert refused.status_code == 422 and refused.json()['detail']
    wrong = browser.post('/profile/picture', files={'picture': data.getvalue()}, data=box | {'right': 'nan'})
    assert wrong.status_code == 422
