"""The plain pages bring their own styles: all rules for what stands in them, and few others."""

from __future__ import annotations

import re

import httpx
import pytest

from ui.web.plain import styles
from ui.web.static import ASSETS, STYLES, drawn, sheet

CLASS = re.compile(r'\.(p-[\w-]+)')


def test_every_class_of_the_templates_keeps_its_rules() -> None:
    words = set(re.findall(r'[\w-]+', ' '.join(path.read_text('utf-8') for path in (ASSETS / 'web').glob('*.html'))))
    wanted = {name for name in CLASS.findall(sheet(STYLES)) if name in words} | {'p-icon'}
    assert {'p-auth', 'p-input', 'p-btn', 'p-logo', 'p-alert'} <= wanted
    assert wanted <= set(CLASS.findall(styles()))
    assert styles().count('{') == styles().count('}')
    assert "html[data-theme='dark']" in styles()
    assert '.p-menu-link' not in styles()
    assert len(styles()) < 20_000


def test_sign_in_page_needs_no_style_sheet_and_no_sprite(visitor: httpx.Client) -> None:
    text = visitor.get('/sign-in').text
    assert '<style>@font-face' in text
    assert 'rel="stylesheet"' not in text
    assert '<use' not in text
    assert '<svg class="p-icon" aria-hidden="true" viewBox="0 0 24 24"><circle' in text


def test_unknown_icon_is_a_fault() -> None:
    with pytest.raises(ValueError, match='no icon nonsense'):
        drawn('nonsense')
