"""The Customer Centre in the menu."""

from __future__ import annotations

from models.core.words import _l
from services.core.permissions import Permission
from ui.kernel.module import Group, Module

module = Module('office_customers', _l('Customer Centre'), icon='users', group=Group.SELL,
                needs=Permission.CUSTOMERS_READ,
                keywords=_l('customers, clients, companies, accounts, debtors, contacts, portal access'))
