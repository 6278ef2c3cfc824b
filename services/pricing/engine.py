"""The pricing engine: what items cost a customer on a day, two queries for any number of items."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.customers import Customer
from models.pricing import Price, PriceKind, PriceList
from services.calendar import today
from services.core.work import Work
from services.pricing.quote import PriceQuote, Tier
from services.pricing.rules import ListFacts, Offer, choose

__all__ = ['PriceQuote', 'Tier', 'lists_of', 'quotes']


def quotes(work: Work, customer: Customer, wanted: Mapping[uuid.UUID, Decimal],
           on: dt.date | None = None, *, lists: Mapping[uuid.UUID, ListFacts] | None = None
           ) -> dict[uuid.UUID, PriceQuote]:
    """The price and its reason for each item at its quantity (the sum of the SKU in the cart is the caller's to give).

    Every wanted item has an entry; `on` is a day in the seller's zone, today when left out; `lists` are those of
    `lists_of` when the caller has read them already.
    """
    if not wanted:
        return {}
    lists = lists_of(work, customer, on=on) if lists is None else lists
    offers = _offers(work, lists, list(wanted))
    return {item_id: choose(offers.get(item_id, ()), quantity, customer.currency)
            for item_id, quantity in wanted.items()}


def lists_of(work: Work, customer: Customer, *, on: dt.date | None = None) -> dict[uuid.UUID, ListFacts]:
    """The lists that apply to a customer on a day, by id: active, valid, in his currency, everybody's or his own."""
    day = on or today(work)
    columns = (PriceList.id, PriceList.code, PriceList.name, PriceList.kind, PriceList.priority, PriceList.valid_to,
               PriceList.stacks, PriceList.version, col(PriceList.customer_id).is_not(None))
    kind, owner = col(PriceList.kind), col(PriceList.customer_id)
    statement = sa.select(*columns).where(  # type: ignore[call-overload]
        col(PriceList.active), col(PriceList.currency) == customer.currency,
        sa.or_(col(PriceList.valid_from).is_(None), col(PriceList.valid_from) <= day),
        sa.or_(col(PriceList.valid_to).is_(None), col(PriceList.valid_to) >= day),
        sa.or_(owner == customer.id, sa.and_(owner.is_(None), sa.or_(
            kind.in_((PriceKind.BASE, PriceKind.PROMOTION)),
            sa.and_(kind == PriceKind.GROUP, col(PriceList.id) == customer.price_list_id)))))
    return {row[0]: ListFacts(*row) for row in _read(work, statement)}


def _offers(work: Work, lists: Mapping[uuid.UUID, ListFacts],
            item_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Offer]]:
    if not lists:
        return {}
    statement = (sa.select(Price.item_id, Price.price_list_id, Price.min_quantity, Price.price)  # type: ignore[call-overload]
                 .where(col(Price.item_id).in_(item_ids), col(Price.price_list_id).in_(list(lists)))
                 .order_by(Price.item_id, Price.price_list_id, Price.min_quantity))
    found: dict[uuid.UUID, list[Offer]] = {}
    for (item_id, list_id), rows in groupby(_read(work, statement), key=lambda row: (row[0], row[1])):
        found.setdefault(item_id, []).append(Offer(lists[list_id], tuple(Tier(row[2], row[3]) for row in rows)))
    return found


def _read(work: Work, statement: Any) -> Sequence[Any]:
    """Rows past the object mapper, which would cost more than the query; what is unsaved is written before."""
    work.session.flush()
    return work.session.connection().execute(statement).fetchall()
