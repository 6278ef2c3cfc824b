"""Tab Payment: how the company likes to pay."""

from __future__ import annotations

from models.core.words import _
from services.payments.preferences import PreferenceInput, PreferenceService
from ui.kernel import design
from ui.kernel.forms import Form
from ui.kernel.view import View


async def build(view: View) -> None:
    """Build the tab."""
    values, methods = await view.do(PreferenceService.read)
    with design.card(_('Payment')):
        Form(view, PreferenceInput, save=PreferenceService.save, values=values, button=_('Save'),
             said=_('Payment preferences saved.'), options={'preferred_method': methods})
