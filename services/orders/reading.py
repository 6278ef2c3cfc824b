"""Orders as people look at them: the list, one order with all that belongs to it, and what waits."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.audit import Event
from models.core.words import Lazy, _, _l
from models.customers import Customer
from models.orders import (
    OPEN_STATUSES,
    HoldReason,
    Order,
    OrderLine,
    OrderRequest,
    OrderStatus,
    PaymentMethod,
    RequestState,
)
from services.core.errors import NotFound
from services.core.listing import Column, Kind, Listing, ListPage, ListQuery
from services.core.parts import Indexed
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work, within
from services.orders.money import OrderMoney, money_of
from services.orders.related import related_to
from services.orders.wording import agreed
from services.shipments.reading import ShipmentView, of_order

STATUSES: Mapping[str, Lazy] = {
    OrderStatus.PLACED: _l('Placed'), OrderStatus.CONFIRMED: _l('Confirmed'),
    OrderStatus.IN_FULFILMENT: _l('Partly shipped'), OrderStatus.COMPLETED: _l('Completed'),
    OrderStatus.DECLINED: _l('Declined'), OrderStatus.CANCELLED: _l('Cancelled'),
}
TONES: Mapping[str, str] = {
    OrderStatus.PLACED: 'mute', OrderStatus.CONFIRMED: 'info', OrderStatus.IN_FULFILMENT: 'warn',
    OrderStatus.COMPLETED: 'ok', OrderStatus.DECLINED: 'bad', OrderStatus.CANCELLED: 'mute'}
HOLDS: Mapping[str, Lazy] = {
    HoldReason.CREDIT: _l('On hold: credit'), HoldReason.PAYMENT: _l('On hold: payment'),
    HoldReason.STOCK: _l('On hold: stock'), HoldReason.PRICE: _l('On hold: price'), HoldReason.OTHER: _l('On hold'),
}
OFFICE_ONLY = ('order.credit_overridden',)
"""Events of an order whose reasons the customer does not read."""
_COLUMNS = (
    Column('number', _l('Order'), Order.number, link='/orders/{number}'),
    Column('placed_at', _l('Placed'), Order.placed_at, Kind.MOMENT, filter='range'),
    Column('po_number', _l('PO number'), Order.po_number, filter='text'),
    Column('placed_by_name', _l('Placed by'), Order.placed_by_name, default=False, filter='text'),
    Column('line_count', _l('Lines'), Order.line_count, Kind.NUMBER),
    Column('status', _l('Status'), Order.status, Kind.STATUS, filter='choice', choices=lambda: STATUSES, tones=TONES),
    Column('hold', _l('Hold'), Order.hold, Kind.STATUS, filter='choice', choices=lambda: HOLDS, default=False,
           tones=dict.fromkeys(HOLDS, 'warn')),
    Column('requested_on', _l('Requested for'), Order.requested_on, Kind.DATE, default=False, filter='range'),
    Column('net', _l('Net'), Order.net, Kind.MONEY, currency='currency', default=False, filter='range'),
    Column('gross', _l('Total'), Order.gross, Kind.MONEY, currency='currency', filter='range'),
)


def _mine(work: Work) -> Any:
    return within(sa.select(Order), Order, work.actor)


def _desk(work: Work) -> Any:
    return within(sa.select(Order).join(Customer, col(Customer.id) == Order.customer_id), Order, work.actor)


ORDERS = Listing('orders', _l('Orders'), Permission.ORDERS_READ, _COLUMNS, _mine, key='id', order='-placed_at',
                 extra={'id': Order.id, 'currency': Order.currency}, search=(Order.number, Order.po_number))
DESK = Listing(
    'office-orders', _l('Orders desk'), Permission.OFFICE,
    (Column('number', _l('Order'), Order.number, link='/office/orders/{number}'),
     Column('customer', _l('Customer'), Customer.name, link='/office/customers/{account}', note='account'),
     *_COLUMNS[1:],
     Column('account', _l('Account'), Customer.account, default=False, filter='exact')),
    _desk, key='id', order='-placed_at',
    extra={'id': Order.id, 'currency': Order.currency, 'account': Customer.account},
    search=(Indexed(Order), Indexed(Customer, col(Order.customer_id).in_)))


@dataclass(frozen=True)
class OrderView:
    """One order with its lines, requests, shipments (newest first), other documents, and history, oldest first.

    `money` is there for those who may see what is invoiced and paid.
    """

    order: Order
    customer: Customer
    lines: tuple[OrderLine, ...]
    requests: tuple[OrderRequest, ...]
    events: tuple[Event, ...]
    shipments: tuple[ShipmentView, ...] = ()
    related: tuple[tuple[str, str], ...] = ()
    money: OrderMoney | None = None

    @property
    def shipped(self) -> Decimal:
        """How many units went out."""
        return sum((line.shipped for line in self.lines), Decimal(0))

    @property
    def prepaid(self) -> bool:
        """Whether it is one to be paid before it is worked on."""
        return self.order.payment_method is PaymentMethod.PREPAYMENT

    @property
    def is_invoiced(self) -> bool:
        """Whether all that was agreed stands on invoices."""
        return any(line.invoiced for line in self.lines) and all(
            line.invoiced >= agreed(self.order, line) for line in self.lines)

    @property
    def will_be_paid(self) -> bool:
        """Whether he may see if it is paid, and that can be said of it alone and came or comes to be."""
        money = self.money
        if money is None or money.let_go:
            return False
        return self.prepaid or not (money.collected or (self.is_invoiced and not money.invoiced))

    @property
    def is_paid(self) -> bool:
        """Whether all of it is paid: in advance, or its invoices."""
        money = self.money
        if money is None or money.due or not self.will_be_paid:
            return False
        if self.prepaid and money.prepaid:
            return self.order.hold is not HoldReason.PAYMENT
        return self.is_invoiced and bool(money.invoiced)


def status_text(order: Order) -> str:
    """The word for where an order stands; the same one everywhere."""
    return str(STATUSES[order.status])


class OrderService(Service):
    """Looking at orders within reach."""

    @requires(Permission.ORDERS_READ)
    def list(self, query: ListQuery) -> ListPage:
        """A page of the orders he may see."""
        return ORDERS.page(self.work, query)

    @requires(Permission.OFFICE)
    def desk(self, query: ListQuery) -> ListPage:
        """A page of all customers' orders, for the office."""
        return DESK.page(self.work, query)

    @requires(Permission.ORDERS_READ)
    def read(self, number: str) -> OrderView:
        """One order; raises NotFound for another company's as for none."""
        return view_of(self.work, number)

    @requires(Permission.ORDERS_READ)
    def count_open(self) -> int:
        """How many orders are under way."""
        statement = within(sa.select(sa.func.count()).select_from(Order), Order, self.actor)
        return int(self.session.execute(statement.where(col(Order.status).in_(OPEN_STATUSES))).scalar_one())

    @requires(Permission.ORDERS_CONFIRM)
    def count_unconfirmed(self) -> int:
        """How many orders wait for the office."""
        return int(self.session.execute(sa.select(sa.func.count()).select_from(Order).where(
            col(Order.status) == OrderStatus.PLACED)).scalar_one())

    @requires(Permission.ORDERS_READ)
    def recent(self, limit: int = 5) -> Sequence[Order]:
        """The newest orders he may see."""
        newest = self.work.reach(Order).order_by(col(Order.placed_at).desc()).limit(limit)
        return tuple(self.session.exec(newest))


def load(work: Work, number: str, *, lock: bool = False) -> Order:
    """The order of this number within reach, locked for the act if asked; raises NotFound."""
    if lock:  # acts that move goods of an order go one after the other
        here = work.reach(Order).where(Order.number == number).with_for_update(of=Order)
        work.session.exec(here.execution_options(populate_existing=True)).first()
    return work.one(Order, Order.number == number)


def lines_of(work: Work, order: Order) -> tuple[OrderLine, ...]:
    """An order's lines in their order."""
    return tuple(work.session.exec(work.reach(OrderLine).where(OrderLine.order_id == order.id)
                                   .order_by(OrderLine.position)))


def waiting_request(work: Work, order: Order, kind: str) -> OrderRequest | None:
    """The request of this kind that still waits for an answer."""
    found: OrderRequest | None = work.session.exec(work.reach(OrderRequest).where(
        OrderRequest.order_id == order.id, OrderRequest.kind == kind,
        OrderRequest.state == RequestState.WAITING)).first()
    return found


def view_of(work: Work, number: str) -> OrderView:
    """Everything an order's page shows."""
    order = load(work, number)
    customer = work.session.exec(select(Customer).where(Customer.id == order.customer_id)).one()
    requests = work.session.exec(work.reach(OrderRequest).where(
        OrderRequest.order_id == order.id).order_by(OrderRequest.asked_at)).all()
    hidden = () if work.actor.is_staff or work.actor.system else OFFICE_ONLY
    events = work.session.exec(select(Event).where(Event.subject_id == order.id, col(Event.action).not_in(hidden))
                               .order_by(col(Event.at), col(Event.sequence))).all()
    return OrderView(order, customer, lines_of(work, order), tuple(requests), tuple(events),
                     of_order(work, order.id), related_to(work, order), money_of(work, order))


def line_of(lines: Sequence[OrderLine], line_id: uuid.UUID) -> OrderLine:
    """The line of this id; raises NotFound when the order has none."""
    for line in lines:
        if line.id == line_id:
            return line
    raise NotFound(_('This order has no such line.'))
