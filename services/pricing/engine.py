"""The pricing engine: what items cost a customer on a day, two queries for any number of items."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby

import sqlalchemy as sa
from sqlmodel import col

from models.customers import Customer
from models.pricing import Price, PriceKind, PriceList
from services.calendar import today
from services.core.work import Work
from services.pricing.quote import PriceQuote, Tier
from services.pricing.rules import ListFacts, Offer, choose

__all__ = ['PriceQuote', 'Tier', 'lists_of', 'quotes']
_kind, _owner = col(PriceList.kind), col(PriceList.customer_id)
# Written out once: to build these for every cart costs more than to carry them out.
_LISTS = sa.select(  # type: ignore[call-overload]
    PriceList.id, PriceList.code, PriceList.name, PriceList.kind, PriceList.priority, PriceList.valid_to,
    PriceList.stacks, PriceList.version, _owner.is_not(None)).where(
    col(PriceList.active), col(PriceList.currency) == sa.bindparam('currency'),
    sa.or_(col(PriceList.valid_from).is_(None), col(PriceList.valid_from) <= sa.bindparam('day')),
    sa.or_(col(PriceList.valid_to).is_(None), col(PriceList.valid_to) >= sa.bindparam('day')),
    sa.or_(_owner == sa.bindparam('customer'), sa.and_(_owner.is_(None), sa.or_(
        _kind.in_((PriceKind.BASE, PriceKind.PROMOTION)),
        sa.and_(_kind == PriceKind.GROUP, col(PriceList.id) == sa.bindparam('group'))))))
_PRICES = (sa.select(Price.item_id, Price.price_list_id, Price.min_quantity, Price.price)  # type: ignore[call-overload]
           .where(col(Price.item_id).in_(sa.bindparam('items', expanding=True)),
                  col(Price.price_list_id).in_(sa.bindparam('lists', expanding=True)))
           .order_by(Price.item_id, Price.price_list_id, Price.min_quantity))


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
    return {row[0]: ListFacts(*row) for row in work.rows(_LISTS, {
        'currency': customer.currency, 'day': day, 'customer': customer.id, 'group': customer.price_list_id})}


def _offers(work: Work, lists: Mapping[uuid.UUID, ListFacts],
            item_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Offer]]:
    if not lists:
        return {}
    rows_of = work.rows(_PRICES, {'items': item_ids, 'lists': list(lists)})
    found: dict[uuid.UUID, list[Offer]] = {}
    for (item_id, list_id), rows in groupby(rows_of, key=lambda row: (row[0], row[1])):
        found.setdefault(item_id, []).append(Offer(lists[list_id], tuple(Tier(row[2], row[3]) for row in rows)))
    return found
