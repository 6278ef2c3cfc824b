"""Portal links: every invitation sent, its state, and what can still be done with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from models.core.words import _, _l, ngettext
from services.core import formats
from services.core.permissions import Permission
from services.invitations import INVITATIONS, InvitationService
from ui.kernel.documents import Head
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.pieces.invitations import copy_link, resend, revoke, why_no_link, why_not_again

module = Module('office_portal_links', _l('Portal links'), icon='send', group=Group.SELL,
                needs=Permission.CUSTOMERS_INVITE, keywords=_l('invitations, invite, sign up, registration, access'))


@module.view('/office/portal-links')
async def index(view: View) -> None:
    """All links sent, the newest first."""
    head = Head(view, view.title, sub=await waiting(view))

    async def recount() -> None:
        head.show(view.title, sub=await waiting(view))
    view.on('office:customers', recount)

    def unless(why: Callable[[Any], str]) -> Callable[[Mapping[str, Any]], bool | str]:
        return lambda row: why(row['state']) or True
    Table(view, INVITATIONS, load=InvitationService.page, topic='office:customers',
          card=('email', 'state', 'company', 'sent_at'),
          context=[Act(_('Copy link'), 'copy', run=lambda row: copy_link(view, uuid.UUID(str(row['id']))),
                       when=unless(why_no_link)),
                   Act(_('Resend'), 'refresh-cw', run=lambda row: resend(view, uuid.UUID(str(row['id'])), row['email']),
                       when=unless(why_not_again)),
                   Act(_('Customer'), 'users', path='/office/customers/{account}?tab=portal',
                       when=lambda row: bool(row['account'])),
                   Act(_('Revoke'), 'ban', run=lambda row: revoke(view, uuid.UUID(str(row['id'])), row['email']),
                       when=unless(why_not_again), danger=True, rule=True)],
          empty=Empty('send', _('No link was sent yet'), _('Open a customer and choose Options on his tab Portal.'),
                      _('Customer Centre'), '/office/customers'))


async def waiting(view: View) -> str:
    """How many links wait to be used."""
    count = await view.do(InvitationService.count_live)
    return ngettext('{count} waits to be accepted', '{count} wait to be accepted', count).format(
        count=formats.number(count))
