"""Tab Security: the ways to a new password and to two-step sign-in, and whether the company asks for it."""

from __future__ import annotations

from models.core.words import _, ngettext
from services.auth.two_step import TwoStep, TwoStepService
from services.core import formats
from services.core.permissions import Permission
from services.customers.own import CompanyService, TwoStepInput
from ui.kernel import design
from ui.kernel.forms import Form
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
        if view.actor.may(Permission.COMPANY_MANAGE):
            await demand(view)


async def demand(view: View) -> None:
    """Whether the company's people have to sign in in two steps."""
    found = await view.do(CompanyService.read)
    with design.card(_('For all our people')):
        if found.two_step_by_seller:
            design.words(_('Your supplier asks all your people for two-step sign-in.'), tag='p', classes='p-soft')
        else:
            Form(view, TwoStepInput, save=CompanyService.demand_two_step, values=found, button=_('Save'),
                 said=_('Saved.'))


def said(own: TwoStep) -> str:
    """How a person signs in, in a sentence."""
    if own.since is None:
        return _('Off. An authenticator app on your phone adds a code to your password.')
    left = ngettext('{count} recovery code is left.', '{count} recovery codes are left.', own.left)
    return f'{_("On since {moment}.").format(moment=formats.moment(own.since))} {left.format(count=own.left)}'
