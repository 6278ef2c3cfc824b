"""Price lists for the office: which there are, what is in them, copies and changes by percent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from sqlmodel import Session, col, select

from models.catalogue import Item
from models.core.types import new_id
from models.core.words import _, _l
from models.customers import Customer
from models.pricing import Price, PriceKind, PriceList
from services.core import fields as f
from services.core.errors import Conflict, Invalid, NotFound
from services.core.listing import ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.pricing.listing import KINDS, PRICE_LISTS, PRICES, PROMOTIONS

CENT = Decimal('0.01')
MOST_ROWS = 5000


class PriceListInput(BaseModel):
    """A price list as the office describes it; `customer` is an account number, compulsory for contracts."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    code: Annotated[str, f.Text(_l('Code'), half=True)] = Field(min_length=1, max_length=60, pattern=r'^[^\s/\\?#%]+$')
    name: Annotated[str, f.Text(_l('Name'), half=True)] = Field(min_length=1, max_length=120)
    kind: Annotated[PriceKind, f.Choice(_l('Kind'), half=True, choices=lambda: KINDS)]
    currency: Annotated[str, f.Text(_l('Currency'), half=True)] = Field(default='EUR', pattern='^[A-Z]{3}$')
    customer: Annotated[str, f.SearchChoice(_l('Customer'), half=True, placeholder=_l('Name or account number'))] = \
        Field(default='', max_length=40)
    priority: Annotated[int, f.Number(_l('Priority'), half=True, help=_l('Among one kind the highest wins.'))] = \
        Field(default=0, ge=-1000, le=1000)
    valid_from: Annotated[dt.date | None, f.Date(_l('Valid from'), half=True)] = None
    valid_to: Annotated[dt.date | None, f.Date(_l('Valid until'), half=True)] = None
    stacks: Annotated[bool, f.Flag(_l('Also on contract prices'),
                                   help=_l('A promotion lowers contract prices only with this.'))] = False

    @field_validator('currency', mode='before')
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @model_validator(mode='after')
    def _fits(self) -> PriceListInput:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(_('It ends before it begins.'))
        if self.kind in (PriceKind.CONTRACT, PriceKind.CUSTOMER) and not self.customer:
            raise ValueError(_('Please say for which customer.'))
        if self.kind in (PriceKind.BASE, PriceKind.GROUP) and self.customer:
            raise ValueError(_('A list of this kind is for no single customer.'))
        return self


class PriceInput(BaseModel):
    """A net price of an item from a quantity on; no price takes the tier away."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    sku: str = Field(min_length=1, max_length=60)
    min_quantity: Decimal = Field(default=Decimal(1), gt=0, le=1_000_000, decimal_places=4)
    price: Decimal | None = Field(default=None, ge=0, le=1_000_000_000, decimal_places=4)


class PriceListService(Service):
    """Reading and changing price lists."""

    @requires(Permission.PRICE_LISTS_READ)
    def page(self, query: ListQuery) -> ListPage:
        """A page of all price lists."""
        return PRICE_LISTS.page(self.work, query)

    @requires(Permission.PRICE_LISTS_READ)
    def promotions(self, query: ListQuery) -> ListPage:
        """A page of the promotions."""
        return PROMOTIONS.page(self.work, query)

    @requires(Permission.PRICE_LISTS_READ)
    def prices(self, query: ListQuery) -> ListPage:
        """A page of prices; filter by `list` (its code) or `sku`."""
        return PRICES.page(self.work, query)

    @requires(Permission.PRICE_LISTS_READ)
    def read(self, code: str) -> PriceList:
        """One price list by its code; raises NotFound."""
        return self._list(code)

    @requires(Permission.PRICE_LISTS_READ)
    def of_customer(self, account: str) -> Sequence[PriceList]:
        """The contracts, lists and promotions made for one customer, in the order they are asked."""
        rows = self.session.exec(
            select(PriceList).join(Customer, col(Customer.id) == PriceList.customer_id)
            .where(Customer.account == account).order_by(col(PriceList.active).desc(), PriceList.code)).all()
        return sorted(rows, key=lambda row: list(PriceKind).index(row.kind))

    @requires(Permission.PRICE_LISTS_WRITE, writes=True)
    def create(self, given: PriceListInput) -> PriceList:
        """A new price list without prices; raises Conflict when its code is taken."""
        return self._added(given)

    @requires(Permission.PRICE_LISTS_WRITE, writes=True)
    def save(self, code: str, given: PriceListInput, *, version: int) -> None:
        """Change a price list; its kind and currency stay what they are once it has prices."""
        row = self._list(code)
        if given.code != row.code:
            raise Invalid(_('The code of a price list cannot be changed.'), field='code')
        fixed = given.kind is not row.kind or given.currency != row.currency
        if fixed and self.session.exec(select(Price.id).where(col(Price.price_list_id) == row.id).limit(1)).first():
            raise Invalid(_('Kind and currency cannot be changed once there are prices.'), field='kind')
        values = given.model_dump(exclude={'code', 'customer'}) | {'customer_id': self._customer(given)}
        changes = {name: [str(getattr(row, name)), str(value)] for name, value in values.items()
                   if getattr(row, name) != value}
        self.work.change(row, expect={'version': version}, **values)
        self.work.record('price_list.changed', row, number=row.code, changes=changes, topics=('prices',))

    @requires(Permission.PRICE_LISTS_WRITE, writes=True)
    def activate(self, code: str, *, active: bool) -> None:
        """Switch a price list on or off."""
        row = self._list(code)
        if row.active != active:
            self.work.change(row, active=active)
            self.work.record('price_list.activated' if active else 'price_list.deactivated', row, number=row.code,
                             topics=('prices',))

    @requires(Permission.PRICE_LISTS_WRITE, writes=True)
    def put(self, code: str, rows: Sequence[PriceInput]) -> int:
        """Set or take away prices, e.g. pasted ones, all or none; returns how many changed.

        Raises Invalid with the numbers of the rows whose SKU is unknown.
        """
        if len(rows) > MOST_ROWS:
            raise Invalid(_('Please give at most {count} prices at a time.').format(count=MOST_ROWS))
        row = self._list(code)
        wanted = select(Item.sku, Item.id).where(col(Item.sku).in_({given.sku for given in rows}))
        items = dict(self.session.exec(wanted).all())
        unknown = [number for number, given in enumerate(rows, 1) if given.sku not in items]
        if unknown:
            raise Invalid(_('There is no item with the SKU {sku}.').format(sku=rows[unknown[0] - 1].sku), field='sku',
                          details=unknown)
        known = {(price.item_id, price.min_quantity): price for price in self.session.exec(select(Price).where(
            col(Price.price_list_id) == row.id, col(Price.item_id).in_(set(items.values()))))}
        changed = sum(self._put(row, items[given.sku], given, known) for given in rows)
        if changed:
            self.session.flush()
            self._changed(row, 'price_list.prices_changed', {'prices': changed})
        return changed

    @requires(Permission.PRICE_LISTS_WRITE, writes=True)
    def copy(self, code: str, given: PriceListInput, *, percent: Decimal = Decimal(0)) -> PriceList:
        """A new list with the prices of another, changed by a percentage and rounded half-up to cents."""
        source, factor = self._list(code), _factor(percent)
        if given.currency != source.currency:
            raise Invalid(_('A copy has the currency of its original.'), field='currency')
        target = self._added(given)
        self.session.flush()
        for price in self.session.exec(select(Price).where(col(Price.price_list_id) == source.id)).all():
            self.session.add(Price(id=new_id(), price_list_id=target.id, item_id=price.item_id,
                                   min_quantity=price.min_quantity, price=times(price.price, factor)))
        self.session.flush()
        return target

    @requires(Permission.PRICE_LISTS_WRITE, writes=True)
    def raise_prices(self, code: str, percent: Decimal, *, item_ids: Sequence[uuid.UUID] | None = None) -> int:
        """Change the prices of a list, or of some items in it, by a percentage; returns how many changed."""
        row, factor = self._list(code), _factor(percent)
        statement = select(Price).where(col(Price.price_list_id) == row.id)
        if item_ids is not None:
            statement = statement.where(col(Price.item_id).in_(item_ids))
        prices = self.session.exec(statement).all()
        for price in prices:
            price.price = times(price.price, factor)
        self.session.flush()
        self._changed(row, 'price_list.prices_changed', {'percent': str(percent), 'prices': len(prices)})
        return len(prices)

    def _added(self, given: PriceListInput) -> PriceList:
        if self.session.exec(select(PriceList.id).where(col(PriceList.code) == given.code)).first():
            raise Conflict(_('There is a price list with this code already.'), field='code')
        row = PriceList(id=new_id(), customer_id=self._customer(given), **given.model_dump(exclude={'customer'}))
        self.session.add(row)
        self.session.flush()
        self.work.record('price_list.created', row, number=row.code, topics=('prices',))
        return row

    def _put(self, row: PriceList, item_id: uuid.UUID, given: PriceInput,
             known: dict[tuple[uuid.UUID, Decimal], Price]) -> bool:
        there = known.get((item_id, given.min_quantity))
        if given.price is None:
            if there is not None:
                self.session.delete(known.pop((item_id, given.min_quantity)))
            return there is not None
        if there is None:
            there = Price(id=new_id(), price_list_id=row.id, item_id=item_id, min_quantity=given.min_quantity,
                          price=given.price)
            known[item_id, given.min_quantity] = there
            self.session.add(there)
            return True
        before, there.price = there.price, given.price
        return before != given.price

    def _changed(self, row: PriceList, action: str, changes: dict[str, object]) -> None:
        touch(self.session, [row.id])
        self.work.record(action, row, number=row.code, changes=changes, topics=('prices',))

    def _list(self, code: str) -> PriceList:
        row = self.session.exec(select(PriceList).where(col(PriceList.code) == code)).first()
        if row is None:
            raise NotFound(_('There is no such price list.'))
        return row

    def _customer(self, given: PriceListInput) -> uuid.UUID | None:
        if not given.customer:
            return None
        found = self.session.exec(select(Customer.id).where(col(Customer.account) == given.customer)).first()
        if found is None:
            raise Invalid(_('There is no customer with this account number.'), field='customer')
        return found


def touch(session: Session, list_ids: Iterable[uuid.UUID]) -> None:
    """Count on the version of lists whose prices changed, so that prices kept in memory are read again."""
    session.execute(sa.update(PriceList).where(col(PriceList.id).in_(list(list_ids)))
                    .values(version=PriceList.version + 1).execution_options(synchronize_session=False))


def times(price: Decimal, factor: Decimal) -> Decimal:
    """A price times a factor, rounded half-up to cents; prices below a cent keep four places."""
    changed = price * factor
    return changed.quantize(CENT if changed >= CENT else Decimal('0.0001'), rounding=ROUND_HALF_UP)


def _factor(percent: Decimal) -> Decimal:
    if not isinstance(percent, Decimal) or not percent.is_finite() or not -90 <= percent <= 1000:
        raise Invalid(_('Please give a percentage between −90 and 1,000.'), field='percent')
    return 1 + percent / 100
