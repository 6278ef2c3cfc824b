"""How much credit a customer uses, what is left of his limit, and what that means for an order."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import select

from models.core.types import Amount
from models.core.words import _
from models.customers import CreditPolicy, Customer
from models.invoices import UNSETTLED, Invoice, InvoiceKind
from models.orders import HoldReason, Order
from models.payments import IN_HAND, Payment
from services.calendar import today
from services.core import formats
from services.core.work import Work

_invoices, _orders, _payments = (sa.inspect(entity).local_table for entity in (Invoice, Order, Payment))


def _sum(amount: Any, table: Any, *conditions: Any) -> Any:
    nothing = sa.literal(0, Amount())
    return sa.select(sa.func.coalesce(sa.func.sum(amount, type_=Amount()), nothing, type_=Amount())).where(
        table.c.customer_id == sa.bindparam('customer'), table.c.currency == sa.bindparam('currency'),
        *conditions).scalar_subquery()


# Written out once: to build these for every look at the checkout costs more than to carry them out.
_open = _invoices.c.gross - _invoices.c.settled
_SUMS = sa.select(
    _sum(_open, _invoices, _invoices.c.status.in_(UNSETTLED), _invoices.c.kind == InvoiceKind.INVOICE),
    _sum(_open, _invoices, _invoices.c.status.in_(UNSETTLED), _invoices.c.kind == InvoiceKind.CREDIT_NOTE),
    _sum(_payments.c.amount - _payments.c.allocated - _payments.c.refunded, _payments,
         _payments.c.status.in_(IN_HAND)),
    _sum(_orders.c.uninvoiced, _orders, _orders.c.uninvoiced > sa.literal(0, Amount()),
         sa.or_(_orders.c.hold.is_(None), _orders.c.hold != HoldReason.PAYMENT)))
_OLDEST = sa.select(_invoices.c.due_on).where(
    _invoices.c.customer_id == sa.bindparam('customer'), _invoices.c.kind == InvoiceKind.INVOICE,
    _invoices.c.status.in_(UNSETTLED), _invoices.c.due_on < sa.bindparam('before'),
    _invoices.c.reminder_id.is_(None), _open > _invoices.c.disputed).order_by(_invoices.c.due_on).limit(1)


class Answer(StrEnum):
    """What credit says to an order."""

    WITHIN = 'within'
    NOTED = 'noted'
    HELD = 'held'
    REFUSED = 'refused'


@dataclass(frozen=True)
class Weighed:
    """An order weighed against a customer's credit; `overdue_since` is the due day of the invoice that holds it."""

    answer: Answer
    overdue_since: dt.date | None = None

    def note(self) -> str:
        """Why the order waits and what to do, in words for whoever sees the order."""
        if self.overdue_since is not None:
            return _('An invoice is overdue since {date}. Please have it paid, or tell us what is wrong with it; this '
                     'order waits for our release.').format(date=formats.date(self.overdue_since))
        return _('This order exceeds the agreed credit and waits for our release.')


@dataclass(frozen=True)
class Excess:
    """By how much a customer is over his limit with all he ordered, and whether an overdue invoice holds him."""

    over: Decimal
    overdue: bool

    def __bool__(self) -> bool:
        return self.over > 0 or self.overdue


def exposure(work: Work, customer: Customer) -> Decimal:
    """Open invoices, less free credit notes and money in hand, plus what is ordered and not invoiced yet (flows 3.3).

    Orders that wait for their prepayment weigh nothing; all in the customer's currency, by one statement.
    """
    (invoices, credits, money, orders), = work.rows(_SUMS, {'customer': customer.id, 'currency': customer.currency})
    return Decimal(invoices - credits - money + orders)


def available_credit(work: Work, customer: Customer) -> Decimal | None:
    """What is left of the limit, below zero when more is used; None when the customer has no limit."""
    return None if customer.credit_limit is None else customer.credit_limit - exposure(work, customer)


def overdue_hold(work: Work, customer: Customer) -> dt.date | None:
    """The due day of his oldest undisputed invoice, if it is overdue for more days than he is given; else None."""
    if customer.overdue_hold_days is None:
        return None
    before = today(work) - dt.timedelta(days=customer.overdue_hold_days)
    found = work.rows(_OLDEST, {'customer': customer.id, 'before': before})
    return found[0][0] if found else None


def excess_of(work: Work, customer_id: uuid.UUID) -> Excess:
    """How a customer stands just now, the order that is looked at included."""
    customer = work.session.exec(select(Customer).where(Customer.id == customer_id)).one()
    left = available_credit(work, customer)
    return Excess(max(-left, Decimal(0)) if left is not None else Decimal(0),
                  overdue_hold(work, customer) is not None)


def weigh(work: Work, customer: Customer, available: Decimal | None, gross: Decimal) -> Weighed:
    """Weigh an order on account: the limit by the customer's policy, and overdue invoices independent of it."""
    answer = within_limit(customer, available, gross)
    since = None if answer is Answer.REFUSED else overdue_hold(work, customer)
    return Weighed(Answer.HELD, since) if since is not None else Weighed(answer)


def within_limit(customer: Customer, available: Decimal | None, gross: Decimal) -> Answer:
    """What the limit says to so much more; under `allow` the tolerance comes on top, above it he waits."""
    if customer.credit_limit is None or available is None or gross <= available:
        return Answer.WITHIN
    if customer.credit_policy is CreditPolicy.ALLOW:
        more = customer.credit_limit * customer.credit_tolerance / 100
        return Answer.NOTED if gross <= available + more else Answer.HELD
    return {CreditPolicy.WARN: Answer.NOTED, CreditPolicy.HOLD: Answer.HELD,
            CreditPolicy.BLOCK: Answer.REFUSED}[customer.credit_policy]
