"""The office's payments in the menu."""

from __future__ import annotations

from models.core.words import _l
from services.core.permissions import Permission
from services.payments.reading import PaymentReading
from ui.kernel.module import Group, Module

module = Module('office_payments', _l('Payments'), icon='wallet', group=Group.MONEY, needs=Permission.OFFICE,
                keywords=_l('money, receipts, refunds, credits, charge-back, card, cash, record payment, till'),
                waiting=PaymentReading.count_waiting, topics=('office:payments',))
