"""Changing many items at once: rehearsed, asked about, done together, undone where that can be."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.catalogue import BackorderPolicy
from models.core.words import _, _l, ngettext
from services.catalogue.about import ItemAboutService
from services.catalogue.editing import POLICIES, BulkChange
from services.catalogue.items import ItemService
from services.core import fields as f
from services.core import formats
from services.core.permissions import Permission
from ui.kernel.forms import ask, confirm
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.pieces.looking import category_options

P = Permission


class _Category(BaseModel):
    """The category for many items."""

    model_config = ConfigDict(extra='forbid')

    category: Annotated[str, f.Choice(_l('Category'))] = Field(min_length=1)


class _Brand(BaseModel):
    """The brand for many items."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    brand: Annotated[str, f.Text(_l('Brand'))] = Field(min_length=1, max_length=80)


class _Policy(BaseModel):
    """What happens to many items beyond stock."""

    model_config = ConfigDict(extra='forbid')

    backorder: Annotated[BackorderPolicy, f.Choice(_l('Beyond stock'), choices=lambda: POLICIES)]


class Percent(BaseModel):
    """By how much prices change."""

    model_config = ConfigDict(extra='forbid')

    percent: Annotated[Decimal, f.Number(_l('Change by'), unit='%', help=_l('A minus sign makes it cheaper.'))] = \
        Field(ge=-90, le=1000, decimal_places=2)


def items_of(count: int) -> str:
    """A number of items in words."""
    return ngettext('{count} item', '{count} items', count).format(count=formats.number(count))


def bulk_acts(view: View) -> list[Act]:
    """What can be done with the selected items."""
    def act(label: str, icon: str, run: Any, **more: Any) -> Act:
        async def carry_out(skus: list[str]) -> None:
            await run(view, skus)
        return Act(label, icon, run=carry_out, needs=more.pop('needs', P.ITEMS_WRITE), **more)
    return [act(_('Category'), 'layers', _category), act(_('Brand'), 'tag', _brand),
            act(_('Beyond stock'), 'package-x', _policy),
            act(_('Prices'), 'percent', _prices, needs=P.PRICE_LISTS_WRITE),
            act(_('Activate'), 'eye', lambda view, skus: set_active(view, skus, active=True)),
            act(_('Deactivate'), 'eye-off', _deactivate, danger=True)]


async def set_active(view: View, skus: list[str], *, active: bool) -> None:
    """Show items in the shop or take them out, with a way back."""
    await view.do(ItemService.activate, skus, active=active)

    async def back() -> None:
        await view.do(ItemService.activate, skus, active=not active)
    said = _('{items} now in the shop.') if active else _('{items} taken out of the shop.')
    view.say(said.format(items=items_of(len(skus))), undo=back)


async def _deactivate(view: View, skus: list[str]) -> None:
    question = _('Take {items} out of the shop?').format(items=items_of(len(skus)))
    if await confirm(view, question, _('Deactivate'), danger=True,
                     text=_('Customers find them no more; orders and history stay.')):
        await set_active(view, skus, active=False)


async def _changed(view: View, skus: list[str], change: BulkChange) -> None:
    done = await view.do(ItemService.change_many, skus, change)
    view.say(_('{items} changed.').format(items=items_of(done)))


async def _category(view: View, skus: list[str]) -> None:
    title = _('Category of {items}').format(items=items_of(len(skus)))
    given = await ask(view, _Category, title, _('Change'), options={'category': await category_options(view)},
                      values={'category': ''})
    if given is not None:
        await _changed(view, skus, BulkChange(category=given.category))


async def _brand(view: View, skus: list[str]) -> None:
    title = _('Brand of {items}').format(items=items_of(len(skus)))
    given = await ask(view, _Brand, title, _('Change'), values={'brand': ''})
    if given is not None:
        await _changed(view, skus, BulkChange(brand=given.brand))


async def _policy(view: View, skus: list[str]) -> None:
    title = _('{items} beyond stock').format(items=items_of(len(skus)))
    given = await ask(view, _Policy, title, _('Change'), values={'backorder': ''})
    if given is not None:
        await _changed(view, skus, BulkChange(backorder=given.backorder))


async def _prices(view: View, skus: list[str]) -> None:
    """Ask for the percentage, say what would change, and change it once that is agreed to."""
    given = await ask(view, Percent, _('Base prices of {items}').format(items=items_of(len(skus))), _('Rehearse'),
                      values={'percent': ''}, text=_('First you see what would change.'))
    if given is None:
        return
    change = BulkChange(price_percent=given.percent)
    found = await view.do(ItemAboutService.rehearse, tuple(skus), change)
    if not found.prices:
        view.say(_('None of these items has a base price.'))
        return
    count = ngettext('{count} base price', '{count} base prices', found.prices).format(
        count=formats.number(found.prices))
    samples = ', '.join(_('{sku} {before} → {after}').format(
        sku=sku, before=formats.money(before, currency), after=formats.money(after, currency))
        for sku, before, after, currency in found.samples)
    question = _('Change {prices} by {percent}?').format(prices=count, percent=formats.percent(given.percent))
    text = _('For example {samples}. Contracts and other lists stay as they are.').format(samples=samples)
    if await confirm(view, question, _('Change prices'), text=text, danger=True):
        await view.do(ItemService.change_many, skus, change)
        view.say(_('{prices} changed.').format(prices=count))
