"""Bank statements: read in, booked by themselves where they fit, else by a person."""

from ui.office.bank import entry, index, statement
from ui.office.bank.declared import module

__all__ = ['entry', 'index', 'module', 'statement']
