"""Tab Profile: one's name, language and theme."""

from __future__ import annotations

from typing import Annotated

from nicegui import ui
from pydantic import BaseModel, ConfigDict, Field

from models.core.words import LANGUAGES, _, _l
from services.core.fields import Choice, Text
from services.users.profile import ProfileInput, UserService
from ui.kernel import design, documents
from ui.kernel.forms import Form
from ui.kernel.view import View

THEMES = {'system': _l('As the device'), 'light': _l('Light'), 'dark': _l('Dark')}


class ProfileForm(BaseModel):
    """What a person says about himself."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    name: Annotated[str, Text(_l('Name'), autocomplete='name'), Field(min_length=1, max_length=200)]
    language: Annotated[str, Choice(_l('Language'), half=True, choices=lambda: LANGUAGES), Field(min_length=2)]
    theme: Annotated[str, Choice(_l('Theme'), half=True, choices=lambda: THEMES), Field(min_length=1)]


async def build(view: View) -> None:
    """Build the tab."""
    actor = view.actor

    async def save(given: ProfileForm) -> None:
        await view.do(UserService.update, ProfileInput(given.name, given.language, given.theme))
        if (given.language, given.theme) != (actor.language, actor.theme):
            ui.navigate.reload()
    with design.box('p-grid-2'):
        with design.card():
            Form(view, ProfileForm, save=save, values=actor, said=_('Profile saved.'), button=_('Save'))
        documents.facts(view, _('You'), [(_('E-mail'), actor.email), (_('Company'), actor.customer_name)])
