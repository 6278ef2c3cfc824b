"""The tree of categories for the office."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlmodel import col, select

from models.catalogue import AssortmentEntry, Category, Item
from models.core.types import new_id
from models.core.words import LANGUAGES, _, _l, pick
from services.core import fields as f
from services.core.errors import Conflict, Invalid, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.search.marks import CHANGES, raise_mark


class CategoryInput(BaseModel):
    """A category as the office describes it; `parent` is a code, empty at the root."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    code: Annotated[str, f.Text(_l('Code'), half=True, help=_l('Small letters, digits and hyphens; it is part of the '
                                                               'address and stays.'))] = \
        Field(min_length=1, max_length=60, pattern=r'^[a-z0-9][a-z0-9-]*$')
    names: Annotated[dict[str, str], f.PerLanguage(_l('Name'))]
    parent: Annotated[str, f.Choice(_l('Below'), half=True, placeholder=_l('Top level'))] = \
        Field(default='', max_length=60)
    icon: Annotated[str, f.Hidden()] = Field(default='box', max_length=40, pattern='^[a-z0-9-]+$')
    position: Annotated[int, f.Hidden()] = Field(default=0, ge=0, le=10_000)
    active: Annotated[bool, f.Flag(_l('Shown in the shop'))] = True

    @field_validator('names')
    @classmethod
    def _named(cls, value: dict[str, str]) -> dict[str, str]:
        named = {code: text.strip()[:120] for code, text in value.items() if text.strip()}
        if not named or any(code not in LANGUAGES for code in named):
            raise ValueError(_('A category needs a name.'))
        return named


@dataclass(frozen=True)
class CategoryCard:
    """A category for the office, with how many items are directly in it."""

    id: uuid.UUID
    code: str
    name: str
    names: dict[str, str]
    parent: str
    path: str
    depth: int
    position: int
    icon: str
    active: bool
    items: int
    version: int


class CategoryService(Service):
    """Reading and changing the tree of categories."""

    @requires(Permission.ITEMS_READ)
    def tree(self) -> tuple[CategoryCard, ...]:
        """All categories, each below its parent."""
        in_each = select(Item.category_id, sa.func.count()).group_by(col(Item.category_id))
        counted = dict(self.session.exec(in_each).all())
        rows = self.session.exec(select(Category)).all()
        codes = {row.id: row.code for row in rows}
        below: dict[uuid.UUID | None, list[Category]] = {}
        for row in sorted(rows, key=lambda row: (row.position, row.code)):
            below.setdefault(row.parent_id, []).append(row)
        out: list[CategoryCard] = []

        def add(parent: uuid.UUID | None) -> None:
            for row in below.get(parent, ()):
                out.append(CategoryCard(
                    id=row.id, code=row.code, name=pick(row.names, fallback=row.code), names=row.names,
                    parent=codes.get(row.parent_id, '') if row.parent_id else '', path=row.path,
                    depth=row.path.count('/') - 1, position=row.position, icon=row.icon, active=row.active,
                    items=counted.get(row.id, 0), version=row.version))
                add(row.id)
        add(None)
        return tuple(out)

    @requires(Permission.ITEMS_WRITE, writes=True)
    def create(self, given: CategoryInput) -> str:
        """A new category; returns its code, raises Conflict when that is taken."""
        if self.session.exec(select(Category.id).where(col(Category.code) == given.code)).first():
            raise Conflict(_('There is a category with this code already.'), field='code')
        parent = self._parent(given.parent)
        row = Category(id=new_id(), parent_id=parent.id if parent else None,
                       path=f'{parent.path if parent else ""}{given.code}/', **given.model_dump(exclude={'parent'}))
        self.session.add(row)
        self._written(row, 'category.created')
        return row.code

    @requires(Permission.ITEMS_WRITE, writes=True)
    def save(self, code: str, given: CategoryInput, *, version: int) -> None:
        """Rename or move a category with all below it; its code stays."""
        row = self._category(code)
        if given.code != code:
            raise Invalid(_('The code of a category cannot be changed.'), field='code')
        parent = self._parent(given.parent)
        if parent is not None and parent.path.startswith(row.path):
            raise Invalid(_('A category cannot be moved below itself.'), field='parent')
        old, new = row.path, f'{parent.path if parent else ""}{code}/'
        self.work.change(row, expect={'version': version}, parent_id=parent.id if parent else None, path=new,
                         **given.model_dump(exclude={'parent', 'code'}))
        if new != old:
            for other in self._below(old):
                other.path = new + other.path.removeprefix(old)
        self._written(row, 'category.changed', changes={'path': [old, new]} if new != old else None)

    @requires(Permission.ITEMS_WRITE, writes=True)
    def order(self, codes: Sequence[str]) -> None:
        """Let the categories below one parent stand in this order; raises Invalid for categories of several parents."""
        rows = [self._category(code) for code in codes]
        if len({row.parent_id for row in rows}) > 1:
            raise Invalid(_('These categories are not side by side.'))
        for position, row in enumerate(rows):
            if row.position != position:
                self.work.change(row, position=position)
        if rows:
            self._written(rows[0], 'category.changed', changes={'order': list(codes)})

    @requires(Permission.ITEMS_WRITE, writes=True)
    def delete(self, code: str) -> None:
        """Take a category away; raises Conflict while items or categories are in it."""
        row = self._category(code)
        first = self.session.exec(select(Item.id).where(col(Item.category_id) == row.id).limit(1)).first()
        if first is not None or self._below(row.path):
            raise Conflict(_('This category is not empty.'))
        self.session.execute(sa.delete(AssortmentEntry).where(col(AssortmentEntry.category_id) == row.id)
                             .execution_options(synchronize_session=False))
        self.session.delete(row)
        self._written(row, 'category.deleted')

    def _below(self, path: str) -> Sequence[Category]:
        return self.session.exec(select(Category).where(col(Category.path).startswith(path, autoescape=True),
                                                        col(Category.path) != path)).all()

    def _category(self, code: str) -> Category:
        row = self.session.exec(select(Category).where(col(Category.code) == code)).first()
        if row is None:
            raise NotFound(_('There is no such category.'))
        return row

    def _parent(self, code: str) -> Category | None:
        if not code:
            return None
        found = self.session.exec(select(Category).where(col(Category.code) == code)).first()
        if found is None:
            raise Invalid(_('There is no such category.'), field='parent')
        return found

    def _written(self, row: Category, action: str, *, changes: dict[str, object] | None = None) -> None:
        self.session.flush()
        raise_mark(self.session, CHANGES)
        self.work.record(action, row, number=row.code, changes=changes, topics=('catalogue',))
