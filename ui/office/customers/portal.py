"""Tab Portal: whether the customer uses it, under which e-mail, and the invitations sent."""

from __future__ import annotations

from models.core.words import _
from models.users import Invitation, Role
from services.core.permissions import Permission
from services.customers import CustomerService
from services.customers.inputs import PortalInput
from services.invitations.sending import AGAIN, InvitationService, InviteInput
from ui.kernel import design
from ui.kernel.tables import Act
from ui.office.customers.shown import CustomerForm, Shown
from ui.pieces.browser import view_portal_as
from ui.pieces.invitations import invitation_acts, invitation_head, invitation_rows, standing
from ui.pieces.rows import Options, Rows
from ui.pieces.switches import OwnSwitches

P = Permission


async def build(shown: Shown) -> None:
    """Build the tab."""
    PortalTab(shown)
    await OwnSwitches(shown.view, shown.account, shown.found.customer.id, on_saved=shown.changed).build()


class PortalTab:
    """Portal access of one customer."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        self.view = shown.view
        may = self.view.actor.may(P.CUSTOMERS_WRITE)
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(_('Portal access'), tag='h2')
                self.options = Options(self.view, _('Options'))
            with design.box('p-card-body'):
                self.form = CustomerForm(shown, PortalInput, CustomerService.set_portal,
                                         said=_('Portal access saved.'), may=may)
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(_('Invitations'), tag='h2')
            self.list = Rows(self.view, _('Invitations'), invitation_head())
            self.nothing = design.box()
            with self.nothing, design.empty('send', _('No open invitation'),
                                            _('Give the e-mail, then choose Options and Send portal invitation.')):
                pass
        shown.follow(self._paint)
        self._paint()

    def _paint(self) -> None:
        found = self.shown.found.invitations
        self.list.set_visibility(bool(found))
        self.nothing.set_visibility(not found)
        self.list.show(invitation_rows(self.view, found, self.shown.changed,
                                       may=self.view.actor.may(P.CUSTOMERS_INVITE)))
        self.options.offer(self._acts())

    def _acts(self) -> list[Act]:
        blocked = _('Portal access is blocked.') if self.shown.found.customer.status == 'blocked' else ''
        return [Act(_('Send portal invitation'), 'send', run=self._send, needs=P.CUSTOMERS_INVITE, reason=blocked),
                *self._acts_on_newest()]

    def _acts_on_newest(self) -> list[Act]:
        newest = self._newest()
        if newest is not None:
            link, again, revoke = invitation_acts(self.view, newest, self.shown.changed)
        else:
            none = _('There is no open invitation.')
            link = Act(_('Copy link'), 'copy', reason=none)
            again = Act(_('Resend'), 'refresh-cw', reason=none)
            revoke = Act(_('Revoke'), 'ban', reason=none, danger=True, rule=True)
        look = Act(_('View portal as customer'), 'eye', run=self._look, needs=P.CUSTOMERS_VIEW_AS)
        may = self.view.actor.may(P.CUSTOMERS_INVITE)
        return [again, link, look, revoke] if may else [look]

    def _newest(self) -> Invitation | None:
        now = self.view.session.runtime.now()
        return next((one for one in self.shown.found.invitations if standing(one, now) in AGAIN), None)

    async def _look(self) -> None:
        view_portal_as(self.view, self.shown.account)

    async def _send(self) -> None:
        """Save what is typed, then invite at the portal e-mail: the first person of a company is its Admin."""
        form = self.form.form
        if form.is_dirty:
            self.form.quiet = True
            saved = await form.submit()
            self.form.quiet = False
            if not saved:
                return
        email = self.shown.found.customer.portal_email
        await self.view.do(InvitationService.send, InviteInput(email, Role.ADMIN, self.shown.account))
        self.view.say(_('Invitation sent to {email}.').format(email=email))
        await self.shown.changed()
