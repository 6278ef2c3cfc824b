"""One customer with everything the office has about him."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.types import Amount
from models.customers import Address, Customer
from models.orders import OPEN_STATUSES, Order, OrderStatus
from models.pricing import PriceList
from models.users import Invitation, InvitationState
from services.core.work import Work
from services.customers.credit import exposure
from services.users.members import MemberService, Person

RECENT = 8
YEAR = dt.timedelta(days=365)
NOT_BOUGHT = (OrderStatus.DECLINED, OrderStatus.CANCELLED)


@dataclass(frozen=True)
class CustomerFigures:
    """The sums of a customer in his currency: open orders gross, what was bought net in the last twelve months.

    `credit_used` is what his open invoices and orders weigh; available credit is None without a limit.
    """

    orders: int
    open_orders: int
    open_gross: Decimal
    bought: Decimal
    credit_used: Decimal
    available_credit: Decimal | None
    last_order_at: dt.datetime | None


@dataclass(frozen=True)
class CustomerView:
    """A customer, who of his people has access or was invited, his addresses, figures and newest orders."""

    customer: Customer
    price_list: PriceList | None
    users: tuple[Person, ...]
    invitations: tuple[Invitation, ...]
    addresses: tuple[Address, ...]
    figures: CustomerFigures
    recent: tuple[Order, ...]


def view_of(work: Work, customer: Customer) -> CustomerView:
    """Everything one page shows of a customer."""
    session = work.session
    invitations = session.exec(select(Invitation).where(
        Invitation.customer_id == customer.id, Invitation.state != InvitationState.ACCEPTED)
        .order_by(col(Invitation.sent_at).desc()))
    addresses = session.exec(work.reach(Address).where(Address.customer_id == customer.id, Address.active)
                             .order_by(Address.kind, col(Address.is_default).desc(), Address.city))
    recent = session.exec(work.reach(Order).where(Order.customer_id == customer.id)
                          .order_by(col(Order.placed_at).desc()).limit(RECENT))
    price_list = session.exec(select(PriceList).where(PriceList.id == customer.price_list_id)).first()
    return CustomerView(customer, price_list, tuple(MemberService(work).people(customer.account)), tuple(invitations),
                        tuple(addresses), figures_of(work, customer), tuple(recent))


def figures_of(work: Work, customer: Customer) -> CustomerFigures:
    """The sums of a customer, in two queries."""
    is_open = col(Order.status).in_(OPEN_STATUSES)
    is_bought = sa.and_(col(Order.status).not_in(NOT_BOUGHT), col(Order.placed_at) >= work.now - YEAR)

    def added(amount: object, condition: object) -> sa.ColumnElement[Decimal | None]:
        return sa.func.sum(sa.case((condition, amount)), type_=Amount())  # type: ignore[arg-type]

    orders, opened, gross, bought, last = work.session.execute(sa.select(
        sa.func.count(), sa.func.count(sa.case((is_open, 1))), added(Order.gross, is_open), added(Order.net, is_bought),
        sa.func.max(Order.placed_at)).where(col(Order.customer_id) == customer.id)).one()
    used = exposure(work, customer)
    left = None if customer.credit_limit is None else customer.credit_limit - used
    return CustomerFigures(orders, opened, gross or Decimal(0), bought or Decimal(0), used, left, last)
