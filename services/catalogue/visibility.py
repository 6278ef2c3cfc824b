"""Which items a person may come by: active ones, and within the assortment of his company."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.catalogue import AssortmentEntry, Category, Item
from models.customers import Customer
from services.core.work import Work

# Written out once: to build this for every cart and page costs more than to carry it out.
_RESTRICTED = sa.select(col(Customer.restricted_assortment)).where(col(Customer.id) == sa.bindparam('customer'))


def visible(work: Work, statement: Any) -> Any:
    """Narrow a select over Item to what the actor may see; staff see every item, also retired ones."""
    customer_id = work.actor.customer_id
    if work.actor.system or customer_id is None:
        return statement
    statement = statement.where(col(Item.active))
    if not any(restricted for restricted, in work.rows(_RESTRICTED, {'customer': customer_id})):
        return statement
    granted, below = aliased(Category), aliased(Category)
    mine = AssortmentEntry.customer_id == customer_id
    is_below = sa.func.substr(below.path, 1, sa.func.length(granted.path)) == granted.path
    categories = (sa.select(below.id).join(granted, is_below)  # type: ignore[call-overload]
                  .join(AssortmentEntry, col(AssortmentEntry.category_id) == granted.id).where(mine))
    items = sa.select(AssortmentEntry.item_id).where(mine, col(AssortmentEntry.item_id).is_not(None))  # type: ignore[call-overload]
    return statement.where(sa.or_(col(Item.id).in_(items), col(Item.category_id).in_(categories)))
