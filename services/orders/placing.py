"""Placing an order: once per submit, at the prices agreed, with stock reserved and never oversold."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.catalogue import BackorderPolicy, PartNumber, TaxClass
from models.core.money import Totals
from models.core.types import new_id
from models.core.words import _, pick
from models.customers import Customer
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
from services.customers.credit import Answer
from services.orders.checkout import CheckoutInput, Review, address_copy, review
from services.orders.confirming import confirm_by_rule
from services.orders.news import tell
from services.pricing.taxes import Tax
from services.settings import setting
from services.stock.reserving import Wish, reserve_all

_submissions: Any = Submission.__table__  # type: ignore[attr-defined]
# Written out once: to build these for every order costs more than to carry them out.
_SENT = sa.select(_submissions.c.request_hash, _submissions.c.result).where(_submissions.c.key == sa.bindparam('sent'))
_OWN = sa.select(col(PartNumber.item_id), col(PartNumber.part_number)).where(
    col(PartNumber.customer_id) == sa.bindparam('customer'),
    col(PartNumber.item_id).in_(sa.bindparam('items', expanding=True)))
_lines: Any = OrderLine.__table__  # type: ignore[attr-defined]
_ADD = _lines.insert().returning(*_lines.columns)
_PROMISE = sa.update(_lines).where(_lines.c.id == sa.bindparam('line')).values(promised_on=sa.bindparam('day'))


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
        # Locked, so that two of its orders never spend the same credit, and a second submit waits for the first.
        customer = customer_of(self.work, lock=True)
        submit = _Submit.of(self.work, key, choices)
        if (number := submit.answered(self.work)) is not None:
            return number
        found = review(self.work, customer, view_of(self.work, customer), choices, look=False)
        _demand(found, expected_gross)
        order = _order(self.work, customer, choices, found)
        lines = _agree(self.work, order, found)
        _reserve(self.work, found.cart.lines, lines)
        self._empty_cart(found.cart)
        order.number = next_number(self.session, ORDER, today(self.work).year)
        submit.answer(self.work, order.number)
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


@dataclass(frozen=True)
class _Submit:
    """One submit of the checkout: its key in its company, and what it asked for."""

    key: str
    digest: str

    @classmethod
    def of(cls, work: Work, key: str, choices: CheckoutInput) -> _Submit:
        if not 16 <= len(key) <= 64:
            raise Invalid(_('This page is out of date. Please open the checkout again.'))
        return cls(f'order:{work.actor.customer_id}:{key}'[:120],
                   hashlib.sha256(choices.model_dump_json().encode()).hexdigest())

    def answered(self, work: Work) -> str | None:
        """The number this submit was given before, if it comes again; raises Conflict when it asked for other things.

        The company is locked, so that the first of two at once has answered when the second looks here; the key of
        the row is the net below: an act that breaks it is tried again, and then finds the answer.
        """
        for digest, result in work.rows(_SENT, {'sent': self.key}):
            if digest != self.digest:
                raise Conflict(_('This order was already sent with other choices. Please look at your orders.'))
            return str(result['number'])
        return None

    def answer(self, work: Work, number: str) -> None:
        """Keep the number for whoever submits this again."""
        work.carry_out(_submissions.insert(), {
            'key': self.key, 'request_hash': self.digest, 'result': {'number': number}})


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
        shipping_name=shipping.name, delivery=found.delivery, payment_method=choices.payment_method,
        payment_terms_days=customer.payment_terms_days, note=choices.note.strip(), lines_net=totals.lines,
        shipping_net=totals.shipping, shipping_tax_category=found.rates[TaxClass.STANDARD][0],
        shipping_tax_rate=found.rates[TaxClass.STANDARD][1], net=totals.amount.net,
        tax=totals.amount.tax, gross=totals.amount.gross,
        uninvoiced=totals.amount.gross, taxes=frozen_taxes(totals), line_count=len(found.cart.lines),
        source=actor.source)
    order.hold, order.hold_note = _hold(found, choices)
    work.session.add(order)
    work.session.flush()
    return order


def frozen_taxes(totals: Totals) -> list[dict[str, str]]:
    """The VAT table of a document as it is kept with it."""
    return [{'category': line.category, 'rate': str(line.rate), 'taxable': str(line.taxable), 'tax': str(line.tax)}
            for line in totals.taxes]


def _hold(found: Review, choices: CheckoutInput) -> tuple[HoldReason | None, str]:
    if choices.payment_method is PaymentMethod.PREPAYMENT:
        return HoldReason.PAYMENT, _('Waiting for your payment.')
    if found.credit.answer is Answer.HELD:
        return HoldReason.CREDIT, found.credit.note()
    return None, ''


def _agree(work: Work, order: Order, found: Review) -> list[OrderLine]:
    """Put the lines in and give them back, as rows that read like order lines: as objects they take thrice as long."""
    items = [row.item.id for row in found.cart.lines]
    own = dict(iter(work.rows(_OWN, {'customer': order.customer_id, 'items': items})))
    make = partial(_line, order, own=own, rates=found.rates)
    values = [make(row, position) for position, row in enumerate(found.cart.lines, 1)]
    return sorted(work.carry_out(_ADD, values), key=attrgetter('position'))


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
    short = [(row, line) for row, line in pairs if taken[line.id] < line.ordered]
    for row, line in short:
        if row.item.backorder is BackorderPolicy.BLOCK:
            raise Conflict(shortage(row.item, replace(row.stock, available=taken[line.id])), field='stock')
    if short:
        work.carry_out(_PROMISE, [{'line': line.id, 'day': row.stock.incoming_on} for row, line in short])
