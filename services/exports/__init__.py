"""Exports of lists: who may, how many rows to expect, and the entry in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models.core.words import _
from services.auth.throttle import Rate, limit
from services.core.actor import Actor
from services.core.errors import NotFound
from services.core.listing import LISTINGS, Listing, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.exports.writing import columns_of

KINDS = ('xlsx', 'csv')
OFTEN = Rate(10, 60)


@dataclass(frozen=True)
class Export:
    """An export that may be made: for whom, of what, and at least how many rows."""

    actor: Actor
    listing: Listing
    rows: int


class ExportService(Service):
    """Lets people take away exactly what a list shows them."""

    @requires(Permission.SIGNED_IN, writes=True)
    def begin(self, listing: str, query: ListQuery, *, kind: str) -> Export:
        """Check the right and the query, and count the try; raises NotFound, Forbidden, Invalid, Throttled."""
        found = LISTINGS.get(listing)
        if found is None or kind not in KINDS:
            raise NotFound(_('There is no such list.'))
        limit(self.work, 'export', str(self.actor.user_id), OFTEN)
        columns_of(found, query)
        page = found.page(self.work, ListQuery(query.search, query.filters, query.sort, size=1))
        return Export(self.actor, found, page.total + page.capped)

    @requires(Permission.SIGNED_IN, writes=True)
    def record(self, listing: str, query: ListQuery, *, kind: str, rows: int) -> None:
        """Write into the audit trail who took away what."""
        changes: dict[str, Any] = {'kind': kind, 'rows': rows, 'search': query.search, 'filters': dict(query.filters),
                                   'columns': list(query.columns)}
        self.work.record('list.exported', note=str(LISTINGS[listing].title), changes=changes)
