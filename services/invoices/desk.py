"""The office's invoicing by hand: what of an order waits, and the invoice over it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlmodel import col

from models.core.words import _
from models.invoices import InvoicingRule
from models.orders import Order, OrderLine
from services.core.errors import Conflict
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.invoices.crediting import CreditInput, credit
from services.invoices.excess import excess_of
from services.invoices.issuing import INVOICED, customer_of, fresh_lines, issue
from services.orders.confirming import a_reason
from services.orders.reading import load


class InvoiceDesk(Service):
    """Invoices of orders, written by hand."""

    @requires(Permission.INVOICES_WRITE)
    def waiting(self, number: str) -> tuple[tuple[OrderLine, Decimal], ...]:
        """The lines of an order with how much of each waits to be invoiced; none where it is not to be invoiced."""
        order = load(self.work, number)
        wanted = waiting_of(self.work, order)
        return tuple((line, wanted[line.id]) for line in fresh_lines(self.work, order) if line.id in wanted)

    @requires(Permission.INVOICES_WRITE, writes=True)
    def issue(self, number: str, quantities: Mapping[uuid.UUID, Decimal] | None = None, *,
              version: int | None = None) -> str:
        """Invoice what waits of an order, or these quantities; returns the invoice's number.

        Raises Conflict when nothing waits or the order changed since `version`, so that a doubled click makes one.
        """
        order = load(self.work, number, lock=True)
        if version is not None and version != order.version:
            raise Conflict(_('This order was changed meanwhile. Please look again.'))
        wanted = quantities if quantities is not None else waiting_of(self.work, order)
        if not wanted:
            raise Conflict(_('Of {number} nothing waits to be invoiced.').format(number=number))
        return str(issue(self.work, order, wanted).number)

    @requires(Permission.INVOICES_WRITE, writes=True)
    def issue_many(self, order_ids: Sequence[uuid.UUID]) -> tuple[str, ...]:
        """Invoice what waits of several orders, an invoice each; returns the invoices' numbers."""
        orders = self.session.exec(self.work.reach(Order).where(col(Order.id).in_(order_ids))
                                   .order_by(Order.placed_at, Order.number)).all()
        wanted = [(order, waiting_of(self.work, order)) for order in orders]
        return tuple(str(issue(self.work, order, quantities).number) for order, quantities in wanted if quantities)

    @requires(Permission.INVOICES_WRITE)
    def excess(self, number: str) -> Decimal:
        """How much of an order is invoiced and will never be delivered, in pieces over all lines."""
        found = excess_of(self.work, load(self.work, number))
        return sum((quantity for one in found for quantity in one.quantities.values()), Decimal(0))

    @requires(Permission.INVOICES_WRITE, writes=True)
    def credit_excess(self, number: str, reason: str) -> tuple[str, ...]:
        """Credit what of an order was invoiced and was cancelled since; returns the credit notes' numbers."""
        order = load(self.work, number, lock=True)
        reason = a_reason(reason)
        found = excess_of(self.work, order)
        if not found:
            raise Conflict(_('All that is invoiced of {number} was delivered or is on its way.').format(number=number))
        return tuple(str(credit(self.work, one.invoice, CreditInput(
            reason=reason, quantities=one.quantities, freight=one.freight, anew=True)).number) for one in found)


def waiting_of(work: Work, order: Order) -> dict[uuid.UUID, Decimal]:
    """What of an order waits to be invoiced: what is agreed where it is invoiced on order, else what was shipped."""
    if order.status not in INVOICED:
        return {}
    on_order = customer_of(work, order).invoicing is InvoicingRule.ON_ORDER
    left = {line.id: (line.ordered - line.cancelled if on_order else line.shipped) - line.invoiced
            for line in fresh_lines(work, order)}
    return {line_id: quantity for line_id, quantity in left.items() if quantity > 0}
