"""The invoices of all customers: the list, what waits to be invoiced, drafts, and one invoice."""

from ui.office.invoices import document, index, waiting
from ui.office.invoices.declared import module

__all__ = ['document', 'index', 'module', 'waiting']
