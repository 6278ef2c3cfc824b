"""Import and export: bring a file in, look at what it would change, start it, watch it; the history of runs."""

from __future__ import annotations

from ui.office.imports.index import module
from ui.office.imports.run import document

__all__ = ['document', 'module']
