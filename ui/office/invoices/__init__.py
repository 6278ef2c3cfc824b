"""The invoices of all customers: the list, what waits to be invoiced, drafts, and one invoice."""

from ui.office.invoices import document, draft, index, waiting
from ui.office.invoices.declared import module

__all__ = ['document', 'draft', 'index', 'module', 'waiting']
