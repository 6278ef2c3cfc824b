"""A form and a document as a page would build them."""

from __future__ import annotations

import asyncio
import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from nicegui import ui
from pydantic import BaseModel, Field

from models.core.words import _l
from models.orders import TRANSITIONS, OrderStatus
from services.core.errors import Conflict, Invalid
from services.core.fields import Choice as Pick
from services.core.fields import Date, Flag, LongText, Money, PerLanguage, Qty, SearchChoice, Secret, Text
from ui.kernel import documents
from ui.kernel.acts import Act
from ui.kernel.documents import Cell, Document, Happened, Step
from ui.kernel.forms import Form, ask, confirm
from ui.kernel.widgets import Stepper, kpis, price


class Terms(StrEnum):
    NET_14 = 'net_14'
    NET_30 = 'net_30'


class StreetInput(BaseModel):
    street: Annotated[str, Text(_l('Street'), part=_l('Address'))] = ''
    city: Annotated[str, Text(_l('City'), half=True), Field(min_length=1)]


class CustomerInput(BaseModel):
    name: Annotated[str, Text(_l('Name'), help=_l('As it stands on invoices.')), Field(min_length=1, max_length=20)]
    credit: Annotated[Decimal | None, Money(_l('Credit limit'), half=True), Field(ge=0)] = None
    terms: Annotated[Terms, Pick(_l('Terms'), half=True)] = Terms.NET_30
    crates: Annotated[Decimal, Qty(_l('Crates'), half=True)] = Decimal(1)
    since: Annotated[dt.date | None, Date(_l('Customer since'), half=True)] = None
    list_id: Annotated[str | None, SearchChoice(_l('Price list'))] = None
    names: Annotated[dict[str, str], PerLanguage(_l('Greeting'))] = {}
    note: Annotated[str, LongText(_l('Note'))] = ''
    key: Annotated[str, Secret(_l('Key'))] = ''
    open: Annotated[bool, Flag(_l('May order'))] = True
    address: StreetInput


class ReasonInput(BaseModel):
    reason: Annotated[str, Text(_l('Reason')), Field(min_length=3)]


def build_form(pane: Any) -> None:
    """A form with every kind of field."""
    saves = []

    async def save(values: CustomerInput) -> str:
        saves.append(values)
        await asyncio.sleep(0.3)
        if values.name == 'Taken':
            raise Invalid('There is a customer of this name already.', field='name')
        if values.name == 'Clash':
            raise Conflict('This was changed by someone else meanwhile.')
        return f'saved {len(saves)} {values.credit} {values.address.city} {values.list_id} {sorted(values.names)}'

    async def saved(result: str) -> None:
        pane.say(result)

    async def look(words: str) -> list[tuple[str, str, str]]:
        lists = [('t', 'Trade'), ('r', 'Retail'), ('e', 'Export')]
        return [(key, name, 'EUR') for key, name in lists if words.lower() in name.lower()]

    ui.html('<h1>Customer</h1>', sanitize=False)
    Form(pane, CustomerInput, save=save, on_saved=saved, look={'list_id': look}, languages=('en', 'de', 'ar'),
         values={'name': 'Harbour', 'credit': Decimal('1500'), 'address': {'city': 'Hull'}}, button='Save customer')


def build_document(pane: Any) -> None:
    """The order of the picture."""
    async def decline() -> None:
        values = await ask(pane, ReasonInput, 'Decline order', 'Decline order', danger=True)
        pane.say(f'declined {values.reason}' if values else 'kept')

    async def cancel() -> None:
        pane.say('cancelled' if await confirm(pane, 'Cancel this order?', 'Cancel order', danger=True) else 'kept')

    async def change(value: Decimal) -> None:
        pane.say(f'quantity {value}')

    acts = documents.acts_of(pane.actor, TRANSITIONS, OrderStatus.PLACED, {
        'confirm': Act('Confirm order', 'check', run=cancel, main=True),
        'cancel': Act('Cancel order', 'ban', run=cancel, danger=True)}, why={'cancel': ''})
    acts += [Act('Decline', 'x', run=decline), Act('Return items', 'undo-2', reason='Nothing was shipped yet.'),
             Act('PDF', 'download', path='/download/order/SO-2026-0417.pdf')]
    pane.title = ''
    pane.place = None
    document = Sheet(pane, acts)
    with document.main:
        documents.lines(pane, 'Lines', [('Item', False), ('Ordered', False), ('Shipped', False), ('Price', True),
                                        ('Total', True)], [
            [Cell('Oak panel 2440 × 1220 × 18', strong='OP-2440'), '40', Cell('40', chip=('Delivered', 'ok')), '€98.40',
             '€3,936.00'],
            [Cell('Hex bolt M8 × 60, A2', strong='HB-0860'), '30', Cell('12', chip=('On its way', 'info')), '€21.30',
             '€639.00']])
        documents.facts(pane, 'Terms', [('Reference', 'PO-7781'), ('Quotation', 'QU-1', '/quotes/QU-1')])
        documents.addresses(pane, 'Addresses', [('Ship to', ['Harbour Joinery', 'Kai 1', '20457 Hamburg'])])
        documents.history(pane, [Happened('Order placed', '20 Nov, 09:12', 'Mara Olsen')])
        kpis([{'label': 'Open orders', 'value': '3', 'note': 'next delivery tomorrow'}])
        price(Decimal('1.84'), 'EUR', before=Decimal('2.10'))
        Stepper(Decimal(6), label='Quantity of HB-0860', on_change=change)
    with document.side:
        documents.timeline(pane, [Step('Placed', '20 Nov, 09:12 · Mara Olsen', done=True), Step('Confirmed', next=True),
                                  Step('Delivered')])
        documents.totals(pane, [('Subtotal', '€5,415.00'), ('VAT 21%', '€1,151.97'), ('Total', '€6,637.97')])
        documents.related(pane, [('INV-2026-1', '/invoices/INV-2026-1')])


class Sheet(Document):
    """The document with its trail given, as there is no module here."""

    def __init__(self, pane: Any, acts: list[Act]) -> None:
        self.head = documents.Head(pane, 'SO-2026-0417', sub='Placed 20 Nov 2026 by Mara Olsen',
                                   chip=('Partly shipped', 'warn'), acts=acts, crumbs=[('Orders', '/orders')])
        with documents.box('p-doc'):
            self.main = documents.box('p-doc-main')
            self.side = documents.box('p-doc-side')
