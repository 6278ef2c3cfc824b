"""Carts: what a person puts in, changes, puts aside and takes out; his other windows follow."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.carts import Cart, CartLine
from models.catalogue import Item
from models.core.words import _
from models.customers import Customer
from services.carts.quantities import a_quantity, largest, meant
from services.carts.view import CartView, begin, cart_of, empty, view_of
from services.carts.worth import worth_of
from services.catalogue.visibility import visible
from services.core import formats
from services.core.errors import Invalid, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.pricing.engine import quotes
from services.settings import setting

# Written out once: every act on a cart comes by here. The lock leaves others' rows free to name the company.
_CUSTOMER = select(Customer).where(Customer.id == sa.bindparam('customer'))
_LOCKED = _CUSTOMER.with_for_update(key_share=True)


@dataclass(frozen=True)
class Added:
    """What adding did: lines that are new, lines whose quantity grew, and the lines now in the cart."""

    new: int
    grown: int
    lines: int


def customer_of(work: Work, *, lock: bool = False) -> Customer:
    """The company the actor acts for, locked for the act if asked; raises NotFound for staff, who have no cart."""
    found = work.session.exec(_LOCKED if lock else _CUSTOMER, params={'customer': work.actor.customer_id}).first()
    if found is None:
        raise NotFound(_('There is nothing here, or it is not yours to see.'))
    return found


class CartService(Service):
    """The cart of the acting person in his present company."""

    @requires(Permission.CART_USE)
    def read(self) -> CartView:
        """The cart at today's prices and stock."""
        return view_of(self.work, customer_of(self.work))

    @requires(Permission.CART_USE)
    def count(self) -> int:
        """How many lines wait in the cart."""
        statement = (sa.select(sa.func.count()).select_from(CartLine).join(Cart, col(Cart.id) == CartLine.cart_id)
                     .where(col(Cart.user_id) == self.actor.user_id, col(Cart.customer_id) == self.actor.customer_id,
                            col(CartLine.saved).is_(False)))
        return int(self.session.execute(statement).scalar_one())

    @requires(Permission.CART_USE)
    def worth(self) -> str:
        """The net of the cart at today's prices, as money; empty for an empty cart, or who may not see prices."""
        if not self.actor.may(Permission.PRICES_READ):
            return ''
        customer = customer_of(self.work)
        net = worth_of(self.work, customer)
        return '' if net is None else formats.money(net, customer.currency)

    @requires(Permission.CART_USE, writes=True)
    def add(self, sku: str, quantity: Any = 1) -> Added:
        """Put a quantity of an item in; what is there already grows. Raises NotFound outside his assortment."""
        return self.add_many([(sku, quantity)])

    @requires(Permission.CART_USE, writes=True)
    def add_many(self, wanted: Iterable[tuple[str, Any]], *, replace: bool = False) -> Added:
        """Put many items in at once, all or none; the same SKU twice is summed, `replace` empties the cart first."""
        wanted, most = list(wanted), largest(self.work)
        items = self._items({sku for sku, _quantity in wanted})
        cart = self._touched()
        if replace:
            empty(self.work, cart.id)
        lines = {} if replace else {line.item_id: line for line in self._lines(cart) if not line.saved}
        before = {item_id: line.quantity for item_id, line in lines.items()}
        grown = set()
        for sku, given in wanted:
            item = items.get(sku.upper())
            if item is None:
                raise NotFound(_('There is no item {sku}.').format(sku=sku), field='sku')
            quantity = a_quantity(given, item, most=most)
            line = lines.get(item.id)
            if line is None:
                line = lines[item.id] = CartLine(cart_id=cart.id, customer_id=cart.customer_id, item_id=item.id,
                                                 quantity=Decimal(0), position=len(lines) + 1)
            else:
                grown.add(item.id)
            line.quantity = a_quantity(line.quantity + quantity, item, most=most)
        if len(lines) > (room := setting(self.work, 'cart.largest_lines')):
            raise Invalid(_('A cart holds at most {count} lines.').format(count=formats.number(room)))
        self._show_prices(list(lines.values()), before)  # puts the new ones in, with the prices shown
        return Added(new=len(lines) - len(before), grown=len(grown), lines=len(lines))

    @requires(Permission.CART_USE, writes=True)
    def set_quantity(self, line_id: uuid.UUID, quantity: Any) -> None:
        """Want exactly this much of a line's item."""
        line, item = self._line(line_id)
        before = {line.item_id: line.quantity}
        given = meant(quantity, item) if isinstance(quantity, str) else quantity
        line.quantity = a_quantity(given, item, most=largest(self.work))
        self.session.add(line)
        self._touched()
        self._show_prices([line], before)

    @requires(Permission.CART_USE, writes=True)
    def note(self, line_id: uuid.UUID, note: str) -> None:
        """Write a note to a line; it goes on the order."""
        line, _item = self._line(line_id)
        line.note = note.strip()[:300]
        self.session.add(line)
        self._touched()

    @requires(Permission.CART_USE, writes=True)
    def save_for_later(self, line_id: uuid.UUID) -> None:
        """Put a line aside; it is not ordered until it is moved back."""
        self._move(line_id, saved=True)

    @requires(Permission.CART_USE, writes=True)
    def restore(self, line_id: uuid.UUID) -> None:
        """Move a saved line back into the cart."""
        self._move(line_id, saved=False)

    @requires(Permission.CART_USE, writes=True)
    def remove(self, line_id: uuid.UUID) -> tuple[str, Decimal]:
        """Take a line out; returns its SKU and quantity so that it can be put back."""
        line, item = self._line(line_id)
        self.session.delete(line)
        self._touched()
        return item.sku, line.quantity

    @requires(Permission.CART_USE, writes=True)
    def clear(self) -> None:
        """Take all lines out except those saved for later."""
        empty(self.work, self._touched().id)

    @requires(Permission.CART_USE, writes=True)
    def accept_prices(self) -> None:
        """Take note of today's prices, so that they count as shown."""
        self._show_prices(self._lines(self._touched()))

    def _touched(self) -> Cart:
        cart = cart_of(self.work, lock=True)
        if cart is None:
            cart = begin(self.work)
        cart.version += 1
        cart.changed_at = self.now
        self.session.add(cart)
        self.session.flush()
        self.work.announce(f'cart:{cart.user_id}:{cart.customer_id}')
        return cart

    def _lines(self, cart: Cart) -> Sequence[CartLine]:
        return self.session.exec(select(CartLine).where(CartLine.cart_id == cart.id)).all()

    def _line(self, line_id: uuid.UUID) -> tuple[CartLine, Item]:
        found = self.session.exec(
            select(CartLine, Item).join(Item, col(CartLine.item_id) == Item.id)
            .join(Cart, col(CartLine.cart_id) == Cart.id)
            .where(CartLine.id == line_id, Cart.user_id == self.actor.user_id)).first()
        if found is None:
            raise NotFound(_('This line is no longer in your cart.'))
        return found

    def _items(self, skus: set[str]) -> dict[str, Item]:
        """The items of these SKUs in reach; only those not written as they are need every SKU to be looked at."""
        wanted = {sku.upper() for sku in skus}
        found = {item.sku.upper(): item for item in self.session.exec(
            visible(self.work, select(Item).where(col(Item.sku).in_(skus | wanted))))}
        if missing := wanted - found.keys():
            found |= {item.sku.upper(): item for item in self.session.exec(
                visible(self.work, select(Item).where(sa.func.upper(Item.sku).in_(missing))))}
        return found

    def _move(self, line_id: uuid.UUID, *, saved: bool) -> None:
        line, item = self._line(line_id)
        if line.saved == saved:
            return
        twin = self.session.exec(select(CartLine).where(CartLine.cart_id == line.cart_id,
                                                        col(CartLine.saved).is_(saved),
                                                        CartLine.item_id == line.item_id)).first()
        if twin is not None:
            twin.quantity = a_quantity(twin.quantity + line.quantity, item, most=largest(self.work))
            self.session.delete(line)
            self.session.add(twin)
        else:
            line.saved = saved
            self.session.add(line)
        self._touched()

    def _show_prices(self, lines: Sequence[CartLine], before: Mapping[uuid.UUID, Decimal] | None = None) -> None:
        """Remember the prices the person sees now.

        `before` is the quantities by item until now: a line whose price had already risen above the one shown keeps
        that one, so that changing a quantity does not accept a new price unseen.
        """
        customer = customer_of(self.work)
        then = quotes(self.work, customer, before) if before else {}
        now = quotes(self.work, customer, {line.item_id: line.quantity for line in lines})
        for line in lines:
            was = then[line.item_id].unit_price if line.item_id in then else None
            if was is not None and line.shown_price is not None and was > line.shown_price:
                continue
            line.shown_price, line.shown_source = now[line.item_id].unit_price, now[line.item_id].list_name
            self.session.add(line)
