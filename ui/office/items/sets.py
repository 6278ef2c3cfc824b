"""The collections an item is in, and what customers call it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from services.catalogue.about import ItemAboutService, Membership, OwnNumber
from services.catalogue.collections import CollectionService
from services.core import fields as f
from services.core.permissions import Permission
from services.customers.part_numbers import PartNumberService
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.forms import ask
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.pieces.looking import customers
from ui.pieces.rows import Row, Rows

P = Permission


class Called(BaseModel):
    """What a customer calls an item."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    account: Annotated[str, f.SearchChoice(_l('Customer'), placeholder=_l('Name or account number'))] = \
        Field(min_length=1)
    part_number: Annotated[str, f.Text(_l('His part number'))] = Field(min_length=1, max_length=80)


class Sets:
    """The tab of collections and own part numbers."""

    def __init__(self, view: View, sku: str) -> None:
        self.view = view
        self.sku = sku

    async def build(self) -> None:
        """Lay out both lists and follow the catalogue."""
        may = self.view.actor.may(P.CUSTOMERS_WRITE)
        with design.box('p-grid-even'):
            with design.box('p-card', tag='section'):
                with design.box('p-card-head'):
                    design.words(_('Collections'), tag='h2')
                    design.button(_('All collections'), href='/office/categories?tab=collections', small=True)
                self.sets = Rows(self.view, _('Collections'), [(_('Collection'), False), (_('This item'), False)])
                self.no_sets = design.words(_('There are no collections yet.'), tag='p', classes='p-card-body p-soft')
            with design.box('p-card', tag='section'):
                with design.box('p-card-head'):
                    design.words(_('Customers’ part numbers'), tag='h2')
                    if may:
                        design.button(_('Add'), self._add, icon='plus', small=True)
                self.numbers = Rows(self.view, _('Customers’ part numbers'), [
                    (_('Part number'), False), (_('Customer'), False), (_('Origin'), False)])
                self.no_numbers = design.words(_('No customer has a number of his own for it.'), tag='p',
                                               classes='p-card-body p-soft')
        self.view.on('catalogue', self._show)
        await self._show()

    async def _show(self) -> None:
        found = await self.view.do(ItemAboutService.memberships, self.sku)
        self.sets.set_visibility(bool(found))
        self.no_sets.set_visibility(not found)
        self.sets.show([self._set(one) for one in found])
        numbers = await self.view.do(ItemAboutService.own_numbers, self.sku)
        self.numbers.set_visibility(bool(numbers))
        self.no_numbers.set_visibility(not numbers)
        self.numbers.show([self._number(one) for one in numbers])

    def _set(self, one: Membership) -> Row:
        acts = [Act(_('Take out'), 'minus', run=lambda: self._put(one, inside=False)) if one.inside else
                Act(_('Put in'), 'plus', run=lambda: self._put(one, inside=True))]
        chip = (_('In it'), 'ok') if one.inside else (_('Not in it'), 'mute')
        return Row(one.code, [Cell('', strong=one.name, note=one.code), Cell('', chip=chip)],
                   acts if self.view.actor.may(P.ITEMS_WRITE) else ())

    async def _put(self, one: Membership, *, inside: bool) -> None:
        every = await self.view.do(CollectionService.all)
        before = next(card.skus for card in every if card.code == one.code)
        rest = [sku for sku in before if sku != self.sku]
        await self.view.do(CollectionService.put, one.code, [*rest, self.sku] if inside else rest)

        async def back() -> None:
            await self.view.do(CollectionService.put, one.code, list(before))
        said = _('{sku} is in {collection} now.') if inside else _('{sku} is no longer in {collection}.')
        self.view.say(said.format(sku=self.sku, collection=one.name), undo=back)

    def _number(self, one: OwnNumber) -> Row:
        chip = (_('Learned'), 'info') if one.learned else (_('Given'), 'mute')
        acts = [Act(_('Customer'), 'users', path=f'/office/customers/{one.account}'),
                Act(_('Remove'), 'trash-2', run=lambda: self._remove(one), danger=True, rule=True,
                    needs=P.CUSTOMERS_WRITE)]
        return Row(str(one.id), [Cell('', strong=one.part_number),
                                 Cell(one.customer, path=f'/office/customers/{one.account}'), Cell('', chip=chip)],
                   acts)

    async def _add(self) -> None:
        async def save(given: Called) -> None:
            await self.view.do(PartNumberService.add, self.sku, given.part_number, account=given.account)
        given = await ask(self.view, Called, _('Add a customer’s part number'), _('Add'), save=save,
                          values={'account': '', 'part_number': ''}, look={'account': customers(self.view)})
        if given is not None:
            self.view.say(_('{number} now means {sku}.').format(number=given.part_number, sku=self.sku))
            await self._show()

    async def _remove(self, one: OwnNumber) -> None:
        await self.view.do(PartNumberService.remove, one.id)

        async def back() -> None:
            await self.view.do(PartNumberService.add, self.sku, one.part_number, account=one.account)
            await self._show()
        self.view.say(_('Part number removed.'), undo=back)
        await self._show()
