"""Switching modules of the portal on and off, for all customers and for one: a switch takes the right behind a module.

Where a person's rights are read (`services.auth.resolving`) they are left out, so that pages, downloads and every
other way to a service are closed by the same word.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.words import _
from models.customers import Customer
from models.settings import Setting
from models.users import CUSTOMER_ROLES
from services.core.errors import NotFound
from services.core.permissions import ROLES, Permission, right_behind, switched_off
from services.core.service import Service, requires
from services.core.work import Work
from services.customers.reach import company_of, topics_of
from services.settings import TOPIC, setting

P = Permission
KEY = 'portal.off'
EVERYWHERE = 'switches'
NEVER = frozenset({P.ANYONE, P.SIGNED_IN, P.COMPANY_MANAGE})
"""Rights nobody may switch off: without them a person could not even sign in and leave."""
SWITCHABLE = frozenset().union(*(ROLES[role] for role in CUSTOMER_ROLES)) - NEVER


def topic_of(customer_id: object) -> str:
    """Where the open pages of a customer's people hear of his switches."""
    return f'{EVERYWHERE}:{customer_id}'


_SWITCHES: Any = sa.select(col(Customer.portal_switches)).where(col(Customer.id) == sa.bindparam('customer'))


@dataclass(frozen=True)
class Switches:
    """What is off for all, and what one customer has otherwise, both by right."""

    off: frozenset[Permission]
    own: Mapping[Permission, bool]


class SwitchService(Service):
    """The office's switches."""

    @requires(P.SETTINGS_WRITE, P.CUSTOMERS_READ)
    def read(self, account: str = '') -> Switches:
        """How the switches stand for all, and for a customer where his account number is given; raises NotFound."""
        own = company_of(self.work, account).portal_switches if account else {}
        known = {right.value: right for right in SWITCHABLE}
        return Switches(frozenset(known[name] for name in setting(self.work, KEY).split() if name in known),
                        {known[name]: on for name, on in own.items() if name in known})

    @requires(P.SETTINGS_WRITE, writes=True)
    def turn(self, wanted: Mapping[Permission, bool]) -> None:
        """Switch modules on or off for all customers that have no switch of their own; others stay as they are.

        Raises NotFound for a right that is behind no module of the portal.
        """
        before = set(self.read().off)
        after = {right for right in before | wanted.keys() if not wanted.get(_checked(right), right not in before)}
        if before == after:
            return
        self.session.merge(Setting(key=KEY, value={'value': ' '.join(sorted(right.value for right in after))}))
        self.session.flush()
        changes = {right.value: [right not in before, right not in after] for right in before ^ after}
        self.work.record('portal.switched', changes=changes, topics=(TOPIC, EVERYWHERE))

    @requires(P.CUSTOMERS_WRITE, writes=True)
    def turn_for(self, wanted: Mapping[Permission, bool | None], *, account: str) -> None:
        """Switch modules for one customer; None lets him have them as all have. Raises as `turn`, and NotFound."""
        customer = company_of(self.work, account)
        own = {right.value: on for right, on in self.read(account).own.items()}
        after = own | {_checked(right).value: on for right, on in wanted.items()}
        kept = {name: on for name, on in after.items() if on is not None}
        if kept == own:
            return
        changes = {name: [own.get(name), kept.get(name)] for name in {*own, *kept} if own.get(name) != kept.get(name)}
        self.work.change(customer, portal_switches=kept)
        self.work.record('portal.switched', customer, number=customer.account, customer_id=customer.id,
                         changes=changes, topics=(*topics_of(customer), topic_of(customer.id)))


def address_of(work: Work, path: str, customer_id: uuid.UUID) -> str:
    """The address of a page for a mail to a customer's people; the start page where its module is switched off."""
    right, url = right_behind(path), work.runtime.config.url
    found = work.rows(_SWITCHES, {'customer': customer_id}) if right else ()
    is_off = right in switched_off(setting(work, KEY), found[0][0] if found else None)
    return f'{url}/' if is_off else f'{url}{path}'


def _checked(right: Permission) -> Permission:
    if right not in SWITCHABLE:
        raise NotFound(_('There is no such switch.'))
    return right
