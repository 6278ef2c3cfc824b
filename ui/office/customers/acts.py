"""What the office does with a customer's access, from the list and from his page."""

from __future__ import annotations

from models.core.words import _
from models.users import Role
from services.core.permissions import Permission
from services.customers import CustomerService
from services.customers.inputs import PortalInput, ReasonInput
from services.invitations.sending import InvitationService, InviteInput
from ui.kernel.forms import ask
from ui.kernel.view import View
from ui.pieces.invitations import Invitee, role_options


async def send_invitation(view: View, account: str) -> None:
    """Invite a person of a customer from the list: at his portal e-mail, as Admin, unless told otherwise.

    A customer who is not a portal user yet becomes one.
    """
    customer = (await view.do(CustomerService.read, account)).customer

    async def send(given: Invitee) -> None:
        if not customer.is_portal_user and view.actor.may(Permission.CUSTOMERS_WRITE):
            portal = PortalInput(is_portal_user=True, portal_email=customer.portal_email or given.email,
                                 two_step_by_seller=customer.two_step_by_seller)
            await view.do(CustomerService.set_portal, portal, account=account)
        await view.do(InvitationService.send, InviteInput(given.email, given.role, account, given.name))

    given = await ask(view, Invitee, _('Invite {customer} to the portal').format(customer=customer.name),
                      _('Send portal invitation'), save=send, options={'role': role_options(view)},
                      values={'email': customer.portal_email, 'name': '', 'role': Role.ADMIN.value},
                      text=_('The person gets a link by mail and chooses a password.'))
    if given is not None:
        view.say(_('Invitation sent to {email}.').format(email=given.email))


async def block(view: View, account: str, name: str) -> None:
    """Keep a customer out of the portal, for a reason he reads."""
    given = await ask(view, ReasonInput, _('Block portal access of {customer}?').format(customer=name),
                      _('Block portal access'), danger=True, values={'reason': ''},
                      save=lambda reason: view.do(CustomerService.block, reason, account=account),
                      text=_('His people are signed out at once and cannot sign in until you unblock him.'))
    if given is not None:
        view.say(_('{customer} is blocked.').format(customer=name))


async def unblock(view: View, account: str, name: str) -> None:
    """Let a customer in again."""
    await view.do(CustomerService.release, account)
    view.say(_('{customer} may use the portal again.').format(customer=name))


async def hold(view: View, account: str, name: str) -> None:
    """Let a customer look but not order, for a reason he reads."""
    given = await ask(view, ReasonInput, _('Put {customer} on hold?').format(customer=name), _('Put on hold'),
                      danger=True, values={'reason': ''},
                      save=lambda reason: view.do(CustomerService.hold, reason, account=account),
                      text=_('His people may look, but not order, until you release him.'))
    if given is not None:
        view.say(_('{customer} is on hold.').format(customer=name))


async def release(view: View, account: str, name: str) -> None:
    """Let a customer order again."""
    await view.do(CustomerService.release, account)
    view.say(_('{customer} may order again.').format(customer=name))
