"""Tab Users: the company's people with role and access, and who is invited."""

from __future__ import annotations

from services.invitations import InvitationService
from services.users.members import MemberService
from ui.kernel.view import View
from ui.pieces.people import People


async def build(view: View) -> None:
    """Build the tab."""
    async def refresh() -> None:
        people.show(await view.do(MemberService.people), await view.do(InvitationService.of_company))
    people = People(view, changed=refresh)
    await refresh()
    view.on(f'company:{view.actor.customer_id}', refresh)
