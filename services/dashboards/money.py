"""The money on a customer's first page: what is open, what of it is overdue, the newest invoices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.money import ZERO
from models.core.types import Amount
from models.customers import Customer
from models.invoices import UNSETTLED, Invoice, InvoiceKind, InvoiceStatus
from services.calendar import today
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import within
from services.invoices.wording import standing_of

NEWEST = 5


@dataclass(frozen=True)
class InvoiceRow:
    """An invoice in short."""

    number: str
    due_on: dt.date | None
    standing: str
    open: Decimal
    currency: str


@dataclass(frozen=True)
class MoneyFigures:
    """What a company owes in its currency; `due` may be asked for today, `late` is how long the oldest is overdue."""

    currency: str
    open: Decimal
    invoices: int
    due: Decimal
    overdue: Decimal
    late: int
    newest: tuple[InvoiceRow, ...]


class MoneyFigureService(Service):
    """Figures of invoices within the actor's reach."""

    @requires(Permission.INVOICES_READ)
    def customer(self) -> MoneyFigures:
        """The figures of the acting person's company."""
        currency = self.session.exec(select(Customer.currency).where(Customer.id == self.actor.customer_id)).one()
        day = today(self.work)
        is_open = col(Invoice.gross) - col(Invoice.settled)
        asked = is_open - col(Invoice.disputed)
        late = sa.and_(col(Invoice.due_on) < day, asked > ZERO)
        sums = within(sa.select(
            sa.func.count(), _sum(is_open), _sum(sa.case((col(Invoice.due_on) <= day, asked), else_=ZERO)),
            _sum(sa.case((col(Invoice.due_on) < day, asked), else_=ZERO)),
            sa.func.min(sa.case((late, col(Invoice.due_on))))), Invoice, self.actor)
        count, total, due, overdue, oldest = self.session.execute(sums.where(
            col(Invoice.kind) == InvoiceKind.INVOICE, col(Invoice.status).in_(UNSETTLED),
            col(Invoice.currency) == currency)).one()
        return MoneyFigures(currency, total or ZERO, int(count), due or ZERO, overdue or ZERO,
                            (day - oldest).days if oldest else 0, self._newest(day))

    def _newest(self, day: dt.date) -> tuple[InvoiceRow, ...]:
        rows = self.session.exec(self.work.reach(Invoice).where(
            col(Invoice.kind) == InvoiceKind.INVOICE, col(Invoice.status) != InvoiceStatus.DRAFT).order_by(
            col(Invoice.issued_on).desc(), col(Invoice.number).desc()).limit(NEWEST))
        return tuple(InvoiceRow(row.number or '', row.due_on, standing_of(row, day), row.open, row.currency)
                     for row in rows)


def _sum(amount: sa.ColumnElement[Decimal]) -> sa.ColumnElement[Decimal]:
    return sa.func.sum(amount, type_=Amount())
