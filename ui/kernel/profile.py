"""The profile dropdown: picture, password, two-step sign-in, language, theme, company, sign-out."""

from __future__ import annotations

from typing import Any

from nicegui.element import Element

from models.core.words import LANGUAGES, _
from services.core.actor import Actor
from services.workstation import Company, Frame

SIGN_OUT = '/sign-out'
SWITCH = '/switch-company'
THEMES = {'light': 'sun', 'dark': 'moon', 'system': 'monitor'}


class Profile(Element, component='components/p_profile.js'):
    """The avatar and what it opens, as one element."""

    def __init__(self) -> None:
        super().__init__()
        self._props.update({'words': {'profile': _('Profile')}, 'items': [], 'name': ''})

    def show(self, frame: Frame, *, pages: list[tuple[str, str, str]]) -> None:
        """Show this person; `pages` are (path, text, icon) of further pages about him."""
        actor = frame.actor
        self._props.update({'name': actor.name, 'note': actor.customer_name or actor.email,
                            'picture': actor.picture or '',
                            'initials': initials(actor.name),
                            'items': items(frame, pages=pages)})
        self.update()


def initials(name: str) -> str:
    """Two letters for a person without a picture."""
    parts = [part for part in name.split() if part[0].isalpha()]
    return ''.join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper() or '?'


def items(frame: Frame, *, pages: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """The entries of the dropdown in order."""
    actor = frame.actor
    own = [] if actor.viewing_as else _own(actor)
    further = [{'path': path, 'text': text, 'icon': icon} for path, text, icon in pages]
    made = [*own, *further, *_companies(frame.companies)]
    if not actor.viewing_as:
        made += [{'heading': _('Theme')}, *_themes(actor), {'heading': _('Language')}, *_languages(actor)]
    return [*made, {'rule': True}, {'post': SIGN_OUT, 'text': _('Logout'), 'icon': 'log-out'}]


def _own(actor: Actor) -> list[dict[str, Any]]:
    made = [{'act': 'picture', 'text': _('Change picture'), 'icon': 'camera'}]
    if actor.picture:
        made.append({'act': 'no-picture', 'text': _('Remove picture'), 'icon': 'trash-2'})
    return [*made, {'act': 'password', 'text': _('Change password'), 'icon': 'key-round'},
            {'act': 'two-step', 'text': _('Two-step sign-in'), 'icon': 'shield-check'}]


def _companies(companies: tuple[Company, ...]) -> list[dict[str, Any]]:
    if len(companies) < 2:
        return []
    return [{'heading': _('Company')}, *(
        {'post': SWITCH, 'fields': {'membership': str(company.membership_id)}, 'text': company.name or _('Office'),
         'note': company.account, 'icon': 'building-2', 'on': company.is_current} for company in companies)]


def _themes(actor: Actor) -> list[dict[str, Any]]:
    names = {'light': _('Light'), 'dark': _('Dark'), 'system': _('As the device')}
    return [{'act': f'theme:{key}', 'theme': key, 'text': names[key], 'icon': icon, 'on': actor.theme == key}
            for key, icon in THEMES.items()]


def _languages(actor: Actor) -> list[dict[str, Any]]:
    return [{'act': f'language:{code}', 'lang': code, 'text': name, 'icon': 'globe', 'on': actor.language == code}
            for code, name in LANGUAGES.items()]
