"""Invitations on any page: the dialog that sends one, and what can be done with each of those sent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from models.users import Invitation, InvitationState, Role
from services.core import formats
from services.core.fields import Choice, Text
from services.invitations.listing import LIVE, STATES, TONES
from services.invitations.sending import AGAIN, InvitationService, InviteInput
from services.roles import ROLE_NAMES, givable
from ui.kernel.documents import Cell
from ui.kernel.forms import ask, confirm
from ui.kernel.tables import Act
from ui.pieces.browser import copy
from ui.pieces.rows import Row

if TYPE_CHECKING:
    from ui.kernel.view import View

Changed = Callable[[], Awaitable[Any]]


class Invitee(BaseModel):
    """Whom to invite as what."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    email: Annotated[str, Text(_l('E-mail'), input='email'), Field(min_length=3, max_length=254)]
    name: Annotated[str, Text(_l('Name')), Field(max_length=200)] = ''
    role: Annotated[Role, Choice(_l('Role'))]


def role_options(view: View, *, staff: bool = False) -> dict[str, str]:
    """The roles this person may give, value → name."""
    return {role.value: str(ROLE_NAMES[role]) for role in givable(view.actor, staff=staff)}


async def invite(view: View, title: str, *, account: str = '', staff: bool = False, email: str = '',
                 role: Role | None = None) -> bool:
    """Ask whom to invite and mail the link; the account number is empty for one's own company and the staff."""
    async def send(given: Invitee) -> None:
        await view.do(InvitationService.send, InviteInput(given.email, given.role, account, given.name))

    options = role_options(view, staff=staff)
    chosen = role.value if role and role.value in options else ''
    given = await ask(view, Invitee, title, _('Send invitation'), save=send, options={'role': options},
                      values={'email': email, 'role': chosen, 'name': ''},
                      text=_('The person gets a link by mail and chooses a password.'))
    if given is None:
        return False
    view.say(_('Invitation sent to {email}.').format(email=given.email))
    return True


async def resend(view: View, invitation_id: uuid.UUID, email: str) -> None:
    """Mail a new link."""
    await view.do(InvitationService.resend, invitation_id)
    view.say(_('A new link was sent to {email}.').format(email=email))


async def revoke(view: View, invitation_id: uuid.UUID, email: str) -> bool:
    """Make the link worthless, once the person is sure."""
    question = _('Revoke the invitation of {email}?').format(email=email)
    if not await confirm(view, question, _('Revoke'), text=_('The link that was sent works no more.'), danger=True):
        return False
    await view.do(InvitationService.revoke, invitation_id)
    view.say(_('The invitation of {email} is revoked.').format(email=email))
    return True


async def copy_link(view: View, invitation_id: uuid.UUID) -> None:
    """Put the link into the clipboard."""
    link = await view.do(InvitationService.link, invitation_id)
    await copy(view, link, _('The link is copied.'))


def standing(invitation: Invitation, now: dt.datetime) -> InvitationState:
    """Where an invitation stands at this moment."""
    over = invitation.state in LIVE and invitation.expires_at <= now
    return InvitationState.EXPIRED if over else invitation.state


def why_no_link(state: InvitationState) -> str:
    """Why there is no link to copy; empty when there is."""
    return '' if state in LIVE else _('The link does not work any more.')


def why_not_again(state: InvitationState) -> str:
    """Why an invitation cannot be sent again or revoked; empty when it can."""
    return '' if state in AGAIN else _('This invitation is accepted or revoked.')


def invitation_acts(view: View, found: Invitation, changed: Changed) -> list[Act]:
    """What can be done with one invitation; `changed` is awaited afterwards."""
    state = standing(found, view.session.runtime.now())

    async def again() -> None:
        await resend(view, found.id, found.email)
        await changed()

    async def end() -> None:
        if await revoke(view, found.id, found.email):
            await changed()
    return [Act(_('Copy link'), 'copy', run=lambda: copy_link(view, found.id), reason=why_no_link(state)),
            Act(_('Resend'), 'refresh-cw', run=again, reason=why_not_again(state)),
            Act(_('Revoke'), 'ban', run=end, reason=why_not_again(state), danger=True, rule=True)]


def invitation_head() -> list[tuple[str, bool]]:
    """The columns of a list of invitations."""
    return [(_('Person'), False), (_('Role'), False), (_('Status'), False), (_('Sent'), False), (_('Expires'), False)]


def invitation_rows(view: View, found: Sequence[Invitation], changed: Changed, *, may: bool) -> list[Row]:
    """Invitations as rows, with their acts for those who may."""
    now = view.session.runtime.now()
    return [Row(str(one.id), [
        Cell('', strong=one.email, note=one.name), str(ROLE_NAMES[one.role]),
        Cell('', chip=(str(STATES[standing(one, now)]), TONES[standing(one, now)])),
        formats.moment(one.sent_at), formats.moment(one.expires_at)],
        invitation_acts(view, one, changed) if may else ()) for one in found]
