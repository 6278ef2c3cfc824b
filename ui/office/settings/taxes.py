"""VAT rates: those of the seller's country, which decide; others on request."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Annotated

from nicegui import ui
from pydantic import BaseModel, ConfigDict, Field

from models.catalogue import TaxClass
from models.core.words import Lazy, _, _l
from models.pricing import TaxRate
from services.core import formats
from services.core.fields import Choice, Date, Number
from services.customers.countries import countries, country_name
from services.pricing.rates import TaxRateInput, TaxRateService
from services.settings import SettingService
from ui.kernel import design
from ui.kernel.documents import Cell
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.office.settings.listed import Listed
from ui.pieces.rows import Row

CLASSES: Mapping[str, Lazy] = {TaxClass.STANDARD: _l('Standard'), TaxClass.REDUCED: _l('Reduced'),
                               TaxClass.ZERO: _l('Zero')}
CATEGORIES: Mapping[str, Lazy] = {'S': _l('S: standard or reduced'), 'Z': _l('Z: zero rated'), 'E': _l('E: exempt'),
                                  'AE': _l('AE: reverse charge'), 'K': _l('K: within the EU'), 'G': _l('G: export'),
                                  'O': _l('O: outside VAT')}


Run = Callable[[], Awaitable[None]]


class RateInput(BaseModel):
    """The VAT of a country and class from a day on."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    country: Annotated[str, Choice(_l('Country'), choices=countries), Field(min_length=2)]
    tax_class: Annotated[TaxClass, Choice(_l('Tax class'), half=True, choices=lambda: CLASSES)] = TaxClass.STANDARD
    category: Annotated[str, Choice(_l('Category'), half=True, choices=lambda: CATEGORIES), Field(min_length=1)] = 'S'
    rate: Annotated[Decimal, Number(_l('Rate'), unit='%', half=True), Field(ge=0, le=100, decimal_places=4)]
    valid_from: Annotated[dt.date, Date(_l('Valid from'), half=True)]


async def build(view: View) -> None:
    """Build the tab."""
    await Taxes(view).build()


class Taxes:
    """The list of rates."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.listed = Listed(view, _('Tax rates'), [
            (_('Country'), False), (_('Tax class'), False), (_('Category'), False), (_('Rate'), True),
            (_('Valid from'), False)], self._read)

    async def build(self) -> None:
        """Show the rates of the seller's country."""
        self.home = await self.view.do(SettingService.get, 'seller.country')
        with self.listed.tools:
            self.every = ui.checkbox(_('All countries')).on('click', self.listed.refresh, [])
            design.button(_('Add rate'), self._add, icon='plus', small=True)
        await self.listed.build('prices')

    async def _read(self) -> list[Row]:
        rates = await self.view.do(TaxRateService.all, '' if self.every.value else self.home)
        return [Row(str(rate.id), [
            Cell('', strong=country_name(rate.country)), str(CLASSES[rate.tax_class]), rate.category,
            formats.percent(rate.rate), formats.date(rate.valid_from)], [
            Act(_('New rate from a day on'), 'calendar', run=self._editing(rate)),
            Act(_('Remove'), 'trash-2', run=self._removing(rate.id), danger=True, rule=True,
                confirm=_('Remove this rate?'))]) for rate in rates]

    def _editing(self, rate: TaxRate) -> Run:
        async def edit() -> None:
            today = self.view.session.runtime.now().astimezone(formats.zone()).date()
            await self._ask(_('New rate'), {
                'country': rate.country, 'tax_class': rate.tax_class.value, 'rate': rate.rate, 'valid_from': today,
                'category': rate.category})
        return edit

    def _removing(self, rate_id: uuid.UUID) -> Run:
        async def remove() -> None:
            await self.view.do(TaxRateService.remove, rate_id)
            self.view.say(_('The rate is removed.'))
            await self.listed.refresh()
        return remove

    async def _add(self) -> None:
        await self._ask(_('Add rate'), {'country': self.home, 'rate': '', 'valid_from': None})

    async def _ask(self, title: str, values: dict[str, object]) -> None:
        async def save(given: RateInput) -> None:
            await self.view.do(TaxRateService.put, TaxRateInput(**given.model_dump()))
        await self.listed.ask(RateInput, title, _('Save'), save=save, values=values)
