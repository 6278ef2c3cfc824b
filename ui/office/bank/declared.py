"""The bank in the menu, and what its pages share."""

from __future__ import annotations

import uuid

from models.core.words import _, _l
from services.banking.service import BankService
from services.core.errors import NotFound
from services.core.permissions import Permission
from ui.kernel.module import Group, Module

module = Module('office_bank', _l('Bank'), icon='banknote', group=Group.MONEY, needs=Permission.PAYMENTS_WRITE,
                keywords=_l('bank statements, CAMT, account, transfers, match, reconcile, incoming money'),
                waiting=BankService.count_open, topics=('office:payments',))


def an_id(given: str) -> uuid.UUID:
    """The id in a path; raises NotFound for what is none."""
    plain = given.replace('-', '')
    if len(plain) != 32 or any(c not in '0123456789abcdef' for c in plain.lower()):
        raise NotFound(_('There is nothing here, or it is not yours to see.'))
    return uuid.UUID(plain)
