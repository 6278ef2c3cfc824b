"""Tab Security: the ways to a new password and to two-step sign-in."""

from __future__ import annotations

from models.core.words import _, ngettext
from services.auth.two_step import TwoStep, TwoStepService
from services.core import formats
from ui.kernel import design
from ui.kernel.view import View

BACK = '?next=/account%3Ftab%3Dsecurity'


async def build(view: View) -> None:
    """Build the tab."""
    own = await view.do(TwoStepService.own)
    with design.box('p-grid-2'):
        with design.card(_('Password')), design.box('p-stack'):
            design.words(_('A new password ends all your other sessions.'), tag='p', classes='p-soft')
            with design.box('p-row'):
                design.button(_('Change password'), lambda: view.session.client.open(f'/change-password{BACK}'),
                              icon='key-round', main=True)
        with design.card(_('Two-step sign-in')), design.box('p-stack'):
            design.words(said(own), tag='p', classes='p-soft')
            with design.box('p-row'):
                design.button(_('Change') if own.since else _('Set up'),
                              lambda: view.session.client.open(f'/two-step{BACK}'), icon='shield-check',
                              main=not own.since)


def said(own: TwoStep) -> str:
    """How a person signs in, in a sentence."""
    if own.since is None:
        return _('Off. An authenticator app on your phone adds a code to your password.')
    left = ngettext('{count} recovery code is left.', '{count} recovery codes are left.', own.left)
    return f'{_("On since {moment}.").format(moment=formats.moment(own.since))} {left.format(count=own.left)}'
