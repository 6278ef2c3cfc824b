"""What an item costs a customer, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from models.core.words import _
from models.pricing import PriceKind
from services.core import formats


@dataclass(frozen=True)
class Tier:
    """A net unit price from a quantity on."""

    quantity: Decimal
    price: Decimal


@dataclass(frozen=True)
class PriceQuote:
    """The net unit price of an item for a customer and quantity, where it comes from and what the next tier would be.

    `unit_price` is None when no list of the customer's currency has the item; `list_price` is the base price to be
    struck through when it is higher; `tiers` are all volume prices of the list that won.
    """

    unit_price: Decimal | None
    currency: str
    list_price: Decimal | None = None
    kind: PriceKind | None = None
    list_name: str = ''
    list_code: str = ''
    tier_quantity: Decimal = Decimal(1)
    valid_to: dt.date | None = None
    next_tier: Tier | None = None
    tiers: tuple[Tier, ...] = ()

    @property
    def reduced_from(self) -> Decimal | None:
        """The list price when it is higher than what this customer pays."""
        if self.unit_price is None or self.list_price is None or self.list_price <= self.unit_price:
            return None
        return self.list_price

    def explanation(self) -> str:
        """Why it is this price, in the current language, e.g. 'Contract 2026-A, from 50, until 31 Dec 2026'."""
        if self.unit_price is None:
            return _('No price, please ask for a quotation')
        parts = [_('List price') if self.kind is PriceKind.BASE else self.list_name]
        if self.tier_quantity > 1:
            parts.append(_('from {quantity}').format(quantity=formats.quantity(self.tier_quantity)))
        if self.valid_to is not None:
            parts.append(_('until {date}').format(date=formats.date(self.valid_to)))
        return ', '.join(parts)
