"""The module of the items, apart from its pages so that each of them can register with it."""

from __future__ import annotations

from models.core.words import _l
from services.core.permissions import Permission
from ui.kernel.module import Group, Module

module = Module('office_items', _l('Catalogue'), icon='shopping-bag', group=Group.MANAGE, needs=Permission.ITEMS_READ,
                keywords=_l('items, products, articles, sku, categories, collections, pictures, descriptions, ean'))
