"""Placing an order: once per submit, at the prices agreed, with stock reserved and never oversold."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.catalogue import BackorderPolicy, PartNumber, TaxClass
from models.core.money import Totals
from models.core.types import new_id
from models.core.words import _, pick
from models.customers import CreditPolicy, Customer
from models.orders import HoldReason, Order, OrderLine, PaymentMethod
from models.settings import Submission
from services.calendar import today
from services.carts.service import customer_of
from services.carts.view import CartRow, CartView, empty, shortage, view_of
from services.core.errors import Conflict, Invalid
from services.core.numbering import ORDER, next_number
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.orders.checkout import CheckoutInput, Review, address_copy, review
from services.orders.confirming import confirm_by_rule
from services.orders.news import tell
from services.pricing.taxes import Tax
from services.settings import setting
from services.stock.reserving import Wish, reserve_all
from services.submissions import claim


class CheckoutService(Service):
    """From the cart to an order."""

    @requires(Permission.ORDERS_PLACE)
    def review(self, choices: CheckoutInput) -> Review:
        """What would be ordered with these choices, and all that stands against it; credit for those who may see it."""
        customer = customer_of(self.work)
        found = review(self.work, customer, view_of(self.work, customer), choices)
        return found if self.actor.may(Permission.CREDIT_READ) else replace(found, available_credit=None)

    @requires(Permission.ORDERS_PLACE)
    def new_key(self) -> str:
        """A key for one submit, minted when the review page is shown."""
        return secrets.token_urlsafe(24)

    @requires(Permission.ORDERS_PLACE, writes=True)
    def place(self, choices: CheckoutInput, *, key: str, expected_gross: Decimal | None = None) -> str:
        """Order what is in the cart; returns the order's number, the same one for the same key.

        Raises Invalid with all problems as `details` when a check fails; Conflict when a price rose above the one
        shown, the total is not `expected_gross`, or stock ran out meanwhile. A refused order leaves nothing behind.
        """
        customer = customer_of(self.work, lock=True)  # so that two of its orders never spend the same credit
        submitted = claim(self.work, 'order', key, choices)
        if submitted.result:
            return str(submitted.result['number'])
        found = review(self.work, customer, view_of(self.work, customer), choices)
        _demand(found, expected_gross)
        order = _order(self.work, customer, choices, found)
        lines = _lines(self.work, order, found)
        _reserve(self.work, found.cart.lines, lines)
        self._empty_cart(found.cart)
        order.number = next_number(self.session, ORDER, today(self.work).year)
        _settle(self.work, submitted, order.number)
        self.session.flush()
        self.work.record('order.placed', order, changes={'gross': str(order.gross), 'lines': order.line_count},
                         topics=(f'order:{order.id}', f'company:{customer.id}', 'office:orders'))
        tell(self.work, order, lines, 'order_placed')
        if order.hold is None and setting(self.work, 'orders.auto_confirm'):
            confirm_by_rule(self.work, order, lines)
        return order.number

    def _empty_cart(self, cart: CartView) -> None:
        if cart.id is not None:
            empty(self.work, cart.id)
            self.work.announce(f'cart:{self.actor.user_id}:{self.actor.customer_id}')


def _settle(work: Work, submitted: Submission, number: str) -> None:
    submitted.result = {'number': number}
    work.session.add(submitted)


def _demand(found: Review, expected_gross: Decimal | None) -> None:
    if found.stops:
        first = next(problem for problem in found.problems if problem.severity == 'stops')
        raise Invalid(first.message, field=first.kind, details=found.problems)
    if found.asks:
        raise Conflict(_('Prices rose since you put these items in the cart. Please look at them and accept them.'),
                       field='dearer', details=found.problems)
    if expected_gross is not None and expected_gross != found.totals.amount.gross:
        raise Conflict(_('The total changed meanwhile. Please look at it again.'), field='total',
                       details=found.totals.amount.gross)


def _order(work: Work, customer: Customer, choices: CheckoutInput, found: Review) -> Order:
    totals, actor = found.totals, work.actor
    address, shipping = found.address, found.shipping
    if address is None or shipping is None:
        raise Invalid(_('Please choose a complete delivery address.'), field='address')
    order = Order(
        id=new_id(), number=f'new-{uuid.uuid4()}', customer_id=customer.id, placed_at=work.now,
        placed_by_id=actor.user_id, placed_by_name=actor.name, po_number=choices.po_number.strip(),
        requested_on=choices.requested_on, currency=customer.currency, ship_to=address_copy(address),
        bill_to=address_copy(customer) | {'vat_id': customer.vat_id}, shipping_code=shipping.code,
        shipping_name=shipping.name, payment_method=choices.payment_method,
        payment_terms_days=customer.payment_terms_days, note=choices.note.strip(), lines_net=totals.lines,
        shipping_net=totals.shipping, shipping_tax_category=found.rates[TaxClass.STANDARD][0],
        shipping_tax_rate=found.rates[TaxClass.STANDARD][1], net=totals.amount.net,
        tax=totals.amount.tax, gross=totals.amount.gross,
        uninvoiced=totals.amount.gross, taxes=frozen_taxes(totals), line_count=len(found.cart.lines),
        source=actor.source)
    order.hold, order.hold_note = _hold(customer, found, choices)
    work.session.add(order)
    work.session.flush()
    return order


def frozen_taxes(totals: Totals) -> list[dict[str, str]]:
    """The VAT table of a document as it is kept with it."""
    return [{'category': line.category, 'rate': str(line.rate), 'taxable': str(line.taxable), 'tax': str(line.tax)}
            for line in totals.taxes]


def _hold(customer: Customer, found: Review, choices: CheckoutInput) -> tuple[HoldReason | None, str]:
    if choices.payment_method is PaymentMethod.PREPAYMENT:
        return HoldReason.PAYMENT, _('Waiting for your payment.')
    over = found.available_credit is not None and found.totals.amount.gross > found.available_credit
    if over and customer.credit_policy is CreditPolicy.HOLD:
        return HoldReason.CREDIT, _('This order exceeds the agreed credit and waits for our release.')
    return None, ''


def _lines(work: Work, order: Order, found: Review) -> list[OrderLine]:
    numbers = work.session.exec(select(PartNumber.item_id, PartNumber.part_number).where(
        PartNumber.customer_id == order.customer_id,
        col(PartNumber.item_id).in_([row.item.id for row in found.cart.lines]))).all()
    own = dict(iter(numbers))
    make = partial(_line, order, own=own, rates=found.rates)
    values = [make(row, position) for position, row in enumerate(found.cart.lines, 1)]
    # One statement that gives the rows back; to make them first and flush them takes twice as long.
    added = sa.insert(OrderLine).returning(OrderLine, sort_by_parameter_order=True)
    return list(work.session.scalars(added, values))


def _line(order: Order, row: CartRow, position: int, *, own: dict[uuid.UUID, str],
          rates: dict[TaxClass, Tax]) -> dict[str, Any]:
    category, rate = rates[row.item.tax_class]
    price = row.price
    if price.unit_price is None or row.net is None:
        raise Invalid(_('{sku} has no price for you. Please ask us for a quotation.').format(sku=row.item.sku))
    return {
        'id': new_id(), 'customer_id': order.customer_id, 'order_id': order.id, 'position': position,
        'item_id': row.item.id, 'sku': row.item.sku, 'name': pick(row.item.names, fallback=row.item.name),
        'own_number': own.get(row.item.id, ''), 'unit': row.item.unit, 'ordered': row.quantity,
        'unit_price': price.unit_price, 'price_source': price.explanation()[:200], 'list_price': price.list_price,
        'tax_category': category, 'tax_rate': rate, 'net': row.net, 'note': row.note}


def _reserve(work: Work, rows: tuple[CartRow, ...], lines: list[OrderLine]) -> None:
    """Take the stock of all lines at once; refuses what must be there, and promises the rest for when more comes."""
    pairs = list(zip(rows, lines, strict=True))
    taken = reserve_all(work, [Wish(line.id, row.item, line.ordered) for row, line in pairs])
    for row, line in pairs:
        if taken[line.id] >= line.ordered:
            continue
        if row.item.backorder is BackorderPolicy.BLOCK:
            raise Conflict(shortage(row.item, replace(row.stock, available=taken[line.id])), field='stock')
        line.promised_on = row.stock.incoming_on
        work.session.add(line)
