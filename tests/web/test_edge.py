"""What depends on the address of the installation: https, proxies in front of it, and how fast strangers may ask."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.core.config import Config
from ui.web import cookies, pages
from ui.web.guard import STRANGERS_AT_ONCE, Guard
from ui.web.limits import Buckets
from ui.web.redirects import local_path, to_sign_in

TOKEN = 'B' * 43


async def seen(scope: Any, receive: Any, send: Any) -> None:
    """An application that says what it was told about its caller."""
    request = Request(scope, receive)
    client = request.client
    answer = JSONResponse({'ip': client.host if client else '', 'url': str(request.url),
                           'headers': dict(request.headers), 'session': cookies.read(request) is not None})
    await answer(scope, receive, send)


def ask(config: Config, *, peer: str = '192.0.2.7', times: int = 1, **headers: str) -> httpx.Response:
    """What an installation with these settings answers to a caller with these headers."""
    guard = Guard(seen, config)

    async def talk() -> httpx.Response:
        transport = httpx.ASGITransport(guard, client=(peer, 4711))
        async with httpx.AsyncClient(transport=transport, base_url='http://portal.example') as browser:
            for _ in range(times - 1):
                await browser.get('/orders')
            named = {key.replace('_', '-'): value for key, value in headers.items()}
            return await browser.get('/orders', headers=named)
    return asyncio.run(talk())


@pytest.fixture
def https() -> Config:
    """An installation behind a proxy at 10.0.0.1 that speaks https with the world."""
    return Config(base_url='https://portal.example', trusted_proxies='10.0.0.1, 10.1.0.0/16')


def test_own_proxy_is_believed(https: Config) -> None:
    told = ask(https, peer='10.0.0.1', X_Forwarded_For='6.6.6.6, 203.0.113.9, 10.1.2.3', X_Forwarded_Proto='https',
               X_Forwarded_Prefix='//evil.example').json()
    assert told['ip'] == '203.0.113.9'
    assert told['url'] == 'https://portal.example/orders'
    assert not [name for name in told['headers'] if name.startswith('x-forwarded')]


def test_host_from_own_proxy_must_be_ours_too(https: Config) -> None:
    assert ask(https, peer='10.0.0.1', X_Forwarded_Host='evil.example').status_code == 400


def test_stranger_is_not_believed(https: Config) -> None:
    told = ask(https, X_Forwarded_For='203.0.113.9', X_Forwarded_Proto='https').json()
    assert told['ip'] == '192.0.2.7'
    assert told['url'].startswith('http://')


def test_https_gets_strict_transport_and_the_host_cookie(https: Config) -> None:
    answer = ask(https, Cookie=f'__Host-portal={TOKEN}')
    assert answer.headers['strict-transport-security'] == 'max-age=31536000'
    assert 'wss://portal.example' in answer.headers['content-security-policy']
    assert ' ws://' not in answer.headers['content-security-policy']
    assert answer.json()['session']
    assert not ask(https, Cookie=f'portal={TOKEN}').json()['session']
    assert not ask(https, Cookie=f'__Host-portal={TOKEN}; __Host-portal={TOKEN}').json()['session']
    assert not ask(https, Cookie='__Host-portal=short').json()['session']


def test_strangers_are_slowed_down(https: Config) -> None:
    assert ask(https, times=STRANGERS_AT_ONCE).status_code == 200
    slowed = ask(https, times=STRANGERS_AT_ONCE + 2)
    assert slowed.status_code == 429
    assert int(slowed.headers['retry-after']) >= 1


def test_cookie_is_closed_to_scripts(https: Config) -> None:
    secure, plain, gone = Response(), Response(), Response()
    cookies.write(secure, TOKEN, https)
    cookies.write(plain, TOKEN, Config())
    cookies.clear(gone, https)
    words = secure.headers['set-cookie'].lower()
    assert words.startswith('__host-portal=')
    assert all(word in words for word in ('secure', 'httponly', 'samesite=lax', 'path=/'))
    assert 'domain' not in words
    assert 'secure' not in plain.headers['set-cookie'].lower()
    assert gone.headers['clear-site-data'] == '"cache", "storage"'


def test_every_cookie_is_bound_to_this_host(https: Config) -> None:
    answer = Response()
    cookies.write_step(answer, TOKEN, https)
    pages.remember_language(answer, 'de', secure=True)
    said = [value.decode().lower() for key, value in answer.raw_headers if key == b'set-cookie']
    assert len(said) == 2
    for cookie in said:
        assert cookie.startswith('__host-') and 'domain' not in cookie
        assert all(word in cookie for word in ('secure', 'httponly', 'samesite=lax', 'path=/'))


@pytest.mark.parametrize('target', [
    '//evil', '/\\evil', '/%09/evil', 'https:evil', 'https://evil', '/%2f%2fevil', '/%5cevil', '/\tevil', '', None,
    'javascript:alert(1)', '/a\r\nb', '/' + 'a' * 2000, '/%252f/evil'])
def test_only_local_paths_are_next(target: str | None) -> None:
    assert local_path(target) == '/'


def test_local_paths_are_kept() -> None:
    assert local_path('/orders/SO-2026-000123?tab=lines') == '/orders/SO-2026-000123?tab=lines'
    assert to_sign_in('/') == '/sign-in'
    assert to_sign_in('/a?b=c&d') == '/sign-in?next=/a%3Fb%3Dc%26d'


def test_buckets_forget_the_oldest() -> None:
    buckets = Buckets(1, 0.001)
    assert buckets.take('first') == 0
    assert buckets.take('first') > 0
    for key in range(20_001):
        buckets.take(key)
    assert buckets.take('first') == 0
