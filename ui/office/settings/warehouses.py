"""Warehouses, in the order stock is taken from them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from models.core.words import _
from models.stock import Warehouse
from services.core import formats
from services.stock.warehouses import TOPIC, WarehouseInput, WarehouseService
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.office.settings.listed import Listed
from ui.pieces.rows import Row

Run = Callable[[], Awaitable[None]]


async def build(view: View) -> None:
    """Build the tab."""
    await Warehouses(view).build()


class Warehouses:
    """The list of warehouses."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.listed = Listed(view, _('Warehouses'), [
            (_('Warehouse'), False), (_('Place in the list'), True), (_('Status'), False)], self._read)

    async def build(self) -> None:
        """Show all warehouses."""
        with self.listed.tools:
            design.button(_('Add warehouse'), self._add, icon='plus', small=True)
        await self.listed.build(TOPIC)

    async def _read(self) -> list[Row]:
        return [Row(row.code, [
            Cell('', strong=row.name, note=row.code), formats.number(row.position),
            Cell('', chip=(_('Active'), 'ok') if row.active else (_('Not in use'), 'mute'))],
            [Act(_('Edit'), 'pencil', run=self._editing(row)), self._switch(row)], off=not row.active)
            for row in await self.view.do(WarehouseService.all)]

    def _switch(self, row: Warehouse) -> Act:
        async def switch() -> None:
            await self.view.do(WarehouseService.activate, row.code, active=not row.active)
            self.view.say(_('{name} is no longer in use.').format(name=row.name) if row.active
                          else _('{name} is in use again.').format(name=row.name))
            await self.listed.refresh()
        if row.active:
            return Act(_('Deactivate'), 'ban', run=switch, danger=True, rule=True,
                       confirm=_('Use this warehouse no longer?'))
        return Act(_('Activate'), 'check', run=switch, rule=True)

    def _editing(self, row: Warehouse) -> Run:
        async def edit() -> None:
            async def save(given: WarehouseInput) -> None:
                await self.view.do(WarehouseService.save, given, code=row.code)
            title = _('Edit {name}').format(name=row.name)
            await self.listed.ask(WarehouseInput, title, _('Save'), save=save, values=row)
        return edit

    async def _add(self) -> None:
        async def save(given: WarehouseInput) -> None:
            await self.view.do(WarehouseService.create, given)
        await self.listed.ask(WarehouseInput, _('Add warehouse'), _('Add warehouse'), save=save,
                              values={'code': '', 'name': ''})
