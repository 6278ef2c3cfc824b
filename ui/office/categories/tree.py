"""The tree of categories: names, places, icons."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from services.catalogue.categories import CategoryCard, CategoryInput, CategoryService
from services.core import fields as f
from services.core import formats
from services.core.permissions import Permission
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.forms import ask, confirm
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.office.categories.icons import ask_icon
from ui.pieces.looking import category_options
from ui.pieces.rows import Row, Rows


class KnownCategory(CategoryInput):
    """A category there is already: its code and place stay."""

    code: Annotated[str, f.Hidden()] = Field(min_length=1, max_length=60)
    parent: Annotated[str, f.Hidden()] = Field(default='', max_length=60)


class Above(BaseModel):
    """Where a category goes."""

    model_config = ConfigDict(extra='forbid')

    parent: Annotated[str, f.Choice(_l('Below'), placeholder=_l('Top level'))] = ''


class Tree:
    """The tab of categories."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.may = view.actor.may(Permission.ITEMS_WRITE)
        self.found: tuple[CategoryCard, ...] = ()

    async def build(self) -> None:
        """Lay out the tree and follow the catalogue."""
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(_('Categories'), tag='h2')
                if self.may:
                    design.button(_('New category'), self._add, icon='plus', small=True)
            self.list = Rows(self.view, _('Categories'), [
                (_('Category'), False), (_('Code'), False), (_('Items'), True), (_('With all below'), True),
                (_('State'), False)])
            self.nothing = design.box()
            with self.nothing:
                design.empty('layers', _('No categories yet'), _('Customers browse the shop by them.'))
        self.view.on('catalogue', self._show)
        await self._show()

    async def _show(self) -> None:
        self.found = await self.view.do(CategoryService.tree)
        self.list.set_visibility(bool(self.found))
        self.nothing.set_visibility(not self.found)
        self.list.show([self._row(one) for one in self.found])

    def _row(self, one: CategoryCard) -> Row:
        below = sum(other.items for other in self.found if other.path.startswith(one.path))
        state = (_('In the shop'), 'ok') if one.active else (_('Hidden'), 'mute')
        indent = '\u2003' * (2 * one.depth)
        return Row(one.code, [Cell('', strong=f'{indent}{"└ " if one.depth else ""}{one.name}'),
                              Cell(one.code), formats.number(one.items), formats.number(below), Cell('', chip=state)],
                   self._acts(one, below), off=not one.active)

    def _acts(self, one: CategoryCard, below: int) -> list[Act]:
        see = Act(_('Show items'), 'list', path=f'/office/items?category={one.code}')
        if not self.may:
            return [see]
        siblings = self._siblings(one)
        place = siblings.index(one.code)
        full = _('There are items or categories in it.') if below or any(
            other.parent == one.code for other in self.found) else ''
        return [see, Act(_('Rename'), 'pencil', run=lambda: self._edit(one)),
                Act(_('Choose icon'), one.icon, run=lambda: self._icon(one)),
                Act(_('Add below'), 'plus', run=lambda: self._add(one.code)),
                Act(_('Move up'), 'arrow-up', run=lambda: self._order(siblings, place, -1), rule=True,
                    reason='' if place else _('It is the first one here.')),
                Act(_('Move down'), 'arrow-down', run=lambda: self._order(siblings, place, 1),
                    reason=_('It is the last one here.') if place == len(siblings) - 1 else ''),
                Act(_('Move elsewhere'), 'corner-down-left', run=lambda: self._move(one)),
                Act(_('Delete'), 'trash-2', run=lambda: self._delete(one), danger=True, rule=True, reason=full)]

    def _siblings(self, one: CategoryCard) -> list[str]:
        return [other.code for other in self.found if other.parent == one.parent]

    async def _add(self, parent: str = '') -> None:
        async def save(given: CategoryInput) -> None:
            await self.view.do(CategoryService.create, given)
        given = await ask(self.view, CategoryInput, _('New category'), _('Add category'), save=save,
                          options={'parent': await category_options(self.view)},
                          values={'code': '', 'names': {}, 'parent': parent, 'position': len(self.found), 'icon': 'box',
                                  'active': True})
        if given is not None:
            self.view.say(_('Category {code} added.').format(code=given.code))

    async def _edit(self, one: CategoryCard) -> None:
        async def save(given: KnownCategory) -> None:
            await self._save(one, CategoryInput(**given.model_dump()))
        title = _('Category {code}').format(code=one.code)
        if await ask(self.view, KnownCategory, title, _('Save'), save=save, values=one) is not None:
            self._said(one, _('Category saved.'))

    async def _icon(self, one: CategoryCard) -> None:
        icon = await ask_icon(_('Icon of {category}').format(category=one.name), one.icon)
        if icon:
            await self._save(one, _input(one).model_copy(update={'icon': icon}))
            self._said(one, _('Icon changed.'))

    async def _move(self, one: CategoryCard) -> None:
        async def save(given: Above) -> None:
            await self._save(one, _input(one).model_copy(update={'parent': given.parent}))
        inside = {other.code for other in self.found if other.path.startswith(one.path)}
        places = {code: name for code, name in (await category_options(self.view)).items() if code not in inside}
        given = await ask(self.view, Above, _('Move {category}').format(category=one.name), _('Move'), save=save,
                          options={'parent': places}, values={'parent': one.parent})
        if given is not None:
            self._said(one, _('Category moved.'))

    async def _save(self, one: CategoryCard, given: CategoryInput) -> None:
        await self.view.do(CategoryService.save, one.code, given, version=one.version)

    def _said(self, before: CategoryCard, words: str) -> None:
        async def back() -> None:
            tree = await self.view.do(CategoryService.tree)
            now = next(other for other in tree if other.code == before.code)
            await self._save(now, _input(before))
        self.view.say(words, undo=back)

    async def _order(self, siblings: list[str], place: int, way: int) -> None:
        wanted = list(siblings)
        wanted.insert(place + way, wanted.pop(place))
        await self.view.do(CategoryService.order, wanted)

        async def back() -> None:
            await self.view.do(CategoryService.order, siblings)
        self.view.say(_('Category moved.'), undo=back)

    async def _delete(self, one: CategoryCard) -> None:
        if await confirm(self.view, _('Delete category {category}?').format(category=one.name), _('Delete'),
                         danger=True, text=_('Links to it lead nowhere afterwards.')):
            await self.view.do(CategoryService.delete, one.code)

            async def back() -> None:
                await self.view.do(CategoryService.create, _input(one))
            self.view.say(_('Category {category} deleted.').format(category=one.name), undo=back)


def _input(one: CategoryCard) -> CategoryInput:
    return CategoryInput(code=one.code, names=one.names, parent=one.parent, icon=one.icon, position=one.position,
                         active=one.active)
