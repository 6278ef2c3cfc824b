"""The shipping desk: what waits in the house, what is on its way, and the next step on each."""

from __future__ import annotations

from ui.office.shipments import document, index
from ui.office.shipments.declared import module

__all__ = ['document', 'index', 'module']
