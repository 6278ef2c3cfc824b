"""The log keeps secrets and people out, and one event on one line."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from services.core import logs

TOKEN = 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF'


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged while the test runs."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    logs.configure('INFO', stream=out)
    yield out
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize('secret', [
    'mara@harbour.example', 'DE89 3704 0044 0532 0130 00', 'DE89370400440532013000', '+49 30 1234567', TOKEN])
def test_people_and_tokens_are_hidden(lines: io.StringIO, secret: str) -> None:
    logging.getLogger('portico').info('about %s here', secret, extra={'path': f'/reset/{secret}'})
    logging.getLogger('nicegui').warning(f'http://127.0.0.1/x?token={secret} not found')
    assert secret not in lines.getvalue()
    assert lines.getvalue().count('\n') == 2


@pytest.mark.parametrize('said', ['Cookie: portal=abc', 'authorization: Bearer abc', 'password=abc',
                                  '{"secret": "abc"}', 'GET /a?email=abc HTTP', 'api_key: abc'])
def test_credentials_are_hidden(said: str) -> None:
    assert 'abc' not in logs.redacted(said)


def test_usual_words_stay() -> None:
    for text in ('Order SO-2026-000123 placed for C-10428', 'picture 01935c1e-7b2e-7c3a-9d4e-5f60718293a4 stored'):
        assert logs.redacted(text) == text


def test_line_breaks_of_strangers_stay_on_their_line(lines: io.StringIO) -> None:
    logs.request_id.set('abc123')
    try:
        raise ValueError('mara@harbour.example\r\nforged')
    except ValueError:
        logging.getLogger('portico').exception('a\r\nb\x1b[31m')
    (line,) = lines.getvalue().splitlines()
    entry = json.loads(line)
    assert entry['message'] == 'a\r\nb\x1b[31m'
    assert '\x1b' not in line
    assert (entry['request'], entry['level']) == ('abc123', 'error')
    assert 'mara@' not in entry['trace']
    assert entry['at'].endswith('+00:00')
    logs.request_id.set('')
