"""The base price list of a currency, made when there is none."""

from __future__ import annotations

import uuid

from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _
from models.pricing import PriceKind, PriceList
from services.core.work import Work

CODE = 'BASE'


def base_list(work: Work, currency: str) -> uuid.UUID:
    """The id of the seller's active base list in this currency; the one of highest priority where there are several."""
    statement = select(col(PriceList.id)).where(
        PriceList.kind == PriceKind.BASE, PriceList.currency == currency, col(PriceList.active))
    there = work.session.exec(statement.order_by(col(PriceList.priority).desc(), col(PriceList.code))).first()
    if there is not None:
        return there
    taken = work.session.exec(select(PriceList).where(PriceList.code == CODE)).first()
    made = PriceList(id=new_id(), code=CODE if taken is None else f'{CODE}-{currency}', kind=PriceKind.BASE,
                     name=_('Base prices in {currency}').format(currency=currency), currency=currency)
    work.session.add(made)
    work.session.flush()
    return made.id
