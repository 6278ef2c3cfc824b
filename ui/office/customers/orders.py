"""Tab Orders: what the customer ordered."""

from __future__ import annotations

from models.core.words import _
from services.orders.reading import DESK, OrderService
from ui.kernel.tables import Act, Empty, Table
from ui.office.customers.shown import Shown

COLUMNS = ['number', 'placed_at', 'po_number', 'placed_by_name', 'line_count', 'status', 'gross']


async def build(shown: Shown) -> None:
    """Build the tab."""
    shown.view.state.setdefault('list:customer-orders', {'asked': {'columns': COLUMNS}})
    Table(shown.view, DESK, load=OrderService.desk, row_path='/office/orders/{number}', key='customer-orders',
          fixed={'account': shown.account}, topic='office:orders', card=('number', 'status', 'placed_at', 'gross'),
          context=[Act(_('Open'), 'external-link', path='/office/orders/{number}', kbd='Enter'),
                   Act(_('Download PDF'), 'download', path='/download/orders/{number}.pdf')],
          empty=Empty('package', _('No orders yet'), _('What this customer orders stands here at once.')))
