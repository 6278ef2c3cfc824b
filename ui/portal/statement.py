"""The customer's own statement of account."""

from __future__ import annotations

from models.core.words import _l
from services.core.permissions import Permission
from ui.kernel.module import Group, Module
from ui.kernel.view import View
from ui.pieces.statement import StatementPage

module = Module('statement', _l('Statement'), icon='scale', group=Group.BILLING, needs=Permission.STATEMENTS_READ,
                keywords=_l('account, balance, open items, ageing, overdue, debit, credit, accountant'))


@module.view('/statement')
async def index(view: View) -> None:
    """What was invoiced and paid, with the balance after each movement."""
    await StatementPage(view).build()
