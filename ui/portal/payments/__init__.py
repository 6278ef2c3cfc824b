"""A company's payments: the list with its credits, the page to pay, and one payment."""

from ui.portal.payments import document, index, pay
from ui.portal.payments.declared import module

__all__ = ['document', 'index', 'module', 'pay']
