"""Carts: one per person and company, kept on the server."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import sqlalchemy as sa

from models.core.entity import CustomerOwned, Entity, Versioned, amount, moment, quantity, reference, text


class Cart(Entity, CustomerOwned, Versioned, table=True):
    """What a person is about to order for a company; `submit_key` is minted when the review page is shown."""

    __tablename__ = 'cart'
    __table_args__ = (sa.UniqueConstraint('user_id', 'customer_id'),)
    __reach__ = ('user_id', 'system')

    user_id: uuid.UUID = reference('user.id', index=False)
    submit_key: str = text(64)
    changed_at: dt.datetime = moment()


class CartLine(Entity, CustomerOwned, table=True):
    """A wanted quantity of an item, with the price its person was last shown and where that came from."""

    __tablename__ = 'cart_line'
    __table_args__ = (sa.UniqueConstraint('cart_id', 'item_id', 'saved'),)

    cart_id: uuid.UUID = reference('cart.id', ondelete='CASCADE')
    item_id: uuid.UUID = reference('item.id', index=False)
    position: int = 0
    quantity: Decimal = quantity()
    note: str = text(300)
    saved: bool = False
    shown_price: Decimal | None = amount(None, nullable=True)
    shown_source: str = text(200)
