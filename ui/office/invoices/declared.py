"""The office's invoices in the menu."""

from __future__ import annotations

from models.core.words import _l
from services.core.permissions import Permission
from services.invoices.reading import InvoiceService
from ui.kernel.module import Group, Module

module = Module('office_invoices', _l('Invoices'), icon='receipt-text', group=Group.MONEY, needs=Permission.OFFICE,
                keywords=_l('bills, billing, invoicing, open items, receivables, debtors, overdue, drafts'),
                waiting=InvoiceService.count_waiting, topics=('office:invoices', 'office:orders'))
