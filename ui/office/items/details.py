"""The texts, codes and rules of an item as a form, and its specification as a list of facts."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from services.catalogue.about import ItemAboutService
from services.catalogue.editing import ItemDetails, ItemInput
from services.catalogue.items import ItemCard, ItemService
from services.core import fields as f
from services.core.permissions import Permission
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.forms import Form, ask
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.pieces.looking import category_options
from ui.pieces.rows import Row, Rows


class KnownItem(ItemDetails):
    """An item there is already: its SKU stays."""

    sku: Annotated[str, f.Hidden()] = Field(min_length=1, max_length=60)


class Fact(BaseModel):
    """One line of a specification."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    name: Annotated[str, f.Text(_l('Property'), placeholder=_l('Material'))] = Field(min_length=1, max_length=80)
    value: Annotated[str, f.Text(_l('Value'), placeholder=_l('Steel, zinc plated'))] = \
        Field(min_length=1, max_length=300)


class Details:
    """The first tab of an item's page."""

    def __init__(self, view: View, sku: str) -> None:
        self.view = view
        self.sku = sku
        self.may = view.actor.may(Permission.ITEMS_WRITE)
        self.form: Form[KnownItem] | None = None

    async def build(self) -> None:
        """Lay out form and specification, and follow what others change while nothing is half-typed."""
        self.options = {'category': await category_options(self.view)}
        with design.box('p-grid-2'):
            with design.box('p-card', tag='section'), design.box('p-card-body'):
                self.place = design.box()
            with design.box('p-card', tag='section'):
                with design.box('p-card-head'):
                    design.words(_('Specification'), tag='h2')
                    if self.may:
                        design.button(_('Add'), self._add, icon='plus', small=True)
                self.facts = Rows(self.view, _('Specification'), [(_('Property'), False), (_('Value'), False)])
                self.nothing = design.words(_('No properties yet.'), tag='p', classes='p-card-body p-soft')
        self.show(await self.view.do(ItemService.read, self.sku))
        self.view.on('catalogue', self._again)

    async def _again(self) -> None:
        found = await self.view.do(ItemService.read, self.sku)
        if found.item.version != self.card.item.version and self.form is not None and not self.form.is_dirty:
            self.show(found)

    def show(self, found: ItemCard) -> None:
        """Show this state of the item."""
        self.card = found
        self.place.clear()
        with self.place:
            values = found.as_input()
            self.form = Form(self.view, KnownItem, save=self._save, values=values, button=_('Save'),
                             options={**self.options, 'successor': found.successor}, key=f'item:{self.sku}',
                             look={'successor': ItemAboutService.find}, locked=not self.may)
        self._show_facts()

    def _show_facts(self) -> None:
        facts = self.card.item.specification
        self.facts.set_visibility(bool(facts))
        self.nothing.set_visibility(not facts)
        self.facts.show([Row(name, [Cell('', strong=name), value], self._acts(name) if self.may else ())
                         for name, value in sorted(facts.items())])

    async def _put(self, given: ItemInput, said: str) -> None:
        before = self.card.as_input()
        await self.view.do(ItemService.save, self.sku, given, version=self.card.item.version)
        self.card = await self.view.do(ItemService.read, self.sku)

        async def back() -> None:
            now = await self.view.do(ItemService.read, self.sku)
            await self.view.do(ItemService.save, self.sku, ItemInput(**before.model_dump()), version=now.item.version)
            self.show(await self.view.do(ItemService.read, self.sku))
        self.view.say(said, undo=back)

    async def _save(self, given: KnownItem) -> None:
        whole = ItemInput(**given.model_dump(), specification=self.card.item.specification)
        await self._put(whole, _('{sku} saved.').format(sku=self.sku))

    async def _specify(self, facts: dict[str, str], said: str) -> None:
        given = ItemInput(**self.card.as_input().model_dump() | {'specification': facts})
        await self._put(given, said)
        self._show_facts()

    def _acts(self, name: str) -> list[Act]:
        return [Act(_('Edit'), 'pencil', run=lambda: self._edit(name)),
                Act(_('Remove'), 'trash-2', run=lambda: self._remove(name), danger=True, rule=True)]

    async def _add(self) -> None:
        async def save(given: Fact) -> None:
            await self._specify({**self.card.item.specification, given.name: given.value}, _('Property added.'))
        await ask(self.view, Fact, _('Add property'), _('Add'), save=save, values={'name': '', 'value': ''})

    async def _edit(self, name: str) -> None:
        async def save(given: Fact) -> None:
            facts = {key: value for key, value in self.card.item.specification.items() if key != name}
            await self._specify({**facts, given.name: given.value}, _('Property saved.'))
        await ask(self.view, Fact, _('Edit property'), _('Save'), save=save,
                  values={'name': name, 'value': self.card.item.specification[name]})

    async def _remove(self, name: str) -> None:
        facts = {key: value for key, value in self.card.item.specification.items() if key != name}
        await self._specify(facts, _('Property removed.'))
