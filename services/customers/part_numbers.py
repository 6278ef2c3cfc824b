"""A customer's own part numbers: what he calls our items."""

from __future__ import annotations

import builtins
import uuid
from dataclasses import dataclass

from sqlmodel import col, select

from models.catalogue import Item, PartNumber
from models.core.types import new_id
from models.core.words import _, pick
from services.catalogue.visibility import visible
from services.core.errors import Conflict, Invalid, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.customers.reach import company_of
from services.pad.matching import folded

P = Permission
LONGEST = 80


@dataclass(frozen=True)
class PartNumberRow:
    """An own number with the item it means; `learned` says that an order pad noted it, not a person."""

    id: uuid.UUID
    part_number: str
    sku: str
    name: str
    learned: bool


class PartNumberService(Service):
    """The office keeps them for every customer, an Admin for his own company."""

    @requires(P.CUSTOMERS_READ, P.CATALOGUE_READ)
    def list(self, account: str = '') -> builtins.list[PartNumberRow]:
        """The own numbers of a company, in order; an empty account number means one's own company."""
        customer = company_of(self.work, account)
        rows = self.session.execute(
            select(PartNumber, Item).join(Item, col(Item.id) == PartNumber.item_id)
            .where(PartNumber.customer_id == customer.id).order_by(PartNumber.part_number))
        return [PartNumberRow(row.id, row.part_number, item.sku, pick(item.names, fallback=item.name), row.learned)
                for row, item in rows]

    @requires(P.CUSTOMERS_WRITE, P.COMPANY_MANAGE, writes=True)
    def add(self, sku: str, part_number: str, *, account: str = '') -> None:
        """Note what a company calls an item; raises Conflict when the number means another item, NotFound for none."""
        customer = company_of(self.work, account)
        written = ' '.join(part_number.split())
        short = folded(written)
        if not short or len(written) > LONGEST:
            raise Invalid(_('Give a number of at most {count} characters.').format(count=LONGEST), field='part_number')
        item = self.session.exec(visible(self.work, select(Item).where(Item.sku == sku))).first()
        if item is None:
            raise NotFound(_('There is no item {sku}.').format(sku=sku), field='sku')
        known = self.session.exec(self.work.reach(PartNumber).where(
            PartNumber.customer_id == customer.id, PartNumber.folded == short)).first()
        if known is not None and known.item_id != item.id:
            raise Conflict(_('This number is used for another item already.'), field='part_number')
        if known is None:
            known = PartNumber(id=new_id(), customer_id=customer.id, folded=short, item_id=item.id)
        elif known.part_number == written and not known.learned:
            return
        known.part_number, known.learned = written, False
        self.session.add(known)
        self.session.flush()
        self.work.record('part_number.added', known, number=written, note=sku, topics=(f'company:{customer.id}',))

    @requires(P.CUSTOMERS_WRITE, P.COMPANY_MANAGE, writes=True)
    def remove(self, part_number_id: uuid.UUID) -> None:
        """Forget an own number; raises NotFound when it is out of reach."""
        row = self.work.one(PartNumber, PartNumber.id == part_number_id)
        self.session.delete(row)
        self.session.flush()
        self.work.record('part_number.removed', row, number=row.part_number, topics=(f'company:{row.customer_id}',))
