"""An item of the shop as texts: price, what it was, stock, and one line on why or what comes next."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

from models.catalogue import BackorderPolicy
from models.core.words import _
from models.pricing import PriceKind
from models.stock import LOW
from services.catalogue.rows import ItemRow
from services.core import formats
from services.pricing.quote import PriceQuote
from services.stock.levels import Availability


def plain(value: Decimal) -> str:
    """A quantity as it stands in a field: no grouping, a decimal point, no zeros at the end."""
    return format(value.normalize(), 'f')


def path(sku: str) -> str:
    """The page of an item."""
    return f'/shop/i/{quote(sku, safe="")}'


def product(row: ItemRow) -> dict[str, Any]:
    """What the product grid shows of an item."""
    stock, tone = stock_words(row.stock, row.backorder)
    price = row.price
    known = price is not None and price.unit_price is not None
    was = price.reduced_from if price else None
    return {
        'sku': row.sku, 'name': row.name, 'href': path(row.sku), 'icon': row.icon, 'stock': stock, 'tone': tone,
        'picture': f'/picture/{row.picture}' if row.picture else '',
        'price': formats.money(price.unit_price, price.currency) if price and known else '',
        'was': formats.money(was, price.currency) if price and was is not None else '',
        'why': price.explanation() if price else '', 'ask': price.explanation() if price and not known else '',
        'note': note(price) if price else '', 'least': plain(max(row.min_quantity, row.multiple)),
        'step': plain(row.multiple), 'most': plain(row.max_quantity) if row.max_quantity is not None else ''}


def note(price: PriceQuote) -> str:
    """One line below an item: contract, promotion, or what the next tier costs."""
    if price.kind is PriceKind.CONTRACT:
        return _('Contract price')
    if price.kind is PriceKind.PROMOTION:
        return _('Promotion to {date}').format(date=formats.day(price.valid_to)) if price.valid_to else _('Promotion')
    if price.next_tier is not None:
        return _('from {quantity}: {price}').format(
            quantity=formats.quantity(price.next_tier.quantity),
            price=formats.money(price.next_tier.price, price.currency))
    return ''


def stock_words(stock: Availability, backorder: BackorderPolicy) -> tuple[str, str]:
    """The words and the tone for what is there."""
    if stock.available > LOW:
        return _('{count} in stock').format(count=formats.quantity(stock.available)), 'ok'
    if stock.available > 0:
        return _('Only {count} left').format(count=formats.quantity(stock.available)), 'warn'
    if stock.incoming_on is not None:
        return _('Back {date}').format(date=formats.day(stock.incoming_on)), 'bad'
    return (_('On order'), 'mute') if backorder is BackorderPolicy.ALLOW else (_('Out of stock'), 'bad')
