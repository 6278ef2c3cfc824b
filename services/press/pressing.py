"""Who may have how many papers made: each person so many a minute, counted over all processes."""

from __future__ import annotations

from models.core.words import _
from services.auth.throttle import Rate, limit
from services.core.actor import Actor
from services.core.errors import Throttled
from services.core.permissions import Permission
from services.core.service import Service, requires

PAPERS = Rate(30, 60)
"""A short paper costs 40 ms, and who packs parcels prints one after the other; what is long has its own rate of 10."""


class PressService(Service):
    """The door to the press."""

    @requires(Permission.SIGNED_IN, writes=True)
    def admit(self) -> Actor:
        """Count one paper for the person who asks, and return him; raises Throttled after too many."""
        try:
            limit(self.work, 'paper', str(self.actor.user_id), PAPERS)
        except Throttled as error:
            raise Throttled(_('You have taken many papers in a short time. Please wait a moment.'),
                            details=error.details) from None
        return self.actor
