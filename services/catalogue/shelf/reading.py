"""Which items a person may come by, as a set of places; the same rule as `services.catalogue.visibility`, in memory."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import col

from models.catalogue import AssortmentEntry, Item
from models.customers import Customer
from services.catalogue.shelf.bits import bits_of
from services.catalogue.shelf.items import Shelf, shelf
from services.core.work import Work


def shelf_of(work: Work) -> Shelf:
    """The catalogue in memory, as this unit of work may see it at the least."""
    return shelf(work.runtime, work.session)


def reach_of(work: Work, on: Shelf, customer: Customer | None) -> int:
    """The set of active items within the assortment of a customer; None stands for staff, who see all active ones."""
    if customer is None or not customer.restricted_assortment:
        return on.active
    entries = work.session.execute(
        sa.select(AssortmentEntry.category_id, Item.place)  # type: ignore[call-overload]
        .outerjoin(Item, col(Item.id) == AssortmentEntry.item_id)
        .where(col(AssortmentEntry.customer_id) == customer.id)).all()
    granted = bits_of((place for _, place in entries if place is not None))
    for category_id, _ in entries:
        if category_id is not None:
            granted |= on.below(category_id)
    return granted & on.active
