"""What a customer may see of the catalogue: everything, or only some categories and items."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from models.catalogue import AssortmentEntry, Category, Item
from models.core.types import new_id
from models.core.words import _, pick
from models.customers import Customer
from services.core.errors import Conflict, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.customers.reach import company_of, topics_of

P = Permission


@dataclass(frozen=True)
class AssortmentRow:
    """One entry: a category with all below it, or one item; `code` is the category's code or the SKU."""

    id: uuid.UUID
    is_category: bool
    code: str
    name: str


@dataclass(frozen=True)
class Assortment:
    """Whether a customer is restricted, and to what."""

    restricted: bool
    entries: tuple[AssortmentRow, ...]


class AssortmentService(Service):
    """The office's acts on assortments."""

    @requires(P.CUSTOMERS_READ)
    def read(self, account: str) -> Assortment:
        """The assortment of a customer, categories first."""
        customer = company_of(self.work, account)
        rows = self.session.execute(
            select(AssortmentEntry.id, Category, Item)
            .outerjoin(Category, col(Category.id) == AssortmentEntry.category_id)
            .outerjoin(Item, col(Item.id) == AssortmentEntry.item_id)
            .where(AssortmentEntry.customer_id == customer.id).order_by(Category.path, Item.sku))
        found = [AssortmentRow(key, True, category.code, pick(category.names)) if category else
                 AssortmentRow(key, False, item.sku, pick(item.names, fallback=item.name))
                 for key, category, item in rows]
        return Assortment(customer.restricted_assortment, tuple(sorted(found, key=lambda row: not row.is_category)))

    @requires(P.CUSTOMERS_WRITE, writes=True)
    def restrict(self, account: str, restricted: bool) -> None:
        """Show a customer only his entries, or everything."""
        customer = company_of(self.work, account)
        if customer.restricted_assortment is restricted:
            return
        self.work.change(customer, restricted_assortment=restricted)
        self._record(customer, 'assortment.restricted' if restricted else 'assortment.opened', '')

    @requires(P.CUSTOMERS_WRITE, writes=True)
    def add_category(self, account: str, code: str) -> None:
        """Let a restricted customer see a category and all below it; raises NotFound, Conflict when he does."""
        category = self.session.exec(select(Category).where(Category.code == code)).first()
        if category is None:
            raise NotFound(_('There is no such category.'), field='category')
        self._add(account, code, category_id=category.id)

    @requires(P.CUSTOMERS_WRITE, writes=True)
    def add_item(self, account: str, sku: str) -> None:
        """Let a restricted customer see one item; raises NotFound, Conflict when he does."""
        item = self.session.exec(select(Item).where(Item.sku == sku)).first()
        if item is None:
            raise NotFound(_('There is no item {sku}.').format(sku=sku), field='sku')
        self._add(account, sku, item_id=item.id)

    @requires(P.CUSTOMERS_WRITE, writes=True)
    def remove(self, account: str, entry_id: uuid.UUID) -> None:
        """Take an entry away; raises NotFound when it is not this customer's."""
        customer = company_of(self.work, account)
        entry = self.work.one(AssortmentEntry, AssortmentEntry.id == entry_id,
                              AssortmentEntry.customer_id == customer.id)
        code = next(row.code for row in self.read(account).entries if row.id == entry_id)
        self.session.delete(entry)
        self.session.flush()
        self._record(customer, 'assortment.entry_removed', code)

    def _add(self, account: str, note: str, **what: Any) -> None:
        customer = company_of(self.work, account)
        (name, value), = what.items()
        if self.session.exec(select(AssortmentEntry.id).where(
                AssortmentEntry.customer_id == customer.id, getattr(AssortmentEntry, name) == value)).first():
            raise Conflict(_('This is in the assortment already.'))
        self.session.add(AssortmentEntry(id=new_id(), customer_id=customer.id, **what))
        self.session.flush()
        self._record(customer, 'assortment.entry_added', note)

    def _record(self, customer: Customer, action: str, note: str) -> None:
        self.work.record(action, customer, number=customer.account, customer_id=customer.id, note=note,
                         topics=(*topics_of(customer), 'catalogue'))
