"""The top bar with search everything (Ctrl+K): modules, recent documents, and whatever the person may find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nicegui.element import Element

from models.core.words import _, ngettext
from services.search.everything import SearchService
from services.workstation import Link
from ui.kernel import menu
from ui.kernel.module import Module
from ui.kernel.session import Session

MOST_MODULES = 5


class TopBar(Element, component='components/p_top.js'):
    """Burger, search, cart link; bell and profile are put into it."""

    def __init__(self, *, seller: str, home: str) -> None:
        super().__init__()
        self._props.update({'seller': seller, 'home': home, 'cart': None, 'recent': [], 'places': [], 'words': {
            'menu': _('Open menu'), 'home': _('Start page'), 'search': _('Search everything'), 'find': _('Search'),
            'hint': _('Search products, orders, invoices…'), 'nothing': _('Nothing found'),
            'searching': _('Searching…')}})

    def offer(self, modules: Sequence[Module], recent: Sequence[Link]) -> None:
        """What the search shows before anything is typed: documents opened lately, then places to go."""
        self._props['recent'] = [{'group': _('Recently viewed'), 'path': link.path, 'title': link.title,
                                  'icon': 'history', 'note': ''} for link in recent[:7]]
        self._props['places'] = [_entry(module) for module in modules[:8]]
        self.update()

    def show_cart(self, path: str, lines: int, worth: str = '') -> None:
        """Show how many lines the cart has, and what they come to."""
        name = ngettext('Cart, {count} line', 'Cart, {count} lines', lines).format(count=lines)
        said = (_('Cart'), str(lines), worth) if lines else (_('Cart'),)
        cart = {'path': path, 'label': name, 'text': [part for part in said if part]}
        if self._props['cart'] != cart:
            self._props['cart'] = cart
            self.update()

    def hide_cart(self) -> None:
        """Show no cart to those who have none."""
        if self._props['cart'] is not None:
            self._props['cart'] = None
            self.update()


def _entry(module: Module) -> dict[str, Any]:
    return {'group': _('Go to'), 'path': module.path, 'title': str(module.title), 'icon': module.icon, 'note': ''}


async def search(session: Session, words: str, modules: Sequence[Module]) -> list[dict[str, Any]]:
    """What fits these words, as rows for the list: places first, then documents and items within reach."""
    rows = [_entry(module) for module in menu.search(words, modules)[:MOST_MODULES]]
    hits = await session.do(SearchService.everything, words)
    session.speak()
    return rows + [{'group': str(hit.kind), 'path': hit.path, 'title': hit.title, 'icon': hit.icon,
                    'note': hit.note} for hit in hits]
