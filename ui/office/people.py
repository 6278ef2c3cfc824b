"""Staff: who works in the office, in which role, and who is invited."""

from __future__ import annotations

from models.core.words import _l
from services.core.permissions import Permission
from services.invitations import InvitationService
from services.users.members import MemberService
from ui.kernel import design
from ui.kernel.module import Group, Module
from ui.kernel.view import View
from ui.pieces.people import People

module = Module('office_people', _l('Staff'), icon='id-card', group=Group.MANAGE, needs=Permission.SETTINGS_WRITE,
                keywords=_l('employees, colleagues, roles, permissions, office users, owner'))


@module.view('/office/people')
async def index(view: View) -> None:
    """All staff with role and access."""
    with design.head(view):
        pass

    async def refresh() -> None:
        people.show(await view.do(MemberService.people), await view.do(InvitationService.of_company))
    people = People(view, staff=True, changed=refresh)
    await refresh()
    view.on('office:staff', refresh)
    view.on('office:customers', refresh)
