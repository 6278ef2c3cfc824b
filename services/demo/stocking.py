"""The demo company's stock: opening counts, what went out, what is promised to customers, what is on its way."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from decimal import Decimal

from models.core.types import new_id
from models.orders import OrderLine
from models.stock import Incoming, MovementReason, Reservation, StockLevel, StockMovement
from services.demo.orders import YEAR
from services.demo.selling import Book
from services.demo.sources import Row, number, rows
from services.demo.stage import Stage

SOON = 3
Sums = defaultdict[str, Decimal]


def fill_shelves(stage: Stage, book: Book) -> None:
    """Stock such that what is free today is what the file says, after all that was sent and promised."""
    made = rows('items')
    stage.keep(*(_incoming(stage, row) for row in made if row['incoming_quantity']))
    empty = {row['sku'] for row in made if not number(row['stock_main'])}
    promised = _promise(stage, book, made, empty)
    main, north = stage.warehouses
    sent: dict[uuid.UUID, Sums] = {main.id: defaultdict(Decimal), north.id: defaultdict(Decimal)}
    for line, _at in book.sent:
        sent[book.carried[line.id].warehouse_id][line.sku] += line.shipped
    for row in made:
        item, sku = stage.items[row['sku']], row['sku']
        here, there = number(row['stock_main']) + promised[sku], number(row['stock_north'])
        _place(stage, StockLevel(item_id=item.id, warehouse_id=main.id, on_hand=here, reserved=promised[sku]),
               opening=here + sent[main.id][sku])
        _place(stage, StockLevel(item_id=item.id, warehouse_id=north.id, on_hand=there),
               opening=there + sent[north.id][sku])
    packer = stage.people['warehouse@nordwerk.example']
    stage.keep(*(StockMovement(
        id=new_id(), item_id=stage.items[line.sku].id, warehouse_id=book.carried[line.id].warehouse_id,
        quantity=-line.shipped, at=at,
        reason=MovementReason.SHIPMENT, note=book.carried[line.id].number, document_id=book.carried[line.id].id,
        by_id=packer.id) for line, at in book.sent))


def _promise(stage: Stage, book: Book, made: list[Row], empty: set[str]) -> Sums:
    """Reserve for open lines what is there; the rest is promised for the day more comes in."""
    expected = {row['sku']: int(row['incoming_days']) for row in made if row['incoming_days']}
    promised: Sums = defaultdict(Decimal)
    for line in book.promised:
        if line.sku in empty or line.shipped:
            line.promised_on = stage.today + dt.timedelta(days=expected.get(line.sku, 10))
            line.promised_before = line.promised_on - dt.timedelta(days=7)
            line.promised_at = stage.now - dt.timedelta(days=1)
            continue
        promised[line.sku] += line.open
        line.promised_on = _working_day(stage.today + dt.timedelta(days=SOON))
        book.reserved.append(line)
        stage.work.session.add(_reservation(stage, line))
    stage.work.session.flush()
    return promised


def _working_day(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def _reservation(stage: Stage, line: OrderLine) -> Reservation:
    return Reservation(id=new_id(), order_line_id=line.id, item_id=stage.items[line.sku].id,
                       warehouse_id=stage.warehouses[0].id, quantity=line.open)


def _place(stage: Stage, level: StockLevel, *, opening: Decimal) -> None:
    stage.work.session.add(level)
    if opening:
        stage.work.session.add(StockMovement(
            id=new_id(), item_id=level.item_id, warehouse_id=level.warehouse_id, quantity=opening, note='Opening count',
            reason=MovementReason.COUNT, at=stage.at(YEAR + 1, '07:00')))


def _incoming(stage: Stage, row: Row) -> Incoming:
    return Incoming(item_id=stage.items[row['sku']].id, warehouse_id=stage.warehouses[0].id,
                    quantity=number(row['incoming_quantity']),
                    expected_on=stage.today + dt.timedelta(days=int(row['incoming_days'])))
