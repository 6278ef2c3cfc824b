"""Static files: reachable only by name, compressed, kept for ever under their version, and never in pieces."""

from __future__ import annotations

import httpx
import pytest

from tests.web.conftest import Site
from ui.web.static import NICEGUI, STYLES, asset


def test_style_sheet_is_all_sheets_in_order(visitor: httpx.Client) -> None:
    answer = visitor.get(asset('portal.css'))
    assert answer.headers['cache-control'] == 'public, max-age=31536000, immutable'
    assert answer.headers['content-encoding'] == 'br'
    assert answer.text.index('.p-auth {') > answer.text.index('--line') >= 0
    assert STYLES[0] == 'tokens'


def test_wrong_version_is_not_kept(visitor: httpx.Client) -> None:
    assert visitor.get('/assets/portal.css?v=other').headers['cache-control'] == 'public, max-age=300'


def test_gzip_and_plain_are_there_too(visitor: httpx.Client) -> None:
    path = asset('portal.css')
    plain = visitor.get(path, headers={'Accept-Encoding': 'identity'})
    packed = visitor.get(path, headers={'Accept-Encoding': 'gzip'})
    assert 'content-encoding' not in plain.headers
    assert packed.headers['content-encoding'] == 'gzip'
    assert plain.content == packed.content
    assert visitor.get(path, headers={'If-None-Match': plain.headers['etag']}).status_code == 304


def test_script_library_is_compressed_and_kept(visitor: httpx.Client) -> None:
    answer = visitor.get(f'{NICEGUI}static/nicegui.js')
    assert (answer.status_code, answer.headers['content-encoding']) == (200, 'br')
    assert 'immutable' in answer.headers['cache-control']


@pytest.mark.parametrize('path', [
    '/assets/%2e%2e/requirements.txt', '/assets/..%2frequirements.txt', '/assets//etc/passwd',
    '/assets/mail/order_placed.html', '/assets/web/error.html', '/assets/css/tokens.css', '/assets/',
    f'{NICEGUI}static/..%2f..%2fversion.py', f'{NICEGUI}static/%2e%2e/version.py', f'{NICEGUI}static//nicegui.js'])
def test_nothing_else_can_be_reached(site: Site, path: str) -> None:
    with httpx.Client() as browser:
        answer = browser.send(httpx.Request('GET', httpx.URL(site.base).copy_with(raw_path=path.encode())))
    assert answer.status_code in (400, 404)
    assert 'fastapi' not in answer.text


@pytest.mark.parametrize(('path', 'kind'), [
    ('/assets/portal.css', 'text/css'), ('/assets/components.js', 'text/javascript'), ('/sign-in', 'text/html'),
    ('/assets/icons.svg', 'image/svg+xml'), (f'{NICEGUI}static/nicegui.js', 'text/javascript')])
def test_texts_say_their_type_and_encoding(visitor: httpx.Client, path: str, kind: str) -> None:
    assert visitor.get(path).headers['content-type'].lower() == f'{kind}; charset=utf-8'


def test_thousand_ranges_are_one_whole_file(visitor: httpx.Client) -> None:
    ranges = ','.join(f'{n}-{n}' for n in range(1000))
    for path in ('/assets/portal.css', f'{NICEGUI}static/nicegui.js'):
        answer = visitor.get(path, headers={'Range': f'bytes={ranges}'})
        assert answer.status_code == 200
        assert 'content-range' not in answer.headers
