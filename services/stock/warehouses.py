"""The places goods are kept, in the order stock is taken from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _, _l
from models.stock import StockLevel, Warehouse
from services.core.errors import Conflict, Invalid, NotFound
from services.core.fields import Hidden, Number, Text
from services.core.permissions import Permission
from services.core.service import Service, requires

TOPIC = 'settings'


class WarehouseInput(BaseModel):
    """A place goods are kept; stock is taken from the lowest place first."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    code: Annotated[str, Text(_l('Code'), half=True), Field(min_length=1, max_length=20, pattern='^[A-Za-z0-9_-]+$')]
    position: Annotated[int, Number(_l('Place in the list'), half=True, help=_l('Stock is taken from the first.')),
                        Field(ge=0, le=1000)] = 0
    name: Annotated[str, Text(_l('Name')), Field(min_length=1, max_length=120)]
    version: Annotated[int, Hidden()] = 1


class WarehouseService(Service):
    """The office keeps its warehouses."""

    @requires(Permission.SETTINGS_WRITE)
    def all(self) -> Sequence[Warehouse]:
        """All warehouses, those out of use last."""
        return self.session.exec(select(Warehouse).order_by(
            col(Warehouse.active).desc(), col(Warehouse.position), col(Warehouse.code))).all()

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def create(self, given: WarehouseInput) -> None:
        """Add a warehouse; raises Invalid for a code that is taken."""
        if self.session.exec(select(Warehouse.id).where(Warehouse.code == given.code)).first():
            raise Invalid(_('This code is used already.'), field='code')
        row = Warehouse(id=new_id(), code=given.code, name=given.name, position=given.position)
        self.session.add(row)
        self.session.flush()
        self.work.record('warehouse.added', row, number=row.code, topics=(TOPIC,))

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def save(self, given: WarehouseInput, *, code: str) -> None:
        """Rename or move a warehouse; its code stays. Raises Conflict when it changed meanwhile."""
        row = self._one(code)
        if given.code != code:
            raise Invalid(_('The code cannot be changed.'), field='code')
        if given.version != row.version:
            raise Conflict(_('This was changed by someone else meanwhile. Please look again.'))
        values: dict[str, Any] = {'name': given.name, 'position': given.position}
        changes = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
        if changes:
            self.work.change(row, **values)
            self.work.record('warehouse.changed', row, number=code, changes=changes, topics=(TOPIC,))

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def activate(self, code: str, *, active: bool) -> None:
        """Use a warehouse, or no longer; raises Conflict while goods lie in it and for the last one in use."""
        row = self._one(code)
        if not active:
            others = select(Warehouse.id).where(col(Warehouse.active), Warehouse.code != code)
            if self.session.exec(others).first() is None:
                raise Conflict(_('At least one warehouse must be in use.'))
            if self.session.exec(select(StockLevel.id).where(
                    StockLevel.warehouse_id == row.id, col(StockLevel.on_hand) > 0).limit(1)).first():
                raise Conflict(_('There are still goods in this warehouse.'))
        if row.active is not active:
            self.work.change(row, active=active)
            self.work.record('warehouse.changed', row, number=code, changes={'active': [not active, active]},
                             topics=(TOPIC,))

    def _one(self, code: str) -> Warehouse:
        row = self.session.exec(select(Warehouse).where(Warehouse.code == code)).first()
        if row is None:
            raise NotFound(_('There is no such warehouse.'))
        return row
