"""The figures on the office's first page beyond orders: goods to ship, invoices to write, money to come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.claims import Dispute, DisputeState
from models.core.money import ZERO
from models.core.types import Amount
from models.invoices import UNSETTLED, Invoice, InvoiceKind
from models.orders import Order, OrderStatus
from models.payments import IN_HAND, BankEntry, EntryState, Payment
from services.calendar import today
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.invoices.reading import InvoiceService
from services.settings import setting

RECENT = dt.timedelta(days=180)


@dataclass(frozen=True)
class DeskFigures:
    """What is to be done; sums in the seller's currency."""

    currency: str
    to_ship: int
    to_invoice: int
    overdue: Decimal
    overdue_count: int
    disputes: int
    received: Decimal
    received_count: int
    entries: int


class DeskFigureService(Service):
    """Figures of the whole house."""

    @requires(Permission.OFFICE)
    def desk(self) -> DeskFigures:
        """The figures just now; what waits is counted for those who may do it."""
        may = self.actor.may
        currency, day = setting(self.work, 'seller.currency'), today(self.work)
        asked = col(Invoice.gross) - col(Invoice.settled) - col(Invoice.disputed)
        overdue, overdue_count = self._sum(Invoice, asked, col(Invoice.kind) == InvoiceKind.INVOICE,
                                           col(Invoice.status).in_(UNSETTLED), col(Invoice.due_on) < day,
                                           col(Invoice.currency) == currency, asked > ZERO)
        received, received_count = self._sum(Payment, col(Payment.amount), col(Payment.received_on) == day,
                                             col(Payment.received_at) >= self.now - dt.timedelta(days=2),
                                             col(Payment.status).in_(IN_HAND), col(Payment.currency) == currency)
        return DeskFigures(
            currency, self._count(Order, col(Order.status).in_((OrderStatus.CONFIRMED, OrderStatus.IN_FULFILMENT)),
                                  col(Order.hold).is_(None)),
            InvoiceService(self.work).count_waiting(), overdue, overdue_count,
            self._count(Dispute, col(Dispute.state) == DisputeState.OPEN) if may(Permission.DISPUTES_ANSWER) else 0,
            received, received_count,
            self._count(BankEntry, col(BankEntry.state) == EntryState.OPEN) if may(Permission.PAYMENTS_WRITE) else 0)

    def _count(self, entity: Any, *conditions: Any) -> int:
        return int(self.session.execute(sa.select(sa.func.count()).select_from(entity).where(*conditions)).scalar_one())

    def _sum(self, entity: Any, amount: Any, *conditions: Any) -> tuple[Decimal, int]:
        total, count = self.session.execute(sa.select(sa.func.sum(amount, type_=Amount()), sa.func.count()).select_from(
            entity).where(*conditions)).one()
        return total or ZERO, int(count)
