"""The catalogue of the office: all items, and everything about one of them."""

from ui.office.items import document, index
from ui.office.items.declared import module

__all__ = ['document', 'index', 'module']
