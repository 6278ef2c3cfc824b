"""Who may do what: every method of every service against every role, from the one table."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.core.types import new_id
from models.users import Role
from services.core.actor import SYSTEM, VISITOR, Actor
from services.core.errors import Forbidden, SignedOut
from services.core.permissions import READING, ROLES, Permission
from tests.discovery import every_act

DOCUMENT = Path(__file__).resolve().parent.parent / 'docs' / 'permissions.md'
OWN_USE = {Permission.ANYONE, Permission.SYSTEM}


class Untouchable:
    """A unit of work that has nothing but its actor: whatever an act reads before its guard fails the test."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.session = self.now = self.runtime = None


def attempt(act: Callable[..., Any], actor: Actor) -> type[Exception] | None:
    """What refuses this call, None when the guard lets it through."""
    try:
        act(act.service(Untouchable(actor)))
    except (Forbidden, SignedOut) as error:
        return type(error)
    except Exception:
        return None
    return None


def actor_of(role: Role) -> Actor:
    company = None if role.is_staff else new_id()
    return Actor.as_member(user_id=new_id(), name='Somebody', role=role, customer_id=company)


@pytest.mark.parametrize('role', list(Role))
def test_roles_may_do_what_the_table_says(role: Role) -> None:
    actor, wrong = actor_of(role), []
    for act in every_act():
        permitted = Permission.ANYONE in act.needs or bool(set(act.needs) & ROLES[role])
        if not permitted and attempt(act, actor) is not Forbidden:
            wrong.append(f'{act.__qualname__} lets {role} in')
        if permitted and Permission.ANYONE not in act.needs and not any(actor.may(need) for need in act.needs):
            wrong.append(f'{act.__qualname__} keeps {role} out')
    assert wrong == []


def test_visitors_are_asked_to_sign_in() -> None:
    assert [act.__qualname__ for act in every_act() if Permission.ANYONE not in act.needs
            and attempt(act, VISITOR) is not SignedOut] == []


def test_the_system_may_do_everything() -> None:
    assert all(SYSTEM.may(need) for act in every_act() for need in act.needs)


def test_who_views_as_a_customer_changes_nothing() -> None:
    looking = Actor(user_id=new_id(), role=Role.SALES, customer_id=new_id(), viewing_as=True,
                    permissions=ROLES[Role.ADMIN] & READING)
    own = {Permission.ANYONE, Permission.SIGNED_IN}
    assert [act.__qualname__ for act in every_act() if act.writes and not own & set(act.needs)
            and attempt(act, looking) is not Forbidden] == []


def test_every_permission_is_asked_for() -> None:
    asked = {need for act in every_act() for need in act.needs}
    named = '\n'.join(path.read_text() for layer in ('models', 'services', 'ui')
                      for path in (DOCUMENT.parent.parent / layer).rglob('*.py') if path.name != 'permissions.py')
    unused = [p.name for p in Permission if p not in asked | OWN_USE
              and not re.search(rf'Permission\.{p.name}\b', named) and f"'{p.value}'" not in named]
    assert unused == []


def test_every_permission_is_somebodys() -> None:
    held = {permission for role in Role for permission in ROLES[role]}
    assert set(Permission) - held - OWN_USE == set()


def test_no_customer_has_an_office_right() -> None:
    office = ROLES[Role.OWNER] - ROLES[Role.ADMIN]
    assert [role for role in Role if not role.is_staff and ROLES[role] & office] == []


def test_the_table_is_documented() -> None:
    wanted = document()
    assert DOCUMENT.exists() and DOCUMENT.read_text() == wanted, 'run `python -m tests.test_permissions`'


def document() -> str:
    """The table of roles and rights as docs/permissions.md shows it."""
    rights = [permission for permission in Permission if permission not in OWN_USE]
    lines = ['# Who may do what', '',
             'Written from services/core/permissions.py by `python -m tests.test_permissions`; '
             'tests/test_permissions.py tries every service method against it.', '',
             '| Right | ' + ' | '.join(role.value.replace('_', ' ') for role in Role) + ' |',
             '|---|' + '---|' * len(Role)]
    lines += [f'| `{right.value}` | ' + ' | '.join('yes' if right in ROLES[role] else '' for role in Role) + ' |'
              for right in rights]
    return '\n'.join(lines) + '\n'


if __name__ == '__main__':
    DOCUMENT.write_text(document())
