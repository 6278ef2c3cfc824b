"""The small pieces pages are made of, in the language of assets/portal.css."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from models.core.words import _
from services.core.errors import Forbidden, NotFound
from ui.kernel import errors
from ui.kernel.leading import leads

if TYPE_CHECKING:
    from ui.kernel.view import View


def sprite() -> str:
    """The address of the icon sprite."""
    return asset('icons.svg')


def asset(name: str) -> str:
    """The address of a file of assets/, with its fingerprint where the server gives one."""
    try:
        from ui.web.static import asset as fingerprinted
    except ImportError:
        return f'/assets/{name}'
    return str(fingerprinted(name))


def attribute(text: str) -> str:
    """A text made safe for a quoted value inside `props('name="…"')`."""
    return html.escape(text).replace('\\', '&#92;')


class Words(TextElement):
    """Text in a tag."""

    def __init__(self, text: str, *, tag: str = 'span') -> None:
        super().__init__(tag=tag, text=text)


class Icon(Element, component='components/p_icon.js'):
    """An outline icon of the sprite, hidden from screen readers."""

    def __init__(self, name: str, *, size: int = 18) -> None:
        super().__init__()
        self._props.update({'name': name, 'size': size, 'sprite': sprite()})


class Button(Element, component='components/p_button.js'):
    """A button, or with `href` a link that looks like one; one element with icon and text."""

    def __init__(self, text: str, *, icon: str = '', href: str = '', classes: str = 'p-btn') -> None:
        super().__init__()
        self._props.update({'text': text, 'icon': icon, 'href': href, 'look': classes, 'sprite': sprite()})

    def set_text(self, text: str) -> None:
        """Change the words on it."""
        self._props['text'] = text
        self.update()

    def disable(self, why: str) -> None:
        """Make it refuse to be pressed and say why when pointed at; an empty reason makes it work again."""
        self._props['why'] = why
        self.update()


def box(classes: str = '', *, tag: str = 'div') -> Element:
    """A container with classes, to be entered by `with`."""
    return Element(tag).classes(classes)


def words(text: str, *, tag: str = 'span', classes: str = '') -> Words:
    """Text in a tag with classes."""
    return Words(text, tag=tag).classes(classes)


def label_cells(body: Element, labels: Sequence[str]) -> None:
    """Give the cells of a plain table's rows the names of their columns, for the phone, where each row is a card."""
    for row in body.default_slot.children:
        for cell, label in zip(list(row.default_slot.children)[1:], list(labels)[1:], strict=False):
            cell._props['data-label'] = label


def icon(name: str, *, size: int = 18) -> Icon:
    """An icon of the sprite by its Lucide name; size 16, 18, 24 or 48 px."""
    return Icon(name, size=size)


def button(text: str, on_click: Callable[..., Any] | None = None, *, icon: str = '', main: bool = False,  # noqa: PLR0913
           danger: bool = False, ghost: bool = False, small: bool = False, href: str = '') -> Button:
    """A button; `main` is the one filled action of its place, `href` makes it a real link to a pane."""
    look = 'p-btn' + ' is-main' * main + ' is-danger' * danger + ' is-ghost' * ghost + ' is-small' * small
    made = Button(text, icon=icon, href=href, classes=look)
    if href and not leads(href):
        made.set_visibility(False)
    if on_click is not None:
        made.on('press', on_click, [])
    return made


def icon_button(name: str, label: str, on_click: Callable[..., Any]) -> Button:
    """A button that is only an icon; `label` is its name for screen readers and its tooltip."""
    made = Button('', icon=name, classes='p-icon-btn')
    made._props['label'] = label
    made.on('press', on_click, [])
    return made


def link(text: str, href: str, *, classes: str = 'p-link') -> Element:
    """A real link to a pane; ctrl-click opens a browser tab. Where it would lead nowhere, its words alone."""
    if not leads(href):
        return Words(text).classes('' if classes == 'p-link' else classes)
    made = Words(text, tag='a').classes(classes)
    made._props['href'] = href
    return made


def chip(text: str, tone: str = 'mute') -> Words:
    """A status as a chip: tone is ok, warn, bad, info or mute."""
    return words(text, classes=f'p-chip is-{tone}')


def head(view: View, title: str = '', *, sub: str = '', chip_text: str = '', tone: str = 'mute') -> Element:
    """The head of a page: trail, h1, one line below; enter what it returns to add the actions at the right.

    The h1 of a module is its menu name: where it greets or says more instead, the name is there for screen readers.
    """
    title = title or view.title
    name = str(view.place.module.title)
    is_other = not view.place.route.is_document and title != name
    with box('p-head'):
        if view.place.route.is_document:
            with box('p-crumbs', tag='nav').props(f'aria-label="{attribute(_("Breadcrumbs"))}"'):
                link(name, view.place.module.path, classes='')
                words(view.title).props('aria-current=page')
        with box():
            if is_other:
                words(name, tag='h1', classes='p-sr').props('tabindex=-1')
            with box('p-title', tag='p' if is_other else 'h1').props('tabindex=-1'):
                words(title)
                if chip_text:
                    chip(chip_text, tone)
            if sub:
                words(sub, tag='p', classes='p-sub')
        return box('p-actions')


def card(title: str = '', *, more: tuple[str, str] | None = None) -> Element:
    """A card with an optional heading and a link (text, path) at its right; enter what it returns to fill its body."""
    with box('p-card', tag='section'):
        if title:
            with box('p-card-head'):
                words(title, tag='h2')
                if more and leads(more[1]):
                    link(*more)
        return box('p-card-body')


def empty(name: str, title: str, text: str = '') -> Element:
    """Says that there is nothing and what to do next; enter what it returns to add a button."""
    with box('p-empty') as made:
        icon(name)
        words(title, tag='h2')
        if text:
            words(text, tag='p')
    return made


def skeleton(lines: int = 3) -> None:
    """Grey bars in place of content that is on its way."""
    with box('p-stack').props('aria-hidden=true'):
        for _line in range(lines):
            box('p-skeleton')


class Kpis(Element, component='components/p_kpis.js'):
    """Key figures as tiles, one element: each is a dict of label, value, note and, if any, path and bar (0 to 100)."""

    def __init__(self, tiles: Sequence[dict[str, Any]]) -> None:
        super().__init__()
        self._props['tiles'] = _leading(tiles)

    def show(self, tiles: Sequence[dict[str, Any]]) -> None:
        """Show other figures."""
        self._props['tiles'] = _leading(tiles)
        self.update()


def _leading(tiles: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [tile if leads(tile.get('path', '')) else {**tile, 'path': ''} for tile in tiles]


def kpis(tiles: Sequence[dict[str, Any]]) -> Kpis:
    """Key figures as tiles."""
    return Kpis(tiles)


def problem(error: Exception, *, home: str = '/') -> None:
    """The content of a pane that could not be built: not found, not allowed, or a fault with its reference."""
    if isinstance(error, NotFound):
        title, name = _('Not found'), 'circle-help'
    elif isinstance(error, Forbidden):
        title, name = _('Not allowed'), 'lock'
    else:
        title, name = _('This page could not be shown'), 'triangle-alert'
    with box('p-empty'):
        icon(name)
        words(title, tag='h1').props('tabindex=-1')
        words(errors.sentence(error), tag='p')
        button(_('Go to the start page'), href=home, icon='house')
