"""Prices pasted from a spreadsheet: SKU, quantity and price in each line, nothing dropped silently."""

from __future__ import annotations

from decimal import Decimal

from pydantic import ValidationError

from models.core.words import _
from services.core.errors import Invalid
from services.pad.matching import folded
from services.pad.parsing import CODES
from services.pricing.lists import MOST_ROWS, PriceInput
from services.sheets import number_of, text_rows


def priced_rows(text: str) -> list[PriceInput]:
    """The prices of a pasted block: SKU, from quantity, price, or SKU and price; a first row of headings is left out.

    Raises Invalid with the numbers of all lines that cannot be read as `details`.
    """
    out: list[PriceInput] = []
    wrong: list[int] = []
    for place, (number, cells) in enumerate(text_rows(text)):
        if place == 0 and folded(cells[0]) in CODES:
            continue
        row = _row([cell.strip() for cell in cells if cell.strip()])
        if row is None:
            wrong.append(number)
        else:
            out.append(row)
    if wrong:
        raise Invalid(_('These lines are not SKU, quantity and price: {lines}.').format(
            lines=', '.join(map(str, wrong[:20]))), field='rows', details=wrong)
    if not out:
        raise Invalid(_('There was no row in it.'), field='rows')
    if len(out) > MOST_ROWS:
        raise Invalid(_('Please give at most {count} prices at a time.').format(count=MOST_ROWS), field='rows')
    return out


def _row(cells: list[str]) -> PriceInput | None:
    if len(cells) not in (2, 3):
        return None
    price = number_of(cells[-1])
    quantity = number_of(cells[1]) if len(cells) == 3 else Decimal(1)
    if price is None or quantity is None:
        return None
    try:
        return PriceInput(sku=cells[0], min_quantity=quantity, price=price)
    except ValidationError:
        return None
