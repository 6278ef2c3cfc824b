"""The base price list of a currency, made when there is none."""

from __future__ import annotations

import uuid
from typing import Any

from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _
from models.pricing import PriceKind, PriceList
from services.core.work import Work

CODE = 'BASE'


def base_list(work: Work, currency: str) -> uuid.UUID:
    """The id of the seller's active base list in this currency."""
    there = _there(work, currency)
    if there is not None:
        return uuid.UUID(str(there.id))
    made = PriceList(id=new_id(), code=base_code(work, currency), kind=PriceKind.BASE, currency=currency,
                     name=_('Base prices in {currency}').format(currency=currency))
    work.session.add(made)
    work.session.flush()
    return made.id


def base_code(work: Work, currency: str) -> str:
    """The code it has or would get: BASE, or BASE-GBP where that is taken by another currency."""
    there = _there(work, currency)
    if there is not None:
        return str(there.code)
    taken = work.session.exec(select(PriceList.id).where(PriceList.code == CODE)).first()
    return CODE if taken is None else f'{CODE}-{currency}'


def _there(work: Work, currency: str) -> Any:
    """The list of highest priority where there are several."""
    return work.session.execute(
        select(PriceList.id, PriceList.code).where(
            PriceList.kind == PriceKind.BASE, PriceList.currency == currency, col(PriceList.active))
        .order_by(col(PriceList.priority).desc(), col(PriceList.code))).first()
