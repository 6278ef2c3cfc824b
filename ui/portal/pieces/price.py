"""Explain this price: which list, which tier, until when, and what the next tier would save."""

from __future__ import annotations

from models.core.words import _
from services.core import formats
from services.pricing.quote import PriceQuote
from ui.kernel import design
from ui.kernel.confirm import Dialog


async def explain_price(sku: str, name: str, price: PriceQuote) -> None:
    """Show in a dialog why an item costs what it costs this customer."""
    with Dialog(_('Your price')) as dialog, design.box('p-card'):
        with design.box('p-card-body p-stack'):
            design.words(f'{sku} {name}', tag='h2')
            with design.box('p-spec', tag='dl'):
                for label, value in facts(price):
                    design.words(label, tag='dt')
                    design.words(value, tag='dd')
            if len(price.tiers) > 1:
                tiers(price)
            with design.box('p-actions'):
                design.button(_('Close'), dialog.close, main=True)
    await dialog.answer()


def facts(price: PriceQuote) -> list[tuple[str, str]]:
    """The price, where it comes from, how long it holds, and what the next tier saves, as label and text."""
    if price.unit_price is None:
        return [(_('Your price'), price.explanation())]
    out = [(_('Your price'), formats.money(price.unit_price, price.currency)), (_('Because of'), price.explanation())]
    if price.reduced_from is not None:
        out.append((_('List price'), formats.money(price.reduced_from, price.currency)))
    if price.valid_to is not None:
        out.append((_('Valid until'), formats.date(price.valid_to)))
    if price.next_tier is not None:
        saved = (price.unit_price - price.next_tier.price) * price.next_tier.quantity
        out.append((_('Next tier'), _('From {quantity}: {price}, which saves {saved}').format(
            quantity=formats.quantity(price.next_tier.quantity),
            price=formats.money(price.next_tier.price, price.currency), saved=formats.money(saved, price.currency))))
    return out


def tiers(price: PriceQuote) -> None:
    """The volume prices of the list that won, as a small table."""
    with design.box('p-table', tag='table'):
        with design.box(tag='thead'), design.box(tag='tr'):
            design.words(_('From'), tag='th')
            design.words(_('Unit price'), tag='th', classes='p-num')
        with design.box(tag='tbody'):
            for tier in price.tiers:
                with design.box(tag='tr'):
                    design.words(formats.quantity(tier.quantity), tag='td')
                    design.words(formats.money(tier.price, price.currency), tag='td', classes='p-num')
