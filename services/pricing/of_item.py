"""All prices of one item, and single prices of a list taken away again."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col, select

from models.catalogue import Item
from models.core.words import _
from models.customers import Customer
from models.pricing import Price, PriceKind, PriceList
from services.calendar import today
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.pricing.lists import PriceInput, PriceListService


@dataclass(frozen=True)
class ItemPrice:
    """One price of an item in one list, with what decides whether it counts today."""

    id: uuid.UUID
    code: str
    name: str
    kind: PriceKind
    currency: str
    customer: str
    min_quantity: Decimal
    price: Decimal
    valid_from: dt.date | None
    valid_to: dt.date | None
    counts: bool


class ItemPriceService(Service):
    """Reading the prices of an item over all lists."""

    @requires(Permission.PRICE_LISTS_READ)
    def of_item(self, sku: str) -> tuple[ItemPrice, ...]:
        """The prices of an item in the order lists are asked, then by quantity; raises NotFound."""
        item_id = self.session.exec(select(Item.id).where(col(Item.sku) == sku)).first()
        if item_id is None:
            raise NotFound(_('There is no such item.'))
        day = today(self.work)
        rows = self.session.execute(
            sa.select(Price.id, PriceList.code, PriceList.name, PriceList.kind, PriceList.currency, Customer.name,  # type: ignore[call-overload]
                      Price.min_quantity, Price.price, PriceList.valid_from, PriceList.valid_to, PriceList.active)
            .join(PriceList, col(PriceList.id) == Price.price_list_id)
            .join(Customer, col(Customer.id) == PriceList.customer_id, isouter=True)
            .where(col(Price.item_id) == item_id)).all()
        ranks = list(PriceKind)
        found = [ItemPrice(row[0], row[1], row[2], row[3], row[4], row[5] or '', row[6], row[7], row[8], row[9],
                           counts=bool(row[10]) and is_valid(row[8], row[9], day)) for row in rows]
        return tuple(sorted(found, key=lambda row: (ranks.index(row.kind), row.code, row.min_quantity)))

    @requires(Permission.PRICE_LISTS_READ)
    def choices(self) -> tuple[tuple[str, str, str], ...]:
        """All price lists as (code, name, currency), active ones first."""
        rows = self.session.exec(select(PriceList.code, PriceList.name, PriceList.currency)
                                 .order_by(col(PriceList.active).desc(), col(PriceList.code)))
        return tuple((code, name, currency) for code, name, currency in rows)

    @requires(Permission.PRICE_LISTS_READ)
    def customer_of(self, code: str) -> tuple[str, str]:
        """Account number and name of the customer a list is for; empty when it is for all."""
        row = self.session.exec(select(Customer.account, Customer.name).join(
            PriceList, col(PriceList.customer_id) == Customer.id).where(col(PriceList.code) == code)).first()
        return (row[0], row[1]) if row else ('', '')

    @requires(Permission.PRICE_LISTS_WRITE, writes=True)
    def remove(self, code: str, price_ids: Sequence[uuid.UUID]) -> tuple[PriceInput, ...]:
        """Take single prices out of a list; returns what they were, so that `put` can bring them back."""
        rows = self.session.execute(
            sa.select(Item.sku, Price.min_quantity, Price.price)  # type: ignore[call-overload]
            .join(Item, col(Item.id) == col(Price.item_id))
            .join(PriceList, col(PriceList.id) == col(Price.price_list_id))
            .where(col(PriceList.code) == code, col(Price.id).in_(list(price_ids)))).all()
        gone = tuple(PriceInput(sku=sku, min_quantity=least, price=price) for sku, least, price in rows)
        PriceListService(self.work).put(code, [row.model_copy(update={'price': None}) for row in gone])
        return gone


def is_valid(start: dt.date | None, end: dt.date | None, day: dt.date) -> bool:
    """Whether a day lies between two others, either of which may be open."""
    return (start is None or start <= day) and (end is None or day <= end)
