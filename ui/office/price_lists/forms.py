"""Creating, changing and copying price lists in dialogs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from models.core.words import _, _l
from models.pricing import PriceKind, PriceList
from services.core import fields as f
from services.core import formats
from services.pricing.lists import PriceListInput, PriceListService
from services.pricing.of_item import ItemPriceService
from ui.kernel.forms import ask
from ui.pieces.looking import customers

if TYPE_CHECKING:
    from ui.kernel.view import View


class PromotionInput(PriceListInput):
    """A promotion: its kind is given."""

    kind: Annotated[PriceKind, f.Hidden()] = PriceKind.PROMOTION
    priority: Annotated[int, f.Hidden()] = 0


class KnownList(PriceListInput):
    """A price list there is already: its code stays."""

    code: Annotated[str, f.Hidden()] = Field(min_length=1, max_length=60)


class KnownPromotion(PromotionInput):
    """A promotion there is already: its code stays."""

    code: Annotated[str, f.Hidden()] = Field(min_length=1, max_length=60)


class CopyInput(PriceListInput):
    """A new list made of another one."""

    currency: Annotated[str, f.Hidden()] = Field(default='EUR', pattern='^[A-Z]{3}$')
    percent: Annotated[Decimal, f.Number(_l('Change prices by'), unit='%', half=True)] = \
        Field(default=Decimal(0), ge=-90, le=1000, decimal_places=2)


def path_of(row: PriceList | PriceListInput) -> str:
    """The page of a price list or promotion."""
    return f'/office/{"promotions" if row.kind is PriceKind.PROMOTION else "price-lists"}/{row.code}'


async def create(view: View, kind: PriceKind) -> None:
    """Ask for a new list or promotion and open it."""
    promotion = kind is PriceKind.PROMOTION
    today = dt.datetime.now(formats.zone()).date()
    values: dict[str, Any] = {'code': '', 'name': '', 'kind': kind, 'currency': 'EUR', 'customer': '', 'priority': 0}
    if promotion:
        values |= {'valid_from': today, 'valid_to': today + dt.timedelta(days=30)}

    async def save(given: PriceListInput) -> None:
        await view.do(PriceListService.create, PriceListInput(**given.model_dump()))
    given = await ask(view, PromotionInput if promotion else PriceListInput,
                      _('New promotion') if promotion else _('New price list'), _('Create'), save=save, values=values,
                      look={'customer': customers(view)},
                      text=_('Leave the customer empty for all customers.') if promotion else
                      _('Contracts and customer lists name their customer, other lists none.'))
    if given is not None:
        view.say(_('{code} created.').format(code=given.code))
        view.open(path_of(given))


async def change(view: View, row: PriceList) -> None:
    """Ask for the head data of a list."""
    account, name = await view.do(ItemPriceService.customer_of, row.code)

    async def save(given: PriceListInput) -> None:
        await view.do(PriceListService.save, row.code, PriceListInput(**given.model_dump()), version=row.version)

    async def back() -> None:
        now = await view.do(PriceListService.read, row.code)
        await view.do(PriceListService.save, row.code, PriceListInput(**before), version=now.version)
    before = {name: getattr(row, name) for name in PriceListInput.model_fields if name != 'customer'} | {
        'customer': account}
    model = KnownPromotion if row.kind is PriceKind.PROMOTION else KnownList
    if await ask(view, model, _('Change {code}').format(code=row.code), _('Save'), save=save, values=before,
                 look={'customer': customers(view)}, options={'customer': name}) is not None:
        view.say(_('{code} saved.').format(code=row.code), undo=back)


async def copy(view: View, code: str) -> None:
    """Ask for a copy with other prices, and open it."""
    row = await view.do(PriceListService.read, code)
    account, name = await view.do(ItemPriceService.customer_of, code)
    values = {name: getattr(row, name) for name in PriceListInput.model_fields if name != 'customer'} | {
        'customer': account, 'code': '', 'name': row.name, 'percent': Decimal(0)}

    async def save(given: CopyInput) -> None:
        await view.do(PriceListService.copy, code, PriceListInput(**given.model_dump(exclude={'percent'})),
                      percent=given.percent)
    given = await ask(view, CopyInput, _('Copy {code}').format(code=code), _('Copy'), save=save, values=values,
                      look={'customer': customers(view)}, options={'customer': name},
                      text=_('All its prices are copied, rounded to cents.'))
    if given is not None:
        view.say(_('{code} created.').format(code=given.code))
        view.open(path_of(given))


async def switch(view: View, code: str, *, active: bool) -> None:
    """Switch a list on or off, with a way back."""
    await view.do(PriceListService.activate, code, active=active)

    async def back() -> None:
        await view.do(PriceListService.activate, code, active=not active)
    said = _('{code} counts from now on.') if active else _('{code} counts no more.')
    view.say(said.format(code=code), undo=back)
