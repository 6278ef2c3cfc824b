"""What we rely on inside NiceGUI 3.18: each of these fails when it changes."""

from __future__ import annotations

import functools
from pathlib import Path

import nicegui
import pytest
from nicegui import Client, core, helpers
from nicegui.client import templates
from nicegui.helpers import functions

from tests.web.conftest import Site
from ui.kernel import pinned

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
