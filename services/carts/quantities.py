"""Quantities as people and programs give them: plain positive numbers, or a sentence that says why not."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from models.catalogue import Item
from models.core.words import _
from services.core import formats
from services.core.errors import Invalid
from services.core.work import Work
from services.settings import setting
from services.sheets import number_of

LARGEST_QUANTITY = Decimal(1_000_000)
_WRITTEN = re.compile(r'\d{1,20}(\.\d{0,20})?|\.\d{1,20}')
_GROUPED = re.compile(r'[1-9]\d{0,2}([.,])\d{3}(\1\d{3})*')
_MARKS = frozenset(" .,'-\u00a0\u202f")


def a_quantity(value: Any, item: Item | None = None, *, most: Decimal = LARGEST_QUANTITY) -> Decimal:
    """A quantity a person gave, exact; raises Invalid for anything that is not a plain positive number up to `most`."""
    quantity = value if isinstance(value, Decimal) else _written(value)
    if not quantity.is_finite() or quantity <= 0 or quantity > most:
        raise Invalid(_('Please give the quantity as a number above 0 and up to {most}.').format(
            most=formats.quantity(most)), field='quantity')
    places = item.decimals if item else 4
    if quantity != quantity.quantize(Decimal(1).scaleb(-places)):
        raise Invalid(_('Please give a whole number.') if places == 0 else
                      _('Please give at most {count} decimals.').format(count=places), field='quantity')
    return quantity


def _written(value: Any) -> Decimal:
    """What plain digits mean; powers of ten, separators, truth values and lists mean no number."""
    text = '' if isinstance(value, bool) else str(value).strip()
    return Decimal(text) if _WRITTEN.fullmatch(text) else Decimal('NaN')


def largest(work: Work) -> Decimal:
    """The largest quantity of a line, by the seller's setting."""
    return Decimal(str(setting(work, 'orders.largest_quantity')))


def meant(text: str, item: Item | None) -> Decimal:
    """The number a person wrote, NaN for none; '1.000' and '1,000' of an item sold in whole pieces are a thousand."""
    text = text.strip()
    if not all(sign.isdigit() or sign in _MARKS for sign in text):
        return Decimal('NaN')
    if _GROUPED.fullmatch(text) and item is not None and item.decimals == 0:
        text = text.replace('.', '').replace(',', '')
    number = number_of(text)
    return Decimal('NaN') if number is None else number
