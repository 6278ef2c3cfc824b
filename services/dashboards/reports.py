"""Reports at a glance: orders, deliveries, invoices, payments and credit notes over a period, as bars and in short."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.money import ZERO
from models.core.types import Amount
from models.core.words import Lazy, _, _l
from models.customers import Customer
from models.invoices import Invoice, InvoiceKind, InvoiceStatus
from models.orders import Order
from models.payments import IN_HAND, Payment
from models.shipments import IN_HOUSE, Shipment, ShipmentStatus
from services.calendar import today, zone
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import within
from services.invoices.news import right_to
from services.orders.figures import COUNTED
from services.settings import setting

NEWEST, LATELY = 5, 7
PERIODS: dict[str, Lazy] = {'days': _l('30 days'), 'quarter': _l('Quarter'), 'year': _l('This year'),
                            'months': _l('12 months')}


@dataclass(frozen=True)
class Spec:
    """What a report counts: `when` is a moment, or a day; `amount` None counts only; `path` leads to its module."""

    title: Lazy
    needs: Permission
    entity: Any
    when: Any
    number: Any
    path: str
    amount: Any = None
    conditions: tuple[Any, ...] = ()
    is_day: bool = False


def _invoices(kind: InvoiceKind, title: Lazy, path: str) -> Spec:
    return Spec(title, right_to(kind), Invoice, col(Invoice.issued_on), col(Invoice.number), path,
                col(Invoice.gross), (col(Invoice.kind) == kind, col(Invoice.status) != InvoiceStatus.DRAFT), True)


REPORTS: Mapping[str, Spec] = {
    'orders': Spec(_l('Orders'), Permission.ORDERS_READ, Order, col(Order.placed_at), col(Order.number), '/orders',
                   col(Order.net), (col(Order.status).in_(COUNTED),)),
    'invoices': _invoices(InvoiceKind.INVOICE, _l('Invoices'), '/invoices'),
    'payments': Spec(_l('Payments'), Permission.PAYMENTS_READ_COMPANY, Payment, col(Payment.received_on),
                     col(Payment.number), '/payments', col(Payment.amount), (col(Payment.status).in_(IN_HAND),), True),
    'deliveries': Spec(_l('Deliveries'), Permission.SHIPMENTS_READ, Shipment, col(Shipment.shipped_at),
                       col(Shipment.number), '/shipments', None,
                       (col(Shipment.status).not_in((*IN_HOUSE, ShipmentStatus.CANCELLED)),)),
    'credit_notes': _invoices(InvoiceKind.CREDIT_NOTE, _l('Credit notes'), '/credit-notes'),
}


@dataclass(frozen=True)
class Bar:
    """A stretch of days of a report; `last` is the last day of it."""

    first: dt.date
    last: dt.date
    count: int
    amount: Decimal


@dataclass(frozen=True)
class Entry:
    """One document of a report's short list."""

    number: str
    path: str
    day: dt.date
    amount: Decimal | None


@dataclass(frozen=True)
class Report:
    """A report: `has_amounts` says whether it is of money, `path` where all of it is."""

    kind: str
    currency: str
    has_amounts: bool
    bars: tuple[Bar, ...]
    newest: tuple[Entry, ...]
    path: str

    @property
    def count(self) -> int:
        """How many there were."""
        return sum(bar.count for bar in self.bars)

    @property
    def amount(self) -> Decimal:
        """What they come to."""
        return sum((bar.amount for bar in self.bars), ZERO)


class ReportService(Service):
    """Reports within the actor's reach: his company's, or the whole house's for staff."""

    @requires(Permission.SIGNED_IN)
    def kinds(self) -> list[str]:
        """The reports this person may see."""
        return [kind for kind, spec in REPORTS.items() if self.actor.may(spec.needs)]

    @requires(Permission.SIGNED_IN)
    def report(self, kind: str, period: str = 'months') -> Report:
        """One report; raises NotFound for one there is not, Forbidden without the right to its documents."""
        spec = REPORTS.get(kind)
        if spec is None or period not in PERIODS:
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        self.work.require(spec.needs)
        firsts = stretches(period, today(self.work))
        side = '' if self.actor.is_portal else '/office'
        return Report(kind, self._currency(), spec.amount is not None, self._bars(spec, firsts),
                      self._newest(spec, f'{side}{spec.path}'), f'{side}{spec.path}')

    def _bars(self, spec: Spec, firsts: Sequence[dt.date]) -> tuple[Bar, ...]:
        begins = [self._begin(spec, first) for first in firsts]
        place = sa.case(*((spec.when >= begin, n) for n, begin in reversed(list(enumerate(begins)))), else_=-1)
        amount = sa.func.sum(spec.amount, type_=Amount()) if spec.amount is not None else sa.null()
        counted = self._narrowed(spec, sa.select(place.label('place'), sa.func.count(), amount))
        rows = self.session.execute(counted.where(spec.when >= begins[0]).group_by('place'))
        found = {n: (int(count), total or ZERO) for n, count, total in rows}
        ends = [*(first - dt.timedelta(days=1) for first in firsts[1:]), today(self.work)]
        return tuple(Bar(first, last, *found.get(n, (0, ZERO)))
                     for n, (first, last) in enumerate(zip(firsts, ends, strict=True)))

    def _newest(self, spec: Spec, path: str) -> tuple[Entry, ...]:
        amount = spec.amount if spec.amount is not None else sa.null()
        since = self._begin(spec, today(self.work) - dt.timedelta(days=LATELY))
        found = self._narrowed(spec, sa.select(spec.number, spec.when, amount)).order_by(
            spec.when.desc(), spec.number.desc()).limit(NEWEST)
        rows = self.session.execute(found.where(spec.when >= since)).all()
        if len(rows) < NEWEST:
            rows = self.session.execute(found.where(spec.when.is_not(None))).all()
        here = zone(self.work)
        return tuple(Entry(number, f'{path}/{number}', when if spec.is_day else when.astimezone(here).date(), total)
                     for number, when, total in rows)

    def _narrowed(self, spec: Spec, statement: Any) -> Any:
        statement = statement.select_from(spec.entity).where(*spec.conditions)
        if spec.entity is Shipment:
            statement = within(statement.join(Order, col(Order.id) == Shipment.order_id), Order, self.actor)
        else:
            statement = statement.where(spec.entity.currency == self._currency())
        return within(statement, spec.entity, self.actor)

    def _currency(self) -> str:
        if self.actor.customer_id is None:
            return str(setting(self.work, 'seller.currency'))
        return self.session.exec(select(Customer.currency).where(Customer.id == self.actor.customer_id)).one()

    def _begin(self, spec: Spec, first: dt.date) -> dt.date | dt.datetime:
        return first if spec.is_day else dt.datetime.combine(first, dt.time(), zone(self.work)).astimezone(dt.UTC)


def stretches(period: str, day: dt.date) -> list[dt.date]:
    """The first days of the stretches of a period that ends today: three days, weeks or months, oldest first."""
    if period == 'days':
        return [day - dt.timedelta(days=back) for back in range(29, -1, -3)]
    if period == 'quarter':
        return [day - dt.timedelta(days=back) for back in range(13 * 7 - 1, -1, -7)]
    back = day.month - 1 if period == 'year' else 11
    months = [day.year * 12 + day.month - 1 - ago for ago in range(back, -1, -1)]
    return [dt.date(month // 12, month % 12 + 1, 1) for month in months]
