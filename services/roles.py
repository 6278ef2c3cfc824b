"""The names of the roles, and who may give which."""

from __future__ import annotations

from models.core.words import Lazy, _, _l
from models.users import CUSTOMER_ROLES, STAFF_ROLES, Role
from services.core.actor import Actor
from services.core.errors import Forbidden, Invalid
from services.core.permissions import ROLES, Permission

ROLE_NAMES: dict[Role, Lazy] = {
    Role.ADMIN: _l('Admin'), Role.BUYER: _l('Buyer'), Role.VIEWER: _l('Viewer'), Role.FINANCE: _l('Finance'),
    Role.APPROVER: _l('Approver'), Role.OWNER: _l('Owner'), Role.SALES: _l('Sales'),
    Role.OFFICE_FINANCE: _l('Office finance'), Role.WAREHOUSE: _l('Warehouse'), Role.SUPPORT: _l('Support'),
}


def givable(actor: Actor, *, staff: bool = False) -> tuple[Role, ...]:
    """The roles this person may give in a customer company, or on the staff: none with a right he lacks himself."""
    if staff:
        return tuple(r for r in ROLE_NAMES if r in STAFF_ROLES) if actor.may(Permission.SETTINGS_WRITE) else ()
    if actor.customer_id is None:
        return CUSTOMER_ROLES
    return tuple(role for role in CUSTOMER_ROLES if ROLES[role] - actor.off <= actor.permissions)


def check_givable(actor: Actor, role: Role, *, staff: bool) -> None:
    """Raise Invalid for a role of the other side, Forbidden for one this person may not give."""
    if role.is_staff is not staff:
        raise Invalid(_('There is no such role here.'), field='role')
    if role not in givable(actor, staff=staff):
        raise Forbidden(_('You cannot give a role with more rights than your own.'), field='role')
