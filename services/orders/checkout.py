"""Checkout: what a person chooses, what it comes to, and everything that must be right before he may order."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from models.catalogue import TaxClass
from models.core.money import Totals, total
from models.core.words import _, pick
from models.customers import Address, AddressKind, Customer, CustomerStatus
from models.orders import Delivery, Order, OrderStatus, PaymentMethod, ShippingMethod
from models.users import User
from services.calendar import today
from services.carts.view import CartView, Problem, Severity
from services.core import formats
from services.core.permissions import Permission
from services.core.work import Work
from services.customers.credit import Answer, Weighed, available_credit, weigh
from services.notifications import who_may
from services.orders.guards import guards
from services.pricing.taxes import Tax
from services.pricing.vat import Regime, regime, tax_of
from services.settings import setting

# Written out once: to build these for every look at the checkout costs more than to carry them out.
_ADDRESSES = select(Address).where(
    Address.customer_id == sa.bindparam('customer'), Address.kind == AddressKind.SHIPPING, Address.active).order_by(
    col(Address.is_default).desc(), Address.name)
_WAYS = select(ShippingMethod).where(ShippingMethod.active).order_by(col(ShippingMethod.position))
_SAME_PO = sa.select(col(Order.number)).where(
    col(Order.customer_id) == sa.bindparam('customer'), col(Order.po_number) == sa.bindparam('po'),
    col(Order.status) != OrderStatus.CANCELLED).order_by(col(Order.placed_at).desc()).limit(1)


class CheckoutInput(BaseModel):
    """What a person may choose at checkout; nothing else is taken from the browser, prices least of all."""

    model_config = ConfigDict(extra='forbid')

    address_id: uuid.UUID | None = None
    shipping_code: str = Field(default='', max_length=40)
    payment_method: PaymentMethod = PaymentMethod.ON_ACCOUNT
    po_number: str = Field(default='', max_length=60)
    requested_on: dt.date | None = None
    delivery: Delivery | None = None
    note: str = Field(default='', max_length=2000)
    terms_accepted: bool = False


@dataclass(frozen=True)
class ShippingOffer:
    """A way of delivery and what it costs for this cart."""

    code: str
    name: str
    price: Decimal


@dataclass(frozen=True)
class Review:
    """What is about to be ordered: the cart, the choices open, the totals, and all problems in one list."""

    cart: CartView
    addresses: tuple[Address, ...]
    address: Address | None
    offers: tuple[ShippingOffer, ...]
    shipping: ShippingOffer | None
    methods: tuple[PaymentMethod, ...]
    totals: Totals
    rates: dict[TaxClass, Tax]
    currency: str
    po_required: bool
    available_credit: Decimal | None
    terms: str
    credit: Weighed
    problems: tuple[Problem, ...]
    delivery: Delivery = Delivery.AVAILABLE

    @property
    def stops(self) -> bool:
        """Whether anything forbids placing the order."""
        return any(problem.severity is Severity.STOPS for problem in self.problems)

    @property
    def asks(self) -> bool:
        """Whether a price rose and has not been accepted."""
        return any(problem.severity is Severity.ASKS for problem in self.problems)


def review(work: Work, customer: Customer, cart: CartView, choices: CheckoutInput, *, look: bool = True) -> Review:
    """Work out a checkout as it stands, with every check of flows 3.3, not only the first that fails.

    `look` adds what is only worth a look: read for a person, not once more when he has seen it and orders.
    """
    addresses = tuple(work.session.exec(_ADDRESSES, params={'customer': customer.id}))
    address = _chosen_address(addresses, choices.address_id)
    country = address.country if address else customer.country
    offers = _offers(work, country, cart.net)
    shipping = next((offer for offer in offers if offer.code == choices.shipping_code), offers[0] if offers else None)
    found = regime(work, customer, country)
    rates = {kind: tax_of(work, customer, country, tax_class=kind, found=found)
             for kind in {TaxClass.STANDARD, *(row.item.tax_class for row in cart.lines)}}
    totals = total([(*rates[row.item.tax_class], row.net) for row in cart.lines if row.net is not None],
                   shipping=(*rates[TaxClass.STANDARD], shipping.price) if shipping else None,
                   currency=customer.currency)
    methods = tuple(PaymentMethod)[1:] if customer.prepayment else tuple(PaymentMethod)
    credit = available_credit(work, customer)
    weighed = weigh(work, customer, credit, totals.amount.gross)
    draft = Review(cart, addresses, address, offers, shipping, methods, totals, rates, customer.currency,
                   customer.po_required, credit, str(setting(work, 'orders.terms')).strip(), weighed, (),
                   choices.delivery or customer.delivery)
    problems = (*cart.problems, *_order_problems(work, customer, choices, draft), *_vat_problems(found),
                *(guards(work, customer.id, cart.lines, address) if look else ()))
    return Review(**{**vars(draft), 'problems': problems})


def _vat_problems(found: Regime) -> list[Problem]:
    """Why VAT is charged abroad after all."""
    return [Problem(Severity.NOTES, 'vat', _('VAT is charged: {why}').format(why=found.why))] \
        if found.why and not found.category else []


def _chosen_address(addresses: tuple[Address, ...], wanted: uuid.UUID | None) -> Address | None:
    if wanted is not None:
        return next((address for address in addresses if address.id == wanted), None)
    return addresses[0] if addresses else None


def _offers(work: Work, country: str, net: Decimal) -> tuple[ShippingOffer, ...]:
    methods = work.session.exec(_WAYS)
    return tuple(ShippingOffer(method.code, pick(method.names, fallback=method.code), _freight(method, net))
                 for method in methods if not method.countries or country in method.countries)


def _freight(method: ShippingMethod, net: Decimal) -> Decimal:
    free = method.free_from is not None and net >= method.free_from
    return Decimal(0) if free else method.price


def _order_problems(work: Work, customer: Customer, choices: CheckoutInput, draft: Review) -> list[Problem]:
    found: list[Problem] = []

    def add(severity: Severity, kind: str, message: str) -> None:
        found.append(Problem(severity, kind, message))

    if not draft.cart.lines:
        add(Severity.STOPS, 'empty', _('Your cart is empty.'))
    if customer.status is CustomerStatus.ON_HOLD:
        add(Severity.STOPS, 'on_hold', _('Ordering is stopped for your company: {reason}').format(
            reason=customer.hold_reason or _('please call us.')))
    if choices.address_id is not None and draft.address is None:
        add(Severity.STOPS, 'address', _('This delivery address is no longer there.'))
    elif draft.address is None or not (draft.address.street and draft.address.city and draft.address.country):
        add(Severity.STOPS, 'address', _no_address(work, customer, draft))
    if not draft.offers:
        add(Severity.STOPS, 'shipping', _('We do not deliver to this country yet.'))
    elif choices.shipping_code and draft.shipping and draft.shipping.code != choices.shipping_code:
        add(Severity.STOPS, 'shipping', _('This way of delivery is not offered any more.'))
    if choices.payment_method not in draft.methods:
        add(Severity.STOPS, 'payment_method', _('This way of paying is not open to your company.'))
    if choices.requested_on is not None and choices.requested_on < today(work):
        add(Severity.STOPS, 'requested_on', _('The requested date lies in the past.'))
    if draft.terms and not choices.terms_accepted:
        add(Severity.STOPS, 'terms', _('Please accept the terms of sale.'))
    return (found + _po_problems(work, customer, choices) + _limit_problems(work, draft)
            + _credit_problems(work, draft, choices))


def _no_address(work: Work, customer: Customer, draft: Review) -> str:
    """What to do without a complete address: add one, or ask those who may."""
    if draft.addresses or work.actor.may(Permission.ADDRESSES_WRITE):
        return _('Please choose a complete delivery address.')
    people = work.session.exec(select(User.name).where(
        col(User.id).in_(who_may(work, Permission.ADDRESSES_WRITE, customer.id))).order_by(User.name)).all()
    if not people:
        return _('Your company has no delivery address yet. We add one when you call us.')
    return _('Your company has no delivery address yet. These people can add one: {people}.').format(
        people=', '.join(people))


def _po_problems(work: Work, customer: Customer, choices: CheckoutInput) -> list[Problem]:
    number = choices.po_number.strip()
    if not number:
        return [Problem(Severity.STOPS, 'po_number', _('Your company needs a PO number on every order.'))] \
            if customer.po_required else []
    used = work.rows(_SAME_PO, {'customer': customer.id, 'po': number})
    return [Problem(Severity.NOTES, 'po_number', _('PO number {po} was already used on {number}.').format(
        po=number, number=used[0][0]))] if used else []


def _limit_problems(work: Work, draft: Review) -> list[Problem]:
    least = Decimal(str(setting(work, 'orders.minimum_net') or 0))
    if draft.cart.lines and draft.cart.net < least:
        return [Problem(Severity.STOPS, 'minimum', _('Orders start at {amount} net.').format(
            amount=formats.money(least, draft.currency)))]
    return []


def _credit_problems(work: Work, draft: Review, choices: CheckoutInput) -> list[Problem]:
    weighed = draft.credit
    if choices.payment_method is PaymentMethod.PREPAYMENT or weighed.answer is Answer.WITHIN:
        return []
    if weighed.overdue_since is not None:
        return [Problem(Severity.NOTES, 'overdue', weighed.note())]
    message = _('This order exceeds your available credit of {amount}.').format(
        amount=formats.money(draft.available_credit, draft.currency)) if work.actor.may(Permission.CREDIT_READ) else \
        _('This order exceeds the credit agreed with your company.')
    if weighed.answer is Answer.REFUSED:
        return [Problem(Severity.STOPS, 'credit', message + ' ' + _('Please talk to us or choose prepayment.'))]
    if weighed.answer is Answer.HELD:
        message += ' ' + _('It will wait until we have released it.')
    return [Problem(Severity.NOTES, 'credit', message)]


def address_copy(address: Address | Customer) -> dict[str, Any]:
    """An address frozen for a document."""
    return {'name': address.name, 'street': address.street, 'postcode': address.postcode, 'city': address.city,
            'country': address.country}
