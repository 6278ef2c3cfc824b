"""The catalogue of the office: all items, and everything about one of them."""

from ui.office.items import catalogue, document
from ui.office.items.declared import module

__all__ = ['catalogue', 'document', 'module']
