"""The stock of all items by warehouse: counting, receiving, expecting, whole deliveries by paste."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l, ngettext
from services.core import fields as f
from services.core import formats
from services.core.permissions import Permission
from services.stock.listing import STOCK
from services.stock.receiving import ReceivingService
from services.stock.service import StockService
from ui.kernel.documents import Head
from ui.kernel.forms import ask
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.pieces import stocking
from ui.pieces.looking import warehouse_options

P = Permission
module = Module('office_stock', _l('Stock'), icon='boxes', group=Group.FULFIL, needs=P.STOCK_READ,
                keywords=_l('inventory, warehouse, count, stocktaking, receive, goods in, incoming, restock'))


class Delivery(BaseModel):
    """Many lines that came in together."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    warehouse: Annotated[str, f.Choice(_l('Warehouse'))] = Field(min_length=1)
    rows: Annotated[str, f.LongText(_l('Lines'), help=_l('SKU or EAN and quantity in each line, as copied from a '
                                                         'spreadsheet.'))] = Field(min_length=1, max_length=200_000)
    note: Annotated[str, f.Text(_l('Note'), placeholder=_l('Delivery note, supplier'))] = \
        Field(default='', max_length=200)


@module.view('/office/stock')
async def index(view: View) -> None:
    """What is where, with everything the warehouse does."""
    async def single() -> None:
        await stocking.receive_any(view)

    async def expecting() -> None:
        await stocking.expect(view)

    async def delivery() -> None:
        await _delivery(view)
    Head(view, view.title, sub=_('What is on hand, promised and on its way, by warehouse'), acts=[
        Act(_('Expect goods'), 'truck', run=expecting, needs=P.STOCK_WRITE),
        Act(_('Paste a delivery'), 'clipboard-paste', run=delivery, needs=P.STOCK_WRITE),
        Act(_('Receive goods'), 'package-plus', run=single, needs=P.STOCK_WRITE, main=True)])

    async def count(row: Mapping[str, Any]) -> None:
        await stocking.count(view, str(row['sku']), str(row['warehouse']), row['on_hand'])

    async def receive(row: Mapping[str, Any]) -> None:
        await stocking.receive(view, str(row['sku']), str(row['warehouse']))

    async def expect(row: Mapping[str, Any]) -> None:
        await stocking.expect(view, sku=str(row['sku']), warehouse=str(row['warehouse']))

    async def details(row: Mapping[str, Any]) -> None:
        view.open(f'/office/items/{quote(str(row["sku"]), safe="")}?tab=stock')
    Table(view, STOCK, load=StockService.page, row_path='/office/items/{sku}', topic=('office:stock', 'catalogue'),
          card=('name', 'state', 'sku', 'warehouse', 'available'),
          context=[Act(_('Movements'), 'history', run=details),
                   Act(_('Count'), 'clipboard-check', run=count, needs=P.STOCK_WRITE),
                   Act(_('Receive'), 'package-plus', run=receive, needs=P.STOCK_WRITE),
                   Act(_('Expect goods'), 'truck', run=expect, needs=P.STOCK_WRITE)],
          empty=Empty('boxes', _('No stock yet'), _('Receive goods, or bring the stock from a file.'),
                      _('Import') if view.actor.may(P.IMPORTS_RUN) else '', '/office/import'))


async def _delivery(view: View) -> None:
    """Read a pasted block, and book all of it or nothing."""
    booked: list[tuple[str, Decimal]] = []

    async def save(given: Delivery) -> None:
        rows = await view.do(ReceivingService.parse, given.rows)
        await view.do(ReceivingService.receive_many, given.warehouse, rows, note=given.note)
        booked.extend(rows)
    places = await warehouse_options(view)
    day = formats.date(dt.datetime.now(formats.zone()).date())
    given = await ask(view, Delivery, _('Paste a delivery'), _('Receive all'), save=save,
                      options={'warehouse': places},
                      values={'warehouse': next(iter(places), ''), 'rows': '',
                              'note': _('Delivery of {date}').format(date=day)})
    if given is not None:
        total = formats.quantity(sum((quantity for _sku, quantity in booked), Decimal(0)))
        words = ngettext('{count} line received, {total} pieces in all.', '{count} lines received, {total} pieces in '
                         'all.', len(booked))
        view.say(words.format(count=formats.number(len(booked)), total=total))
