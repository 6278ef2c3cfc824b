"""The figures of the dashboards: what is open, what was bought month by month, what waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.money import ZERO
from models.customers import Customer
from models.orders import OPEN_STATUSES, Order, OrderLine, OrderRequest, OrderStatus, RequestState
from services.calendar import today, zone
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import within
from services.customers.credit import available_credit
from services.settings import setting

MONTHS = 12
COUNTED = (OrderStatus.PLACED, OrderStatus.CONFIRMED, OrderStatus.IN_FULFILMENT, OrderStatus.COMPLETED)


@dataclass(frozen=True)
class Month:
    """What was ordered in a month: the first day of it, how many orders, their net in one currency."""

    first: dt.date
    orders: int
    net: Decimal


@dataclass(frozen=True)
class CustomerFigures:
    """A customer's dashboard; credit is None without the right to see it or without a limit, orders are None alike."""

    currency: str
    limit: Decimal | None
    available: Decimal | None
    open: int | None
    next_on: dt.date | None
    orders: int
    months: tuple[Month, ...]
    answers: tuple[tuple[str, str], ...]

    @property
    def bought(self) -> Decimal:
        """The net of the last twelve months."""
        return sum((month.net for month in self.months), ZERO)


@dataclass(frozen=True)
class OfficeFigures:
    """The office's dashboard, sums in the seller's currency."""

    currency: str
    today: int
    today_net: Decimal
    unconfirmed: int
    held: int
    asked: tuple[tuple[str, str], ...]
    months: tuple[Month, ...]

    @property
    def sold(self) -> Decimal:
        """The net of the last twelve months."""
        return sum((month.net for month in self.months), ZERO)


class FigureService(Service):
    """Figures within the actor's reach."""

    @requires(Permission.SIGNED_IN)
    def customer(self) -> CustomerFigures:
        """The figures of the acting person's company."""
        customer = self.session.exec(select(Customer).where(Customer.id == self.actor.customer_id)).one()
        credit = self.actor.may(Permission.CREDIT_READ)
        limit = customer.credit_limit if credit else None
        available = available_credit(self.work, customer) if credit else None
        if not self.actor.may(Permission.ORDERS_READ):
            return CustomerFigures(customer.currency, limit, available, None, None, 0, (), ())
        waiting = within(_waiting(from_office=True), Order, self.actor)
        return CustomerFigures(
            currency=customer.currency, limit=limit, available=available,
            open=self._count(col(Order.status).in_(OPEN_STATUSES)), next_on=self._next(), orders=self._count(),
            months=self._months(customer.currency), answers=self._named(waiting))

    @requires(Permission.OFFICE)
    def office(self) -> OfficeFigures:
        """The figures of the whole house; what waits is for those who may answer it."""
        currency, may = setting(self.work, 'seller.currency'), self.actor.may(Permission.ORDERS_CONFIRM)
        start = dt.datetime.combine(today(self.work), dt.time(), zone(self.work)).astimezone(dt.UTC)
        net = self.session.execute(sa.select(sa.func.coalesce(sa.func.sum(Order.net), 0)).where(
            col(Order.placed_at) >= start, col(Order.currency) == currency,
            col(Order.status).in_(COUNTED))).scalar_one()
        return OfficeFigures(
            currency=currency, today=self._count(col(Order.placed_at) >= start), today_net=Decimal(net),
            unconfirmed=self._count(col(Order.status) == OrderStatus.PLACED) if may else 0,
            held=self._count(col(Order.hold).is_not(None), col(Order.status).in_(OPEN_STATUSES)),
            asked=self._named(_waiting(from_office=False)) if may else (), months=self._months(currency))

    def _named(self, waiting: Any) -> tuple[tuple[str, str], ...]:
        return tuple((number, reason) for number, reason in self.session.execute(waiting.limit(5)))

    def _count(self, *conditions: Any) -> int:
        statement = within(sa.select(sa.func.count()).select_from(Order), Order, self.actor).where(*conditions)
        return int(self.session.execute(statement).scalar_one())

    def _next(self) -> dt.date | None:
        statement = within(sa.select(sa.func.min(OrderLine.promised_on)).join(
            Order, col(Order.id) == OrderLine.order_id), Order, self.actor)
        found: dt.date | None = self.session.execute(statement.where(
            col(Order.status).in_(OPEN_STATUSES), col(OrderLine.promised_on) >= today(self.work))).scalar_one()
        return found

    def _months(self, currency: str) -> tuple[Month, ...]:
        """The last twelve months, this one included, in the seller's zone; one query on both databases."""
        firsts = _twelve(today(self.work))
        starts = [dt.datetime.combine(first, dt.time(), zone(self.work)).astimezone(dt.UTC) for first in firsts]
        known = {'currency': currency, 'customer': self.actor.customer_id, 'person': self.actor.user_id,
                 **{f'start{n}': start for n, start in enumerate(starts)}}
        whole = self.actor.may(Permission.ORDERS_READ_COMPANY)
        rows = self.work.rows(_months_of(company=self.actor.is_portal, own=self.actor.is_portal and not whole), known)
        found = {n: (count, Decimal(net)) for n, count, net in rows if count}
        return tuple(Month(first, *found.get(n, (0, ZERO))) for n, first in enumerate(firsts))


@cache
def _months_of(*, company: bool, own: bool) -> Any:
    """Orders and net of each of twelve months from `start0` on, of everybody, a company, or one person of it.

    Each month is a stretch of an index; to sort all orders of a year into months takes four times as long.
    """
    of = [col(Order.currency) == sa.bindparam('currency'), col(Order.status).in_(COUNTED)]
    of += [col(Order.customer_id) == sa.bindparam('customer')] if company else []
    of += [col(Order.placed_by_id) == sa.bindparam('person')] if own else []
    placed = col(Order.placed_at)
    return sa.union_all(*(
        sa.select(sa.literal(n), sa.func.count(), sa.func.sum(Order.net)).where(
            placed >= sa.bindparam(f'start{n}'), *([placed < sa.bindparam(f'start{n + 1}')] if n < MONTHS - 1 else ()),
            *of) for n in range(MONTHS)))


def _waiting(*, from_office: bool) -> Any:
    """Number and reason of the requests of one side that wait, the oldest first."""
    return sa.select(col(Order.number), col(OrderRequest.reason)).join(
        Order, col(Order.id) == OrderRequest.order_id).where(
        col(OrderRequest.from_office).is_(from_office), col(OrderRequest.state) == RequestState.WAITING).order_by(
        col(OrderRequest.asked_at))


def _twelve(day: dt.date) -> Sequence[dt.date]:
    """The first days of the last twelve months, oldest first."""
    months = [(day.year * 12 + day.month - 1) - back for back in range(MONTHS - 1, -1, -1)]
    return [dt.date(month // 12, month % 12 + 1, 1) for month in months]
