"""Attacks on the HTTP edge (security.md, requirement 4 and findings F5 to F11)."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import pytest
from nicegui import Client

from tests.web.conftest import EVIL, HOSTILE, Site

FORWARDED = {'X-Forwarded-Prefix': '//evil.example', 'X-Forwarded-Host': 'evil.example',
             'Forwarded': 'host=evil.example', 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '203.0.113.9'}


def spoken(site: Site, request: bytes) -> bytes:
    """What the server answers to these bytes."""
    target = urlsplit(site.base)
    answer = b''
    with socket.create_connection((target.hostname, target.port), timeout=5) as line, suppress(OSError):
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        while part := line.recv(65536):
            answer += part
    return answer


def test_visitor_is_sent_to_sign_in_before_a_page_is_built(site: Site, visitor: httpx.Client) -> None:
    before = set(Client.instances)
    answer = visitor.get('/orders?status=open')
    assert (answer.status_code, answer.headers['location']) == (303, '/sign-in?next=/orders%3Fstatus%3Dopen')
    assert set(Client.instances) == before


def test_invented_cookie_opens_nothing(site: Site) -> None:
    with httpx.Client(base_url=site.base, cookies={'portal': 'A' * 43}) as stranger:
        assert stranger.get('/orders').status_code == 303
        assert stranger.get('/download/files/x').status_code == 401


def test_workstation_opens_for_its_person(mara: httpx.Client) -> None:
    answer = mara.get('/')
    assert answer.status_code == 200
    assert answer.headers['cache-control'] == 'no-store'


@pytest.mark.parametrize('host', [
    'evil.example', '127.0.0.1.evil.example', 'evil.example:80@127.0.0.1', '127.0.0.1/x', ''])
def test_foreign_host_is_refused(visitor: httpx.Client, host: str) -> None:
    assert visitor.get('/healthz', headers={'Host': host}).status_code == 400


def test_two_hosts_are_refused(site: Site) -> None:
    hosts = b'Host: 127.0.0.1\r\nHost: evil.example\r\n'
    answer = spoken(site, b'GET /healthz HTTP/1.1\r\n' + hosts + b'Connection: close\r\n\r\n')
    assert b' 400 ' in answer.split(b'\r\n')[0]


def test_absolute_address_in_the_request_line_changes_nothing(site: Site) -> None:
    answer = spoken(site, b'GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n')
    assert b'location: //evil' not in answer.lower()
    assert b'evil' not in answer


def test_forwarded_headers_of_strangers_are_ignored(visitor: httpx.Client, mara: httpx.Client) -> None:
    assert visitor.get('/', headers=FORWARDED).headers['location'] == '/sign-in'
    page = mara.get('/', headers=FORWARDED)
    assert 'evil.example' not in page.text
    assert 'Strict-Transport-Security' not in page.headers


def test_huge_headers_are_refused_and_the_server_lives(site: Site, visitor: httpx.Client) -> None:
    request = b'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ' + b'a' * 1_000_000 + b'\r\n\r\n'
    assert b' 200 ' not in spoken(site, request).split(b'\r\n')[0]
    assert visitor.get('/healthz', headers={'X-Long': 'a' * 20_000}).status_code == 400
    assert visitor.get('/healthz', headers={f'X-{n}': 'a' for n in range(150)}).status_code == 400
    assert visitor.get('/healthz').text == 'ok'


def test_what_has_two_lengths_is_refused(site: Site) -> None:
    body = b'Content-Length: 2\r\nContent-Length: 40\r\nConnection: close\r\n\r\n{}GET /hidden HTTP/1.1\r\n\r\n'
    answer = spoken(site, b'POST /csp HTTP/1.1\r\nHost: 127.0.0.1\r\n' + body)
    assert answer.startswith(b'HTTP/1.1 400 ') and answer.count(b'HTTP/1.1 ') == 1


def test_tracing_is_refused(visitor: httpx.Client) -> None:
    assert visitor.request('TRACE', '/healthz').status_code == 400


@pytest.mark.parametrize('path', ['/a\\b', '/%0d%0aSet-Cookie:x', '/%00', '/' + 'a' * 5000])
def test_unsound_paths_are_refused(visitor: httpx.Client, path: str) -> None:
    assert visitor.get(path).status_code == 400


def test_every_answer_is_protected(visitor: httpx.Client, mara: httpx.Client) -> None:
    paths = ('/healthz', '/', '/assets/portal.css', '/assets/none')
    answers = [*(visitor.get(path) for path in paths), mara.get('/'), visitor.post('/csp', content=b'x' * 20_000),
               visitor.get('/', headers={'Host': 'evil.example'})]
    for answer in answers:
        assert answer.headers['x-content-type-options'] == 'nosniff'
        assert "default-src 'none'" in answer.headers['content-security-policy']
        assert "frame-ancestors 'none'" in answer.headers['content-security-policy']
        assert answer.headers['referrer-policy'] == 'same-origin'
        assert answer.headers['cross-origin-opener-policy'] == 'same-origin'
        assert 'server' not in answer.headers
        assert 'access-control-allow-origin' not in answer.headers
    assert len({answer.headers['x-request-id'] for answer in answers}) == len(answers)


def test_nonce_stands_on_the_templates_scripts_only(mara: httpx.Client) -> None:
    first, second = mara.get('/probe'), mara.get('/probe')
    nonce = re.search(r"'nonce-([\w-]+)'", first.headers['content-security-policy'])
    assert nonce and nonce[1] not in second.text
    assert first.text.count(f'<script nonce="{nonce[1]}"') == first.text.count('<script') == first.text.count('nonce="')
    assert HOSTILE not in first.text
    assert "'unsafe-inline'" not in first.headers['content-security-policy'].split('script-src')[1].split(';')[0]


def test_only_the_application_may_evaluate_code(mara: httpx.Client, visitor: httpx.Client) -> None:
    assert 'unsafe-eval' in mara.get('/probe').headers['content-security-policy']
    plain = visitor.get('/none', headers={'Host': 'evil.example'})
    assert 'unsafe-eval' not in plain.headers['content-security-policy']


@pytest.mark.parametrize('headers', [
    {'Origin': EVIL}, {'Origin': 'null'}, {'Origin': 'http://127.0.0.1:8080.evil.example'},
    {'Sec-Fetch-Site': 'cross-site'}, {'Sec-Fetch-Site': 'same-site'}, {'Origin': 'http://127.0.0.1:1'}])
def test_acts_from_other_sites_are_refused(mara: httpx.Client, headers: dict[str, str]) -> None:
    assert mara.post('/csp', headers=headers).status_code == 403


def test_act_with_a_cookie_must_say_where_it_comes_from(site: Site, mara: httpx.Client) -> None:
    assert mara.post('/csp').status_code == 403
    assert mara.post('/csp', headers={'Origin': site.base}).status_code == 204
    assert mara.post('/csp', headers={'Sec-Fetch-Site': 'same-origin'}).status_code == 204


def test_long_bodies_are_cut_off_announced_or_not(site: Site) -> None:
    with site.browser() as visitor:
        assert visitor.post('/csp', content=b'x' * 20_000).status_code == 413
        assert visitor.post('/csp', content=(b'x' * 1000 for _ in range(30))).status_code == 413
        assert visitor.get('/healthz').text == 'ok'


def test_fault_shows_its_number_and_nothing_else(mara: httpx.Client) -> None:
    answer = mara.get('/broken')
    assert answer.status_code == 500
    assert answer.headers['x-request-id'] in answer.text
    assert 'inner secret' not in answer.text


def test_error_page_speaks_the_readers_language(visitor: httpx.Client) -> None:
    answer = visitor.get('/', headers={'Host': 'evil.example', 'Accept-Language': 'ar,en;q=0.5'})
    assert '<html lang="ar" dir="rtl"' in answer.text


def test_documentation_of_the_interface_is_not_public(visitor: httpx.Client) -> None:
    for path in ('/docs', '/openapi.json', '/redoc'):
        assert visitor.get(path).status_code == 303


def test_health_tells_strangers_nothing(site: Site, visitor: httpx.Client) -> None:
    assert visitor.get('/readyz').json() == {'ready': True}
    with site.browser('olga') as owner:
        assert set(owner.get('/readyz').json()) == {'ready', 'mail_waits_seconds', 'free_bytes'}
