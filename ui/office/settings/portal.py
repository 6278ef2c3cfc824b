"""What customers find in their portal."""

from __future__ import annotations

from models.core.words import _
from services.settings import SETTINGS
from ui.kernel.view import View
from ui.office.settings.values import SettingForm
from ui.pieces.switches import Switchboard


async def build(view: View) -> None:
    """The switches of its modules for all customers, and who may ask for access."""
    await Switchboard(view).build()
    hint = _('Whoever asks confirms the e-mail first, then waits under Access requests. Nobody sees a price before.')
    keys = [key for key in SETTINGS if key.startswith('access.')]
    await SettingForm(view, _('Asking for access'), keys, hint=hint).build()
