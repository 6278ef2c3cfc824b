"""The demo company's orders as rows: at the prices and with the VAT of their day, numbered by date, told in events."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from models.audit import AuditHead, Event
from models.catalogue import TaxClass
from models.core.money import line_net, total
from models.core.types import new_id
from models.core.words import language, pick
from models.customers import Customer
from models.numbering import NumberSeries
from models.orders import OPEN_STATUSES, HoldReason, Order, OrderLine, OrderStatus, PaymentMethod, ShippingMethod
from models.shipments import Shipment
from models.users import User
from services.core.chain import NIL, link
from services.core.numbering import ORDER
from services.demo.company import SETTINGS
from services.demo.orders import BY_PHONE, Wish, wishes
from services.demo.stage import ZONE, Stage
from services.orders.checkout import address_copy
from services.orders.owing import uninvoiced
from services.orders.placing import frozen_taxes
from services.pricing.engine import quotes
from services.pricing.taxes import Tax, rate_for

S = OrderStatus
FIRST_NUMBER = 212
CONFIRMER, PACKER = BY_PHONE, 'warehouse@nordwerk.example'
LATELY = dt.timedelta(hours=27)
WAITING = 'Waiting for your payment.'


@dataclass
class Book:
    """The orders as rows, with what their goods and their history become."""

    orders: list[Order] = field(default_factory=list)
    lines: list[OrderLine] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    sent: list[tuple[OrderLine, dt.datetime]] = field(default_factory=list)
    promised: list[OrderLine] = field(default_factory=list)
    reserved: list[OrderLine] = field(default_factory=list)
    carried: dict[uuid.UUID, Shipment] = field(default_factory=dict)
    last_shipment: Counter[int] = field(default_factory=Counter)
    rates: dict[tuple[str, TaxClass], Tax] = field(default_factory=dict)
    last: Counter[int] = field(default_factory=Counter)


def sell(stage: Stage) -> Book:
    """A year of orders, stored, with the number series where it stands after them."""
    book = Book()
    for wish in wishes(stage):
        _order(stage, book, wish)
    stage.keep(*(NumberSeries(kind=ORDER, year=year, last=last) for year, last in book.last.items()))
    stage.keep(*book.orders)
    stage.keep(*book.lines)
    times: Counter[str] = Counter(line.sku for line in book.lines)
    for sku, count in times.items():
        stage.items[sku].sold = count
    return book


def write_history(stage: Stage, events: list[Event]) -> None:
    """Chain events as the audit trail demands, each company's oldest first."""
    heads: dict[object, AuditHead] = {}
    for event in sorted(events, key=lambda event: event.at):
        head = heads.setdefault(event.customer_id, AuditHead(chain=event.customer_id or NIL, hash=''))
        head.sequence += 1
        event.sequence = head.sequence
        event.hash = head.hash = link(head.hash, event)
    stage.keep(*events, *heads.values())


def told(at: dt.datetime, action: str, person: User, *, customer: Customer, source: str) -> Event:
    """An event of then, with a person and a company but without a subject yet."""
    return Event(id=new_id(), at=at, action=action, actor_id=person.id, actor_name=person.name, source=source,
                 customer_id=customer.id)


def _order(stage: Stage, book: Book, wish: Wish) -> None:
    customer, person = wish.customer, wish.person
    day = wish.placed_at.astimezone(ZONE).date()
    if not book.last:
        book.last[day.year] = FIRST_NUMBER
    book.last[day.year] += 1
    by_phone = person.email == BY_PHONE
    address = stage.addresses[customer.account]
    order = Order(
        id=new_id(), number=f'{ORDER}-{day.year}-{book.last[day.year]:06d}', customer_id=customer.id,
        status=wish.status, hold=wish.hold, hold_note=WAITING if wish.hold is HoldReason.PAYMENT else '',
        placed_at=wish.placed_at, placed_by_id=None if by_phone else person.id, placed_by_name=person.name,
        po_number=wish.po_number, currency=customer.currency, ship_to=address_copy(address),
        bill_to=address_copy(customer) | {'vat_id': customer.vat_id}, line_count=len(wish.lines),
        payment_method=PaymentMethod.PREPAYMENT if customer.prepayment else PaymentMethod.ON_ACCOUNT,
        payment_terms_days=customer.payment_terms_days, source='office' if by_phone else 'portal')
    lines = _lines(stage, book, wish, order)
    _add_up(stage, book, customer, order, lines)
    _tell(stage, book, wish, order)
    _follow(stage, book, wish, order, lines)
    book.orders.append(order)
    book.lines += lines


def _lines(stage: Stage, book: Book, wish: Wish, order: Order) -> list[OrderLine]:
    customer = wish.customer
    prices = quotes(stage.work, customer, {item.id: count for item, count in wish.lines},
                    order.placed_at.astimezone(ZONE).date())
    own = stage.own_numbers.get(customer.account, {})
    lines = []
    with language(wish.person.language):
        for position, (item, count) in enumerate(wish.lines, 1):
            price = prices[item.id]
            if price.unit_price is None:
                raise ValueError(f'{item.sku} has no price')
            tax = _rate(stage, book, customer, item.tax_class)
            lines.append(OrderLine(
                id=new_id(), customer_id=customer.id, order_id=order.id, position=position, item_id=item.id,
                sku=item.sku, name=pick(item.names, fallback=item.name), own_number=own.get(item.sku, ''),
                unit=item.unit, ordered=count, unit_price=price.unit_price, list_price=price.list_price,
                price_source=price.explanation()[:200], tax_category=tax.category, tax_rate=tax.rate,
                net=line_net(price.unit_price, count, order.currency)))
    return lines


def _rate(stage: Stage, book: Book, customer: Customer, kind: TaxClass) -> Tax:
    key = customer.account, kind
    if key not in book.rates:
        book.rates[key] = rate_for(
            stage.work.session, seller_country=str(SETTINGS['seller.country']), tax_class=kind, on=stage.today,
            ship_to_country=stage.addresses[customer.account].country, buyer_vat_id=customer.vat_id)
    return book.rates[key]


def _add_up(stage: Stage, book: Book, customer: Customer, order: Order, lines: list[OrderLine]) -> None:
    country = stage.addresses[customer.account].country
    method = next(m for m in stage.shipping if not m.countries or country in m.countries)
    tax = _rate(stage, book, customer, TaxClass.STANDARD)
    net = sum((line.net for line in lines), Decimal(0))
    totals = total([(line.tax_category, line.tax_rate, line.net) for line in lines],
                   shipping=(*tax, _freight(method, net)), currency=order.currency)
    order.shipping_code, order.shipping_name = method.code, pick(method.names)
    order.shipping_tax_category, order.shipping_tax_rate = tax
    order.lines_net, order.shipping_net = totals.lines, totals.shipping
    order.net, order.tax, order.gross = totals.amount.net, totals.amount.tax, totals.amount.gross
    order.taxes = frozen_taxes(totals)
    order.uninvoiced = uninvoiced(order, lines)


def _freight(method: ShippingMethod, net: Decimal) -> Decimal:
    return Decimal(0) if method.free_from is not None and net >= method.free_from else method.price


def _tell(stage: Stage, book: Book, wish: Wish, order: Order) -> None:
    """Who placed, confirmed, declined or cancelled it, and when."""
    office = stage.people[CONFIRMER]

    def event(at: dt.datetime, action: str, person: User, note: str = '', **changes: str | int) -> None:
        found = told(at, action, person, customer=wish.customer, source='office' if person is office else 'portal')
        found.subject_type, found.subject_id, found.number = 'order', order.id, order.number
        found.note, found.changes = note, changes
        book.events.append(found)

    answered = min(order.placed_at + dt.timedelta(minutes=stage.chance.randint(12, 240)),
                   stage.now - dt.timedelta(minutes=9))
    event(order.placed_at, 'order.placed', wish.person, gross=str(order.gross), lines=order.line_count)
    if wish.status is S.PLACED:
        return
    if wish.status is S.DECLINED:
        event(answered, 'order.declined', office, wish.reason)
    elif wish.status is S.CANCELLED:
        event(answered, 'order.cancelled', wish.person, wish.reason)
    else:
        order.confirmed_at = answered
        event(answered, 'order.confirmed', office)
    if wish.status in (S.DECLINED, S.CANCELLED):
        order.closed_at, order.close_reason = answered, wish.reason


def _follow(stage: Stage, book: Book, wish: Wish, order: Order, lines: list[OrderLine]) -> None:
    """What became of the goods: sent, still promised, or not needed any more."""
    packing = dt.timedelta(days=stage.chance.randint(1, 5), hours=3)
    left = min(order.placed_at + packing, stage.now - dt.timedelta(hours=5))
    if wish.shipped:
        left = order.placed_at + dt.timedelta(hours=6)
    for line in lines:
        if wish.status is S.COMPLETED:
            line.shipped = line.ordered
        elif wish.status in (S.DECLINED, S.CANCELLED):
            line.cancelled = line.ordered
        elif wish.shipped:
            line.shipped = Decimal(wish.shipped[line.sku])
        if line.shipped:
            book.sent.append((line, stage.now - LATELY if wish.shipped and line.open else left))
        if wish.status in OPEN_STATUSES and line.open:
            book.promised.append(line)
    if wish.status in (S.COMPLETED, S.IN_FULFILMENT):
        packed = told(left, 'order.shipped', stage.people[PACKER], customer=wish.customer, source='office')
        packed.subject_type, packed.subject_id, packed.number = 'order', order.id, order.number
        book.events.append(packed)
    if wish.status is S.COMPLETED:
        order.closed_at = left
