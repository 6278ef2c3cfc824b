"""The left menu: groups of modules this person may use, favourites at the top, counts, and its forgiving search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nicegui.element import Element
from rapidfuzz import fuzz

from models.core.words import _
from services.core.actor import Actor
from services.workstation import Link
from ui.kernel.module import Module

ENOUGH = 74


class Menu(Element, component='components/p_menu.js'):
    """The menu as one element fed with data."""

    def __init__(self, *, seller: str, logo: str, office: bool, home: str) -> None:
        super().__init__()
        self._props.update({'seller': seller, 'logo': logo, 'office': office, 'home': home, 'groups': [], 'words': {
            'menu': _('Menu'), 'search': _('Search menu'), 'office': _('Office'), 'nothing': _('Nothing found'),
            'pin': _('Pin {module}'), 'unpin': _('Unpin {module}'), 'collapse': _('Collapse menu'),
            'expand': _('Expand menu')}})

    def show(self, groups: list[dict[str, Any]]) -> None:
        """Show these groups of entries."""
        if self._props['groups'] != groups:
            self._props['groups'] = groups
            self.update()


def usable(modules: Iterable[Module], actor: Actor) -> list[Module]:
    """The modules in this person's menu, in order."""
    return [m for m in modules if m.in_menu and m.is_open_to(actor)]


def groups(modules: Sequence[Module], favourites: Sequence[Link], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The menu as data: home first, then favourites, which leave their group, then the groups in module order."""
    pinned = {link.path for link in favourites}
    by_path = {module.path: module for module in modules}
    made: dict[str, dict[str, Any]] = {}
    for module in modules:
        if module.path in pinned and module.group.label:
            continue
        group = made.setdefault(module.group.value[0], {'key': module.group.value[0], 'label': module.group.label,
                                                        'items': []})
        group['items'].append(_entry(module, counts, pinned=False))
    ordered = list(made.values())
    if favourites:
        entries = [_entry(by_path[link.path], counts, pinned=True) if link.path in by_path else
                   {'path': link.path, 'title': link.title, 'icon': 'pin', 'pinned': True} for link in favourites]
        first = 1 if ordered and not ordered[0]['label'] else 0
        ordered.insert(first, {'key': 'favourites', 'label': _('Favourites'), 'items': entries})
    return ordered


def _entry(module: Module, counts: Mapping[str, int], *, pinned: bool) -> dict[str, Any]:
    count = counts.get(module.name, 0)
    return {'path': module.path, 'title': str(module.title), 'icon': module.icon, 'pinned': pinned, 'count': count,
            'alert': module.alert, 'waiting': _('{count} waiting').format(count=count) if count else '',
            'fixed': not module.group.label}


def search(words: str, modules: Sequence[Module]) -> list[Module]:
    """The modules that fit these words by name or keyword, best first; forgives typos."""
    wanted = words.strip().casefold()
    if not wanted:
        return list(modules)
    scored = [(_score(wanted, module), -place, module) for place, module in enumerate(modules)]
    return [module for score, _place, module in sorted(scored, key=lambda s: s[:2], reverse=True) if score >= ENOUGH]


def _score(wanted: str, module: Module) -> float:
    title = str(module.title).casefold()
    phrases = [title, *title.split(), *(word.strip().casefold() for word in str(module.keywords).split(','))]
    return max(_likeness(wanted, phrase) - (0 if phrase == title else 1) for phrase in phrases if phrase)


def _likeness(wanted: str, phrase: str) -> float:
    if phrase.startswith(wanted):
        return 100.0
    if wanted in phrase:
        return 90.0
    beginning = fuzz.ratio(wanted, phrase[:len(wanted)]) - 5 if len(wanted) >= 4 else 0.0
    return max(fuzz.ratio(wanted, phrase), beginning)
