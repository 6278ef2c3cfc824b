"""Who acts: a person of a customer, one of the staff, a visitor, or the system; read anew for every act."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from models.users import Role
from services.core.permissions import ROLES, Permission


@dataclass(frozen=True)
class Actor:
    """A person with his rights and reach at this moment.

    `customer_id` is the company he acts for, None for staff. `viewing_as` says that a member of staff (`real_user_id`)
    looks at the portal of that customer: he then has reading rights only. `off` are the rights that belong to modules
    switched off for that customer: to its people what they open does not exist.
    """

    user_id: uuid.UUID | None = None
    name: str = ''
    email: str = ''
    role: Role | None = None
    customer_id: uuid.UUID | None = None
    customer_name: str = ''
    account: str = ''
    permissions: frozenset[Permission] = frozenset()
    off: frozenset[Permission] = frozenset()
    language: str = 'en'
    theme: str = 'system'
    picture: str | None = None
    session_id: bytes | None = None
    viewing_as: bool = False
    real_user_id: uuid.UUID | None = None
    ip: str = ''
    source: str = 'portal'
    system: bool = field(default=False, repr=False)

    @property
    def is_staff(self) -> bool:
        """Whether he works for the seller and is not looking through a customer's eyes."""
        return self.role is not None and self.role.is_staff and not self.viewing_as

    @property
    def is_portal(self) -> bool:
        """Whether he sees the customers' side."""
        return self.customer_id is not None

    def may(self, permission: Permission) -> bool:
        """Whether he has this right just now."""
        return self.system or permission is Permission.ANYONE or permission in self.permissions

    def misses(self, *needs: Permission) -> bool:
        """Whether what one of these rights opens is switched off for his company."""
        return not self.off.isdisjoint(needs)

    @staticmethod
    def as_member(*, user_id: uuid.UUID, name: str, role: Role, customer_id: uuid.UUID | None = None) -> Actor:
        """An actor with exactly the rights of a role, for jobs and tests."""
        return Actor(user_id=user_id, name=name, role=role, customer_id=customer_id, permissions=ROLES[role])


VISITOR = Actor(permissions=frozenset({Permission.ANYONE}))
SYSTEM = Actor(name='Portico', system=True, source='system')
