"""Carriers: who brings parcels, and where each parcel is followed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from models.core.words import _
from models.shipments import Carrier
from services.shipments.carriers import TOPIC, CarrierInput, CarrierService, gateways
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.office.settings.listed import Listed
from ui.pieces.rows import Row

Run = Callable[[], Awaitable[None]]


async def build(view: View) -> None:
    """Build the tab."""
    await Carriers(view).build()


class Carriers:
    """The list of carriers."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.listed = Listed(view, _('Carriers'), [
            (_('Carrier'), False), (_('Tracking page'), False), (_('News of parcels'), False), (_('Status'), False)],
            self._read)

    async def build(self) -> None:
        """Show all carriers."""
        with self.listed.tools:
            design.button(_('Add carrier'), self._add, icon='plus', small=True)
        await self.listed.build(TOPIC)

    async def _read(self) -> list[Row]:
        ways = gateways()
        return [Row(row.code, [
            Cell('', strong=row.name, note=row.code), row.link or '–', str(ways.get(row.gateway, row.gateway)),
            Cell('', chip=(_('Active'), 'ok') if row.active else (_('Not offered'), 'mute'))],
            [Act(_('Edit'), 'pencil', run=self._editing(row)), self._switch(row)], off=not row.active)
            for row in await self.view.do(CarrierService.all)]

    def _switch(self, row: Carrier) -> Act:
        async def switch() -> None:
            await self.view.do(CarrierService.activate, row.code, active=not row.active)
            self.view.say(_('{code} is no longer offered.').format(code=row.name) if row.active
                          else _('{code} is offered again.').format(code=row.name))
            await self.listed.refresh()
        if row.active:
            return Act(_('Deactivate'), 'ban', run=switch, danger=True, rule=True,
                       confirm=_('Offer this carrier no longer?'))
        return Act(_('Activate'), 'check', run=switch, rule=True)

    def _editing(self, row: Carrier) -> Run:
        async def edit() -> None:
            async def save(given: CarrierInput) -> None:
                await self.view.do(CarrierService.save, given, code=row.code)
            await self.listed.ask(CarrierInput, _('Edit {name}').format(name=row.name), _('Save'), save=save,
                                  values=row)
        return edit

    async def _add(self) -> None:
        async def save(given: CarrierInput) -> None:
            await self.view.do(CarrierService.create, given)
        await self.listed.ask(CarrierInput, _('Add carrier'), _('Add carrier'), save=save,
                              values={'code': '', 'name': '', 'link': ''})
