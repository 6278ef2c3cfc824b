"""Collecting: what was shipped to a customer and not invoiced on one invoice, monthly by itself or by hand at once."""

from __future__ import annotations

import datetime as dt
import json
import logging
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.types import Quantity
from models.core.words import _
from models.customers import Customer
from models.invoices import Invoice, InvoicingRule
from models.orders import Order, OrderLine
from models.shipments import Shipment, ShipmentLine
from services.calendar import today, zone
from services.core.actor import SYSTEM
from services.core.errors import Conflict, DomainError
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.core.work import Work
from services.customers.reach import company_of
from services.invoices.issuing import INVOICED, Part, fresh_lines, issue_parts
from services.invoices.sealing import customer_by

log = logging.getLogger('portico')
ZERO = Decimal(0)


class CollectingService(Service):
    """Collected invoices."""

    @requires(Permission.INVOICES_WRITE, writes=True)
    def at_once(self, account: str) -> tuple[str, ...]:
        """Invoice all that was shipped to a customer and is on no invoice; an invoice a place, and a currency.

        Returns their numbers; raises Conflict when there is nothing.
        """
        numbers = tuple(str(invoice.number) for invoice in collect(self.work, company_of(self.work, account)))
        if not numbers:
            raise Conflict(_('Nothing shipped to {account} waits to be invoiced.').format(account=account))
        return numbers

    @requires(Permission.SYSTEM)
    def due(self) -> list[uuid.UUID]:
        """The customers invoiced monthly to whom goods went before this month that are on no invoice."""
        first = _begin(self.work)
        rows = self.session.execute(
            sa.select(col(Customer.id)).distinct().join(Order, col(Order.customer_id) == Customer.id)
            .join(OrderLine, col(OrderLine.order_id) == Order.id)
            .join(ShipmentLine, col(ShipmentLine.order_line_id) == OrderLine.id)
            .join(Shipment, col(Shipment.id) == ShipmentLine.shipment_id)
            .where(col(Customer.invoicing) == InvoicingRule.MONTHLY, col(OrderLine.shipped) > col(OrderLine.invoiced),
                   col(Order.status).in_(INVOICED), col(Shipment.shipped_at) < first))
        return list(rows.scalars())

    @requires(Permission.SYSTEM, writes=True)
    def month(self, customer_id: uuid.UUID) -> int:
        """Invoice what went to a customer before this month; returns how many invoices that made."""
        return len(collect(self.work, customer_by(self.work, customer_id), before=_begin(self.work)))


def collect_monthly(runtime: Runtime) -> int:
    """Invoice the months that are over; rows decide what is due, so that it may run as often as it likes."""
    made = 0
    for customer_id in runtime.run(SYSTEM, CollectingService.due):
        try:
            made += runtime.run(SYSTEM, CollectingService.month, customer_id)
        except DomainError as error:
            log.warning('customer %s could not be invoiced for the month: %s', customer_id, error)
    return made


def collect(work: Work, customer: Customer, *, before: dt.datetime | None = None) -> list[Invoice]:
    """Invoice what was shipped to a customer, or was before a moment, and is on no invoice."""
    waiting = sa.exists().where(col(OrderLine.order_id) == Order.id, col(OrderLine.shipped) > col(OrderLine.invoiced))
    orders = work.session.exec(work.reach(Order).where(
        Order.customer_id == customer.id, col(Order.status).in_(INVOICED), Order.source != 'import', waiting)
        .order_by(Order.placed_at, Order.number)).all()
    groups: dict[tuple[Any, ...], list[Part]] = {}
    for order in orders:
        part = _part(work, order, before)
        if any(quantity > 0 for quantity in part.quantities.values()):
            groups.setdefault(_place(order), []).append(part)
    return [issue_parts(work, parts) for parts in groups.values()]


def _begin(work: Work) -> dt.datetime:
    """The first moment of this month at the seller's."""
    return dt.datetime.combine(today(work).replace(day=1), dt.time(), zone(work))


def _place(order: Order) -> tuple[Any, ...]:
    """What must be the same for orders to stand on one invoice."""
    return (order.currency, json.dumps(order.ship_to, sort_keys=True), order.payment_method,
            order.shipping_tax_category, order.shipping_tax_rate)


def _part(work: Work, order: Order, before: dt.datetime | None) -> Part:
    lines = fresh_lines(work, order)
    left = {line.id: line.shipped - line.invoiced for line in lines}
    if before is not None:
        gone = _gone(work, lines, before)
        left = {line.id: min(left[line.id], gone.get(line.id, ZERO) - line.invoiced) for line in lines}
    return Part(order, lines, {line_id: quantity for line_id, quantity in left.items() if quantity > 0})


def _gone(work: Work, lines: Sequence[OrderLine], before: dt.datetime) -> dict[uuid.UUID, Decimal]:
    """How much of each line left before a moment."""
    rows = work.session.execute(
        sa.select(col(ShipmentLine.order_line_id), sa.func.sum(ShipmentLine.quantity, type_=Quantity()))
        .join(Shipment, col(Shipment.id) == ShipmentLine.shipment_id)
        .where(col(ShipmentLine.order_line_id).in_([line.id for line in lines]), col(Shipment.shipped_at) < before)
        .group_by(col(ShipmentLine.order_line_id)))
    return {line_id: quantity or ZERO for line_id, quantity in rows}
