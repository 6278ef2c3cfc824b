"""Asking for the password once more, in a dialog, before an act that wants a recent proof is carried out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from services.auth import turnstile
from services.auth.proving import prove
from services.core.fields import Secret
from ui.kernel import forms

if TYPE_CHECKING:
    from ui.kernel.view import View


class ProofInput(BaseModel):
    """The password of the person who is signed in."""

    model_config = ConfigDict(extra='forbid')

    password: Annotated[str, Secret(_l('Password'), autocomplete='current-password'), Field(min_length=1)]


async def ask(view: View) -> bool:
    """Ask for the password; True when it was given."""
    async def give(given: ProofInput) -> None:
        session = view.session
        await asyncio.wrap_future(turnstile.enter(prove, session.runtime, session.who, given.password))
    if view.element is None:
        return False
    with view.element:
        given = await forms.ask(view, ProofInput, _('Your password'), _('Continue'), save=give, text=_(
            'What comes next needs it once more, so that nobody else does it from your open browser.'))
    return given is not None
