"""A cart as its person sees it: lines at today's prices and stock, what changed, what is wrong."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from models.carts import Cart, CartLine
from models.catalogue import Item
from models.core.money import ZERO, line_net
from models.core.types import new_id
from models.core.words import _, pick
from models.customers import Customer
from services.catalogue.visibility import visible
from services.core import formats
from services.core.work import Work
from services.pricing.engine import PriceQuote, quotes
from services.stock.levels import Availability, availability

# Written out once: to build these for every cart costs more than to carry them out.
_EMPTY = sa.delete(CartLine.__table__).where(  # type: ignore[attr-defined]
    col(CartLine.cart_id) == sa.bindparam('cart'), col(CartLine.saved).is_(False))
_LINES = (select(CartLine, Item).join(Item, col(CartLine.item_id) == Item.id)
          .where(CartLine.cart_id == sa.bindparam('cart')).order_by(col(CartLine.position), col(CartLine.id)))


class Severity(StrEnum):
    """Whether a problem stops the order or is only worth a look."""

    STOPS = 'stops'
    ASKS = 'asks'
    NOTES = 'notes'


@dataclass(frozen=True)
class Problem:
    """Something wrong or noteworthy about a line (or, without one, about the order); `quantity` is a valid proposal."""

    severity: Severity
    kind: str
    message: str
    line_id: uuid.UUID | None = None
    sku: str = ''
    quantity: Decimal | None = None


@dataclass(frozen=True)
class CartRow:
    """One line; `net` is None while the item has no price for this customer."""

    id: uuid.UUID
    item: Item
    quantity: Decimal
    note: str
    price: PriceQuote
    net: Decimal | None
    shown_price: Decimal | None
    stock: Availability
    problems: tuple[Problem, ...]

    @property
    def name(self) -> str:
        """The item's name in the reader's language."""
        return pick(self.item.names, fallback=self.item.name)

    @property
    def dearer(self) -> bool:
        """Whether the price is higher than the one the person was shown."""
        price = self.price.unit_price
        return price is not None and self.shown_price is not None and price > self.shown_price


@dataclass(frozen=True)
class CartView:
    """The cart: lines to order, lines saved for later, the net of the former, and everything that needs a look."""

    id: uuid.UUID | None
    version: int
    currency: str
    lines: tuple[CartRow, ...]
    saved: tuple[CartRow, ...]
    net: Decimal
    problems: tuple[Problem, ...]


def cart_of(work: Work, *, lock: bool = False) -> Cart | None:
    """The actor's cart in his present company, if he has begun one."""
    statement = work.reach(Cart)
    found: Cart | None = work.session.exec(statement.with_for_update() if lock else statement).first()
    return found


def begin(work: Work) -> Cart:
    """An empty cart for the actor; the other window that begins one at the same moment gets the same."""
    insert = postgresql.insert if work.session.get_bind().dialect.name == 'postgresql' else sqlite.insert
    work.session.execute(insert(Cart).values(
        id=new_id(), user_id=work.actor.user_id, customer_id=work.actor.customer_id, submit_key='',
        changed_at=work.now, version=0).on_conflict_do_nothing())
    return work.one(Cart)


def empty(work: Work, cart_id: uuid.UUID) -> None:
    """Take all lines out of a cart except those saved for later."""
    work.carry_out(_EMPTY, {'cart': cart_id})


def lines_of(work: Work, cart: Cart) -> Sequence[tuple[CartLine, Item]]:
    """The cart's lines with their items, in the order they were put in."""
    return work.session.exec(_LINES, params={'cart': cart.id}).all()


def view_of(work: Work, customer: Customer) -> CartView:
    """The actor's cart with today's prices and stock; an empty one when there is none."""
    cart = cart_of(work)
    pairs = lines_of(work, cart) if cart else ()
    wanted = {item.id: line.quantity for line, item in pairs if not line.saved}
    wanted = {item.id: line.quantity for line, item in pairs} | wanted
    prices = quotes(work, customer, wanted)
    stock = availability(work, wanted)
    seen = _seen(work, customer, [item for _line, item in pairs])
    rows = [(line.saved, _row(line, item, prices[item.id], stock[item.id], item.id in seen)) for line, item in pairs]
    lines = tuple(row for saved, row in rows if not saved)
    return CartView(
        id=cart.id if cart else None, version=cart.version if cart else 0, currency=customer.currency, lines=lines,
        saved=tuple(row for saved, row in rows if saved), net=sum((row.net or ZERO for row in lines), ZERO),
        problems=tuple(problem for row in lines for problem in row.problems))


def _seen(work: Work, customer: Customer, items: Sequence[Item]) -> set[uuid.UUID]:
    """The ids of the items this company may buy; only a restricted assortment has to be asked for."""
    active = {item.id for item in items if item.active}
    if not customer.restricted_assortment:
        return active
    return set(work.session.exec(visible(work, select(Item.id).where(col(Item.id).in_(active)))).all())


def _row(line: CartLine, item: Item, price: PriceQuote, stock: Availability, seen: bool) -> CartRow:
    net = None if price.unit_price is None else line_net(price.unit_price, line.quantity, price.currency)
    problems = tuple(line_problems(item, line.quantity, price, stock, seen=seen, line_id=line.id,
                                   shown=line.shown_price))
    return CartRow(line.id, item, line.quantity, line.note, price, net, line.shown_price, stock, problems)


def line_problems(item: Item, quantity: Decimal, price: PriceQuote, stock: Availability, *, seen: bool = True,
                  line_id: uuid.UUID | None = None, shown: Decimal | None = None) -> list[Problem]:
    """All that flows 3.3 checks about one line, not only the first (checks 1 to 4 and the price shown)."""
    found: list[Problem] = []

    def add(severity: Severity, kind: str, message: str, proposal: Decimal | None = None) -> None:
        found.append(Problem(severity, kind, message, line_id, item.sku, proposal))

    if not seen or not item.active:
        add(Severity.STOPS, 'gone', _('{sku} is no longer available.').format(sku=item.sku))
        return found
    if price.unit_price is None:
        message = _('{sku} has no price for you. Please ask us for a quotation.').format(sku=item.sku)
        add(Severity.STOPS, 'no_price', message)
    valid = item.valid_quantity(quantity)
    if valid != quantity:
        add(Severity.STOPS, 'quantity', quantity_rule(item), valid)
    if quantity > stock.available:
        message = shortage(item, stock)
        add(Severity.NOTES if item.backorder == 'allow' else Severity.STOPS, 'stock', message,
            None if item.backorder == 'allow' else stock.available)
    if price.unit_price is not None and shown is not None and price.unit_price > shown:
        add(Severity.ASKS, 'dearer', _('The price of {sku} rose from {old} to {new}.').format(
            sku=item.sku, old=formats.money(shown, price.currency),
            new=formats.money(price.unit_price, price.currency)))
    return found


def quantity_rule(item: Item) -> str:
    """The sentence that says which quantities of an item can be ordered."""
    text = _('{sku} is sold from {minimum}, in steps of {step}.').format(
        sku=item.sku, minimum=formats.quantity(item.min_quantity), step=formats.quantity(item.multiple))
    if item.max_quantity is not None:
        text += ' ' + _('At most {maximum} at a time.').format(maximum=formats.quantity(item.max_quantity))
    return text


def shortage(item: Item, stock: Availability) -> str:
    """The sentence that says how much there is and when more comes."""
    if item.backorder != 'allow':
        return _('Only {count} of {sku} are left.').format(count=formats.quantity(stock.available), sku=item.sku)
    if stock.available <= 0:
        return _('{sku} is out of stock. More is expected on {date}.').format(
            sku=item.sku, date=formats.date(stock.incoming_on)) if stock.incoming_on is not None else \
            _('{sku} is out of stock and follows as soon as it comes in.').format(sku=item.sku)
    if stock.incoming_on is not None:
        return _('{count} of {sku} are in stock, more are expected on {date}.').format(
            count=formats.quantity(stock.available), sku=item.sku, date=formats.date(stock.incoming_on))
    return _('{count} of {sku} are in stock, the rest follows as soon as it comes in.').format(
        count=formats.quantity(stock.available), sku=item.sku)
