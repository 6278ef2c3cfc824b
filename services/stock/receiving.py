"""Deliveries of many items: pasted lines of SKU and quantity, received together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import col

from models.catalogue import Item
from models.core.words import _
from services.core.errors import Invalid
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.pad.parsing import raw_rows
from services.sheets import number_of, text_rows
from services.stock.service import MOST, StockService

MOST_ROWS = 2000
Delivery = tuple[str, Decimal]


class ReceivingService(Service):
    """Booking whole deliveries."""

    @requires(Permission.STOCK_WRITE)
    def parse(self, text: str) -> tuple[Delivery, ...]:
        """SKU and quantity of each pasted line; the SKU's case does not matter, and the EAN does too.

        Raises Invalid with the numbers of all lines that are wrong as `details`.
        """
        rows = raw_rows(text_rows(text))
        if not rows:
            raise Invalid(_('There was no row in it.'), field='rows')
        if len(rows) > MOST_ROWS:
            raise Invalid(_('Please give at most {count} lines at a time.').format(count=MOST_ROWS), field='rows')
        known = self._known({row.code.strip().upper() for row in rows})
        out: list[Delivery] = []
        wrong: list[int] = []
        for row in rows:
            sku, quantity = known.get(row.code.strip().upper()), number_of(row.quantity)
            if sku is None or quantity is None or not 0 < quantity <= MOST or quantity.as_tuple().exponent < -4:  # type: ignore[operator]
                wrong.append(row.source_row)
            else:
                out.append((sku, quantity))
        if wrong:
            raise Invalid(_('These lines have no known SKU or no quantity: {lines}.').format(
                lines=', '.join(map(str, wrong[:20]))), field='rows', details=wrong)
        return tuple(out)

    @requires(Permission.STOCK_WRITE, writes=True)
    def receive_many(self, warehouse: str, rows: Sequence[Delivery], *, note: str = '') -> int:
        """Add all these goods to a warehouse; returns how many lines there were."""
        stock = StockService(self.work)
        for sku, quantity in rows:
            stock.receive(sku, warehouse, quantity, note=note)
        return len(rows)

    def _known(self, codes: set[str]) -> dict[str, str]:
        rows = self.session.execute(sa.select(Item.sku, Item.ean).where(sa.or_(  # type: ignore[call-overload]
            sa.func.upper(col(Item.sku)).in_(codes), col(Item.ean).in_(codes)))).all()
        return {ean: sku for sku, ean in rows if ean} | {sku.upper(): sku for sku, _ean in rows}
