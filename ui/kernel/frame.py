"""The elements of the frame that the browser drives: the outermost one, the tab strip, the place of the panes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from models.core.words import _
from services.core.errors import NotFound
from ui.kernel import design
from ui.kernel.module import Module

PORTAL_BAR = (('dashboard', 'house'), ('shop', 'store'), ('order_pad', 'zap'), ('orders', 'package'),
              ('cart', 'shopping-cart'))
OFFICE_BAR = (('office-dashboard', 'house'), ('office_orders', 'package'), ('office_customers', 'users'),
              ('office_items', 'shopping-bag'), ('office_stock', 'boxes'))


class FrameElement(Element, component='components/p_frame.js', esm={'portico': 'components/portico'}):
    """Everything on the page is in it; it turns links into panes, knows the shortcuts and says what changed."""

    def __init__(self, *, roots: list[str], office: bool, person: str) -> None:
        super().__init__()
        self._undos: dict[int, Callable[[], None]] = {}
        self._turns = 0
        self._props.update({'roots': roots, 'person': person, 'office': office, 'sprite': design.sprite(),
                            'bottom': [], 'words': {
            'skip': _('Skip to the content'), 'bottom': _('Quick access'), 'close': _('Close menu'),
            'offline': _('Connection lost. What you typed is kept; trying again.')}})
        self.on('undo', self._undo)

    def went(self, event: GenericEventArguments) -> str:
        """Where the person went in the browser, which counts its turns for `show`."""
        address, turns = event.args
        self._turns = max(self._turns, int(turns))
        return str(address)

    def show(self, address: str) -> None:
        """Let the browser show the pane at this address, unless the person went elsewhere meanwhile."""
        self.run_method('show', address, self._turns)

    def show_bottom(self, modules: Mapping[str, Module], *, office: bool) -> None:
        """Show those of the five phone entries that this person has."""
        short = {'dashboard': _('Home'), 'office-dashboard': _('Home'), 'order_pad': _('Pad'),
                 'office_orders': _('Orders'), 'office_customers': _('Customers')}
        self._props['bottom'] = [
            {'path': modules[name].path, 'title': short.get(name, str(modules[name].title)), 'icon': icon}
            for name, icon in (OFFICE_BAR if office else PORTAL_BAR) if name in modules]
        self.update()

    def offer_undo(self, text: str, label: str, undo: Callable[[], None]) -> None:
        """A toast with a button that takes the act back."""
        number = max(self._undos, default=0) + 1
        self._undos[number] = undo
        self.run_method('offerUndo', number, text, label)

    def _undo(self, event: GenericEventArguments) -> None:
        undo = self._undos.pop(event.args, None) if isinstance(event.args, int) else None
        if undo is None:
            raise NotFound(_('This can no longer be undone.'))
        undo()


class TabStrip(Element, component='components/p_tabs.js'):
    """The open tabs as one element."""

    def __init__(self, seller: str) -> None:
        super().__init__()
        self._props.update({'tabs': [], 'seller': seller, 'words': {
            'workstation': _('Workstation'), 'open': _('Open tabs'), 'close': _('Close {tab}'), 'shut': _('Close'),
            'others': _('Close others'), 'reopen': _('Reopen closed tab')}})

    def show(self, tabs: list[dict[str, Any]]) -> None:
        """Show these tabs, each with path, title, icon and whether it is dirty."""
        if self._props['tabs'] != tabs:
            self._props['tabs'] = tabs
            self.update()


class Main(Element, component='components/p_main.js'):
    """Where the panes are."""
