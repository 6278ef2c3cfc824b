"""The icons of the sprite by name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from nicegui import ui

SPRITE = '/assets/icons.svg'
_FILE = Path(__file__).resolve().parents[2] / 'assets' / 'icons.svg'


@cache
def icon_names() -> frozenset[str]:
    """All names the sprite has."""
    return frozenset(re.findall(r'id="i-([a-z0-9-]+)"', _FILE.read_text(encoding='utf-8')))


def icon(name: str, *, small: bool = False, label: str = '') -> ui.element:
    """An outline icon; without `label` it is decoration and hidden from screen readers. Raises KeyError if unknown."""
    if name not in icon_names():
        raise KeyError(f'the sprite has no icon {name!r}')
    svg = ui.element('svg').classes('p-icon is-16' if small else 'p-icon')
    svg.props['focusable'] = 'false'
    if label:
        svg.props.update({'role': 'img', 'aria-label': label})
    else:
        svg.props['aria-hidden'] = 'true'
    with svg:
        ui.element('use').props['href'] = f'{SPRITE}#i-{name}'
    return svg
