"""Counting, receiving and expecting goods, from the stock list and from an item's page."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from services.catalogue.about import ItemAboutService
from services.core import fields as f
from services.core import formats
from services.stock.service import MOST, ExpectedGoods, IncomingInput, StockService
from ui.kernel.forms import ask, confirm
from ui.pieces.looking import warehouse_options

if TYPE_CHECKING:
    from ui.kernel.view import View


class Count(BaseModel):
    """What was counted."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    on_hand: Annotated[Decimal, f.Number(_l('On hand'))] = Field(ge=0, le=MOST, decimal_places=4)
    note: Annotated[str, f.Text(_l('Note'), placeholder=_l('Stocktaking, breakage'))] = \
        Field(default='', max_length=200)


class Arrived(BaseModel):
    """What came in."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    quantity: Annotated[Decimal, f.Number(_l('Quantity'))] = Field(gt=0, le=MOST, decimal_places=4)
    note: Annotated[str, f.Text(_l('Note'), placeholder=_l('Delivery note, supplier'))] = \
        Field(default='', max_length=200)


class ArrivedItem(Arrived):
    """What came in of an item that is chosen here."""

    sku: Annotated[str, f.SearchChoice(_l('Item'), placeholder=_l('SKU, name or EAN'))] = Field(min_length=1)
    warehouse: Annotated[str, f.Choice(_l('Warehouse'))] = Field(min_length=1)


class Expected(BaseModel):
    """When goods come and how many."""

    model_config = ConfigDict(extra='forbid')

    quantity: Annotated[Decimal, f.Number(_l('Quantity'), half=True)] = Field(gt=0, le=MOST, decimal_places=4)
    expected_on: Annotated[dt.date, f.Date(_l('Expected on'), half=True)]


async def count(view: View, sku: str, warehouse: str, on_hand: Decimal) -> None:
    """Put what was counted, with a way back."""
    async def save(given: Count) -> None:
        await view.do(StockService.set_on_hand, sku, warehouse, given.on_hand, note=given.note)

    async def back() -> None:
        await view.do(StockService.set_on_hand, sku, warehouse, on_hand, note=_('Count taken back'))
    given = await ask(view, Count, _('Count {sku} in {warehouse}').format(sku=sku, warehouse=warehouse), _('Set'),
                      save=save, values={'on_hand': on_hand, 'note': ''})
    if given is not None:
        view.say(_('{sku}: {quantity} on hand.').format(sku=sku, quantity=formats.quantity(given.on_hand)), undo=back)


async def receive(view: View, sku: str, warehouse: str, *, coming: ExpectedGoods | None = None) -> None:
    """Book goods that came in; `coming` are those that were expected."""
    async def save(given: Arrived) -> None:
        await view.do(StockService.receive, sku, warehouse, given.quantity, note=given.note,
                      incoming_id=coming.id if coming else None)
    title = _('Receive {sku} in {warehouse}').format(sku=sku, warehouse=warehouse)
    given = await ask(view, Arrived, title, _('Receive'), save=save,
                      values={'quantity': coming.quantity if coming else '', 'note': ''})
    if given is not None:
        _said_received(view, sku, warehouse, given.quantity)


async def receive_any(view: View) -> None:
    """Book goods that came in of an item that is chosen in the dialog."""
    async def save(given: ArrivedItem) -> None:
        await view.do(StockService.receive, given.sku, given.warehouse, given.quantity, note=given.note)
    places = await warehouse_options(view)
    given = await ask(view, ArrivedItem, _('Receive goods'), _('Receive'), save=save,
                      look={'sku': ItemAboutService.find}, options={'warehouse': places},
                      values={'sku': '', 'quantity': '', 'note': '', 'warehouse': next(iter(places), '')})
    if given is not None:
        _said_received(view, given.sku, given.warehouse, given.quantity)


def _said_received(view: View, sku: str, warehouse: str, quantity: Decimal) -> None:
    async def back() -> None:
        card = await view.do(StockService.card, sku)
        there = next(level.on_hand for level in card.levels if level.warehouse == warehouse)
        await view.do(StockService.set_on_hand, sku, warehouse, there - quantity, note=_('Receipt taken back'))
    view.say(_('{quantity} of {sku} received.').format(quantity=formats.quantity(quantity), sku=sku), undo=back)


async def expect(view: View, *, sku: str = '', warehouse: str = '') -> None:
    """Note goods on their way, with a way back."""
    made: list[uuid.UUID] = []

    async def save(given: IncomingInput) -> None:
        made.append(await view.do(StockService.expect, given))

    async def back() -> None:
        await view.do(StockService.no_longer_expect, made[-1])
    places = await warehouse_options(view)
    values = {'sku': sku, 'warehouse': warehouse or next(iter(places), ''), 'quantity': '', 'expected_on': ''}
    given = await ask(view, IncomingInput, _('Expect goods'), _('Expect'), save=save, values=values,
                      look={'sku': ItemAboutService.find}, options={'warehouse': places, 'sku': sku})
    if given is not None:
        view.say(_('{quantity} of {sku} expected on {date}.').format(
            quantity=formats.quantity(given.quantity), sku=given.sku, date=formats.date(given.expected_on)), undo=back)


async def change_expected(view: View, coming: ExpectedGoods) -> None:
    """Change how much comes and when."""
    async def save(given: Expected) -> None:
        await view.do(StockService.change_expected, coming.id, quantity=given.quantity, expected_on=given.expected_on,
                      version=coming.version)
    if await ask(view, Expected, _('Change expected goods'), _('Save'), save=save, values=coming) is not None:
        view.say(_('Expected goods changed.'))


async def expect_no_more(view: View, sku: str, coming: ExpectedGoods) -> None:
    """Take the note of expected goods back, once the person is sure."""
    question = _('Expect {quantity} of {sku} no more?').format(quantity=formats.quantity(coming.quantity), sku=sku)
    if await confirm(view, question, _('Remove'), danger=True,
                     text=_('Customers no longer see this delivery as restock date.')):
        await view.do(StockService.no_longer_expect, coming.id)

        async def back() -> None:
            await view.do(StockService.expect, IncomingInput(
                sku=sku, warehouse=coming.warehouse, quantity=coming.quantity, expected_on=coming.expected_on))
        view.say(_('These goods are no longer expected.'), undo=back)
