"""The payments of all customers: the list, money that is noted by hand, and one payment."""

from ui.office.payments import document, index, record
from ui.office.payments.declared import module

__all__ = ['document', 'index', 'module', 'record']
