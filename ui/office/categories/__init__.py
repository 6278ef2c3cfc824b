"""How the catalogue is arranged: the tree of categories and the collections."""

from __future__ import annotations

from models.core.words import _, _l
from services.core.permissions import Permission
from ui.kernel import design
from ui.kernel.module import Group, Module
from ui.kernel.view import View
from ui.office.categories.collections import Collections
from ui.office.categories.tree import Tree
from ui.pieces.sections import Section, Sections

__all__ = ['module']

module = Module('office_categories', _l('Categories'), icon='layers', group=Group.MANAGE, needs=Permission.ITEMS_READ,
                keywords=_l('categories, tree, collections, sets, icons, structure'), in_menu=False)


@module.view('/office/categories')
async def index(view: View) -> None:
    """Both arrangements of the catalogue."""
    with design.head(view, sub=_('How customers find their way: the tree of categories, and sets you put together')):
        design.button(_('Catalogue'), href='/office/items', icon='shopping-bag')
    await Sections(view, _('Categories'), [
        Section('tree', _('Categories'), lambda: Tree(view).build()),
        Section('collections', _('Collections'), lambda: Collections(view).build())]).build()
