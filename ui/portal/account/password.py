"""Tab Password: the way to a new one."""

from __future__ import annotations

from models.core.words import _
from ui.kernel import design
from ui.kernel.view import View

CHANGE = '/change-password?next=/account'


async def build(view: View) -> None:
    """Build the tab."""
    with design.card(_('Password')), design.box('p-stack'):
        design.words(_('A new password ends all your other sessions.'), tag='p', classes='p-soft')
        with design.box('p-row'):
            design.button(_('Change password'), lambda: view.session.client.open(CHANGE), icon='key-round', main=True)
