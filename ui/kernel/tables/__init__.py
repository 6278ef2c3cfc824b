"""Lists on a page: one element fed with rows as data, everything else asked of the server."""

from ui.kernel.acts import Act
from ui.kernel.tables.table import Empty, Table

__all__ = ['Act', 'Empty', 'Table']
