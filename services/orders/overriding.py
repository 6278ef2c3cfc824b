"""Letting an order go on although credit holds it: by whom, why, and by how much the customer is over."""

from __future__ import annotations

from models.core.words import _
from models.orders import HoldReason
from services.core.errors import Conflict
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.customers.credit import Excess, excess_of
from services.orders.confirming import a_reason, leave, topics_of
from services.orders.news import tell
from services.orders.reading import lines_of, load


class CreditDesk(Service):
    """Orders that credit holds."""

    @requires(Permission.CREDIT_READ)
    def excess(self, number: str) -> Excess:
        """How the customer of an order stands against his credit just now; raises NotFound out of reach."""
        return excess_of(self.work, load(self.work, number).customer_id)

    @requires(Permission.CREDIT_OVERRIDE, writes=True)
    def override(self, number: str, reason: str, *, version: int | None = None) -> None:
        """Release an order that credit holds although the customer is over it; the amount and the reason are kept.

        Raises Invalid without a reason, Conflict when credit does not hold it or it changed meanwhile.
        """
        reason = a_reason(reason)
        order = load(self.work, number)
        if order.hold is not HoldReason.CREDIT:
            raise Conflict(_('Credit does not hold this order.'))
        leave(self.work, order, 'release', version=version)
        found = excess_of(self.work, order.customer_id)
        self.work.change(order, expect={'status': order.status, 'hold': HoldReason.CREDIT}, hold=None, hold_note='')
        self.work.record('order.credit_overridden', order, note=reason, topics=topics_of(order),
                         changes={'over': str(found.over), 'overdue': found.overdue, 'gross': str(order.gross)})
        self.work.record('order.released', order)
        tell(self.work, order, lines_of(self.work, order), 'order_released')
