"""What we rely on inside NiceGUI 3.18: each of these fails when it changes."""

from __future__ import annotations

import asyncio
import functools
import re
from pathlib import Path
from typing import Any

import nicegui
import pytest
from nicegui import Client, core, helpers
from nicegui import client as client_module
from nicegui.client import HTML_ESCAPE_TABLE, templates
from nicegui.helpers import functions
from nicegui.outbox import Outbox
from socketio.packet import Packet

from tests.web.conftest import Site
from ui.kernel import pinned
from ui.web.static import STYLES, sheet

TEMPLATE = Path(nicegui.__file__).parent / 'templates' / 'index.html'
pytestmark = pytest.mark.usefixtures('site')


def test_version() -> None:
    assert nicegui.__version__.startswith(pinned.VERSION)


def test_template_has_the_scripts_we_know() -> None:
    source = TEMPLATE.read_text('utf-8')
    assert source.count('<script') == 13
    rendered, _, _ = templates.env.loader.get_source(templates.env, 'index.html')  # type: ignore[union-attr]
    assert rendered.count('<script nonce="{{ request.state.nonce }}"') == rendered.count('<script') == 13
    assert 'HTML_ESCAPE_TABLE' in Path(nicegui.__file__).with_name('client.py').read_text('utf-8')


def test_remembered_answer_is_the_asked_one() -> None:
    class Thing:
        def bare(self) -> None: ...
        def given(self, event: object) -> None: ...

    def optional(event: object = None) -> None: ...
    def keyword(*, event: object) -> None: ...
    def any_number(*events: object, **more: object) -> None: ...

    wrapped = functools.wraps(Thing.given)(lambda: None)
    for func in (lambda: None, lambda event: event, lambda event=1: event, Thing.bare, Thing().bare, Thing().given,
                 optional, keyword, any_number, functools.partial(Thing.given, Thing()), Thing, print, wrapped):
        for _ in range(2):
            assert pinned.expects_arguments(func) == pinned._ask(func)
    assert helpers.expects_arguments is functions.expects_arguments is pinned.expects_arguments


def test_pages_without_a_socket_are_soon_forgotten() -> None:
    assert Client.prune_instances.__func__.__kwdefaults__ == {'client_age_threshold': 20.0}  # type: ignore[attr-defined]


def test_middlewares_that_believe_strangers_are_gone(site: Site) -> None:
    assert core.app.user_middleware == []
    assert site.base


def test_script_draws_what_has_no_content_sparingly() -> None:
    source = (Path(nicegui.__file__).parent / 'static' / 'nicegui.js').read_bytes()
    assert source.count(pinned.RENDERED.encode()) == 1
    assert b'function renderRecursively(elements, id, propsContext)' in source
    assert b'default: { ids: element.children || [] },\n    ...(element.slots ?? {}),' in source
    assert pinned.mended(pinned.SCRIPT, source).count(pinned.SPARING.encode()) == 1
    assert pinned.mended('static/other.js', source) == source


def test_no_style_asks_what_stands_beside_anything() -> None:
    path = 'static/quasar.unimportant.prod.css'
    source = (Path(nicegui.__file__).parent / path).read_bytes()
    assert [source.count(before.encode()) for before in pinned.MENDED[path]] == [2, 2]
    others = [(Path(nicegui.__file__).parent / 'static' / name).read_bytes() for name in (
        'quasar.important.prod.css', 'nicegui.css', 'fonts.css')]
    ours = sheet(STYLES).encode()
    for text in (pinned.mended(path, source), *others, ours):
        assert not re.search(rb'[\s>]\*\s*[+~]|[+~]\s*\*|[+~][^{},]*\s>?\s*\*\s*[{,]', text)


def test_page_data_is_escaped_as_by_the_table() -> None:
    text = client_module.json.dumps({'a': '<b> & `c` $ &amp; …·' * 3})  # type: ignore[attr-defined]
    assert text.translate(HTML_ESCAPE_TABLE) == str.translate(text, HTML_ESCAPE_TABLE)
    assert '&lt;b&gt; &amp; &#96;c&#96; &#36; &amp;amp; …·' in text.translate(HTML_ESCAPE_TABLE)
    assert client_module.json.loads(str(text)) == {'a': '<b> & `c` $ &amp; …·' * 3}  # type: ignore[attr-defined]


def test_messages_are_not_searched_for_bytes() -> None:
    assert Packet.uses_binary_events is True
    assert core.sio.packet_class(2, data=['update', {'a': 'ü'}]).encode() == '2["update",{"a":"ü"}]'
    assert core.sio.packet_class.uses_binary_events is False


def test_held_page_sends_nothing_until_all_let_go() -> None:
    class Page:
        def __init__(self) -> None:
            self.outbox: Any = Outbox.__new__(Outbox)
            self.outbox.messages, self.outbox._enqueue_event = [], asyncio.Event()

    page = Page()
    first, second = pinned.hold(page), pinned.hold(page)  # type: ignore[arg-type]
    page.outbox._set_enqueue_event()
    first()
    first()
    assert not page.outbox._enqueue_event.is_set()
    page.outbox.messages.append('a message')
    page.outbox._set_enqueue_event()
    assert page.outbox._enqueue_event.is_set()
    page.outbox._enqueue_event.clear()
    second()
    assert page.outbox._enqueue_event.is_set()
    assert '_set_enqueue_event' not in vars(page.outbox)
    assert 'self._set_enqueue_event()' in Path(str(Outbox.__init__.__code__.co_filename)).read_text('utf-8')
