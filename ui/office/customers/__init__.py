"""The Customer Centre: all customers, and everything about one of them."""

from ui.office.customers import centre, document
from ui.office.customers.declared import module

__all__ = ['centre', 'document', 'module']
