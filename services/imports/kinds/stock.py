"""The kind `stock`: what is on hand by warehouse and SKU; warehouses that are missing are made."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.catalogue import Item
from models.core.types import new_id
from models.core.words import _, _l
from models.stock import MovementReason, StockLevel, StockMovement, Warehouse
from services.core.errors import Conflict
from services.core.permissions import Permission
from services.core.work import Work
from services.imports import values as v
from services.imports.declaring import Change, Field, Kind, Plan, Record, Verdict, Writer
from services.imports.rows import fold, found, insert
from services.shipments.arriving import arrived, lock_waiting

FIRST = 'MAIN'
ZERO = Decimal(0)

FIELDS = (
    Field('warehouse', _l('Warehouse'), v.identifier(20), aliases=(
        'location', 'store', 'Lager', 'Lagerort', 'entrepôt', 'dépôt', 'almacén', 'magazijn', 'magazyn', 'المستودع')),
    Field('sku', _l('SKU'), v.code(60), required=True, aliases=(
        'stock code', 'item code', 'item', 'item number', 'item no', 'article', 'article number', 'product code',
        'code',
        'Artikelnummer', 'Artikelnr', 'Artikel', 'référence', 'code article', 'referencia', 'código', 'artikelcode',
        'indeks', 'kod produktu', 'رقم الصنف', 'رمز الصنف')),
    Field('on_hand', _l('On hand'), v.not_negative, required=True, numeric=True, aliases=(
        'stock', 'quantity', 'qty', 'quantity on hand', 'Bestand', 'Lagerbestand', 'Menge', 'stock disponible',
        'quantité',
        'existencias', 'cantidad', 'voorraad', 'aantal', 'stan', 'ilość', 'المخزون', 'الكمية')),
)


class StockWriter(Writer):
    """What was counted; each difference becomes a movement."""

    def key(self, values: dict[str, Any]) -> Any:
        """Warehouse and SKU."""
        return (fold(values.get('warehouse', '')), fold(values['sku'])) if 'sku' in values else None

    def plan(self, work: Work, records: Sequence[Record]) -> Plan:
        """Compare each row with the level it counts."""
        places = _Places(work, records)
        items = found(work.session, Item.sku, {r.values['sku'] for r in records if 'sku' in r.values}, Item.id)
        levels = _levels(work, [row[1] for row in items.values()])
        plan = Plan()
        counted: list[_Count] = []
        for record in records:
            item = items.get(fold(record.values.get('sku', '')))
            reason = record.wrong or ('' if item else _('There is no item {sku}.').format(sku=record.values['sku']))
            if reason or item is None:
                plan.judge(record.number, Verdict.WRONG, reason)
                continue
            code, place = places.wanted(record.values.get('warehouse', ''))
            one = _Count(item[0], item[1], place, record.values['on_hand'], levels.get((item[1], place)))
            counted.append(one)
            plan.judge(record.number, *one.verdict())
            if one.is_written() and one.before != one.after:
                plan.changes.append(Change(f'{item[0]} · {code}', one.before, one.after))
        plan.made = {'warehouses': set(places.fresh)}
        plan.write = lambda work: _write(work, places, counted)
        return plan


class _Count:
    """A row against its level (id, on hand, reserved), if there is one."""

    def __init__(self, sku: str, item: uuid.UUID, place: uuid.UUID, after: Decimal, level: Any) -> None:
        self.sku, self.item, self.place, self.after, self.level = sku, item, place, after, level
        self.before: Decimal = level[1] if level else ZERO

    def verdict(self) -> tuple[Verdict, str]:
        """New, changed, the same, or less than is promised."""
        if self.level is None:
            return Verdict.NEW, ''
        if self.after < self.level[2]:
            return Verdict.WRONG, _('{count} are promised to orders; less than that cannot be on hand.').format(
                count=format(self.level[2].normalize(), 'f'))
        return (Verdict.CHANGED if self.after != self.before else Verdict.UNCHANGED), ''

    def is_written(self) -> bool:
        """Whether it alters anything."""
        return self.verdict()[0] in (Verdict.NEW, Verdict.CHANGED)


class _Places:
    """The warehouses a file names; without a name it is the first one."""

    def __init__(self, work: Work, records: Sequence[Record]) -> None:
        first = work.session.execute(sa.select(Warehouse.code).where(col(Warehouse.active))  # type: ignore[call-overload]
                                     .order_by(Warehouse.position, Warehouse.code).limit(1)).scalar()
        self._first = first or FIRST
        codes = {record.values.get('warehouse', self._first) for record in records}
        self._there: dict[str, Any] = found(work.session, Warehouse.code, codes, Warehouse.id)
        self.fresh: dict[str, dict[str, Any]] = {}

    def wanted(self, code: str) -> tuple[str, uuid.UUID]:
        """Code and id of a warehouse."""
        code = code or self._first
        if fold(code) not in self._there:
            self.fresh[code] = {'id': new_id(), 'code': code, 'name': code}
            self._there[fold(code)] = (code, self.fresh[code]['id'])
        found_code, place = self._there[fold(code)]
        return found_code, place


def _levels(work: Work, items: list[uuid.UUID]) -> dict[Any, Any]:
    statement = sa.select(StockLevel.item_id, StockLevel.warehouse_id, StockLevel.id, StockLevel.on_hand,  # type: ignore[call-overload]
                          StockLevel.reserved).where(col(StockLevel.item_id).in_(items))
    return {(row[0], row[1]): tuple(row)[2:] for row in work.session.execute(statement)}


def _write(work: Work, places: _Places, counted: list[_Count]) -> None:
    insert(work.session, Warehouse, list(places.fresh.values()))
    lock_waiting(work, [one.item for one in counted])
    written = sorted((one for one in counted if one.is_written()), key=lambda one: one.sku)
    insert(work.session, StockLevel, [
        {'id': new_id(), 'item_id': one.item, 'warehouse_id': one.place, 'on_hand': one.after}
        for one in written if one.level is None])
    for one in written:
        if one.level is not None:
            _put(work, one)
    insert(work.session, StockMovement, [
        {'id': new_id(), 'item_id': one.item, 'warehouse_id': one.place, 'quantity': one.after - one.before,
         'reason': MovementReason.IMPORT, 'by_id': work.actor.user_id, 'at': work.now}
        for one in written if one.after != one.before])
    work.announce(*(f'stock:{one.sku}' for one in written))
    more = [one.item for one in written if one.after > one.before]
    if more:
        arrived(work, more)


def _put(work: Work, one: _Count) -> None:
    """Set a level unless it moved since it was read; then the chunk is refused whole, and can be taken up again."""
    done: Any = work.session.execute(
        sa.update(StockLevel).where(col(StockLevel.id) == one.level[0], col(StockLevel.on_hand) == one.before,
                                    col(StockLevel.reserved) <= one.after)
        .values(on_hand=one.after).execution_options(synchronize_session=False))
    if done.rowcount != 1:
        raise Conflict(_('The stock of {sku} moved meanwhile. Please continue the import.').format(sku=one.sku))


def rows(work: Work) -> Iterator[tuple[Any, ...]]:
    """All levels by warehouse and SKU."""
    statement = (sa.select(Warehouse.code, Item.sku, StockLevel.on_hand)  # type: ignore[call-overload]
                 .join(Warehouse, col(StockLevel.warehouse_id) == Warehouse.id)
                 .join(Item, col(StockLevel.item_id) == Item.id).order_by(Warehouse.code, Item.sku))
    for row in work.session.execute(statement.execution_options(yield_per=2000)):
        yield tuple(row)


KIND = Kind(
    'stock', _l('Stock'), _l('What is on hand by warehouse and SKU; differences become movements.'), 'warehouse',
    FIELDS, StockWriter, rows, topics=('stock',), needs=(Permission.IMPORTS_RUN, Permission.STOCK_WRITE),
    reads=(Permission.OFFICE, Permission.STOCK_READ))
