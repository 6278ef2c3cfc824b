"""Stock for the office: what is where, counts, receipts, and goods on their way."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from models.catalogue import Item
from models.core.types import new_id
from models.core.words import _, _l
from models.stock import Incoming, MovementReason, StockLevel, StockMovement, Warehouse
from services.core import fields as f
from services.core import formats
from services.core.errors import Conflict, Invalid, NotFound
from services.core.listing import ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.shipments.arriving import arrived, lock_waiting
from services.stock.levels import Availability, availability
from services.stock.listing import STOCK

MOST = Decimal(100_000_000)


class IncomingInput(BaseModel):
    """Goods on their way from a supplier."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    sku: Annotated[str, f.SearchChoice(_l('Item'), placeholder=_l('SKU, name or EAN'))] = \
        Field(min_length=1, max_length=60)
    warehouse: Annotated[str, f.Choice(_l('Warehouse'))] = Field(min_length=1, max_length=20)
    quantity: Annotated[Decimal, f.Number(_l('Quantity'), half=True)] = Field(gt=0, le=MOST, decimal_places=4)
    expected_on: Annotated[dt.date, f.Date(_l('Expected on'), half=True)]


@dataclass(frozen=True)
class WarehouseLevel:
    """What is there of an item in one warehouse."""

    warehouse: str
    name: str
    on_hand: Decimal
    reserved: Decimal


@dataclass(frozen=True)
class ExpectedGoods:
    """One delivery on its way; `version` goes back with a change."""

    id: uuid.UUID
    warehouse: str
    quantity: Decimal
    expected_on: dt.date
    version: int


@dataclass(frozen=True)
class MovementRow:
    """One change of what is there."""

    at: dt.datetime
    warehouse: str
    quantity: Decimal
    reason: MovementReason
    note: str


@dataclass(frozen=True)
class StockCard:
    """All about the stock of one item; the newest hundred movements come first."""

    sku: str
    total: Availability
    levels: tuple[WarehouseLevel, ...]
    expected: tuple[ExpectedGoods, ...]
    movements: tuple[MovementRow, ...]


class StockService(Service):
    """Reading and changing stock."""

    @requires(Permission.STOCK_READ)
    def page(self, query: ListQuery) -> ListPage:
        """A page of the stock list: one row an item and warehouse."""
        return STOCK.page(self.work, query)

    @requires(Permission.STOCK_READ)
    def warehouses(self) -> tuple[tuple[str, str], ...]:
        """Codes and names of the active warehouses, in the order stock is taken from them."""
        rows = self.session.exec(select(Warehouse).where(col(Warehouse.active)).order_by(col(Warehouse.position)))
        return tuple((row.code, row.name) for row in rows)

    @requires(Permission.STOCK_READ)
    def card(self, sku: str) -> StockCard:
        """All about the stock of one item; raises NotFound."""
        item = self._item(sku)
        levels = self.session.execute(
            sa.select(Warehouse.code, Warehouse.name, StockLevel.on_hand, StockLevel.reserved)  # type: ignore[call-overload]
            .join(StockLevel, sa.and_(col(StockLevel.warehouse_id) == Warehouse.id, col(StockLevel.item_id) == item.id),
                  isouter=True).where(col(Warehouse.active)).order_by(Warehouse.position, Warehouse.code))
        coming = self.session.execute(
            sa.select(Incoming.id, Warehouse.code, Incoming.quantity, Incoming.expected_on, Incoming.version)  # type: ignore[call-overload]
            .join(Warehouse, col(Warehouse.id) == Incoming.warehouse_id).where(col(Incoming.item_id) == item.id)
            .order_by(Incoming.expected_on))
        moves = self.session.execute(
            sa.select(StockMovement.at, Warehouse.code, StockMovement.quantity, StockMovement.reason,  # type: ignore[call-overload]
                      StockMovement.note)
            .join(Warehouse, col(Warehouse.id) == StockMovement.warehouse_id)
            .where(col(StockMovement.item_id) == item.id)
            .order_by(col(StockMovement.at).desc(), col(StockMovement.id).desc()).limit(100))
        return StockCard(
            sku=item.sku, total=availability(self.work, [item.id])[item.id],
            levels=tuple(WarehouseLevel(row[0], row[1], row[2] or Decimal(0), row[3] or Decimal(0)) for row in levels),
            expected=tuple(ExpectedGoods(*row) for row in coming), movements=tuple(MovementRow(*row) for row in moves))

    @requires(Permission.STOCK_WRITE, writes=True)
    def set_on_hand(self, sku: str, warehouse: str, counted: Decimal, *, note: str = '') -> None:
        """Put what was counted; raises Conflict below what is promised or when it moved meanwhile."""
        counted = _quantity(counted, least=Decimal(0))
        item, place = self._item(sku), self._warehouse(warehouse)
        level = self._level(item, place)
        if counted < level.reserved:
            raise Conflict(_('{count} are promised to orders; less than that cannot be on hand.').format(
                count=formats.quantity(level.reserved)), field='on_hand')
        if counted != level.on_hand:
            lock_waiting(self.work, [item.id])
            self._put(level, counted)
            self._moved(item, place, counted - level.on_hand, MovementReason.COUNT, note=note)
            if counted > level.on_hand:
                arrived(self.work, [item.id])

    @requires(Permission.STOCK_WRITE, writes=True)
    def receive(self, sku: str, warehouse: str, quantity: Decimal, *, note: str = '',
                incoming_id: uuid.UUID | None = None) -> None:
        """Add goods that came in, and take them off what was expected when that is named.

        Order lines that wait for them get them, the oldest order first.
        """
        quantity = _quantity(quantity, least=Decimal('0.0001'))
        item, place = self._item(sku), self._warehouse(warehouse)
        lock_waiting(self.work, [item.id])
        level = self._level(item, place)
        self.session.execute(sa.update(StockLevel).where(col(StockLevel.id) == level.id)
                             .values(on_hand=StockLevel.on_hand + quantity)
                             .execution_options(synchronize_session=False))
        if incoming_id is not None:
            expected = self._expected(incoming_id)
            if quantity >= expected.quantity:
                self.session.delete(expected)
            else:
                self.work.change(expected, quantity=expected.quantity - quantity)
        self._moved(item, place, quantity, MovementReason.RECEIPT, note=note)
        arrived(self.work, [item.id])

    @requires(Permission.STOCK_WRITE, writes=True)
    def expect(self, given: IncomingInput) -> uuid.UUID:
        """Note goods on their way; returns the id of the note."""
        item, place = self._item(given.sku), self._warehouse(given.warehouse)
        row = Incoming(id=new_id(), item_id=item.id, warehouse_id=place.id, quantity=given.quantity,
                       expected_on=given.expected_on)
        self.session.add(row)
        self._told('stock.expected', item, {'quantity': str(given.quantity), 'on': given.expected_on.isoformat()})
        return row.id

    @requires(Permission.STOCK_WRITE, writes=True)
    def change_expected(self, incoming_id: uuid.UUID, *, quantity: Decimal, expected_on: dt.date, version: int) -> None:
        """Change how much comes and when; raises Conflict when somebody else did meanwhile."""
        row = self._expected(incoming_id)
        self.work.change(row, expect={'version': version}, quantity=_quantity(quantity, least=Decimal('0.0001')),
                         expected_on=expected_on)
        self._told('stock.expected', self._item_by_id(row.item_id),
                   {'quantity': str(quantity), 'on': expected_on.isoformat()})

    @requires(Permission.STOCK_WRITE, writes=True)
    def no_longer_expect(self, incoming_id: uuid.UUID) -> None:
        """Take a note of goods on their way back."""
        row = self._expected(incoming_id)
        self.session.delete(row)
        self._told('stock.not_expected', self._item_by_id(row.item_id), {'quantity': str(row.quantity)})

    def _item(self, sku: str) -> Item:
        item = self.session.exec(select(Item).where(col(Item.sku) == sku)).first()
        if item is None:
            raise NotFound(_('There is no such item.'), field='sku')
        return item

    def _item_by_id(self, item_id: uuid.UUID) -> Item:
        return self.session.exec(select(Item).where(col(Item.id) == item_id)).one()

    def _warehouse(self, code: str) -> Warehouse:
        found = self.session.exec(select(Warehouse).where(col(Warehouse.code) == code, col(Warehouse.active))).first()
        if found is None:
            raise Invalid(_('There is no such warehouse.'), field='warehouse')
        return found

    def _expected(self, incoming_id: uuid.UUID) -> Incoming:
        row = self.session.exec(select(Incoming).where(col(Incoming.id) == incoming_id)).first()
        if row is None:
            raise NotFound(_('These goods are no longer expected.'))
        return row

    def _level(self, item: Item, place: Warehouse) -> StockLevel:
        here = select(StockLevel).where(col(StockLevel.item_id) == item.id, col(StockLevel.warehouse_id) == place.id)
        level = self.session.exec(here).first()
        if level is None:
            level = StockLevel(id=new_id(), item_id=item.id, warehouse_id=place.id)
            self.session.add(level)
            self.session.flush()
        return level

    def _put(self, level: StockLevel, counted: Decimal) -> None:
        done: Any = self.session.execute(
            sa.update(StockLevel).where(col(StockLevel.id) == level.id, col(StockLevel.on_hand) == level.on_hand,
                                        col(StockLevel.reserved) <= counted)
            .values(on_hand=counted).execution_options(synchronize_session=False))
        if done.rowcount != 1:
            raise Conflict(_('The stock moved meanwhile. Please look again.'), field='on_hand')

    def _moved(self, item: Item, place: Warehouse, quantity: Decimal, reason: MovementReason, *, note: str) -> None:
        self.session.add(StockMovement(id=new_id(), item_id=item.id, warehouse_id=place.id, quantity=quantity,
                                       reason=reason, note=note[:200], by_id=self.actor.user_id, at=self.now))
        self._told(f'stock.{reason}', item, {'warehouse': place.code, 'quantity': str(quantity)}, note=note)

    def _told(self, action: str, item: Item, changes: dict[str, Any], *, note: str = '') -> None:
        self.session.flush()
        self.work.record(action, item, number=item.sku, changes=changes, note=note,
                         topics=(f'stock:{item.sku}', 'office:stock'))


def _quantity(value: Decimal, *, least: Decimal) -> Decimal:
    if not isinstance(value, Decimal) or not value.is_finite() or not least <= value <= MOST:
        raise Invalid(_('Please give a quantity of at least {least}.').format(least=formats.quantity(least)),
                      field='quantity')
    return value


