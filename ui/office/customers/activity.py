"""Tab Activity: what happened around the customer."""

from __future__ import annotations

from models.core.words import _
from services.activity import ACTIVITY, ActivityService
from ui.kernel.tables import Empty, Table
from ui.office.customers.shown import Shown

COLUMNS = ['at', 'actor_name', 'action', 'number', 'note', 'source']


async def build(shown: Shown) -> None:
    """Build the tab."""
    shown.view.state.setdefault('list:customer-activity', {'asked': {'columns': COLUMNS}})
    Table(shown.view, ACTIVITY, load=ActivityService.list, key='customer-activity', fixed={'account': shown.account},
          topic=('office:customers', 'office:orders'), card=('action', 'at', 'actor_name', 'number'),
          empty=Empty('activity', _('Nothing happened yet'), _('Orders, invitations and changes are noted here.')))
