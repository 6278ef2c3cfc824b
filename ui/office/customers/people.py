"""Tab Users: the customer's people, their roles and access, and who is invited."""

from __future__ import annotations

from services.core.permissions import Permission
from ui.office.customers.shown import Shown
from ui.pieces.people import People


async def build(shown: Shown) -> None:
    """Build the tab."""
    view = shown.view
    may = view.actor.may(Permission.CUSTOMERS_INVITE) and shown.found.customer.is_portal_user
    people = People(view, account=shown.account, may_invite=may, changed=shown.changed)

    def again() -> None:
        people.show(shown.found.users, shown.found.invitations)
    shown.follow(again)
    again()
