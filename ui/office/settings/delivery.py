"""Shipping methods: what checkout offers, to which countries, at which price."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from models.core.words import _, pick
from models.orders import ShippingMethod
from services.core import formats
from services.customers.countries import country_name
from services.settings import SettingService
from services.shipping import TOPIC, ShippingInput, ShippingService
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.office.settings.listed import Listed
from ui.pieces.rows import Row

Run = Callable[[], Awaitable[None]]
NAMED = 4


async def build(view: View) -> None:
    """Build the tab."""
    await Delivery(view).build()


class Delivery:
    """The list of shipping methods."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.listed = Listed(view, _('Shipping methods'), [
            (_('Method'), False), (_('Countries'), False), (_('Price, net'), True), (_('Free from, net'), True),
            (_('Status'), False)], self._read)

    async def build(self) -> None:
        """Show all methods."""
        self.currency = await self.view.do(SettingService.get, 'seller.currency')
        with self.listed.tools:
            design.button(_('Add method'), self._add, icon='plus', small=True)
        await self.listed.build(TOPIC)

    async def _read(self) -> list[Row]:
        return [Row(row.code, [
            Cell('', strong=pick(row.names, fallback=row.code), note=row.code), _places(row.countries),
            formats.money(row.price, self.currency), formats.money(row.free_from, self.currency),
            Cell('', chip=(_('Active'), 'ok') if row.active else (_('Not offered'), 'mute'))],
            [Act(_('Edit'), 'pencil', run=self._editing(row)), self._switch(row)], off=not row.active)
            for row in await self.view.do(ShippingService.all)]

    def _switch(self, row: ShippingMethod) -> Act:
        async def switch() -> None:
            await self.view.do(ShippingService.activate, row.code, active=not row.active)
            self.view.say(_('{code} is no longer offered.').format(code=row.code) if row.active
                          else _('{code} is offered again.').format(code=row.code))
            await self.listed.refresh()
        if row.active:
            return Act(_('Deactivate'), 'ban', run=switch, danger=True, rule=True,
                       confirm=_('Offer this method no longer?'))
        return Act(_('Activate'), 'check', run=switch, rule=True)

    def _editing(self, row: ShippingMethod) -> Run:
        async def edit() -> None:
            async def save(given: ShippingInput) -> None:
                await self.view.do(ShippingService.save, given, code=row.code)
            await self.listed.ask(ShippingInput, _('Edit {code}').format(code=row.code), _('Save'), save=save,
                                  values=row.model_dump() | {'countries': ', '.join(row.countries)},
                                  currency=self.currency)
        return edit

    async def _add(self) -> None:
        async def save(given: ShippingInput) -> None:
            await self.view.do(ShippingService.create, given)
        await self.listed.ask(ShippingInput, _('Add method'), _('Add method'), save=save, currency=self.currency,
                              values={'code': '', 'names': {}})


def _places(codes: list[str]) -> str:
    if not codes:
        return _('All countries')
    return ', '.join(codes) if len(codes) > NAMED else ', '.join(country_name(code) for code in codes)
