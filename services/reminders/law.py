"""What the law lets a seller charge for late payment between businesses: pure rules over his country and settings.

Directive 2011/7/EU gives €40 for each late invoice (article 6) and interest of the reference rate and at least 8 points
(article 2); Germany gives 9 (§ 288 BGB), Austria 9.2 (§ 456 UGB), France 10 (art. L441-10 code de commerce).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models.core.words import _
from services.core import formats
from services.core.errors import Invalid
from services.pricing.taxes import EU

LEVELS = (1, 2, 3)
_POINTS = {'DE': Decimal(9), 'AT': Decimal('9.2'), 'FR': Decimal(10)}
_AS_IN_THE_EU = ('IS', 'LI', 'NO', 'GB')
_SUMS = {'EUR': Decimal(40), 'GBP': Decimal(40)}


@dataclass(frozen=True)
class Cap:
    """The most a seller may charge: all fees of an invoice together, and points above the reference rate.

    None where Portico does not know the law of his country, or its sum in his currency.
    """

    fees: Decimal | None
    points: Decimal | None


def cap_of(country: str, currency: str) -> Cap:
    """The cap of a country for claims in a currency."""
    if country not in EU and country not in _AS_IN_THE_EU:
        return Cap(None, None)
    own = 'GBP' if country == 'GB' else 'EUR'
    return Cap(_SUMS[own] if currency == own else None, _POINTS.get(country, Decimal(8)))


def refuse(settings: Mapping[str, Any]) -> None:
    """Raise Invalid when charging is switched on and the settings together go beyond the cap."""
    if not settings['charges.on']:
        return
    currency = settings['seller.currency']
    cap = cap_of(settings['seller.country'], currency)
    fees = sum((Decimal(settings[f'charges.fee_{level}']) for level in LEVELS), Decimal(0))
    if cap.fees is not None and fees > cap.fees:
        raise Invalid(_('All fees of an invoice together may be {amount} at most in your country.').format(
            amount=formats.money(cap.fees, currency)), field='charges.fee_1')
    if cap.points is not None and Decimal(settings['charges.points']) > cap.points:
        raise Invalid(_('In your country interest is {points} percentage points above the reference rate at most.')
                      .format(points=formats.number(cap.points)), field='charges.points')
