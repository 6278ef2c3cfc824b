"""The payments of a company in the menu."""

from __future__ import annotations

from models.core.words import _l
from services.core.permissions import Permission
from services.payments.reading import PaymentReading
from ui.kernel.module import Group, Module

module = Module('payments', _l('Payments'), icon='wallet', group=Group.BILLING, needs=Permission.PAYMENTS_READ_COMPANY,
                switch=Permission.PAYMENTS_READ,
                keywords=_l('pay, pay now, receipt, credit, deposit, refund, card, bank transfer, account balance'),
                waiting=PaymentReading.count_under_way, topics=('money:{customer_id}',))
