"""One price list: what it is, when it wins, and all prices in it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l, ngettext
from models.pricing import PriceKind, PriceList
from services.catalogue.about import ItemAboutService
from services.core import fields as f
from services.core import formats
from services.core.permissions import Permission
from services.pricing.listing import KINDS, PRICES, STATE_TONES, STATES
from services.pricing.lists import PriceInput, PriceListService
from services.pricing.of_item import ItemPriceService
from services.pricing.pasting import priced_rows
from ui.kernel import design, documents
from ui.kernel.documents import Document
from ui.kernel.forms import ask, confirm
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.office.items.bulk import Percent
from ui.office.items.prices import Tier, change_price
from ui.office.price_lists import forms

P = Permission


class NewPrice(Tier):
    """A net price of an item that is chosen here."""

    sku: Annotated[str, f.SearchChoice(_l('Item'), placeholder=_l('SKU, name or EAN'))] = Field(min_length=1)


class Pasted(BaseModel):
    """Prices as copied from a spreadsheet."""

    model_config = ConfigDict(extra='forbid')

    rows: Annotated[str, f.LongText(_l('Lines'), placeholder='BOLT-M8   1     0.25\nBOLT-M8   500   0.20')] = \
        Field(min_length=1, max_length=400_000)


class ListDocument:
    """The page of a price list or promotion."""

    def __init__(self, view: View, code: str) -> None:
        self.view = view
        self.code = code

    async def build(self) -> None:
        """Lay out prices at one side, head data and rules at the other, and follow the prices."""
        view = self.view
        self.row = await view.do(PriceListService.read, self.code)
        self.frame = Document(view, self.code)
        with self.frame.main:
            Table(view, PRICES, load=PriceListService.prices, fixed={'list': self.code}, topic='prices', size=50,
                  row_path='/office/items/{sku}', card=('sku', 'price', 'min_quantity', 'difference'),
                  context=[Act(_('Open item'), 'external-link', path='/office/items/{sku}', kbd='Enter'),
                           Act(_('Edit price'), 'pencil', run=self._edit, needs=P.PRICE_LISTS_WRITE),
                           Act(_('Remove'), 'trash-2', run=self._remove, needs=P.PRICE_LISTS_WRITE, danger=True,
                               rule=True)],
                  bulk=[Act(_('Remove'), 'trash-2', run=self._remove_many, needs=P.PRICE_LISTS_WRITE, danger=True,
                            confirm=_('Remove {count} prices?'))],
                  empty=Empty('tags', _('No prices in this list yet'), _('Add them one by one, or paste a block.')))
        with self.frame.side:
            self.facts = documents.facts(view, _('About this list'), [('', '-')])
            with design.box('p-card', tag='section'):
                with design.box('p-card-head'):
                    design.words(_('Which price wins'), tag='h2')
                with design.box('p-card-body p-stack is-tight'):
                    for text in rules():
                        design.words(text, tag='p', classes='p-soft')
        view.on('prices', self._show)
        await self._show()

    async def _show(self) -> None:
        self.row = row = await self.view.do(PriceListService.read, self.code)
        account, customer = await self.view.do(ItemPriceService.customer_of, self.code)
        state = state_of(row, dt.datetime.now(formats.zone()).date())
        self.frame.head.show(self.code, sub=f'{row.name} · {KINDS[row.kind]} · {row.currency}',
                             chip=(str(STATES[state]), STATE_TONES[state]), acts=self._acts(row))
        promotion = row.kind is PriceKind.PROMOTION
        everybody = _('All customers') if promotion or row.kind is PriceKind.BASE else _('Those it is assigned to')
        facts = [(_('Kind'), str(KINDS[row.kind]), ''),
                 (_('Customer'), customer or everybody, f'/office/customers/{account}' if account else ''),
                 (_('Currency'), row.currency, ''), (_('Valid from'), formats.date(row.valid_from) or _('always'), ''),
                 (_('Valid until'), formats.date(row.valid_to) or _('always'), ''),
                 (_('Priority'), '' if promotion else formats.number(row.priority), ''),
                 (_('On contract prices too'), (_('Yes') if row.stacks else _('No')) if promotion else '', '')]
        self.facts.show([{'label': label, 'text': text, 'path': path} for label, text, path in facts if text])

    def _acts(self, row: PriceList) -> list[Act]:
        async def change() -> None:
            await forms.change(self.view, self.row)

        async def copy() -> None:
            await forms.copy(self.view, self.code)

        async def switch() -> None:
            await forms.switch(self.view, self.code, active=not self.row.active)
        write = P.PRICE_LISTS_WRITE
        return [Act(_('Deactivate') if row.active else _('Activate'), 'pause' if row.active else 'play', run=switch,
                    needs=write),
                Act(_('Copy'), 'copy', run=copy, needs=write), Act(_('Change'), 'pencil', run=change, needs=write),
                Act(_('All prices by %'), 'percent', run=self._raise, needs=write),
                Act(_('Paste prices'), 'clipboard-paste', run=self._paste, needs=write),
                Act(_('Add price'), 'plus', run=self._add, needs=write, main=True)]

    async def _add(self) -> None:
        async def save(given: NewPrice) -> None:
            await self.view.do(PriceListService.put, self.code, [
                PriceInput(sku=given.sku, min_quantity=given.min_quantity, price=given.price)])
        given = await ask(self.view, NewPrice, _('Add price'), _('Add price'), save=save, currency=self.row.currency,
                          look={'sku': ItemAboutService.find},
                          values={'sku': '', 'min_quantity': Decimal(1), 'price': ''})
        if given is not None:
            self.view.say(_('Price of {sku} saved.').format(sku=given.sku))

    async def _edit(self, row: Mapping[str, Any]) -> None:
        tier = Tier(min_quantity=row['min_quantity'], price=row['price'])
        await change_price(self.view, self.code, str(row['sku']), tier=tier, currency=self.row.currency)

    async def _remove(self, row: Mapping[str, Any]) -> None:
        await self._remove_many([str(row['id'])])

    async def _remove_many(self, keys: list[str]) -> None:
        gone = await self.view.do(ItemPriceService.remove, self.code, [uuid.UUID(key) for key in keys])

        async def back() -> None:
            await self.view.do(PriceListService.put, self.code, list(gone))
        words = ngettext('{count} price removed.', '{count} prices removed.', len(gone))
        self.view.say(words.format(count=formats.number(len(gone))), undo=back)

    async def _paste(self) -> None:
        async def save(given: Pasted) -> tuple[int, int]:
            rows = priced_rows(given.rows)
            return len(rows), await self.view.do(PriceListService.put, self.code, rows)
        done = await ask(self.view, Pasted, _('Paste prices'), _('Take over'), save=save, values={'rows': ''},
                         text=_('SKU, from quantity and net price in each line, or SKU and price; divided by tabs, '
                                'semicolons, commas or blanks. All lines or none are taken over.'))
        if done is not None:
            words = ngettext('{count} line read, {changed} prices changed.',
                             '{count} lines read, {changed} prices changed.', done[0])
            self.view.say(words.format(count=formats.number(done[0]), changed=formats.number(done[1])))

    async def _raise(self) -> None:
        given = await ask(self.view, Percent, _('Change all prices of {code}').format(code=self.code), _('Next'),
                          values={'percent': ''})
        if given is None:
            return
        question = _('Change all prices of {code} by {percent}?').format(
            code=self.code, percent=formats.percent(given.percent))
        if await confirm(self.view, question, _('Change prices'), danger=True,
                         text=_('Prices are rounded to cents; this cannot be undone exactly.')):
            done = await self.view.do(PriceListService.raise_prices, self.code, given.percent)
            self.view.say(ngettext('{count} price changed.', '{count} prices changed.', done).format(
                count=formats.number(done)))


def state_of(row: PriceList, day: dt.date) -> str:
    """Whether a list counts on a day: running, coming, over or off."""
    if not row.active:
        return 'off'
    if row.valid_to and row.valid_to < day:
        return 'over'
    return 'coming' if row.valid_from and row.valid_from > day else 'running'


def rules() -> tuple[str, ...]:
    """How the engine chooses, in words."""
    return (_('1. A contract goes first, then the customer’s own list, then his group’s list, then the base list.'),
            _('2. Within one kind the list with the higher priority wins; among equals the lower price.'),
            _('3. Within a list the best tier the quantity reaches counts.'),
            _('4. A promotion then wins where it is lower; on contract prices only if it says so.'),
            _('Only lists in the customer’s currency that are active and valid on the day count.'))
